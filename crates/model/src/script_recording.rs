//! A recorded call of a script: what it was asked and what it said, without what must not be
//! kept. Not here: what must not (durward-protocol).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{ScriptId, Timestamp};

/// A call, as it can be made again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordedCall {
    /// Id of the call, as in the journal; sorts by time.
    pub id: String,
    /// Whose.
    pub inum: ScriptId,
    /// Version that ran.
    pub version: String,
    /// Method called.
    pub method: String,
    /// When.
    pub at: Timestamp,
    /// How long, microseconds.
    pub duration_us: u64,
    /// The context.
    pub context: Value,
    /// The method's other arguments.
    pub arguments: Map<String, Value>,
    /// What it asked of the server, in order.
    pub host_calls: Vec<RecordedHostCall>,
    /// The answer in one word, or `failed`.
    pub verdict: String,
    /// `raised`, `timedOut` … if it failed.
    pub error: Option<String>,
    /// The result.
    pub result: Value,
    /// What it changed, by path.
    pub changes: Map<String, Value>,
    /// Which hidden property each of these placeholders stands for.
    pub hidden: BTreeMap<String, String>,
    /// When it is forgotten, if others do not take its place before.
    pub expires_at: Timestamp,
}

/// A host call of a recorded call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedHostCall {
    /// `http`, `decrypt`, …
    pub service: String,
    /// What it asked with.
    pub arguments: Value,
    /// What it was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Value>,
    /// The sentence with which it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}
