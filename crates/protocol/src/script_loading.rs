//! Bringing the loaded set in line with the stored scripts.
//!
//! A new version is opened before the old one is let go; if it cannot be
//! opened the old one keeps serving. The old one is closed once nobody calls it
//! any more. An enabled script that never loaded stays in the set as broken, so
//! that what depends on it fails closed. A candidate that cannot be opened is
//! never asked: it is taken out.

mod lent;

use std::{collections::HashMap, sync::Arc};

use durward_model::{Candidate, Script, ScriptId, script::ScriptError, script_stage::Stage};
use durward_script::{
    Engine, EngineError, LoadedProgram, LoadedScript, Recording, ScriptInfo, program::Runtime,
    scripts::Part, trial::Trial,
};
use durward_store::{Change, StoreError, Versioned};
use tokio::sync::Mutex;

use self::lent::Lent;
use crate::{
    Provider,
    error::Error,
    script_keeping::{self, history, recording},
    script_stages,
};

/// A program and the methods of its type that its class defines.
type Opened = (Arc<dyn LoadedProgram>, Vec<String>);

/// Keeps the loaded set current.
pub struct ScriptLoader {
    provider: Arc<Provider>,
    engine: Arc<dyn Engine>,
    slots: Mutex<HashMap<ScriptId, Slot>>,
}

/// What is known of one enabled script.
struct Slot {
    /// What serves.
    script: Arc<LoadedScript>,
    /// Version that was tried last, loaded or not.
    tried: String,
    /// The save whose version did not load. The next save is tried even if it
    /// is the same text: a host may have been at fault, not the script.
    failed_at_revision: Option<i64>,
}

impl Slot {
    fn has_tried(&self, script: &Script) -> bool {
        self.tried == script.version
            && self
                .failed_at_revision
                .is_none_or(|revision| revision == script.revision)
    }
}

impl ScriptLoader {
    /// Nothing is loaded yet.
    pub fn new(provider: Arc<Provider>, engine: Arc<dyn Engine>) -> Self {
        Self {
            provider,
            engine,
            slots: Mutex::default(),
        }
    }

    /// Loads what is new, lets go what is gone. Only one refresh runs at a time.
    ///
    /// # Errors
    /// A fault of the store; what serves stays as it is.
    pub async fn refresh(&self) -> Result<(), Error> {
        let mut slots = self.slots.lock().await;
        let stored = self.provider.store.list_scripts().await?;
        let enabled: Vec<Versioned<Script>> =
            stored.into_iter().filter(|script| script.enabled).collect();
        let mut next = HashMap::with_capacity(enabled.len());
        for script in enabled {
            let before = slots.remove(&script.inum);
            let tried = before.as_ref().map(|slot| slot.script.part.clone());
            let mut slot = self.slot(&script, before).await;
            self.put_beside(&script, &mut slot, tried.unwrap_or_default())
                .await;
            next.insert(script.inum.clone(), slot);
        }
        *slots = next;
        let serving: Vec<Arc<LoadedScript>> =
            slots.values().map(|slot| slot.script.clone()).collect();
        // What served until now and is not in the set any more closes with its last caller.
        for old in self.provider.scripts.replace(serving.clone()) {
            end_trial(&old, &serving);
        }
        Ok(())
    }

    /// Ends every script: `destroy`, then its workers.
    pub async fn close(&self) {
        self.slots.lock().await.clear();
        for script in self.provider.scripts.replace(Vec::new()) {
            end_trial(&script, &[]);
            for program in programs(&script) {
                program.close().await;
            }
        }
    }

    async fn slot(&self, script: &Versioned<Script>, before: Option<Slot>) -> Slot {
        let info = info(script);
        match before {
            Some(slot) if slot.has_tried(script) => {
                let recording = self.recording_beside(script, &slot.script);
                if slot.script.info == info && slot.script.recording == recording {
                    return slot;
                }
                // The same program under another name or level: no reload.
                let serving = LoadedScript {
                    info: ScriptInfo {
                        version: slot.script.info.version.clone(),
                        ..info
                    },
                    program: slot.script.program.clone(),
                    methods: slot.script.methods.clone(),
                    part: slot.script.part.clone(),
                    recording,
                };
                Slot {
                    script: Arc::new(serving),
                    ..slot
                }
            }
            before => self.load(script, info, before).await,
        }
    }

    async fn load(
        &self,
        script: &Versioned<Script>,
        info: ScriptInfo,
        before: Option<Slot>,
    ) -> Slot {
        let tried = script.value.version.clone();
        match self.open(script).await {
            Ok((program, methods)) => {
                tracing::info!(script = info.name, version = tried, "script loaded");
                let script = Arc::new(LoadedScript {
                    info,
                    program: Ok(program),
                    methods,
                    part: Part::Alone,
                    recording: self.recording(script),
                });
                Slot {
                    script,
                    tried,
                    failed_at_revision: None,
                }
            }
            Err(error) => {
                tracing::error!(script = info.name, version = tried, %error, "script did not load");
                self.record(script, &error).await;
                let serving = match before {
                    Some(slot) => slot.script,
                    None => Arc::new(LoadedScript {
                        info,
                        program: Err(error),
                        methods: Vec::new(),
                        part: Part::Alone,
                        recording: None,
                    }),
                };
                Slot {
                    script: serving,
                    tried,
                    failed_at_revision: Some(script.revision),
                }
            }
        }
    }

    /// Puts the candidate that is stored beside what serves, in the place of another one.
    async fn put_beside(&self, script: &Versioned<Script>, slot: &mut Slot, tried: Part) {
        let part = match &script.candidate {
            // What never loaded fails every call: there is nothing to compare with.
            Some(candidate) if slot.script.program.is_ok() => {
                self.part(script, candidate, tried).await
            }
            _ => Part::Alone,
        };
        let is_same = match (&slot.script.part, &part) {
            (Part::Alone, Part::Alone) => true,
            (Part::Serves(_, one), Part::Serves(_, other)) => Arc::ptr_eq(one, other),
            _ => false,
        };
        if !is_same {
            let serving = &slot.script;
            slot.script = Arc::new(LoadedScript {
                info: serving.info.clone(),
                program: serving.program.clone(),
                methods: serving.methods.clone(),
                part,
                recording: serving.recording.clone(),
            });
        }
    }

    async fn part(&self, script: &Versioned<Script>, candidate: &Candidate, tried: Part) -> Part {
        let known = match tried {
            Part::Serves(loaded, trial) if trial.candidate == *candidate => {
                return Part::Serves(loaded, trial);
            }
            // The same version in another stage: no reload.
            Part::Serves(loaded, trial) if trial.candidate.revision == candidate.revision => {
                Some(loaded)
            }
            _ => None,
        };
        let opened = match known {
            Some(loaded) => loaded
                .program
                .clone()
                .map(|program| (program, loaded.methods.clone())),
            None => self.open_candidate(script, candidate).await,
        };
        match opened {
            Ok((program, methods)) => {
                tracing::info!(
                    script = script.name,
                    version = candidate.version,
                    stage = %candidate.stage,
                    "candidate of a script loaded"
                );
                self.beside(script, candidate, (program, methods))
            }
            Err(error) => {
                tracing::error!(
                    script = script.name,
                    version = candidate.version,
                    %error,
                    "candidate of a script did not load"
                );
                let reason = format!("it did not load: {error}");
                let script = script.clone();
                let taken_out =
                    script_stages::roll_back(&self.provider, script, &candidate.id, &reason);
                if let Err(error) = taken_out.await {
                    tracing::error!(%error, "a candidate was not taken out");
                }
                Part::Alone
            }
        }
    }

    fn beside(&self, script: &Script, candidate: &Candidate, (program, methods): Opened) -> Part {
        let trials = self.provider.scripts.trials();
        let trial: Arc<Trial> = trials.begin(script.inum.as_str(), candidate.clone());
        let loaded = LoadedScript {
            info: ScriptInfo {
                version: candidate.version.clone(),
                ..info(script)
            },
            program: Ok(program),
            methods,
            part: Part::Tried(trial.clone()),
            // It has hidden properties of its own: its calls are not kept.
            recording: None,
        };
        Part::Serves(Arc::new(loaded), trial)
    }

    async fn open_candidate(
        &self,
        script: &Script,
        candidate: &Candidate,
    ) -> Result<Opened, EngineError> {
        let version = history::load(&self.provider, script, candidate.revision)
            .await
            .map_err(|error| EngineError::Missing(error.to_string()))?;
        let runtime = candidate.runs_on.map_or(Runtime::Auto, Runtime::from);
        if candidate.stage == Stage::Shadow && !self.engine.isolates(runtime) {
            let sentence = "scripts in this node's JVM may connect by themselves (jvm.network), \
                            so that none can be a shadow";
            return Err(EngineError::Missing(sentence.to_owned()));
        }
        let tried = Script {
            revision: candidate.revision,
            runs_on: candidate.runs_on,
            ..history::restored(script, &version)
        };
        self.open(&tried).await
    }

    async fn open(&self, script: &Script) -> Result<Opened, EngineError> {
        let live = self.provider.live();
        let program = script_keeping::program(
            script,
            &live.configuration,
            &self.provider.sealing,
            self.provider.now(),
        )
        .map_err(|error| EngineError::Missing(error.to_string()))?;
        let opened = self.engine.open(Arc::new(program)).await?;
        Ok((Lent::out(opened.program), opened.report.methods))
    }

    /// Whether calls are to be recorded, and what of its hidden properties must not be. Without
    /// knowing that nothing is recorded.
    fn recording(&self, script: &Script) -> Option<Arc<Recording>> {
        let live = self.provider.live();
        let most = live.configuration.script_record_maximum;
        let keep = recording::kept(script).min(most);
        if keep == 0 {
            return None;
        }
        let (sealing, now) = (&self.provider.sealing, self.provider.now());
        let program = script_keeping::program(script, &live.configuration, sealing, now).ok()?;
        let hidden = program.attributes.into_iter().filter(|one| one.hide);
        Some(Arc::new(Recording {
            keep,
            hidden: hidden.map(|one| (one.value1, one.value2)).collect(),
        }))
    }

    /// The same where an earlier version may serve, with hidden properties of its own: those
    /// are known only if it was recorded before.
    fn recording_beside(&self, script: &Script, serving: &LoadedScript) -> Option<Arc<Recording>> {
        let recording = self.recording(script)?;
        if serving.info.version == script.version {
            return Some(recording);
        }
        let mut hidden = serving.recording.as_ref()?.hidden.clone();
        for one in &recording.hidden {
            if !hidden.contains(one) {
                hidden.push(one.clone());
            }
        }
        let keep = recording.keep;
        Some(Arc::new(Recording { keep, hidden }))
    }

    /// Keeps the error on the script, unless somebody saved it meanwhile.
    async fn record(&self, script: &Versioned<Script>, error: &EngineError) {
        let mut failed = script.value.clone();
        failed.script_error = Some(ScriptError {
            raised_at: self.provider.now(),
            stack_trace: error.in_full(),
            line: script_line(error),
        });
        match self
            .provider
            .store
            .apply(vec![Change::replace(script, &failed)])
            .await
        {
            Ok(()) | Err(StoreError::Conflict { .. }) => {}
            Err(error) => tracing::error!(%error, "a script's error was not recorded"),
        }
    }
}

fn script_line(error: &EngineError) -> Option<u32> {
    match error {
        EngineError::Script(failure) => failure.line,
        _ => None,
    }
}

fn info(script: &Script) -> ScriptInfo {
    ScriptInfo {
        inum: script.inum.as_str().to_owned(),
        name: script.name.clone(),
        script_type: script.script_type.clone(),
        level: script.level,
        version: script.version.clone(),
    }
}

/// Everything that runs a script: of what serves, and of its candidate.
fn programs(script: &Arc<LoadedScript>) -> Vec<Arc<dyn LoadedProgram>> {
    let candidate = script.candidate().map(|(candidate, _)| candidate);
    [Some(script), candidate]
        .into_iter()
        .flatten()
        .filter_map(|script| script.program.clone().ok())
        .collect()
}

/// Ends the trial of a script that nobody is handed any more, unless it goes on.
fn end_trial(old: &LoadedScript, serving: &[Arc<LoadedScript>]) {
    let Some((_, trial)) = old.candidate() else {
        return;
    };
    let goes_on = serving
        .iter()
        .filter_map(|new| new.candidate())
        .any(|(_, other)| Arc::ptr_eq(other, trial));
    if !goes_on {
        trial.end();
    }
}
