//! JSON of Jans's config API: a script, a list of them, a page of them, or the configuration.

use durward_model::script::ScriptProperty;
use serde_json::{Map, Value};

use super::{Export, ExportedScript, finished};
use crate::script_keeping::Draft;

/// Reads a whole file.
pub fn parse(text: &str) -> Result<Export, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut export = Export::default();
    match value {
        Value::Array(all) => export.scripts.extend(all.into_iter().map(any_script)),
        Value::Object(mut object) => {
            if let Some(Value::Array(all)) = object.remove("entries") {
                export.scripts.extend(all.into_iter().map(any_script));
            } else if object.contains_key("scriptType") || object.contains_key("script") {
                export.scripts.push(script(&object));
            } else if is_configuration(&object) {
                export.configurations.push(object);
            }
        }
        _ => {}
    }
    Ok(export)
}

/// Jans's configuration has hundreds of members; these it always has.
pub fn is_configuration(object: &Map<String, Value>) -> bool {
    ["issuer", "authorizationEndpoint", "tokenEndpoint"]
        .iter()
        .any(|name| object.contains_key(*name))
}

fn any_script(value: Value) -> ExportedScript {
    match value {
        Value::Object(object) => script(&object),
        other => ExportedScript {
            unusable: Some(format!("it is no object but {}", kind_of(&other))),
            ..ExportedScript::default()
        },
    }
}

fn script(object: &Map<String, Value>) -> ExportedScript {
    let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut script = ExportedScript {
        draft: Draft {
            name: text("name").to_owned(),
            description: text("description").to_owned(),
            script_type: text("scriptType").to_owned(),
            programming_language: text("programmingLanguage").to_owned(),
            text: text("script").to_owned(),
            level: 1,
            enabled: object.get("enabled").is_some_and(is_true),
            ..Draft::default()
        },
        ..ExportedScript::default()
    };
    let read = level(object.get("level")).and_then(|level| {
        script.draft.level = level;
        script.draft.module_properties = properties(object.get("moduleProperties"))?;
        script.draft.configuration_properties = properties(object.get("configurationProperties"))?;
        Ok(())
    });
    script.unusable = read.err();
    finished(script)
}

/// A level; 1 where there is none.
pub fn level(value: Option<&Value>) -> Result<i32, String> {
    let number = match value {
        None | Some(Value::Null) => return Ok(1),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(value) => value.as_i64().and_then(|number| i32::try_from(number).ok()),
    };
    number.ok_or_else(|| "its level is not a number".to_owned())
}

/// A list of properties; Jans leaves it out, or writes null, for none.
fn properties(value: Option<&Value>) -> Result<Vec<ScriptProperty>, String> {
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(all)) => all.iter().map(property).collect(),
        Some(other) => Err(format!("its properties are no list but {}", kind_of(other))),
    }
}

/// One property.
pub fn property(value: &Value) -> Result<ScriptProperty, String> {
    let object = value
        .as_object()
        .ok_or_else(|| format!("a property is no object but {}", kind_of(value)))?;
    let text = |name: &str| match object.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other @ (Value::Bool(_) | Value::Number(_))) => Ok(other.to_string()),
        Some(other) => Err(format!("{name} of a property is {}", kind_of(other))),
    };
    Ok(ScriptProperty {
        value1: text("value1")?,
        value2: text("value2")?,
        hide: object.get("hide").is_some_and(is_true),
        description: text("description")?,
    })
}

/// True as its exports have it: a truth value, or its text.
pub fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(is) => *is,
        Value::String(text) => text.eq_ignore_ascii_case("true") || text == "1",
        Value::Number(number) => number.as_i64() == Some(1),
        _ => false,
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
