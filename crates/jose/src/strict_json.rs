//! Reading JSON that somebody hostile wrote: bounded in size and depth, no member twice, nothing after the value.
//!
//! Duplicate members matter because two readers may pick different ones (RFC 8259 section 4); JOSE demands that they are
//! refused or that the last one wins (RFC 7515 section 4), and we refuse. Not a schema and not a fast path for our own JSON.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::{cell::Cell, fmt};

/// How much JSON is read before giving up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest text, in bytes.
    pub bytes: usize,
    /// Deepest nesting of arrays and objects; the outermost one counts as 1. Effective up to about 120, where the parser
    /// underneath gives up by itself.
    pub depth: usize,
}

/// Why a JSON text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StrictJsonError {
    /// Longer than [`Limits::bytes`].
    #[error("JSON is longer than allowed")]
    TooLarge,
    /// Deeper than [`Limits::depth`].
    #[error("JSON is nested deeper than allowed")]
    TooDeep,
    /// An object has the same member twice, after unescaping; the name is shortened to 64 characters.
    #[error("JSON member {0:?} appears twice")]
    DuplicateMember(String),
    /// The outermost value is not an object.
    #[error("JSON value is not an object")]
    NotAnObject,
    /// Not JSON, not UTF-8, a number out of range, or something follows the value.
    #[error("not valid JSON at line {line}, column {column}")]
    Syntax {
        /// Line, from 1; 0 when unknown.
        line: usize,
        /// Column in bytes, from 1; 0 when unknown.
        column: usize,
    },
}

/// Reads exactly one JSON object.
pub fn parse_object(text: &[u8], limits: Limits) -> Result<Map<String, Value>, StrictJsonError> {
    match parse_value(text, limits)? {
        Value::Object(object) => Ok(object),
        _ => Err(StrictJsonError::NotAnObject),
    }
}

/// Reads exactly one JSON value of any kind.
pub fn parse_value(text: &[u8], limits: Limits) -> Result<Value, StrictJsonError> {
    if text.len() > limits.bytes {
        return Err(StrictJsonError::TooLarge);
    }
    let fault = Cell::new(None);
    let seed = Strict {
        depth_left: limits.depth,
        fault: &fault,
    };
    let mut parser = serde_json::Deserializer::from_slice(text);
    let parsed = seed
        .deserialize(&mut parser)
        .and_then(|value| parser.end().map(|()| value));
    // A refusal of ours travels through serde as an opaque message; the cell keeps what it really was.
    parsed.map_err(|error| {
        fault.take().unwrap_or(StrictJsonError::Syntax {
            line: error.line(),
            column: error.column(),
        })
    })
}

/// Builds one value, counting down the depth that is left.
#[derive(Clone, Copy)]
struct Strict<'f> {
    depth_left: usize,
    fault: &'f Cell<Option<StrictJsonError>>,
}

impl Strict<'_> {
    fn refuse<E: serde::de::Error>(&self, why: StrictJsonError) -> E {
        let message = E::custom(&why);
        self.fault.set(Some(why));
        message
    }

    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth_left.checked_sub(1) {
            Some(depth_left) => Ok(Self { depth_left, ..self }),
            None => Err(self.refuse(StrictJsonError::TooDeep)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(inner)? {
            array.push(element);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                let shown = name.chars().take(64).collect();
                return Err(self.refuse(StrictJsonError::DuplicateMember(shown)));
            }
            let value = members.next_value_seed(inner)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::{any, proptest};
    use serde_json::json;

    const LIMITS: Limits = Limits {
        bytes: 1024,
        depth: 4,
    };

    fn refusal(text: &str) -> StrictJsonError {
        parse_object(text.as_bytes(), LIMITS).unwrap_err()
    }

    #[test]
    fn keeps_every_kind_of_value() {
        let text = br#" {"a":[1,-2,1.5,true,null,"x\u0041"],"b":{"c":18446744073709551615}} "#;
        let expected = json!({"a": [1, -2, 1.5, true, null, "xA"], "b": {"c": 18_446_744_073_709_551_615_u64}});
        assert_eq!(Value::Object(parse_object(text, LIMITS).unwrap()), expected);
    }

    #[test]
    fn refuses_duplicates_at_any_depth_and_in_any_spelling() {
        let twice = StrictJsonError::DuplicateMember("a".to_owned());
        assert_eq!(refusal(r#"{"a":1,"a":1}"#), twice);
        assert_eq!(refusal(r#"{"a":1,"\u0061":2}"#), twice);
        assert_eq!(refusal(r#"{"b":[{"a":1,"c":0,"a":1}]}"#), twice);
        assert!(parse_object(br#"{"a":1,"A":1,"b":{"a":1}}"#, LIMITS).is_ok());
    }

    #[test]
    fn refuses_depth_and_size_and_accepts_the_limit_itself() {
        assert!(parse_object(br#"{"a":[[[1]]]}"#, LIMITS).is_ok());
        assert_eq!(refusal(r#"{"a":[[[[]]]]}"#), StrictJsonError::TooDeep);
        let fits = format!("{{\"a\":\"{}\"}}", "x".repeat(1024 - 8));
        assert_eq!(fits.len(), 1024);
        assert!(parse_object(fits.as_bytes(), LIMITS).is_ok());
        assert_eq!(refusal(&format!("{fits} ")), StrictJsonError::TooLarge);
    }

    #[test]
    fn very_deep_text_does_not_exhaust_the_stack() {
        let limits = Limits {
            bytes: 1 << 22,
            depth: usize::MAX,
        };
        let text = "[".repeat(1 << 21);
        assert!(parse_value(text.as_bytes(), limits).is_err());
    }

    #[test]
    fn refuses_what_is_not_exactly_one_object() {
        for text in ["[]", "1", "\"x\"", "null", "true"] {
            assert_eq!(refusal(text), StrictJsonError::NotAnObject, "{text}");
        }
        for text in [
            "",
            "{",
            "{}{}",
            "{} x",
            "{'a':1}",
            "{\"a\":1,}",
            "{\"a\":NaN}",
            "{\"a\":1e999}",
            "{\"a\":01}",
            "{\"a\":\"\\ud800\"}",
            "\u{feff}{}",
        ] {
            let refused = refusal(text);
            assert!(
                matches!(refused, StrictJsonError::Syntax { .. }),
                "{text}: {refused}"
            );
        }
        assert!(parse_object(b"{\"a\":\"\xff\"}", LIMITS).is_err());
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json_or_refuses(text in any::<String>()) {
            if let Ok(value) = parse_value(text.as_bytes(), LIMITS) {
                assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
            }
        }

        #[test]
        fn reads_back_what_was_written(members in proptest::collection::btree_map(any::<String>(), any::<i64>(), 0..16)) {
            let text = serde_json::to_vec(&members).unwrap();
            let limits = Limits { bytes: usize::MAX, depth: 1 };
            let object = parse_object(&text, limits).unwrap();
            assert_eq!(object.len(), members.len());
            for (name, value) in members {
                assert_eq!(object[&name], value);
            }
        }
    }
}
