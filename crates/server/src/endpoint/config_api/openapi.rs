//! The config API's description of itself (`OpenAPI` 3.1), made of the operations and of the
//! types that they take and tell.

use axum::response::Response;
use durward_protocol::{
    management::{
        FieldError,
        scripts::{
            CandidateEndTold, CandidateForm, CandidateTold, CustomScript, Difference, Version,
            candidates::{FiguresTold, TriesTold},
            form::{Property, ScriptErrorForm},
        },
        trials::{PreparedAnswer, RecordedSummary, ReplayForm, TrialForm},
    },
    script_recording::replay::{ChangedField, Differing, Replayed},
    script_trial::{Told as Tried, ToldError, ToldHostCall},
};
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;

pub use super::operations::OPERATIONS;
use super::{
    operations::{Operation, Sent, TAGS, Told, tag_of},
    shapes,
};
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
        "tags": TAGS.iter().map(|(_, tag)| json!({ "name": tag })).collect::<Vec<_>>(),
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
            }, "Later": {
                "description": "Not done: others are being tried, or there were too many.",
                "headers": { "Retry-After": {
                    "description": "Seconds.", "schema": { "type": "integer" },
                } },
                "content": { "application/json": { "schema": reference("Refusal") } },
            } },
        },
    })
}

fn schemas() -> Value {
    let named = [
        ("CustomScript", json!(CustomScript::schema())),
        ("SimpleExtendedCustomProperty", json!(Property::schema())),
        ("ScriptError", json!(ScriptErrorForm::schema())),
        ("CandidateEndTold", json!(CandidateEndTold::schema())),
        ("CandidateForm", json!(CandidateForm::schema())),
        ("CandidateTold", json!(CandidateTold::schema())),
        ("FiguresTold", json!(FiguresTold::schema())),
        ("TriesTold", json!(TriesTold::schema())),
        ("Version", json!(Version::schema())),
        ("Difference", json!(Difference::schema())),
        ("FieldError", json!(FieldError::schema())),
        ("TrialForm", json!(TrialForm::schema())),
        ("PreparedAnswer", json!(PreparedAnswer::schema())),
        ("Told", json!(Tried::schema())),
        ("ToldError", json!(ToldError::schema())),
        ("ToldHostCall", json!(ToldHostCall::schema())),
        ("RecordedSummary", json!(RecordedSummary::schema())),
        ("ReplayForm", json!(ReplayForm::schema())),
        ("Replayed", json!(Replayed::schema())),
        ("Differing", json!(Differing::schema())),
        ("ChangedField", json!(ChangedField::schema())),
        ("AppConfiguration", shapes::configuration()),
        ("Client", shapes::client()),
        ("SessionId", told_only("A session that lives.")),
        ("Scope", told_only("A scope that exists.")),
        ("User", told_only("Somebody, without secrets.")),
        (
            "RecordedCall",
            told_only("A recorded call, without secrets."),
        ),
        (
            "JSONWebKey",
            told_only("A key of the server, without its private half."),
        ),
    ];
    let mut all = written_here();
    if let Some(members) = all.as_object_mut() {
        members.extend(named.map(|(name, schema)| (name.to_owned(), schema)));
    }
    all
}

/// Those that are nobody's type.
fn written_here() -> Value {
    json!({
        "Text": { "type": "string" },
        "Refusal": {
            "type": "object",
            "required": ["error", "error_description"],
            "properties": {
                "error": { "type": "string" },
                "error_description": { "type": "string" },
                "errors": { "type": "array", "items": reference("FieldError") },
            },
        },
        "JsonPatch": {
            "type": "object",
            "description": "A change (RFC 6902).",
            "required": ["op", "path"],
            "properties": {
                "op": {
                    "enum": ["add", "remove", "replace", "move", "copy", "test"],
                    "description": "What is done.",
                    "example": "replace",
                },
                "path": { "type": "string", "description": "Where (RFC 6901).", "example": "/enabled" },
                "from": { "type": "string", "description": "Where from, for move and copy." },
                "value": { "description": "What with, for add, replace and test.", "example": true },
            },
        },
    })
}

/// What is only answered.
fn told_only(about: &str) -> Value {
    json!({ "type": "object", "description": about })
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
            json!({
                "name": name, "in": "path", "required": true, "schema": schema,
                "description": about_path_parameter(name),
            })
        })
        .collect()
}

fn about_path_parameter(name: &str) -> &'static str {
    match name {
        "revision" => "Which version.",
        "type" => "A script type, in upper or lower case.",
        "name" => "A script's name.",
        "sid" => "A session, by its SID.",
        _ => "Its id.",
    }
}

fn about_query_parameter(name: &str) -> &'static str {
    match name {
        "limit" => "How many at most.",
        "startIndex" => "The first one, from 1.",
        "pattern" => "Text that it contains, in any case.",
        "sortBy" => "By which member.",
        "sortOrder" => "In which order.",
        "from" => "The older revision; the one before, if absent.",
        "publishBefore" => "Seconds that a new key is published before it signs.",
        "alg" => "Of this algorithm only.",
        "addScriptTemplate" => "Nothing is put in place of a text: false.",
        "message" => "Why, for the script's history.",
        _ => "",
    }
}

fn described(operation: &Operation) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.about,
        "tags": tag_of(operation.path).into_iter().collect::<Vec<_>>(),
        "x-scopes": operation.scopes,
        "parameters": parameters(operation),
        "responses": responses(operation),
    });
    let body = match operation.sent {
        Sent::Nothing => None,
        Sent::Document(name) => Some(("application/json", reference(name))),
        Sent::Patch => Some((
            "application/json-patch+json",
            json!({ "type": "array", "maxItems": 256, "items": reference("JsonPatch") }),
        )),
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
            json!({
                "name": name, "in": "query", "schema": schema,
                "description": about_query_parameter(name),
            })
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
    if operation.path.ends_with("/call") || operation.path.ends_with("/replay") {
        for status in ["429", "503"] {
            let refused = json!({ "$ref": "#/components/responses/Later" });
            responses.insert(status.to_owned(), refused);
        }
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
