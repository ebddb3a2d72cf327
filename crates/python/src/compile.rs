//! The seam to the front end: from an author's text to a code object, or to
//! everything that is wrong with it.

use durward_engine::wire::Problem;
use rustpython_vm::builtins::PyCode;
use rustpython_vm::compiler::Mode;
use rustpython_vm::{AsObject, PyRef, VirtualMachine};

/// A script that compiled.
pub struct Compiled {
    /// Ready to run.
    pub code: PyRef<PyCode>,
    /// `2` or `3`.
    pub dialect: String,
}

/// Compiles `source` as `dialect`.
///
/// # Errors
/// The problems found.
pub fn compile(vm: &VirtualMachine, file_name: &str, source: &str, _dialect: &str) -> Result<Compiled, Vec<Problem>> {
    match vm.compile(source, Mode::Exec, file_name) {
        Ok(code) => Ok(Compiled { code, dialect: "3".to_owned() }),
        Err(error) => {
            let exception = error.into_pyexception(vm, Some(source));
            let number = |name: &'static str| {
                exception
                    .as_object()
                    .get_attr(name, vm)
                    .ok()
                    .and_then(|value| value.try_into_value::<u32>(vm).ok())
                    .unwrap_or(1)
            };
            let message = exception
                .as_object()
                .get_attr("msg", vm)
                .ok()
                .and_then(|value| value.str(vm).ok())
                .map_or_else(|| "syntax error".to_owned(), |text| text.to_string_lossy().into_owned());
            Err(vec![Problem { line: number("lineno"), column: number("offset"), message }])
        }
    }
}
