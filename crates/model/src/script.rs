//! Scripts as administrators keep them, under Jans's property names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Candidate, CandidateEnd, ScriptId, Timestamp, script_file::FileCopy};

/// An interception script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Script {
    /// Unique id.
    pub inum: ScriptId,
    /// Unique name.
    pub name: String,
    /// For people.
    #[serde(default)]
    pub description: String,
    /// Wire name of its type.
    pub script_type: String,
    /// `python` or `java`.
    pub programming_language: String,
    /// The text.
    pub script: String,
    /// Content hash of text, language and properties: the version.
    pub version: String,
    /// Order among scripts of its type, ascending.
    pub level: i32,
    /// Counts saves.
    pub revision: i64,
    /// Counts what an administrator asked to be loaded anew although nothing of it was
    /// changed: the jars that it uses were.
    #[serde(default)]
    pub reloads: u32,
    /// Where it was found to run when it was last tried out; nothing for scripts from
    /// before this was kept.
    #[serde(default)]
    pub runs_on: Option<RunsOn>,
    /// Does it serve?
    pub enabled: bool,
    /// Settings of the runtime (`engine`, `python`, `location_type` …).
    #[serde(default)]
    pub module_properties: Vec<ScriptProperty>,
    /// Settings of the script; values with `hide` are sealed.
    #[serde(default)]
    pub configuration_properties: Vec<ScriptProperty>,
    /// The last error, until a call or load succeeds after it.
    #[serde(default)]
    pub script_error: Option<ScriptError>,
    /// What nodes found in the file that the text is in, by name of the node.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub file_copies: BTreeMap<String, FileCopy>,
    /// A version that is tried beside this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<Candidate>,
    /// How the last trial ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate_ended: Option<CandidateEnd>,
    /// When it was last saved.
    pub modified_at: Timestamp,
}

/// A script as one save left it: what there was, who saved it, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScriptVersion {
    /// Whose history.
    pub inum: ScriptId,
    /// The script's revision from then on.
    pub revision: i64,
    /// Content hash: the script's `version`.
    pub hash: String,
    /// Its name then.
    pub name: String,
    /// Its description then.
    pub description: String,
    /// Wire name of its type.
    pub script_type: String,
    /// `python` or `java`.
    pub programming_language: String,
    /// The text.
    pub script: String,
    /// Order among scripts of its type then.
    pub level: i32,
    /// Did it serve from then on?
    pub enabled: bool,
    /// The script's count of reloads then; it is part of the hash.
    #[serde(default)]
    pub reloads: u32,
    /// Settings of the runtime then.
    pub module_properties: Vec<ScriptProperty>,
    /// Settings of the script then; values with `hide` are sealed as the script's own.
    pub configuration_properties: Vec<ScriptProperty>,
    /// Who saved it; nobody knows of a script from before versions were kept.
    #[serde(default)]
    pub author: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Why, in the author's words.
    #[serde(default)]
    pub message: Option<String>,
    /// The revision that it went back to, if it did.
    #[serde(default)]
    pub rolled_back_to: Option<i64>,
    /// It was stored to be tried, not to serve.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub staged: bool,
    /// The revision of the candidate that it had been, if it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoted_from: Option<i64>,
}

/// The host that runs a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RunsOn {
    /// A process of our own, in Python.
    Native,
    /// Jython in a JVM.
    Jython,
    /// Java in a JVM.
    Java,
}

/// A property in Jans's shape.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScriptProperty {
    /// Name.
    pub value1: String,
    /// Value; sealed text when `hide`.
    #[serde(default)]
    pub value2: String,
    /// Sealed at rest, masked in answers.
    #[serde(default)]
    pub hide: bool,
    /// For people.
    #[serde(default)]
    pub description: String,
}

/// What went wrong last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScriptError {
    /// When.
    pub raised_at: Timestamp,
    /// Message and traceback.
    pub stack_trace: String,
    /// Line of the author's text, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// What a script printed in one call, or was told about one: kept where there is something
/// to tell. Every call is in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScriptLogEntry {
    /// Id of the call; sorts by time.
    pub id: String,
    /// Whose log.
    pub inum: ScriptId,
    /// Version that ran.
    pub version: String,
    /// Method called.
    pub method: String,
    /// When.
    pub at: Timestamp,
    /// How long, microseconds.
    pub duration_us: u64,
    /// `raised`, `timedOut` … with its message, if it failed.
    pub error: Option<String>,
    /// Line of the author's text where it failed, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The traceback, if there was one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stack_trace: String,
    /// Lines as `level text`.
    pub lines: Vec<String>,
    /// Id of the HTTP request that it was part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}
