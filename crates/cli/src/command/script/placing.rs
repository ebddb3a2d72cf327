//! Where a stored script's text is: in the store, or in a file that a server follows.
//!
//! Which files may be read is `[scripts]` of durward.toml; what the file decides is
//! durward-protocol's `script_files`.

use std::{fmt::Write as _, path::Path};

use durward_model::{Script, script::ScriptProperty, script_file::is_location};
use durward_protocol::script_files::{differing, location};
use serde_json::Value;

use super::shown;
use crate::{failure::Failure, node::Node};

/// Module properties for the place that a command names; without one they stay as they are.
pub(super) async fn properties(
    node: &Node,
    name: &str,
    file: &Path,
    place: Option<&str>,
) -> Result<Vec<ScriptProperty>, Failure> {
    match place {
        Some("file") => {
            let path = node.folders.name_of(&std::path::absolute(file)?);
            let path = path.to_str().ok_or_else(|| {
                Failure::new(format!("{}: its name is not UTF-8", path.display()))
            })?;
            Ok(location::in_file(path).into())
        }
        Some(_) => Ok(Vec::new()),
        None => {
            let before = node.provider.store.find_script_by_name(name).await?;
            let before = before.map(|before| before.value.module_properties);
            let mut properties = before.unwrap_or_default();
            properties.retain(is_location);
            Ok(properties)
        }
    }
}

/// A saved script as JSON, with a note where the text that was put is not the one that was
/// taken.
pub(super) fn value(script: &Script, sent: &str) -> Value {
    let mut value = shown(script);
    if let (Some(note), Some(members)) = (note(script, sent), value.as_object_mut()) {
        members.insert("note".to_owned(), note.into());
    }
    value
}

/// What a save says beside the rest: whose text it is.
pub(super) fn told(script: &Script, sent: &str) -> String {
    match (script.file(), note(script, sent)) {
        (None, _) => String::new(),
        (Some(path), None) => format!(", from the file {path}"),
        (Some(_), Some(note)) => format!("\n{note}"),
    }
}

fn note(script: &Script, sent: &str) -> Option<String> {
    let path = script.file().filter(|_| sent != script.script)?;
    Some(format!(
        "its text is that of the file {path}, not the one that was put; \
         --location db keeps that one, --location file follows it"
    ))
}

/// Lines for people; none for a script in the store.
pub(in crate::command) fn lines(script: &Script) -> String {
    let Some(path) = script.file() else {
        return String::new();
    };
    let mut lines = format!("file: {path}\n");
    for (node, copy) in differing(script) {
        let since = copy.seen_at.rfc3339();
        let _ = writeln!(lines, "another text of it on {node} since {since}");
    }
    lines
}
