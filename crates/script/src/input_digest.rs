//! The hash under which a call's input is recorded.
//!
//! Canonical is: JSON without white space, the members of objects in the order of their
//! names' bytes. Whoever has the input can show that it was this one.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::program::Call;

/// Most contexts fit in this, bytes.
const ROOM: usize = 8 * 1024;

/// SHA-256 of `{"arguments":…,"context":…}`, hexadecimal.
pub fn of(call: &Call) -> String {
    let mut text = Vec::with_capacity(ROOM);
    text.extend(b"{\"arguments\":{");
    write_members(call.arguments.iter(), &mut text);
    text.extend(b"},\"context\":");
    write(&call.context, &mut text);
    text.push(b'}');
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(&text) {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

fn write(value: &Value, text: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            text.push(b'{');
            write_members(members.iter(), text);
            text.push(b'}');
        }
        Value::Array(elements) => {
            text.push(b'[');
            for (place, element) in elements.iter().enumerate() {
                if place > 0 {
                    text.push(b',');
                }
                write(element, text);
            }
            text.push(b']');
        }
        plain => write_plain(plain, text),
    }
}

/// Sorted here: whether `serde_json` keeps members sorted is up to other crates' features.
fn write_members<'a>(members: impl Iterator<Item = (&'a String, &'a Value)>, text: &mut Vec<u8>) {
    let mut members: Vec<_> = members.collect();
    members.sort_by_key(|(name, _)| name.as_bytes());
    for (place, (name, value)) in members.into_iter().enumerate() {
        if place > 0 {
            text.push(b',');
        }
        write_plain(name, text);
        text.push(b':');
        write(value, text);
    }
}

fn write_plain(value: &impl Serialize, text: &mut Vec<u8>) {
    // Neither text nor numbers fail, and there is always room in memory.
    let _ = serde_json::to_writer(text, value);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::{Map, json};

    use super::*;

    fn call(context: Value, arguments: Value) -> Call {
        Call {
            method: "m".into(),
            context,
            arguments: serde_json::from_value::<Map<String, Value>>(arguments).unwrap(),
        }
    }

    #[test]
    fn the_text_that_is_hashed_is_the_documented_one() {
        // printf '%s' '{"arguments":{"answer":[1,null]},"context":{"a":{"x":"\"é"},"b":true}}' | sha256sum
        let call = call(
            json!({"b": true, "a": {"x": "\"é"}}),
            json!({"answer": [1, null]}),
        );
        assert_eq!(
            of(&call),
            "6bbff80302951f6d5dbcdf2fbfbc17847339394fb8dcc8b43ffd2c9321f72de9"
        );
    }

    #[test]
    fn another_input_has_another_digest() {
        let inputs = [
            call(json!({}), json!({})),
            call(json!({"a": [1, 2]}), json!({})),
            call(json!({"a": [12]}), json!({})),
            call(json!({"a": "1,2"}), json!({})),
            call(json!({}), json!({"a": [1, 2]})),
        ];
        let digests: std::collections::BTreeSet<String> = inputs.iter().map(of).collect();
        assert_eq!(digests.len(), inputs.len());
    }
}
