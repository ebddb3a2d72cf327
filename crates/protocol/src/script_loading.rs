//! Bringing the loaded set in line with the stored scripts.
//!
//! A new version is opened before the old one is let go; if it cannot be
//! opened the old one keeps serving. An enabled script that never loaded stays
//! in the set as broken, so that what depends on it fails closed.

use std::{collections::HashMap, sync::Arc};

use durward_model::{Script, ScriptId, script::ScriptError};
use durward_script::{Engine, EngineError, LoadedScript, ScriptInfo};
use durward_store::{Change, StoreError, Versioned};
use tokio::sync::Mutex;

use crate::{Provider, error::Error, script_keeping};

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
            next.insert(script.inum.clone(), self.slot(&script, before).await);
        }
        *slots = next;
        let serving: Vec<Arc<LoadedScript>> =
            slots.values().map(|slot| slot.script.clone()).collect();
        let before = self.provider.scripts.replace(serving.clone());
        for old in before {
            if !serving.iter().any(|new| Arc::ptr_eq(new, &old)) {
                close_later(&old, &serving);
            }
        }
        Ok(())
    }

    /// Ends every script: `destroy`, then its workers.
    pub async fn close(&self) {
        self.slots.lock().await.clear();
        for script in self.provider.scripts.replace(Vec::new()) {
            if let Ok(program) = &script.program {
                program.close().await;
            }
        }
    }

    async fn slot(&self, script: &Versioned<Script>, before: Option<Slot>) -> Slot {
        let info = info(script);
        match before {
            Some(slot) if slot.has_tried(script) && slot.script.info == info => slot,
            Some(slot) if slot.has_tried(script) => {
                // The same program under another name or level: no reload.
                let serving = LoadedScript {
                    info: ScriptInfo {
                        version: slot.script.info.version.clone(),
                        ..info
                    },
                    program: slot.script.program.clone(),
                    methods: slot.script.methods.clone(),
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

    async fn open(
        &self,
        script: &Script,
    ) -> Result<(Arc<dyn durward_script::LoadedProgram>, Vec<String>), EngineError> {
        let live = self.provider.live();
        let program = script_keeping::program(
            script,
            &live.configuration,
            &self.provider.sealing,
            self.provider.now(),
        )
        .map_err(|error| EngineError::Missing(error.to_string()))?;
        let opened = self.engine.open(Arc::new(program)).await?;
        Ok((opened.program, opened.report.methods))
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

/// Closes a script that nobody is handed any more, unless its program serves on
/// under another name. Running calls end first; nobody waits for that.
fn close_later(old: &LoadedScript, serving: &[Arc<LoadedScript>]) {
    let Ok(program) = old.program.clone() else {
        return;
    };
    let still_used = serving.iter().any(|new| {
        new.program
            .as_ref()
            .is_ok_and(|other| Arc::ptr_eq(other, &program))
    });
    if !still_used {
        tokio::spawn(async move { program.close().await });
    }
}
