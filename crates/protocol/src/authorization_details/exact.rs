//! Looking into JSON text without rounding its numbers or sorting its members.
//!
//! Not here: whether the text may be taken at all (`request` has seen to that, depth included).

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// A JSON value, one level of it taken apart.
pub enum Exact<'a> {
    /// Members in their order.
    Object(Vec<(String, &'a str)>),
    /// Elements in their order.
    Array(Vec<&'a str>),
    /// Text, unescaped.
    Text(String),
    /// A number as written, `true`, `false` or `null`.
    Plain(&'a str),
}

/// Takes one level apart; `None` for what is not JSON.
pub fn read(text: &str) -> Option<Exact<'_>> {
    let text = text.trim_matches([' ', '\t', '\n', '\r']);
    match text.bytes().next()? {
        b'{' => serde_json::from_str::<Members<'_>>(text)
            .ok()
            .map(|members| Exact::Object(members.0)),
        b'[' => {
            let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            Some(Exact::Array(
                elements.into_iter().map(RawValue::get).collect(),
            ))
        }
        b'"' => serde_json::from_str(text).ok().map(Exact::Text),
        _ => Some(Exact::Plain(text)),
    }
}

/// A member of an object, as text.
pub fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    match read(object)? {
        Exact::Object(members) => members
            .into_iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value),
        _ => None,
    }
}

/// A member that is text.
pub fn text_member(object: &str, name: &str) -> Option<String> {
    match read(member(object, name)?)? {
        Exact::Text(text) => Some(text),
        _ => None,
    }
}

/// The same JSON whatever the order of members, blanks, escapes and the spelling of
/// numbers, as `JSONObject.similar` has it; numbers are compared digit by digit, never rounded.
pub fn similar(one: &str, other: &str) -> bool {
    match (read(one), read(other)) {
        (Some(Exact::Object(one)), Some(Exact::Object(other))) => {
            let one: BTreeMap<_, _> = one.into_iter().collect();
            let other: BTreeMap<_, _> = other.into_iter().collect();
            one.len() == other.len()
                && one
                    .iter()
                    .zip(&other)
                    .all(|((a, x), (b, y))| a == b && similar(x, y))
        }
        (Some(Exact::Array(one)), Some(Exact::Array(other))) => {
            one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| similar(a, b))
        }
        (Some(Exact::Text(one)), Some(Exact::Text(other))) => one == other,
        (Some(Exact::Plain(one)), Some(Exact::Plain(other))) => {
            one == other
                || matches!((Decimal::read(one), Decimal::read(other)), (Some(a), Some(b)) if a == b)
        }
        _ => false,
    }
}

/// A number: digits without zeros at either end, and the power of ten of the last one.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        if !text.bytes().next()?.is_ascii_digit() {
            return None;
        }
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
            None => (text, 0_i64),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let digits = digits.trim_start_matches('0');
        let kept = digits.trim_end_matches('0');
        if kept.is_empty() {
            return Some(Self {
                negative: false,
                digits: String::new(),
                exponent: 0,
            });
        }
        let places = i64::try_from(fraction.len()).ok()?;
        let zeros = i64::try_from(digits.len() - kept.len()).ok()?;
        Some(Self {
            negative,
            digits: kept.to_owned(),
            exponent: exponent.checked_sub(places)?.checked_add(zeros)?,
        })
    }
}

/// Members of an object in the order of the text.
struct Members<'a>(Vec<(String, &'a str)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Ordered;

        impl<'de> Visitor<'de> for Ordered {
            type Value = Vec<(String, &'de str)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    members.push((name, value.get()));
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Ordered).map(Members)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_same_json_in_other_clothes_is_similar() {
        for (one, other) in [
            (
                r#"{"a":1,"b":[true,null]}"#,
                r#" { "b" : [ true , null ] , "a" : 1.0 } "#,
            ),
            ("100", "1e2"),
            ("-0", "0.00"),
            ("0.10", "1E-1"),
            (r#""\u0041""#, r#""A""#),
            ("{}", "{ }"),
        ] {
            assert!(similar(one, other), "{one} {other}");
            assert!(similar(other, one), "{other} {one}");
        }
    }

    #[test]
    fn what_differs_in_a_digit_is_not_similar() {
        for (one, other) in [
            // All of these are equal as 64-bit floating point numbers.
            ("10000000000000000000001", "10000000000000000000002"),
            ("0.1000000000000000055511151231257827", "0.1"),
            ("9007199254740993", "9007199254740992"),
            ("1", "10"),
            ("1", "-1"),
            ("1", "true"),
            ("1", r#""1""#),
            ("null", "false"),
            ("[1,2]", "[2,1]"),
            (r#"{"a":1}"#, r#"{"a":1,"b":1}"#),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            ("[]", "{}"),
        ] {
            assert!(!similar(one, other), "{one} {other}");
        }
    }

    #[test]
    fn members_are_found_by_their_unescaped_name() {
        let object = r#"{"z":1.50,"typ\u0065":"a"}"#;
        assert_eq!(text_member(object, "type").as_deref(), Some("a"));
        assert_eq!(member(object, "z"), Some("1.50"));
        assert_eq!(text_member(object, "z"), None);
        assert_eq!(member(object, "y"), None);
    }
}
