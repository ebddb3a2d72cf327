//! The config API's description of itself (`OpenAPI` 3.1), made of the operations and of the
//! types that they take and tell.

use axum::response::Response;
use durward_protocol::management::{
    FieldError,
    scripts::{
        CustomScript, Difference, Version,
        form::{Property, ScriptErrorForm},
    },
};
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;

pub use super::operations::OPERATIONS;
use super::operations::{Operation, Sent, Told};
use crate::{respond::public_json, routes::Place};

/// Serves it.
pub async fn get() -> Response {
    public_json(&document())
}

/// The document.
pub fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS {
        let item = paths
            .entry(operation.path)
            .or_insert_with(|| json!({ "parameters": path_parameters(operation.path) }));
        if let Some(item) = item.as_object_mut() {
            item.insert(operation.method.to_lowercase(), described(operation));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Durward config API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Administration from afar, under Jans's paths and names.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": Place::ConfigApi.prefix("") }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": {
                "type": "http", "scheme": "bearer",
                "description": "An access token of this server that a client got for itself \
                    (client_credentials), with one of the operation's x-scopes.",
            } },
            "schemas": schemas(),
            "responses": { "Refused": {
                "description": "Not done, and nothing was changed.",
                "content": { "application/json": { "schema": reference("Refusal") } },
            } },
        },
    })
}

fn schemas() -> Value {
    json!({
        "CustomScript": CustomScript::schema(),
        "Property": Property::schema(),
        "ScriptErrorForm": ScriptErrorForm::schema(),
        "Version": Version::schema(),
        "Difference": Difference::schema(),
        "FieldError": FieldError::schema(),
        "Text": { "type": "string" },
        "Thing": { "type": "object", "description": "Members as the documentation tells them." },
        "Refusal": {
            "type": "object",
            "required": ["error", "error_description"],
            "properties": {
                "error": { "type": "string" },
                "error_description": { "type": "string" },
                "errors": { "type": "array", "items": reference("FieldError") },
            },
        },
        "Patch": {
            "type": "array",
            "description": "RFC 6902.",
            "maxItems": 256,
            "items": {
                "type": "object",
                "required": ["op", "path"],
                "properties": {
                    "op": { "enum": ["add", "remove", "replace", "move", "copy", "test"] },
                    "path": { "type": "string" },
                    "from": { "type": "string" },
                    "value": {},
                },
            },
        },
    })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Parameters that stand in a path, in order.
fn path_parameters(path: &str) -> Vec<Value> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            let schema = if name == "revision" {
                json!({ "type": "integer", "format": "int64" })
            } else {
                json!({ "type": "string", "minLength": 1 })
            };
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        })
        .collect()
}

fn described(operation: &Operation) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.about,
        "tags": [operation.path.split('/').find(|part| !part.is_empty())],
        "x-scopes": operation.scopes,
        "parameters": parameters(operation),
        "responses": responses(operation),
    });
    let body = match operation.sent {
        Sent::Nothing => None,
        Sent::Document(name) => Some(("application/json", reference(name))),
        Sent::Patch => Some(("application/json-patch+json", reference("Patch"))),
    };
    if let (Some((kind, schema)), Some(members)) = (body, described.as_object_mut()) {
        let content = Map::from_iter([(kind.to_owned(), json!({ "schema": schema }))]);
        let body = json!({ "required": true, "content": content });
        members.insert("requestBody".to_owned(), body);
    }
    described
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let mut parameters: Vec<Value> = operation
        .query
        .iter()
        .map(|name| {
            let schema = match *name {
                "limit" => {
                    json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 })
                }
                "startIndex" => json!({ "type": "integer", "minimum": 0, "default": 1 }),
                "from" => json!({ "type": "integer", "format": "int64" }),
                "publishBefore" => {
                    json!({ "type": "integer", "minimum": 0, "maximum": 604_800, "default": 600 })
                }
                "sortOrder" => json!({ "enum": ["ascending", "descending"] }),
                "addScriptTemplate" => json!({ "enum": ["false"] }),
                "message" => json!({ "type": "string", "maxLength": 1_000 }),
                "pattern" => json!({ "type": "string", "maxLength": 50 }),
                _ => json!({ "type": "string" }),
            };
            json!({ "name": name, "in": "query", "schema": schema })
        })
        .collect();
    if matches!(operation.method, "PUT" | "PATCH" | "DELETE") {
        parameters.push(json!({
            "name": "If-Match", "in": "header", "schema": { "type": "string" },
            "description": "The ETag of what is to be changed.",
        }));
    }
    parameters
}

fn responses(operation: &Operation) -> Value {
    let (status, schema) = match operation.told {
        Told::Nothing => ("204", None),
        Told::Document(name) => ("200", Some(reference(name))),
        Told::Made(name) => ("201", Some(reference(name))),
        Told::List(name) => (
            "200",
            Some(json!({ "type": "array", "items": reference(name) })),
        ),
        Told::Page(name) => ("200", Some(page(name))),
    };
    let mut done = json!({ "description": "Done." });
    if let (Some(schema), Some(members)) = (schema, done.as_object_mut()) {
        let content = json!({ "application/json": { "schema": schema } });
        members.insert("content".to_owned(), content);
    }
    let mut responses = Map::from_iter([(status.to_owned(), done)]);
    for status in [
        "400", "401", "403", "404", "409", "412", "413", "415", "500", "507",
    ] {
        let refused = json!({ "$ref": "#/components/responses/Refused" });
        responses.insert(status.to_owned(), refused);
    }
    Value::Object(responses)
}

fn page(name: &str) -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    json!({
        "type": "object",
        "required": ["start", "totalEntriesCount", "entriesCount", "entries"],
        "properties": {
            "start": count,
            "totalEntriesCount": count,
            "entriesCount": count,
            "entries": { "type": "array", "items": reference(name) },
        },
    })
}
