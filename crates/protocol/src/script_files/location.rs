//! The module properties that say where a script's text is.

use durward_model::{
    script::ScriptProperty,
    script_file::{LOCATION_PATH, LOCATION_TYPE, file_of, property},
};

/// Longest path, bytes.
const MAX_PATH_BYTES: usize = 1_024;

/// The file that module properties name, if the text is in one.
///
/// # Errors
/// A sentence for words that nobody knows, and where path and type do not go together.
pub fn checked(module_properties: &[ScriptProperty]) -> Result<Option<&str>, String> {
    for name in [LOCATION_TYPE, LOCATION_PATH] {
        let named = module_properties
            .iter()
            .filter(|property| property.value1.eq_ignore_ascii_case(name));
        if named.count() > 1 {
            return Err(format!("{name} stands there twice"));
        }
    }
    check_type(property(module_properties, LOCATION_TYPE).unwrap_or_default())?;
    let path = property(module_properties, LOCATION_PATH).unwrap_or_default();
    match file_of(module_properties) {
        Some("") => Err(format!(
            "location_type 'file' needs the file: {LOCATION_PATH}"
        )),
        Some(path) if path.len() > MAX_PATH_BYTES || path.chars().any(char::is_control) => {
            Err(format!("{LOCATION_PATH} is not a path"))
        }
        Some(path) => Ok(Some(path)),
        None if path.is_empty() => Ok(None),
        None => Err(format!("{LOCATION_PATH} is for location_type 'file' only")),
    }
}

/// Is that a kind of place that texts may have here? Nothing is `db`.
///
/// # Errors
/// A sentence with those that are.
pub fn check_type(location_type: &str) -> Result<(), String> {
    match location_type.to_ascii_lowercase().as_str() {
        "" | "db" | "file" => Ok(()),
        "ldap" => Err("location_type ldap is deprecated; use 'db'".to_owned()),
        _ => Err("location_type is 'db' or 'file'".to_owned()),
    }
}

/// Properties that say that the text is in a file.
pub fn in_file(path: &str) -> [ScriptProperty; 2] {
    [(LOCATION_TYPE, "file"), (LOCATION_PATH, path)].map(|(name, value)| ScriptProperty {
        value1: name.to_owned(),
        value2: value.to_owned(),
        ..ScriptProperty::default()
    })
}
