//! `authorization_details` as a client sends it: bounded, unambiguous, untouched
//! (RFC 9396, section 2).
//!
//! Not here: whether its types exist, or what its elements mean (`vetting`).

use durward_jose::strict_json::{self, Limits, StrictJsonError};
use durward_model::Detail;
use serde_json::{Value, value::RawValue};

use super::{PARAMETER, refused};
use crate::error::{Code, Error};

/// Longest parameter, bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// Most elements.
pub const MAX_ELEMENTS: usize = 64;

/// Deepest nesting; the outermost array counts.
pub const MAX_DEPTH: usize = 16;

/// An element that is well-formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requested {
    /// Its `type`.
    pub detail_type: String,
    /// The element, as it was written.
    pub detail: Detail,
}

/// Parses the parameter. No element is changed by a character.
///
/// # Errors
/// `invalid_authorization_details`.
pub fn parse(text: &str) -> Result<Vec<Requested>, Error> {
    let value = strict(text, MAX_DEPTH).map_err(|reason| blame(text, &reason))?;
    let Value::Array(elements) = value else {
        return Err(whole("it is not an array"));
    };
    if elements.len() > MAX_ELEMENTS {
        return Err(whole("it has too many elements"));
    }
    let texts: Vec<Box<RawValue>> =
        serde_json::from_str(text).map_err(|_| whole("it is not valid JSON"))?;
    let parsed = elements.iter().zip(texts).enumerate();
    parsed
        .map(|(index, (element, text))| {
            let detail_type = type_of(element).map_err(|reason| refused(index, reason))?;
            let detail = Detail::from_text(text.get().to_owned())
                .ok_or_else(|| refused(index, "it is not valid JSON"))?;
            Ok(Requested {
                detail_type,
                detail,
            })
        })
        .collect()
}

/// Parses what a script made of one element.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse_element(text: &str) -> Result<Requested, String> {
    // One level less: the array around it is not there.
    let value = strict(text, MAX_DEPTH - 1)?;
    let detail_type = type_of(&value)?;
    let detail = Detail::from_text(text.to_owned()).ok_or("it is not valid JSON")?;
    Ok(Requested {
        detail_type,
        detail,
    })
}

/// The refusal of a text that is not strict JSON: of the element that is at fault, where
/// the text is an array at all.
fn blame(text: &str, reason: &str) -> Error {
    let elements: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
    let mut faults = elements
        .into_iter()
        .map(|element| strict(element.get(), MAX_DEPTH - 1).err());
    let first = faults
        .by_ref()
        .take(MAX_ELEMENTS)
        .position(|fault| fault.is_some());
    match first {
        Some(index) if text.len() <= MAX_BYTES => refused(index, reason),
        _ => whole(reason),
    }
}

fn strict(text: &str, depth: usize) -> Result<Value, String> {
    let limits = Limits {
        bytes: MAX_BYTES,
        depth,
    };
    // Sentences of our own: names of members are the client's words.
    strict_json::parse_value(text.as_bytes(), limits).map_err(|error| match error {
        StrictJsonError::TooLarge => "it is too long".to_owned(),
        StrictJsonError::TooDeep => "it is nested too deeply".to_owned(),
        StrictJsonError::DuplicateMember(_) => "an object has a member twice".to_owned(),
        StrictJsonError::NotAnObject => "it is not an object".to_owned(),
        StrictJsonError::Syntax { line, column } => {
            format!("it is not valid JSON (line {line}, column {column})")
        }
    })
}

fn type_of(element: &Value) -> Result<String, &'static str> {
    let members = element.as_object().ok_or("it is not an object")?;
    match members.get("type") {
        None => Err("it has no 'type'"),
        Some(Value::String(name)) if !name.is_empty() => Ok(name.clone()),
        Some(_) => Err("its 'type' is not text"),
    }
}

fn whole(reason: &str) -> Error {
    Code::InvalidAuthorizationDetails.because(format!("'{PARAMETER}': {reason}"))
}
