//! Checking a script without running it: everything that is wrong at once.
//!
//! Not here: what the text means in Python (see `front`), what happens when
//! it runs. Modules that the script imports are imported for the check; they
//! are all ours.

use std::collections::HashSet;

use durward_engine::wire::{CheckReport, Contract, Problem, Program};
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};
use serde_json::{Value, json};

use crate::compile;
use crate::front::{ClassOutline, Import, MethodOutline};
use crate::value;

/// Most bytes of problems that Python may report.
const REPORT_BYTES: usize = 1024 * 1024;

/// The report on `program`.
///
/// # Errors
/// A Python exception out of our own modules: a defect.
pub fn report(
    vm: &VirtualMachine,
    turns: &PyObjectRef,
    program: &Program,
) -> PyResult<CheckReport> {
    let compiled = match compile::compile(program) {
        Ok(compiled) => compiled,
        Err(problems) => {
            return Ok(CheckReport {
                problems,
                dialect: compile::dialect(program).to_owned(),
                ..CheckReport::default()
            });
        }
    };
    let dialect = compiled.dialect.as_str();
    let mut problems = import_problems(vm, turns, &compiled.imports, dialect)?;
    problems.extend(class_problems(&program.contract, &compiled.classes));
    problems.sort_by_key(|problem| (problem.line, problem.column));
    Ok(CheckReport {
        problems,
        dialect: dialect.to_owned(),
        ..CheckReport::default()
    })
}

fn import_problems(
    vm: &VirtualMachine,
    turns: &PyObjectRef,
    imports: &[Import],
    dialect: &str,
) -> PyResult<Vec<Problem>> {
    let described = imports
        .iter()
        .filter(|import| !import.guarded)
        .map(|import| {
            json!({
                "module": import.module, "names": import.names, "level": import.level,
                "line": import.line, "column": import.column,
            })
        })
        .collect();
    let arguments = vec![
        value::to_python(vm, Value::Array(described))?,
        vm.ctx.new_str(dialect).into(),
    ];
    let found = turns.get_attr("import_problems", vm)?.call(arguments, vm)?;
    let found = value::to_json(vm, &found, REPORT_BYTES)?;
    serde_json::from_value(found).map_err(|error| vm.new_value_error(error.to_string()))
}

fn class_problems(contract: &Contract, classes: &[ClassOutline]) -> Vec<Problem> {
    let Some(class) = classes
        .iter()
        .rev()
        .find(|class| class.name == contract.class_name)
    else {
        let message = format!("the script does not define class {}", contract.class_name);
        return vec![Problem {
            line: 1,
            column: 1,
            message,
            unresolved: false,
        }];
    };
    let lookup = Lookup { classes, class };
    let mut problems = Vec::new();
    for (name, counts, words) in [
        (
            "init",
            &[1, 2][..],
            "1 (configurationAttributes) or 2 (customScript, configurationAttributes)",
        ),
        ("destroy", &[1][..], "1 (configurationAttributes)"),
    ] {
        problems.extend(lookup.problem(name, counts, words, true));
    }
    problems.extend(lookup.problem("__init__", &[1, 0], "1 (currentTimeMillis)", false));
    // What published pages show as its parameters is tolerated, so only its absence counts.
    if lookup.is_missing("getApiVersion") {
        problems.push(lookup.absent("getApiVersion"));
    }
    for method in &contract.methods {
        let words = format!(
            "{} ({})",
            method.parameters.len(),
            method.parameters.join(", ")
        );
        problems.extend(lookup.problem(
            &method.name,
            &[method.parameters.len()],
            &words,
            !method.optional,
        ));
    }
    problems
}

/// The class of the contract and the classes that it may inherit from.
struct Lookup<'a> {
    classes: &'a [ClassOutline],
    class: &'a ClassOutline,
}

enum Found<'a> {
    Method(&'a MethodOutline),
    /// A base that is not in this file may have it.
    Unknown,
    Nowhere,
}

impl<'a> Lookup<'a> {
    fn find(&self, name: &str) -> Found<'a> {
        let mut waiting = vec![self.class];
        let mut seen = HashSet::new();
        let mut unknown = false;
        while let Some(class) = waiting.pop() {
            if !seen.insert(class.name.as_str()) {
                continue;
            }
            if let Some(method) = class
                .methods
                .iter()
                .rev()
                .find(|method| method.name == name)
            {
                return Found::Method(method);
            }
            for base in &class.bases {
                match self.classes.iter().find(|class| class.name == *base) {
                    Some(class) => waiting.push(class),
                    // The interfaces of script types have no methods of their own.
                    None => unknown |= base != "object" && !base.ends_with("Type"),
                }
            }
        }
        if unknown {
            Found::Unknown
        } else {
            Found::Nowhere
        }
    }

    fn is_missing(&self, name: &str) -> bool {
        matches!(self.find(name), Found::Nowhere)
    }

    fn absent(&self, name: &str) -> Problem {
        let message = format!("class {} has no method {name}", self.class.name);
        Problem {
            line: compile::number(self.class.line),
            column: compile::number(self.class.column),
            message,
            unresolved: false,
        }
    }

    /// A method that is not there though `required`, or that takes none of `counts` arguments.
    fn problem(
        &self,
        name: &str,
        counts: &[usize],
        words: &str,
        required: bool,
    ) -> Option<Problem> {
        let method = match self.find(name) {
            Found::Method(method) => method,
            Found::Nowhere if required => return Some(self.absent(name)),
            Found::Nowhere | Found::Unknown => return None,
        };
        let takes = |count: usize| {
            method.positional_min <= count && method.positional_max.is_none_or(|most| count <= most)
        };
        if counts.iter().any(|count| takes(*count)) {
            return None;
        }
        let most = method.positional_max.unwrap_or(usize::MAX);
        let takes = if method.positional_min == most {
            most.to_string()
        } else {
            format!("{} to {most}", method.positional_min)
        };
        let message = format!(
            "{}.{name} takes {takes} argument(s) after self, but is called with {words}",
            self.class.name
        );
        Some(Problem {
            line: compile::number(method.line),
            column: compile::number(method.column),
            message,
            unresolved: false,
        })
    }
}
