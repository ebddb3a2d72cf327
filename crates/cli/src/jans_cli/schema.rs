//! `--schema NAME`: each member with its type and what is said of it, laid out as Jans does.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::document::{Document, reference_name};

/// What is said of a member beside its type, in this order.
const SAID: [&str; 6] = [
    "enum",
    "format",
    "minimum",
    "default",
    "example",
    "description",
];

/// A schema for people.
pub fn lines(document: &Document, schema: &Value) -> String {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return kind(document, schema);
    };
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| {
        let mut all = required.into_iter().flatten();
        all.any(|known| known == name)
    };
    let width = properties.keys().map(|name| name.chars().count() + 2).max();
    let width = width.unwrap_or(0);
    let mut text = String::new();
    for (name, member) in properties {
        let star = if is_required(name) { "*" } else { "" };
        let name = format!("{name}{star}");
        let _ = writeln!(text, "{name:<width$} {}", kind(document, member));
        for (key, value) in said(member) {
            let _ = writeln!(text, "{:width$} {key}: {}", "", one_line(value));
        }
        for (name, member) in members_below(document, member).into_iter().flatten() {
            let _ = writeln!(text, "{:width$}   {name}: {}", "", kind(document, member));
        }
    }
    text.trim_end().to_owned()
}

/// What is said; where a member is one of several things, of the one that it is.
fn said(member: &Value) -> Vec<(&'static str, &Value)> {
    let told = |name: &'static str| {
        let own = member.get(name).or_else(|| chosen(member)?.get(name))?;
        // No value and no text say nothing.
        (!own.is_null() && own != "").then_some((name, own))
    };
    let mut all: Vec<_> = SAID.into_iter().filter_map(told).collect();
    let only = member.get("readOnly").filter(|value| **value == true);
    all.extend(only.map(|value| ("readOnly", value)));
    all
}

/// The first thing that a member may be, if it is not null.
pub fn chosen(member: &Value) -> Option<&Value> {
    let several = member.get("oneOf").or_else(|| member.get("anyOf"))?;
    let mut several = several.as_array()?.iter();
    several.find(|one| one.get("type").is_none_or(|kind| kind != "null"))
}

/// The type of a value; `["string", "null"]` is `string`.
pub fn type_of(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            kinds.find(|kind| *kind != "null")
        }
        _ => None,
    }
}

fn kind(document: &Document, member: &Value) -> String {
    let member = chosen(member).unwrap_or(member);
    let own = type_of(document.resolved(member));
    let items = member.get("items");
    match (own, items) {
        (Some("array"), Some(items)) => {
            let of = reference_name(items).or_else(|| type_of(items));
            format!("array of {}", of.unwrap_or("anything"))
        }
        (Some(own), _) => own.to_owned(),
        (None, _) if member.get("enum").is_some() => "string".to_owned(),
        (None, _) => "anything".to_owned(),
    }
}

/// The members of an object, or of the objects of a list.
fn members_below<'a>(document: &'a Document, member: &'a Value) -> Option<&'a Map<String, Value>> {
    let member = chosen(member).unwrap_or(member);
    let one = member.get("items").unwrap_or(member);
    document.resolved(one).get("properties")?.as_object()
}

fn one_line(value: &Value) -> String {
    match value {
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
