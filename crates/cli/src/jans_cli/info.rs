//! `--info TASK`: its operations, as Jans prints them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::document::{Body, Operation};

/// The operations for people. `program` is what is typed to get here.
pub fn lines(operations: &[Operation], program: &str) -> String {
    let mut text = String::new();
    for operation in operations {
        let _ = writeln!(text, "Operation ID: {}", operation.id);
        let _ = writeln!(text, "  Description: {}", operation.about);
        let suffixes = operation.parameters.iter().filter(|known| known.in_path);
        let suffixes: Vec<&str> = suffixes.map(|known| known.name.as_str()).collect();
        if !suffixes.is_empty() {
            let _ = writeln!(text, "  url-suffix: {}", suffixes.join(", "));
        }
        parameters(operation, &mut text);
        if let Some(body) = &operation.body {
            let _ = writeln!(text, "  Schema: {}", schema(body));
        }
    }
    let mut bodies = operations.iter().filter_map(|known| known.body.as_ref());
    if let Some(body) = bodies.next() {
        let name = &body.schema;
        let _ = write!(
            text,
            "\nTo get sample schema type {program} --schema-sample <schema>, \
             for example {program} --schema-sample {name}"
        );
    }
    text.trim_end().to_owned()
}

fn parameters(operation: &Operation, text: &mut String) {
    let mut in_query = operation.parameters.iter().filter(|known| !known.in_path);
    let Some(first) = in_query.next() else {
        return;
    };
    let _ = writeln!(text, "  Parameters:");
    for parameter in std::iter::once(first).chain(in_query) {
        let _ = write!(text, "  {}: {}", parameter.name, parameter.about);
        let _ = match &parameter.kind {
            Some(kind) => writeln!(text, " [{kind}]"),
            None => writeln!(text),
        };
    }
}

fn schema(body: &Body) -> String {
    if body.is_list {
        format!("Array of {}", body.schema)
    } else {
        body.schema.clone()
    }
}

/// The same for programs.
pub fn members(operations: &[Operation]) -> Value {
    let told = operations.iter().map(|operation| {
        let names = |in_path: bool| {
            let found = operation.parameters.iter();
            let found = found.filter(|known| known.in_path == in_path);
            found.map(|known| known.name.as_str()).collect::<Vec<_>>()
        };
        json!({
            "operationId": operation.id,
            "description": operation.about,
            "urlSuffix": names(true),
            "parameters": names(false),
            "schema": operation.body.as_ref().map(schema),
            "scopes": operation.scopes,
        })
    });
    told.collect()
}
