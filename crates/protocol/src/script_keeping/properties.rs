//! Configuration properties of scripts: what is hidden is sealed, and a mask that comes
//! back stands for what is stored.

use durward_jose::{SealingKeys, digest};
use durward_model::{Script, ScriptId, script::ScriptProperty};
use serde_json::{Value, json};

use super::{SaveError, invalid, recording};
use crate::{configuration::MASK, sealing};

/// The properties of a script as they are stored, from what an administrator wrote and what
/// is stored now. A value that did not change keeps its sealed text: sealing the same twice
/// gives two texts, and the script would seem to be another one.
///
/// # Errors
/// `Invalid` for a mask behind which there is nothing, or that is to be shown.
pub(super) fn sealed(
    keys: &SealingKeys,
    inum: &ScriptId,
    properties: Vec<ScriptProperty>,
    before: &[ScriptProperty],
) -> Result<Vec<ScriptProperty>, SaveError> {
    properties
        .into_iter()
        .map(|property| {
            let stored = before
                .iter()
                .rfind(|stored| stored.hide && stored.value1 == property.value1);
            let is_mask = property.value2 == MASK;
            match (property.hide, stored) {
                (false, Some(_)) if is_mask => Err(invalid(
                    "configurationProperties",
                    format!(
                        "'{}' was hidden: to show it, send its value, not the mask",
                        property.value1
                    ),
                )),
                (false, _) => Ok(property),
                (true, Some(stored)) if is_mask => Ok(ScriptProperty {
                    value2: stored.value2.clone(),
                    ..property
                }),
                (true, None) if is_mask => Err(invalid(
                    "configurationProperties",
                    format!(
                        "nothing is stored behind the mask of '{}'; send its value",
                        property.value1
                    ),
                )),
                (true, stored) => seal(keys, inum, property, stored),
            }
        })
        .collect()
}

fn seal(
    keys: &SealingKeys,
    inum: &ScriptId,
    property: ScriptProperty,
    stored: Option<&ScriptProperty>,
) -> Result<ScriptProperty, SaveError> {
    let context = sealing::script_property(inum.as_str(), &property.value1);
    let is_same = |stored: &&ScriptProperty| {
        // What cannot be opened any more is not the same.
        sealing::open(keys, &context, &stored.value2).is_ok_and(|text| text == property.value2)
    };
    let value2 = match stored.filter(is_same) {
        Some(stored) => stored.value2.clone(),
        None => sealing::seal(keys, &context, &property.value2)?,
    };
    Ok(ScriptProperty { value2, ..property })
}

/// The properties as anybody may see them.
pub fn masked(properties: &[ScriptProperty]) -> Vec<ScriptProperty> {
    let mut masked = properties.to_vec();
    for property in masked.iter_mut().filter(|property| property.hide) {
        MASK.clone_into(&mut property.value2);
    }
    masked
}

/// The content hash of everything that changes what a script does.
pub(super) fn version_of(script: &Script) -> String {
    // Whether calls are recorded changes nothing of what they do: nothing is loaded anew.
    let running: Vec<&ScriptProperty> = script
        .module_properties
        .iter()
        .filter(|property| !recording::is_meant(property))
        .collect();
    let mut content = vec![
        json!(script.script_type),
        json!(script.programming_language),
        json!(script.script),
        json!(running),
        json!(script.configuration_properties),
    ];
    if script.reloads > 0 {
        content.push(json!(script.reloads));
    }
    let content = Value::Array(content);
    digest::sha256_base64url(content.to_string())
}
