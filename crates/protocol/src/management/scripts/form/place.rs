//! Where a script's text is, as the form has it: once as members, once as module properties.

use durward_model::{
    Script,
    script::ScriptProperty,
    script_file::{LOCATION_PATH, LOCATION_TYPE, is_location, property},
};

use super::CustomScript;
use crate::script_files::{differing, location};

/// Module properties as they are kept, wherever the form says where the text is.
///
/// # Errors
/// The member that is wrong, and why: also where the two ways contradict each other.
pub(super) fn properties(
    form: &CustomScript,
) -> Result<Vec<ScriptProperty>, (&'static str, String)> {
    let kept = form.module_properties.iter().cloned();
    let mut kept: Vec<ScriptProperty> = kept.map(Into::into).collect();
    for (field, name, own) in [
        ("locationType", LOCATION_TYPE, &form.location_type),
        ("locationPath", LOCATION_PATH, &form.location_path),
    ] {
        let Some(own) = own.as_deref().filter(|own| !own.is_empty()) else {
            continue;
        };
        if field == "locationType" {
            location::check_type(own).map_err(|why| (field, why))?;
        }
        match property(&kept, name) {
            // What is not said is the store: there is no need to write that down.
            None if own.eq_ignore_ascii_case("db") => {}
            None => kept.push(ScriptProperty {
                value1: name.to_owned(),
                value2: own.to_owned(),
                ..ScriptProperty::default()
            }),
            Some(there) if there == own || field_folds(field, there, own) => {}
            Some(there) => {
                let why = format!("it is '{own}', and the module property {name} is '{there}'");
                return Err((field, why));
            }
        }
    }
    let place: Vec<ScriptProperty> = kept
        .iter()
        .filter(|one| is_location(one))
        .cloned()
        .collect();
    location::checked(&place).map_err(|why| ("moduleProperties", why))?;
    Ok(kept)
}

fn field_folds(field: &str, there: &str, own: &str) -> bool {
    field == "locationType" && there.eq_ignore_ascii_case(own)
}

/// What there is to know about a script's file.
pub(super) fn note(script: &Script) -> Option<String> {
    let path = script.file()?;
    let nodes: Vec<String> = differing(script)
        .into_iter()
        .map(|(node, copy)| format!("{node} (since {})", copy.seen_at.rfc3339()))
        .collect();
    (!nodes.is_empty()).then(|| format!("{path} has another text on {}", nodes.join(", ")))
}

/// The same after a save.
pub(super) fn note_after(script: &Script, sent: &str) -> Option<String> {
    match script.file() {
        Some(path) if sent != script.script => Some(format!(
            "the text that was sent is not kept: the script is in the file {path}"
        )),
        _ => note(script),
    }
}
