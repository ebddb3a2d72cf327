//! Entries of Jans's database: `jansCustomScr`, and the configuration of its server.

use durward_model::script::ScriptProperty;
use serde_json::{Map, Value};

use super::{
    Export, ExportedScript, finished,
    json::{is_true, level, property},
    ldif::Entry,
};
use crate::script_keeping::Draft;

/// What is of use in these entries; the others are none of our business.
pub fn parse(entries: &[Entry]) -> Export {
    let mut export = Export::default();
    for entry in entries {
        if is_script(entry) {
            export.scripts.push(script(entry));
        }
        for text in entry.all("jansconfdyn") {
            if let Ok(Value::Object(configuration)) = serde_json::from_str(text) {
                keep(&mut export.configurations, configuration);
            }
        }
    }
    export
}

/// Other parts of Jans keep theirs in attributes of the same name.
fn keep(configurations: &mut Vec<Map<String, Value>>, configuration: Map<String, Value>) {
    if super::json::is_configuration(&configuration) {
        configurations.push(configuration);
    }
}

fn is_script(entry: &Entry) -> bool {
    entry
        .all("objectclass")
        .any(|class| class.eq_ignore_ascii_case("jansCustomScr"))
}

fn script(entry: &Entry) -> ExportedScript {
    let text = |name: &str| entry.first(name).unwrap_or_default().to_owned();
    let mut script = ExportedScript {
        draft: Draft {
            name: text("displayname"),
            description: text("description"),
            script_type: text("jansscrtyp"),
            programming_language: text("jansproglng"),
            text: text("jansscr"),
            level: 1,
            enabled: is_true(&Value::String(text("jansenabled"))),
            ..Draft::default()
        },
        ..ExportedScript::default()
    };
    let number = entry.first("janslevel").map(Value::from);
    let read = level(number.as_ref()).and_then(|level| {
        script.draft.level = level;
        script.draft.module_properties = properties(entry, "jansmoduleproperty")?;
        script.draft.configuration_properties = properties(entry, "jansconfproperty")?;
        Ok(())
    });
    script.unusable = entry.unreadable.clone().or(read.err());
    finished(script)
}

/// Each value of the attribute is the JSON of one property.
fn properties(entry: &Entry, name: &str) -> Result<Vec<ScriptProperty>, String> {
    let read = |text: &str| {
        let value: Value =
            serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))?;
        property(&value)
    };
    entry.all(name).map(read).collect()
}
