//! What Jans exports: scripts of its config API and of its database, its configuration.
//!
//! Files come from elsewhere: they are bounded, and one bad entry spoils no other. Not here:
//! keeping what was found (`script_keeping`), or reading files.

mod comparison;
mod entry;
mod json;
mod ldif;

use serde_json::{Map, Value};

pub use comparison::{Comparison, compare};

use crate::{configuration::MASK, script_keeping::Draft};

/// Largest export, bytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;
/// Most scripts in one.
const MAX_SCRIPTS: usize = 5_000;
/// Largest text of a script, bytes.
const MAX_TEXT_BYTES: usize = 1024 * 1024;
/// Most properties of a script.
const MAX_PROPERTIES: usize = 1_000;

/// What a file holds.
#[derive(Debug, Clone, Default)]
pub struct Export {
    /// Scripts, in their order.
    pub scripts: Vec<ExportedScript>,
    /// Configurations of Jans's authorization server.
    pub configurations: Vec<Map<String, Value>>,
}

/// A script as Jans had it.
#[derive(Debug, Clone, Default)]
pub struct ExportedScript {
    /// As it would be kept; enabled if it was.
    pub draft: Draft,
    /// Why it cannot be kept at all.
    pub unusable: Option<String>,
    /// What is different here, for people.
    pub notes: Vec<String>,
}

/// Reads an export: JSON of the config API or LDIF.
///
/// # Errors
/// A sentence when it is neither, or too large.
pub fn parse(bytes: &[u8]) -> Result<Export, String> {
    if bytes.len() > MAX_BYTES {
        return Err(format!("it has more than {MAX_BYTES} bytes"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let text = text.trim_start_matches('\u{feff}');
    let export = if text.trim_start().starts_with(['{', '[']) {
        json::parse(text)?
    } else {
        entry::parse(&ldif::parse(text)?)
    };
    if export.scripts.len() > MAX_SCRIPTS {
        return Err(format!("it has more than {MAX_SCRIPTS} scripts"));
    }
    if export.scripts.is_empty() && export.configurations.is_empty() {
        return Err("there is no script and no configuration of Jans in it".to_owned());
    }
    Ok(export)
}

/// What both formats have in common once their members are read.
fn finished(mut script: ExportedScript) -> ExportedScript {
    let draft = &mut script.draft;
    draft.script_type = draft.script_type.to_ascii_lowercase();
    draft.programming_language = match draft.programming_language.to_ascii_lowercase().as_str() {
        "" | "python" | "jython" => "python".to_owned(),
        other => other.to_owned(),
    };
    let mut located = String::new();
    let mut path = String::new();
    draft.module_properties.retain(|property| {
        let of = property.value1.to_ascii_lowercase();
        match of.as_str() {
            "location_type" => located = property.value2.to_ascii_lowercase(),
            "location_path" => path.clone_from(&property.value2),
            _ => return true,
        }
        false
    });
    let masked = |value: &str| !value.is_empty() && value.chars().all(|c| c == '*');
    for property in &mut draft.configuration_properties {
        if property.hide && masked(&property.value2) {
            MASK.clone_into(&mut property.value2);
            script.notes.push(format!(
                "the value of {} was masked in the export: set it anew",
                property.value1
            ));
        }
    }
    if located == "file" {
        script.notes.push(format!(
            "Jans reads it from a file, {path}: here a script's text is stored"
        ));
    }
    let too_many = draft.configuration_properties.len() + draft.module_properties.len();
    if script.unusable.is_none() {
        script.unusable = if draft.name.is_empty() {
            Some("it has no name".to_owned())
        } else if draft.text.trim().is_empty() {
            Some("its text is not in the export".to_owned())
        } else if draft.text.len() > MAX_TEXT_BYTES {
            Some(format!("its text has more than {MAX_TEXT_BYTES} bytes"))
        } else if too_many > MAX_PROPERTIES {
            Some(format!("it has more than {MAX_PROPERTIES} properties"))
        } else {
            None
        };
    }
    script
}
