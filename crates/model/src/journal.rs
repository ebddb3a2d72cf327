//! The decision journal: what each call of a script was asked, by hash, and what it
//! answered, in one word.
//!
//! Nothing in it is personal or secret, so it may be kept for long and handed on: no
//! inputs, no printed lines, no messages of exceptions. Those are in the script's log.

use serde::{Deserialize, Serialize};

use crate::{ScriptId, Timestamp};

/// One call of one script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JournalEntry {
    /// Id of the call; sorts by time.
    pub id: String,
    /// When it ended.
    pub at: Timestamp,
    /// Whose call.
    pub inum: ScriptId,
    /// Name of the script.
    pub script: String,
    /// Wire name of its type.
    pub script_type: String,
    /// Content hash of the version that was asked.
    pub version: String,
    /// Method called.
    pub method: String,
    /// SHA-256 of the canonical input, hexadecimal.
    pub input: String,
    /// Hash of what was decided about, such as an element of `authorization_details`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// One word: `true`, `false`, `valid`, `refused` … and `failed` when there was no answer.
    pub verdict: String,
    /// `raised`, `timedOut` …, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// How long, microseconds.
    pub duration_us: u64,
    /// Host calls made.
    pub host_calls: u64,
    /// Id of the HTTP request that it was part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The client of that request, where it was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The version was on trial: `canary`, whose answer counted, or `shadow`, whose did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Shadow: the verdict of the version that serves, which counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served: Option<String>,
    /// Shadow: what was otherwise: `outcome`, `changes`, `hostCalls`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<String>,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

/// Stage of entries that decided nothing.
pub const SHADOW: &str = "shadow";

/// The first key of the journal, or of a script's log, at or after a moment.
pub fn first_key_at(at: Timestamp) -> String {
    format!("{:016x}", at.ms().max(0))
}

/// A key that sorts by time; `unique` tells calls of one moment apart.
pub fn key_at(at: Timestamp, unique: &str) -> String {
    format!("{}-{unique}", first_key_at(at))
}
