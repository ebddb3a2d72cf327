//! Schemas of documents that the rules read member by member, made of what a new one looks
//! like. Not here: types that describe themselves, which `openapi` takes as they are.

use durward_model::Configuration;
use durward_protocol::{configuration::masked, management::clients};
use serde_json::{Map, Value, json};

/// The live configuration.
pub fn configuration() -> Value {
    let mut schema = shape(&masked(&Configuration::default()));
    describe(&mut schema, "The live configuration.");
    schema
}

/// A client. Metadata that a new one does not have may be there too.
pub fn client() -> Value {
    let mut schema = shape(&clients::blank());
    describe(&mut schema, "A client: metadata of RFC 7591 in camelCase.");
    if let Some(inum) = schema.pointer_mut("/properties/inum") {
        *inum = json!({
            "type": "string",
            "description": "Its id; made up where a new one names none.",
            "default": null,
        });
    }
    for name in clients::TOLD_ONLY {
        if let Some(Value::Object(member)) = schema.pointer_mut(&format!("/properties/{name}")) {
            member.insert("readOnly".to_owned(), json!(true));
        }
    }
    schema
}

fn describe(schema: &mut Value, about: &str) {
    if let Some(members) = schema.as_object_mut() {
        members.remove("default");
        members.insert("description".to_owned(), json!(about));
    }
}

/// The type of a value, which is its default. What a null or an empty list is of, it does not say.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => json!({}),
        Value::Bool(_) => json!({ "type": "boolean", "default": value }),
        Value::Number(number) if number.is_f64() => json!({ "type": "number", "default": value }),
        Value::Number(_) => json!({ "type": "integer", "default": value }),
        Value::String(_) => json!({ "type": "string", "default": value }),
        Value::Array(_) => json!({ "type": "array", "default": value }),
        Value::Object(members) => {
            let properties: Map<String, Value> = members
                .iter()
                .map(|(name, value)| (name.clone(), shape(value)))
                .collect();
            json!({ "type": "object", "properties": properties })
        }
    }
}
