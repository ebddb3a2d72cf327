//! Documents that come in: JSON read strictly, members by name, JSON Patch (RFC 6902) applied.

use durward_jose::strict_json::{self, Limits};
use json_patch::{PatchErrorKind, PatchOperation};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::ManagementError;

/// Largest document, and largest result of a patch, bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Deepest document.
const MAX_DEPTH: usize = 16;

/// Most operations of a patch.
const MAX_OPERATIONS: usize = 256;

const LIMITS: Limits = Limits {
    bytes: MAX_BYTES,
    depth: MAX_DEPTH,
};

/// Reads a JSON object. A member that is null counts as left out.
///
/// # Errors
/// `Invalid` for what is no object, is too large, or has a member twice.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, ManagementError> {
    let members = strict_json::parse_object(body, LIMITS).map_err(|error| refused(&error))?;
    Ok(without_nulls(members))
}

/// The same, but only its own members that are null count as left out: what is inside is data.
///
/// # Errors
/// As [`object`].
pub(super) fn object_of_data(body: &[u8]) -> Result<Map<String, Value>, ManagementError> {
    let members = strict_json::parse_object(body, LIMITS).map_err(|error| refused(&error))?;
    let kept = members.into_iter().filter(|(_, value)| !value.is_null());
    Ok(kept.collect())
}

fn refused(error: &strict_json::StrictJsonError) -> ManagementError {
    ManagementError::invalid("", format!("the body is not acceptable: {error}"))
}

fn without_nulls(members: Map<String, Value>) -> Map<String, Value> {
    let kept = members.into_iter().filter(|(_, value)| !value.is_null());
    kept.map(|(name, value)| (name, deeply(value))).collect()
}

fn deeply(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(without_nulls(members)),
        Value::Array(items) => Value::Array(items.into_iter().map(deeply).collect()),
        other => other,
    }
}

/// A document of a type that has a default for each of its members and knows no others.
///
/// # Errors
/// `Invalid`, naming each member that is unknown or has a value that it cannot have.
pub(super) fn typed<T>(members: &Map<String, Value>) -> Result<T, ManagementError>
where
    T: Serialize + DeserializeOwned + Default,
{
    let whole = serde_json::from_value(Value::Object(members.clone()));
    whole.map_err(|error| {
        let alone = |name: &String, value: &Value| {
            let one = Map::from_iter([(name.clone(), value.clone())]);
            serde_json::from_value::<T>(Value::Object(one)).err()
        };
        let known = serde_json::to_value(T::default()).unwrap_or_default();
        let mut wrong = Vec::new();
        for (name, value) in members {
            let Some(error) = alone(name, value) else {
                continue;
            };
            let is_known = known.get(name).is_some();
            wrong.push(super::FieldError {
                field: name.clone(),
                line: None,
                column: None,
                message: if is_known {
                    format!("it has a value that it cannot have: {error}")
                } else {
                    "there is no such member".to_owned()
                },
            });
        }
        if wrong.is_empty() {
            return ManagementError::invalid("", error.to_string());
        }
        ManagementError::Invalid(wrong)
    })
}

/// Applies a JSON Patch to a document: all of it or nothing.
///
/// # Errors
/// `Invalid` for what is no patch, or cannot be applied; `Conflict` when a `test` fails.
pub(super) fn patched(document: Value, body: &[u8]) -> Result<Map<String, Value>, ManagementError> {
    let patch = strict_json::parse_value(body, LIMITS).map_err(|error| refused(&error))?;
    let Value::Array(operations) = patch else {
        return Err(ManagementError::invalid(
            "",
            "a patch is an array (RFC 6902)",
        ));
    };
    if operations.len() > MAX_OPERATIONS {
        let message = format!("a patch has at most {MAX_OPERATIONS} operations");
        return Err(ManagementError::invalid("", message));
    }
    let mut document = document;
    for (index, operation) in operations.into_iter().enumerate() {
        let refuse = |message: String| ManagementError::invalid(format!("[{index}]"), message);
        let operation: PatchOperation = serde_json::from_value(operation)
            .map_err(|error| refuse(format!("it is no operation of RFC 6902: {error}")))?;
        json_patch::patch(&mut document, &[operation]).map_err(|error| {
            if matches!(error.kind, PatchErrorKind::TestFailed) {
                ManagementError::Conflict(format!("the test of operation [{index}] failed"))
            } else {
                refuse(format!("it cannot be applied: {}", error.kind))
            }
        })?;
        // A copy may double what there is: looked at after each, it stays bounded.
        if document.to_string().len() > MAX_BYTES {
            return Err(refuse("the document would be too large".to_owned()));
        }
    }
    match document {
        Value::Object(members) => Ok(without_nulls(members)),
        _ => Err(ManagementError::invalid("", "what is left is no object")),
    }
}
