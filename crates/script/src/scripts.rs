//! The loaded set: which scripts serve now, in which order, and the one loop
//! that calls, times and records them.
//!
//! Not here: how a script comes into the set (durward-protocol), how it runs
//! (the engine), what an answer means (`types/`).

use std::{collections::HashMap, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use durward_model::ScriptFigures;
use serde_json::{Map, Value};
use tracing::Instrument as _;

use crate::{
    contract::ScriptType,
    engine::{EngineError, Execution, LoadedProgram, Reply},
    input_digest, origin,
    program::{Call, LogLine},
    record::{CallRecord, Decision, Recorded, Recorder, StageNote},
    rehearsal::{Tape, Taped},
    shadow::{About, Served, Shadow, micros},
    trial::{Trial, Trials},
};

/// What identifies a loaded script in records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptInfo {
    /// Unique id.
    pub inum: String,
    /// Unique name.
    pub name: String,
    /// Wire name of the type.
    pub script_type: String,
    /// Order among its type.
    pub level: i32,
    /// Content hash of the version that serves.
    pub version: String,
}

/// A script in the set.
pub struct LoadedScript {
    /// Who it is.
    pub info: ScriptInfo,
    /// What runs it, or why nothing does: an enabled script that could not be
    /// loaded stays in the set and fails every call, so that vetting fails closed.
    pub program: Result<Arc<dyn LoadedProgram>, EngineError>,
    /// Methods of its type that the class defines; none while nothing runs it.
    pub methods: Vec<String>,
    /// What it is in a trial, if there is one.
    pub part: Part,
    /// Are its calls recorded, and how?
    pub recording: Option<Arc<Recording>>,
}

/// The part of a loaded version in a trial.
#[derive(Clone, Default)]
pub enum Part {
    /// There is none.
    #[default]
    Alone,
    /// It serves, and beside it there is this candidate.
    Serves(Arc<LoadedScript>, Arc<Trial>),
    /// It is the candidate.
    Tried(Arc<Trial>),
}

/// That calls of a script are kept, so that they can be made again.
#[derive(Clone, PartialEq, Eq)]
pub struct Recording {
    /// How many of them, the last ones.
    pub keep: u32,
    /// Hidden properties of the version that serves, by name, in clear: what is kept must
    /// not have them.
    pub hidden: Vec<(String, String)>,
}

impl std::fmt::Debug for Recording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recording")
            .field("keep", &self.keep)
            .finish_non_exhaustive()
    }
}

impl LoadedScript {
    /// Does its class define this method? For those that a script may leave out.
    pub fn defines(&self, method: &str) -> bool {
        self.methods.iter().any(|known| known == method)
    }

    /// Was this method left out? A script that does not run is asked all the same, and fails.
    pub fn leaves_out(&self, method: &str) -> bool {
        self.program.is_ok() && !self.defines(method)
    }

    /// The version beside it.
    pub fn candidate(&self) -> Option<(&Arc<LoadedScript>, &Arc<Trial>)> {
        match &self.part {
            Part::Serves(candidate, trial) => Some((candidate, trial)),
            Part::Alone | Part::Tried(_) => None,
        }
    }

    /// The version that this flow asks.
    fn of_flow<'a>(self: &'a Arc<Self>, flow: &str) -> &'a Arc<Self> {
        match &self.part {
            Part::Serves(candidate, trial) if trial.takes(flow) => candidate,
            _ => self,
        }
    }

    /// The version that is asked after it.
    fn shadow(&self) -> Option<(&Arc<LoadedScript>, &Arc<Trial>)> {
        self.candidate().filter(|(_, trial)| trial.is_shadow())
    }

    /// Counts a call in a trial in which answers of both versions count.
    fn count(&self, failed: bool, duration: Duration) {
        match &self.part {
            Part::Alone => {}
            Part::Serves(_, trial) if trial.is_shadow() => {} // where it is compared
            Part::Serves(_, trial) => {
                trial.count(|figures| figures.serving.count(failed, micros(duration)));
            }
            Part::Tried(trial) => {
                trial.count(|figures| figures.tried.count(failed, micros(duration)));
            }
        }
    }
}

/// The set that serves now. Replaced whole; readers see one or the other.
pub struct Scripts {
    set: ArcSwap<HashMap<String, Vec<Arc<LoadedScript>>>>,
    recorder: Arc<dyn Recorder>,
    trials: Trials,
}

impl Scripts {
    /// An empty set.
    pub fn new(recorder: Arc<dyn Recorder>) -> Self {
        Self {
            set: ArcSwap::default(),
            recorder,
            trials: Trials::default(),
        }
    }

    /// Replaces the set. Returns what served before.
    pub fn replace(&self, scripts: Vec<Arc<LoadedScript>>) -> Vec<Arc<LoadedScript>> {
        let mut by_type: HashMap<String, Vec<Arc<LoadedScript>>> = HashMap::new();
        for script in scripts {
            by_type
                .entry(script.info.script_type.clone())
                .or_default()
                .push(script);
        }
        for list in by_type.values_mut() {
            list.sort_by(|a, b| (a.info.level, &a.info.inum).cmp(&(b.info.level, &b.info.inum)));
        }
        let before = self.set.swap(Arc::new(by_type));
        before.values().flatten().cloned().collect()
    }

    /// Enabled scripts of a type: ascending level, then inum.
    pub fn of(&self, script_type: &ScriptType) -> Vec<Arc<LoadedScript>> {
        self.set
            .load()
            .get(script_type.name)
            .cloned()
            .unwrap_or_default()
    }

    /// The same, of each the version that this flow asks: `flow` is what is the same in all
    /// requests that belong together, such as the client's id.
    pub fn of_flow(&self, script_type: &ScriptType, flow: &str) -> Vec<Arc<LoadedScript>> {
        let set = self.set.load();
        let scripts = set.get(script_type.name).into_iter().flatten();
        scripts.map(|script| script.of_flow(flow).clone()).collect()
    }

    /// Is a version of any script of that type on trial?
    pub fn has_trial(&self, script_type: &ScriptType) -> bool {
        let set = self.set.load();
        let mut scripts = set.get(script_type.name).into_iter().flatten();
        scripts.any(|script| script.candidate().is_some())
    }

    /// The enabled script of a type and exactly this name, in the version that this flow asks.
    pub fn named(
        &self,
        script_type: &ScriptType,
        name: &str,
        flow: &str,
    ) -> Option<Arc<LoadedScript>> {
        let set = self.set.load();
        let mut scripts = set.get(script_type.name)?.iter();
        let found = scripts.find(|script| script.info.name == name)?;
        Some(found.of_flow(flow).clone())
    }

    /// Every script in the set.
    pub fn all(&self) -> Vec<Arc<LoadedScript>> {
        self.set.load().values().flatten().cloned().collect()
    }

    /// The trials of this node.
    pub fn trials(&self) -> &Trials {
        &self.trials
    }

    /// Puts lines of ours into a script's log: what became of an answer of its method.
    pub fn note(&self, script: &ScriptInfo, method: &str, lines: &[LogLine]) {
        self.recorder.note(script, method, lines);
    }

    /// What the calls of each script since the start add up to.
    pub fn figures(&self) -> Vec<ScriptFigures> {
        self.recorder.figures()
    }

    /// Calls one method of one script, timed and recorded.
    ///
    /// # Errors
    /// Whatever the engine says; already recorded.
    pub async fn ask(
        &self,
        script: &LoadedScript,
        method: &str,
        context: Value,
    ) -> Result<Reply, EngineError> {
        self.ask_with(script, method, context, Map::new()).await
    }

    /// The same with further arguments, by parameter name.
    ///
    /// # Errors
    /// As [`Scripts::ask`].
    pub async fn ask_with(
        &self,
        script: &LoadedScript,
        method: &str,
        context: Value,
        arguments: Map<String, Value>,
    ) -> Result<Reply, EngineError> {
        let call = call(method, context, arguments);
        self.run(script, call, About::default()).await
    }

    /// The same of a method that decides about `element`: the record has what was decided.
    ///
    /// # Errors
    /// As [`Scripts::ask`]; the record says `failed`.
    pub async fn ask_about(
        &self,
        script: &LoadedScript,
        method: &str,
        context: Value,
        element: &str,
        verdict: fn(&Reply) -> &'static str,
    ) -> Result<Reply, EngineError> {
        let about = About {
            element: Some(element),
            telling: Some(verdict),
        };
        let call = call(method, context, Map::new());
        self.run(script, call, about).await
    }

    async fn run(
        &self,
        script: &LoadedScript,
        call: Call,
        about: About<'_>,
    ) -> Result<Reply, EngineError> {
        let method = call.method.clone();
        let input = input_digest::of(&call);
        // The program takes the call; nobody pays for a copy that is not kept.
        let recording = script.recording.as_ref();
        let recorded = recording.map(|recording| (recording, call.clone()));
        let span = tracing::info_span!(
            target: "trace",
            "script call",
            script.name = script.info.name,
            script.r#type = script.info.script_type,
            script.method = method,
            script.version = script.info.version,
            script.outcome = tracing::field::Empty,
            otel.status_code = tracing::field::Empty,
        );
        let again = script.shadow().map(|shadow| (shadow, call.clone()));
        let called = self.execute(script, call, again.is_some());
        let (execution, taped) = called.instrument(span.clone()).await;
        let outcome = execution.outcome.as_ref();
        let verdict = about.verdict(outcome);
        let error = outcome.err();
        span.record("script.outcome", error.map_or(verdict, EngineError::kind));
        if error.is_some() {
            span.record("otel.status_code", "error");
        }
        script.count(error.is_some(), execution.duration);
        let record = CallRecord {
            script: &script.info,
            method: &method,
            input: &input,
            decision: about.element.map(|element| Decision { element, verdict }),
            verdict,
            error,
            log: &execution.log,
            host_calls: &execution.host_calls,
            duration: execution.duration,
            killed: execution.killed,
            origin: origin::current(),
            stage: matches!(script.part, Part::Tried(_)).then_some(StageNote::Canary),
            recorded: recorded.as_ref().map(|(recording, call)| Recorded {
                recording,
                call,
                reply: outcome.ok(),
            }),
        };
        span.in_scope(|| self.recorder.record(&record));
        let Some(((candidate, trial), call)) = again else {
            return execution.outcome;
        };
        let served = Served {
            outcome: execution.outcome.clone(),
            verdict,
            host_calls: execution.host_calls,
            duration: execution.duration,
            taped,
            defines: script.defines(&method),
        };
        let shadow = Shadow {
            candidate: candidate.clone(),
            trial: trial.clone(),
            recorder: self.recorder.clone(),
            call,
            input,
            element: about.element.map(str::to_owned),
            telling: about.telling,
            origin: origin::current(),
            served,
        };
        shadow.begin();
        execution.outcome
    }

    /// Calls it, and with `taping` keeps what its host calls were answered.
    async fn execute(
        &self,
        script: &LoadedScript,
        call: Call,
        taping: bool,
    ) -> (Execution, Vec<Taped>) {
        match &script.program {
            Ok(program) if taping => {
                let tape = Tape::new(program.services());
                let execution = program.call_with(call, &tape).await;
                (execution, tape.into_taped())
            }
            Ok(program) => (program.call(call).await, Vec::new()),
            Err(error) => (nothing_ran(error), Vec::new()),
        }
    }
}

/// A call of a script that could not be loaded.
fn nothing_ran(error: &EngineError) -> Execution {
    Execution {
        outcome: Err(error.clone()),
        log: Vec::new(),
        host_calls: Vec::new(),
        duration: Duration::ZERO,
        killed: false,
    }
}

fn call(method: &str, context: Value, arguments: Map<String, Value>) -> Call {
    Call {
        method: method.to_owned(),
        context,
        arguments,
    }
}
