//! What came back, as Jans prints it: words about it on standard error, the JSON on standard
//! output. Unlike Jans, what was refused is said once more for people, and ends in a failure.

use serde_json::Value;

use super::{document::Operation, layout};
use crate::{
    failure::Failure,
    network::{Answer, refusal},
    output::{write_json, write_line},
};

/// Prints an answer.
///
/// # Errors
/// The server refused: where, and why.
pub fn print(operation: &Operation, answer: &Answer) -> Result<(), Failure> {
    let is_done = (200..300).contains(&answer.status);
    if is_done && operation.method == "DELETE" {
        return write_line("Object was successfully deleted.");
    }
    if operation.method != "GET" || !is_done {
        eprintln!("Server Response:");
    }
    if let Some(text) = layout::laid_out(&answer.text) {
        write_json(&text)?;
    }
    if is_done {
        Ok(())
    } else {
        Err(refused(answer))
    }
}

/// The failure, with line and column of everything that is wrong with a script.
fn refused(answer: &Answer) -> Failure {
    let mut failure = refusal::failure(answer);
    let errors = answer.json.get("errors").and_then(Value::as_array);
    let lines: Vec<String> = errors.into_iter().flatten().map(located).collect();
    if !lines.is_empty() {
        failure.message = lines.join("\n");
    }
    failure.message = format!("Server returned {}: {}", answer.status, failure.message);
    failure
}

/// `script, line 7, column 1: …`
fn located(error: &Value) -> String {
    let text = |name: &str| error.get(name).and_then(Value::as_str);
    let mut place: Vec<String> = text("field")
        .filter(|field| !field.is_empty())
        .map(str::to_owned)
        .into_iter()
        .collect();
    for name in ["line", "column"] {
        let number = error.get(name).filter(|number| number.is_number());
        place.extend(number.map(|number| format!("{name} {number}")));
    }
    let message = text("message").unwrap_or_default();
    if place.is_empty() {
        return message.to_owned();
    }
    format!("{}: {message}", place.join(", "))
}
