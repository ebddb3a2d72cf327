//! `--schema-sample NAME`: a document that can be filled in and sent. What the server alone
//! sets is not in it, lists are lists, and it is the same every time.

use serde_json::{Map, Value, json};

use super::{
    document::Document,
    schema::{chosen, type_of},
};

/// Deepest sample.
const MAX_DEPTH: usize = 8;

/// A member whose text nobody types into JSON, and what stands for it: see `sent`.
const IN_A_FILE: (&str, &str) = ("script", "_file script.py");

/// A sample; null where nothing can be said.
pub fn of(document: &Document, schema: &Value) -> Value {
    value(document, schema, MAX_DEPTH).unwrap_or(Value::Null)
}

fn value(document: &Document, schema: &Value, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let schema = document.resolved(schema);
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        let members = properties
            .iter()
            .filter(|(_, member)| member.get("readOnly").is_none_or(|only| *only != true));
        let members = members.filter_map(|(name, member)| {
            if *name == IN_A_FILE.0 {
                return Some((name.clone(), json!(IN_A_FILE.1)));
            }
            Some((name.clone(), value(document, member, depth)?))
        });
        return Some(Value::Object(members.collect::<Map<_, _>>()));
    }
    for given in ["example", "default"] {
        if let Some(given) = schema.get(given) {
            return Some(given.clone()).filter(|given| !given.is_null());
        }
    }
    let listed = schema.get("enum").and_then(Value::as_array);
    if let Some(first) = listed.and_then(|listed| listed.first()) {
        return Some(first.clone());
    }
    if let Some(chosen) = chosen(schema) {
        return value(document, chosen, depth);
    }
    match type_of(schema)? {
        "array" => {
            let item = schema.get("items");
            let item = item.and_then(|item| value(document, item, depth));
            Some(Value::Array(item.into_iter().collect()))
        }
        "object" => Some(json!({})),
        "boolean" => Some(json!(false)),
        "integer" | "number" => Some(json!(1)),
        _ => Some(json!("string")),
    }
}
