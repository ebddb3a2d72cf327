//! From a program on the wire to code: the front end with the wire's types.

use durward_engine::wire::{Problem, Program};

use crate::front::{self, Compiled, Dialect, Source};

/// Compiles a program's text.
///
/// # Errors
/// The problems found, never none.
pub fn compile(program: &Program) -> Result<Compiled, Vec<Problem>> {
    let source = Source {
        name: &program.file_name,
        text: &program.source,
        dialect: Dialect::parse(&program.dialect),
    };
    front::compile(&source).map_err(|problems| problems.into_iter().map(on_the_wire).collect())
}

/// The language of a text that does not compile, as far as it can be told.
pub fn dialect(program: &Program) -> &'static str {
    Dialect::parse(&program.dialect)
        .unwrap_or_else(|| front::dialect_of(&program.source))
        .as_str()
}

fn on_the_wire(problem: front::Problem) -> Problem {
    Problem {
        line: number(problem.line),
        column: number(problem.column),
        message: problem.message,
        unresolved: false,
    }
}

/// A line or column as the wire counts them.
pub fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
