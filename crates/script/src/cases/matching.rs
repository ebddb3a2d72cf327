//! Comparing what a script made with what was expected of it.
//!
//! An expected object with the one member `$contains`, `$lacks` or `$null` is a pattern. Where
//! an object or array is expected and text came that is JSON, what the text says is compared.

use serde_json::{Map, Value};

/// Patterns: text that must be there, text that must not, nothing at all.
const CONTAINS: &str = "$contains";
const LACKS: &str = "$lacks";
const NULL: &str = "$null";

/// Is it what stands for null where a format has none, such as TOML?
pub fn is_null(written: &Value) -> bool {
    pattern(written, &Value::Null) == Some(true) && written.get(NULL).is_some()
}

/// A difference as lines for people.
pub fn said(place: &str, expected: &str, got: &str) -> String {
    let indented = |text: &str| text.replace('\n', "\n            ");
    format!(
        "{place}\n  expected  {}\n  got       {}",
        indented(expected),
        indented(got)
    )
}

/// Where `got` is not `expected`, nothing more and nothing less.
pub fn differences(place: &str, expected: &Value, got: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(place, expected, got, true, &mut found);
    found
}

/// Where `got` lacks something of `expected`; members beyond it are not looked at.
pub fn lacking(place: &str, expected: &Value, got: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(place, expected, got, false, &mut found);
    found
}

fn compare(place: &str, expected: &Value, got: &Value, exact: bool, found: &mut Vec<String>) {
    if let Some(fits) = pattern(expected, got) {
        if !fits {
            found.push(said(place, &expected.to_string(), &got.to_string()));
        }
        return;
    }
    let parsed = match got {
        Value::String(text) if expected.is_object() || expected.is_array() => {
            serde_json::from_str::<Value>(text).ok()
        }
        _ => None,
    };
    let got = parsed.as_ref().unwrap_or(got);
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            objects(place, (expected, got), exact, found);
        }
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            for (index, (expected, got)) in expected.iter().zip(got).enumerate() {
                compare(&format!("{place}[{index}]"), expected, got, exact, found);
            }
        }
        _ if same(expected, got) => {}
        _ => found.push(said(place, &expected.to_string(), &got.to_string())),
    }
}

fn objects(
    place: &str,
    (expected, got): (&Map<String, Value>, &Map<String, Value>),
    exact: bool,
    found: &mut Vec<String>,
) {
    for (name, expected) in expected {
        let place = format!("{place}.{name}");
        match got.get(name) {
            Some(got) => compare(&place, expected, got, exact, found),
            None => found.push(said(&place, &expected.to_string(), "no such member")),
        }
    }
    let others = got
        .iter()
        .filter(|(name, _)| exact && !expected.contains_key(*name));
    found.extend(others.map(|(name, got)| {
        let place = format!("{place}.{name}");
        said(&place, "no such member", &got.to_string())
    }));
}

/// Numbers by what they are worth: TOML's 1 and a script's 1.0 are one.
fn same(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || (one.as_f64() == other.as_f64() && (one.is_f64() || other.is_f64()))
        }
        _ => expected == got,
    }
}

/// Does `got` fit, if `expected` is a pattern?
fn pattern(expected: &Value, got: &Value) -> Option<bool> {
    let expected = expected
        .as_object()
        .filter(|expected| expected.len() == 1)?;
    let (name, wanted) = expected.iter().next()?;
    let texts: Vec<&str> = match wanted {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let text = got.as_str();
    match name.as_str() {
        CONTAINS => Some(
            !texts.is_empty()
                && text.is_some_and(|text| texts.iter().all(|one| text.contains(one))),
        ),
        LACKS => Some(
            !texts.is_empty()
                && text.is_some_and(|text| texts.iter().all(|one| !text.contains(one))),
        ),
        NULL => Some(got.is_null() == (wanted == true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_compared_by_what_they_say() {
        let equal = [
            (json!(1), json!(1.0)),
            (json!({ "a": [1, 2] }), json!("{\"a\": [1, 2]}")),
            (json!({ "$contains": ["a", "b"] }), json!("b a")),
            (json!({ "$lacks": "<script>" }), json!("<p>")),
            (json!({ "$null": true }), json!(null)),
        ];
        for (expected, got) in equal {
            assert_eq!(differences("x", &expected, &got), [""; 0]);
        }
        let different = [
            (json!(1), json!(true)),
            (json!("1"), json!(1)),
            (json!([1]), json!([1, 1])),
            (json!({}), json!({ "a": 1 })),
            (json!({ "$contains": ["a", "c"] }), json!("b a")),
            (json!({ "$contains": [] }), json!("b a")),
            (json!({ "$lacks": "b" }), json!("b a")),
            (json!({ "$lacks": "b" }), json!(null)),
            (json!({ "$null": true }), json!("null")),
        ];
        for (expected, got) in different {
            assert_eq!(
                differences("x", &expected, &got).len(),
                1,
                "{expected} {got}"
            );
        }
    }

    #[test]
    fn more_than_was_expected_is_told_only_where_it_matters() {
        let (expected, got) = (
            json!({ "a": { "b": 1 } }),
            json!({ "a": { "b": 1, "c": 2 } }),
        );
        assert_eq!(lacking("x", &expected, &got), [""; 0]);
        assert_eq!(
            differences("x", &expected, &got),
            ["x.a.c\n  expected  no such member\n  got       2"]
        );
    }
}
