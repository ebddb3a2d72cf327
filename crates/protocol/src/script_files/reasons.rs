//! Why the text of a file did not pass, as it stands on the script's record.

use durward_model::{Timestamp, script::ScriptError};
use durward_script::{EngineError, program::Problem};

use crate::script_keeping::SaveError;

/// A file that cannot be read.
pub(super) fn unreadable(why: &str, node: &str, now: Timestamp) -> ScriptError {
    ScriptError {
        raised_at: now,
        stack_trace: format!("{why}\n{}", serving(node)),
        line: None,
    }
}

/// A text that does not pass: `path:line:column: message`, and the traceback if there is one.
pub(super) fn refused(path: &str, error: &SaveError, node: &str, now: Timestamp) -> ScriptError {
    let (text, line) = match error {
        SaveError::Problems(problems) => of_problems(path, problems),
        SaveError::Engine(EngineError::Script(failure)) if !failure.problems.is_empty() => {
            of_problems(path, &failure.problems)
        }
        SaveError::Engine(EngineError::Script(failure)) => {
            let place = failure
                .line
                .map_or_else(String::new, |line| format!("{line}:"));
            let text = format!("{path}:{place} {}\n{}", failure.message, failure.trace);
            (text.trim_end().to_owned(), failure.line)
        }
        other => (format!("{path}: {other}"), None),
    };
    ScriptError {
        raised_at: now,
        stack_trace: format!("{text}\n{}", serving(node)),
        line,
    }
}

fn of_problems(path: &str, problems: &[Problem]) -> (String, Option<u32>) {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| {
            let (line, column) = (problem.line, problem.column);
            format!("{path}:{line}:{column}: {}", problem.message)
        })
        .collect();
    let first = problems.first().map(|problem| problem.line);
    (lines.join("\n"), first)
}

fn serving(node: &str) -> String {
    format!("seen on {node}; the last good version serves on")
}
