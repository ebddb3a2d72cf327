//! What is kept of every call: for logs, figures, the journal and the script's record.
//!
//! Not here: where records go; a [`Recorder`] decides.

use std::{sync::Arc, time::Duration};

use durward_model::ScriptFigures;

use crate::{
    engine::{EngineError, HostCallRecord, Reply},
    origin::Origin,
    program::{Call, LogLine},
    scripts::{Recording, ScriptInfo},
};

/// One call of one script.
#[derive(Debug)]
pub struct CallRecord<'a> {
    /// Whose call.
    pub script: &'a ScriptInfo,
    /// Method name.
    pub method: &'a str,
    /// Hash of what it was asked, see [`input_digest`](crate::input_digest).
    pub input: &'a str,
    /// What was decided about what, where the call was a decision about one thing of several.
    pub decision: Option<Decision<'a>>,
    /// The answer in one word, or `failed`.
    pub verdict: &'static str,
    /// Why it failed, if it did.
    pub error: Option<&'a EngineError>,
    /// Lines printed.
    pub log: &'a [LogLine],
    /// Host calls made.
    pub host_calls: &'a [HostCallRecord],
    /// From request to answer.
    pub duration: Duration,
    /// Its worker is gone for it.
    pub killed: bool,
    /// The request that it was made for.
    pub origin: Option<Origin>,
    /// How its version was on trial, if it was.
    pub stage: Option<StageNote<'a>>,
    /// What was asked and answered, where calls of this script are recorded.
    pub recorded: Option<Recorded<'a>>,
}

impl CallRecord<'_> {
    /// Was it only compared? Then it decided nothing and is none of the script's calls.
    pub fn is_shadow(&self) -> bool {
        matches!(self.stage, Some(StageNote::Shadow { .. }))
    }
}

/// A call of a version on trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageNote<'a> {
    /// Its answer counted.
    Canary,
    /// Its answer was compared, and it differed.
    Shadow {
        /// The verdict that counted.
        served: &'a str,
        /// What was otherwise.
        differs: &'a [&'static str],
    },
}

/// All of a call that can be made again.
#[derive(Debug, Clone, Copy)]
pub struct Recorded<'a> {
    /// How it is to be kept.
    pub recording: &'a Arc<Recording>,
    /// What was asked.
    pub call: &'a Call,
    /// What was answered.
    pub reply: Option<&'a Reply>,
}

/// A decision, for the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision<'a> {
    /// Hash of what was decided about.
    pub element: &'a str,
    /// One word.
    pub verdict: &'static str,
}

/// Takes call records. Must not block: it is called on the request's way.
pub trait Recorder: Send + Sync {
    /// Takes one.
    fn record(&self, record: &CallRecord<'_>);

    /// Takes lines that the server adds to a script's log, outside of any call.
    fn note(&self, _script: &ScriptInfo, _method: &str, _lines: &[LogLine]) {}

    /// What the calls since the start add up to.
    fn figures(&self) -> Vec<ScriptFigures> {
        Vec::new()
    }
}

/// Forgets everything.
#[derive(Debug, Default)]
pub struct NoRecorder;

impl Recorder for NoRecorder {
    fn record(&self, _record: &CallRecord<'_>) {}
}

/// An answer in one word, where its type has no better one.
pub fn plain_verdict(outcome: Result<&Reply, &EngineError>) -> &'static str {
    match outcome {
        Err(_) => "failed",
        Ok(reply) if reply.changes.contains_key("webApplicationException") => "refused",
        Ok(reply) => match &reply.result {
            serde_json::Value::Bool(true) => "true",
            serde_json::Value::Bool(false) => "false",
            serde_json::Value::Null => "blank",
            serde_json::Value::String(text) if text.trim().is_empty() => "blank",
            _ => "answered",
        },
    }
}
