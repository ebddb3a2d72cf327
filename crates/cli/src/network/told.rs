//! Reading what a server tells, and what commands are about to print: members of JSON.

use durward_model::Timestamp;
use serde_json::{Map, Value};

use crate::failure::Failure;

static NOTHING: Value = Value::Null;

/// A member; null where there is none.
pub fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&NOTHING)
}

/// A text, or nothing of one.
pub fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    member(value, name).as_str().unwrap_or_default()
}

/// A server that says what it never says.
pub fn strange() -> Failure {
    Failure::new("the server's answer is not what its config API says")
        .hint("is it a Durward server of this version? durward --version tells this one's")
}

/// The members of an object.
///
/// # Errors
/// It is none.
pub fn members(value: Value) -> Result<Map<String, Value>, Failure> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(strange()),
    }
}

/// A text in an answer.
///
/// # Errors
/// It is not there.
pub fn text(value: &Value, name: &str) -> Result<String, Failure> {
    let text = member(value, name).as_str().ok_or_else(strange)?;
    Ok(text.to_owned())
}

/// A text that may be missing.
pub fn optional(value: &Value, name: &str) -> Option<String> {
    member(value, name).as_str().map(str::to_owned)
}

/// A moment in an answer.
///
/// # Errors
/// It is not there.
pub fn moment(value: &Value, name: &str) -> Result<Timestamp, Failure> {
    member(value, name)
        .as_str()
        .and_then(Timestamp::from_rfc3339)
        .ok_or_else(strange)
}
