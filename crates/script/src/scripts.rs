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
    record::{CallRecord, Decision, Recorded, Recorder, plain_verdict},
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
    /// Are its calls recorded, and how?
    pub recording: Option<Arc<Recording>>,
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
}

/// The set that serves now. Replaced whole; readers see one or the other.
pub struct Scripts {
    set: ArcSwap<HashMap<String, Vec<Arc<LoadedScript>>>>,
    recorder: Arc<dyn Recorder>,
}

impl Scripts {
    /// An empty set.
    pub fn new(recorder: Arc<dyn Recorder>) -> Self {
        Self {
            set: ArcSwap::default(),
            recorder,
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

    /// The enabled script of a type and exactly this name.
    pub fn named(&self, script_type: &ScriptType, name: &str) -> Option<Arc<LoadedScript>> {
        let set = self.set.load();
        let mut scripts = set.get(script_type.name)?.iter();
        scripts.find(|script| script.info.name == name).cloned()
    }

    /// Every script in the set.
    pub fn all(&self) -> Vec<Arc<LoadedScript>> {
        self.set.load().values().flatten().cloned().collect()
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
        self.run(script, call, |_| None).await
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
        verdict: impl Fn(&Reply) -> &'static str + Send,
    ) -> Result<Reply, EngineError> {
        let decision = move |outcome: Result<&Reply, &EngineError>| {
            let verdict = outcome.map_or("failed", |reply| verdict(reply));
            Some(Decision { element, verdict })
        };
        let call = call(method, context, Map::new());
        self.run(script, call, decision).await
    }

    async fn run<'a>(
        &self,
        script: &LoadedScript,
        call: Call,
        decision: impl Fn(Result<&Reply, &EngineError>) -> Option<Decision<'a>> + Send,
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
        let execution = async {
            match &script.program {
                Ok(program) => program.call(call).await,
                Err(error) => nothing_ran(error),
            }
        };
        let execution = execution.instrument(span.clone()).await;
        let outcome = execution.outcome.as_ref();
        let decision = decision(outcome);
        let verdict = decision.map_or_else(|| plain_verdict(outcome), |decision| decision.verdict);
        let error = outcome.err();
        span.record("script.outcome", error.map_or(verdict, EngineError::kind));
        if error.is_some() {
            span.record("otel.status_code", "error");
        }
        let record = CallRecord {
            script: &script.info,
            method: &method,
            input: &input,
            decision,
            verdict,
            error,
            log: &execution.log,
            host_calls: &execution.host_calls,
            duration: execution.duration,
            killed: execution.killed,
            origin: origin::current(),
            recorded: recorded.as_ref().map(|(recording, call)| Recorded {
                recording,
                call,
                reply: outcome.ok(),
            }),
        };
        span.in_scope(|| self.recorder.record(&record));
        execution.outcome
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
