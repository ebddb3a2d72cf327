//! Scripts whose text is in a file of the machine, and what each node found there.
//!
//! Not here: which files may be read, and when a changed one is taken.

use serde::{Deserialize, Serialize};

use crate::{
    Script, Timestamp,
    script::{ScriptError, ScriptProperty},
};

/// Module property: `db`, or `file` for a script whose text is in a file.
pub const LOCATION_TYPE: &str = "location_type";

/// Module property: the file.
pub const LOCATION_PATH: &str = "location_path";

/// What one node found in a script's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileCopy {
    /// The file, as the script names it.
    pub path: String,
    /// Hash of the text that was read last; empty before one was.
    pub hash: String,
    /// Did that text not pass?
    #[serde(default)]
    pub is_refused: bool,
    /// Why the file is not what serves: it cannot be read, or its text does not pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ScriptError>,
    /// When this was found.
    pub seen_at: Timestamp,
}

/// The value of a property, whose names are compared as Jans does: in any case.
pub fn property<'a>(properties: &'a [ScriptProperty], name: &str) -> Option<&'a str> {
    properties
        .iter()
        .find(|property| property.value1.eq_ignore_ascii_case(name))
        .map(|property| property.value2.as_str())
}

/// Is it one of those that say where the text is?
pub fn is_location(property: &ScriptProperty) -> bool {
    [LOCATION_TYPE, LOCATION_PATH]
        .iter()
        .any(|name| property.value1.eq_ignore_ascii_case(name))
}

/// The file that module properties name, if the text is in one.
pub fn file_of(module_properties: &[ScriptProperty]) -> Option<&str> {
    let kind = property(module_properties, LOCATION_TYPE)?;
    kind.eq_ignore_ascii_case("file")
        .then(|| property(module_properties, LOCATION_PATH).unwrap_or_default())
}

impl Script {
    /// The file that the text is in, if it is in one.
    pub fn file(&self) -> Option<&str> {
        file_of(&self.module_properties)
    }

    /// What is wrong with its file, on the first node where something is.
    pub fn file_problem(&self) -> Option<&ScriptError> {
        let mut copies = self.file_copies.values();
        copies.find_map(|copy| copy.problem.as_ref())
    }

    /// What is wrong with it: with its file before anything else, since that is what would
    /// serve; otherwise with its last call or load.
    pub fn error(&self) -> Option<&ScriptError> {
        self.file_problem().or(self.script_error.as_ref())
    }
}
