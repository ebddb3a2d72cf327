//! Checking a script without running it: everything that is wrong at once.

use durward_engine::wire::{CheckReport, Program};
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use crate::compile;

/// The report on `program`.
///
/// # Errors
/// A Python exception out of our own modules.
pub fn report(vm: &VirtualMachine, _turns: &PyObjectRef, program: &Program) -> PyResult<CheckReport> {
    Ok(match compile::compile(vm, &program.file_name, &program.source, &program.dialect) {
        Ok(compiled) => CheckReport { problems: Vec::new(), dialect: compiled.dialect },
        Err(problems) => CheckReport { problems, dialect: program.dialect.clone() },
    })
}
