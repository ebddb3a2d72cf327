//! What is kept of every call: for logs, counters and the script's record.
//!
//! Not here: where records go; a [`Recorder`] decides.

use std::time::Duration;

use crate::{
    engine::{EngineError, HostCallRecord},
    program::LogLine,
    scripts::ScriptInfo,
};

/// One call of one script.
#[derive(Debug)]
pub struct CallRecord<'a> {
    /// Whose call.
    pub script: &'a ScriptInfo,
    /// Method name.
    pub method: &'a str,
    /// What was decided about what, where the call was a decision.
    pub decision: Option<Decision<'a>>,
    /// Why it failed, if it did.
    pub error: Option<&'a EngineError>,
    /// Lines printed.
    pub log: &'a [LogLine],
    /// Host calls made.
    pub host_calls: &'a [HostCallRecord],
    /// From request to answer.
    pub duration: Duration,
}

/// A decision, for the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision<'a> {
    /// Hash of what was decided about.
    pub element: &'a str,
    /// One word.
    pub verdict: &'a str,
}

/// Takes call records. Must not block: it is called on the request's way.
pub trait Recorder: Send + Sync {
    /// Takes one.
    fn record(&self, record: &CallRecord<'_>);
}

/// Forgets everything.
#[derive(Debug, Default)]
pub struct NoRecorder;

impl Recorder for NoRecorder {
    fn record(&self, _record: &CallRecord<'_>) {}
}
