//! What scripts decided, as a recorder is told.

use std::sync::{Arc, Mutex, PoisonError};

use durward_script::record::{CallRecord, Recorder};

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Name of the script.
    pub script: String,
    /// Its version.
    pub version: String,
    /// Method called.
    pub method: String,
    /// Hash of what it was about.
    pub element: String,
    /// What was decided.
    pub verdict: String,
}

/// Keeps decisions. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Decisions(Arc<Mutex<Vec<Decided>>>);

impl Decisions {
    /// All of them, in order.
    pub fn all(&self) -> Vec<Decided> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }

    /// Method and verdict of all of them, in order.
    pub fn verdicts(&self) -> Vec<(String, String)> {
        let all = self.all().into_iter();
        all.map(|one| (one.method, one.verdict)).collect()
    }
}

impl Recorder for Decisions {
    fn record(&self, record: &CallRecord<'_>) {
        let Some(decision) = record.decision.filter(|_| !record.is_shadow()) else {
            return;
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(Decided {
            script: record.script.name.clone(),
            version: record.script.version.clone(),
            method: record.method.to_owned(),
            element: decision.element.to_owned(),
            verdict: decision.verdict.to_owned(),
        });
    }
}
