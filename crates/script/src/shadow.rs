//! A shadow: the candidate is asked what the version that serves has answered, and what it
//! says is compared and counted. It decides nothing, and nobody waits for it.
//!
//! Not here: host calls of a shadow (`rehearsal.rs`), who may run how often (`trial.rs`).

use std::{sync::Arc, time::Duration};

use crate::{
    engine::{EngineError, Execution, HostCallRecord, Reply},
    origin::Origin,
    program::Call,
    record::{CallRecord, Decision, Recorder, StageNote, plain_verdict},
    rehearsal::{Rehearsal, Taped},
    scripts::LoadedScript,
    trial::Trial,
};

/// What a shadow is compared by.
pub(crate) const OUTCOME: &str = "outcome";
const CHANGES: &str = "changes";
const HOST_CALLS: &str = "hostCalls";

/// Says an answer in one word.
pub(crate) type Telling = Option<fn(&Reply) -> &'static str>;

/// What a call decides about.
#[derive(Clone, Copy, Default)]
pub(crate) struct About<'a> {
    /// Hash of the one thing of several.
    pub(crate) element: Option<&'a str>,
    /// The words of its type, where it has its own.
    pub(crate) telling: Telling,
}

impl About<'_> {
    /// The answer in one word.
    pub(crate) fn verdict(&self, outcome: Result<&Reply, &EngineError>) -> &'static str {
        told(self.telling, outcome)
    }
}

fn told(telling: Telling, outcome: Result<&Reply, &EngineError>) -> &'static str {
    match (telling, outcome) {
        (None, outcome) => plain_verdict(outcome),
        (Some(_), Err(_)) => "failed",
        (Some(telling), Ok(reply)) => telling(reply),
    }
}

/// What the version that serves did.
pub(crate) struct Served {
    pub(crate) outcome: Result<Reply, EngineError>,
    pub(crate) verdict: &'static str,
    pub(crate) host_calls: Vec<HostCallRecord>,
    pub(crate) duration: Duration,
    pub(crate) taped: Vec<Taped>,
    /// Does its class define the method?
    pub(crate) defines: bool,
}

/// A call that is to be asked again.
pub(crate) struct Shadow {
    pub(crate) candidate: Arc<LoadedScript>,
    pub(crate) trial: Arc<Trial>,
    pub(crate) recorder: Arc<dyn Recorder>,
    pub(crate) call: Call,
    pub(crate) input: String,
    pub(crate) element: Option<String>,
    pub(crate) telling: Telling,
    pub(crate) origin: Option<Origin>,
    pub(crate) served: Served,
}

/// Leaves when dropped, however a shadow ends.
struct Entered(Arc<Trial>);

impl Drop for Entered {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl Shadow {
    /// Runs it in the background, unless too many wait.
    pub(crate) fn begin(self) {
        if !self.trial.enter() {
            if !self.trial.is_over() {
                self.trial.count(|figures| figures.dropped = 1);
            }
            return;
        }
        let entered = Entered(self.trial.clone());
        tokio::spawn(async move {
            self.run(&entered.0).await;
        });
    }

    async fn run(mut self, trial: &Trial) {
        let Ok(_turn) = trial.turns.acquire().await else {
            return;
        };
        if trial.is_over() {
            return;
        }
        let method = self.call.method.clone();
        if self.served.defines && !self.candidate.defines(&method) {
            // Nothing that could be asked, which is no failure.
            trial.count(|figures| figures.compare(&method, &[OUTCOME]));
            return;
        }
        let Ok(program) = &self.candidate.program else {
            return;
        };
        let rehearsal = Rehearsal::new(program.services(), std::mem::take(&mut self.served.taped));
        let execution = program.call_with(self.call.clone(), &rehearsal).await;
        if trial.is_over() {
            return;
        }
        let differs = self.served.differs(&execution);
        trial.count(|figures| {
            let served = &self.served;
            figures
                .serving
                .count(served.outcome.is_err(), micros(served.duration));
            figures
                .tried
                .count(execution.outcome.is_err(), micros(execution.duration));
            figures.compare(&method, &differs);
        });
        if !differs.is_empty() {
            self.record(&execution, &differs);
        }
    }

    fn record(&self, execution: &Execution, differs: &[&'static str]) {
        let outcome = execution.outcome.as_ref();
        let verdict = told(self.telling, outcome);
        let stage = StageNote::Shadow {
            served: self.served.verdict,
            differs,
        };
        self.recorder.record(&CallRecord {
            script: &self.candidate.info,
            method: &self.call.method,
            input: &self.input,
            decision: self
                .element
                .as_deref()
                .map(|element| Decision { element, verdict }),
            verdict,
            error: outcome.err(),
            log: &execution.log,
            host_calls: &execution.host_calls,
            duration: execution.duration,
            killed: execution.killed,
            origin: self.origin.clone(),
            recorded: None,
            stage: Some(stage),
        });
    }
}

impl Served {
    /// What the candidate did otherwise.
    fn differs(&self, execution: &Execution) -> Vec<&'static str> {
        let mut differs = Vec::new();
        match (&self.outcome, &execution.outcome) {
            (Ok(served), Ok(tried)) => {
                if served.result != tried.result {
                    differs.push(OUTCOME);
                }
                if served.changes != tried.changes {
                    differs.push(CHANGES);
                }
            }
            (Err(served), Err(tried)) if served.kind() == tried.kind() => {}
            _ => differs.push(OUTCOME),
        }
        let asked = |calls: &[HostCallRecord], others: &[HostCallRecord]| {
            calls.len() == others.len()
                && calls.iter().zip(others).all(|(one, other)| {
                    one.service == other.service && one.arguments == other.arguments
                })
        };
        if !asked(&self.host_calls, &execution.host_calls) {
            differs.push(HOST_CALLS);
        }
        differs
    }
}

pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
