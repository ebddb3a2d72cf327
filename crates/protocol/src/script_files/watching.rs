//! Following the files of enabled scripts: a changed text goes through the gate and becomes
//! the next version; one that does not pass, or a file that is gone, leaves the last good
//! version serving and is told.
//!
//! A text is looked at when two looks in a row found the same: what an editor writes in two
//! steps is not tried in between. A node acts when *its* file has changed, never because
//! another node stored something else: two nodes with different files say so and leave it
//! at that. What a node found is kept on the script, so that a restart is no change.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use durward_model::{Script, ScriptId, script::ScriptError, script_file::FileCopy};
use durward_script::{Engine, EngineError};
use durward_store::{Change, StoreError, Versioned};
use tokio::sync::Mutex;

use super::{FileState, hash, reasons};
use crate::{
    Provider,
    error::Error,
    script_keeping::{self, Keeper, SaveError},
};

/// Looks before a text that did not pass for no fault of its own is tried again.
const LOOKS_BETWEEN_TRIES: u32 = 60;

/// Watches the files of one node.
pub struct FileWatcher {
    provider: Arc<Provider>,
    engine: Arc<dyn Engine>,
    memory: Mutex<Memory>,
}

/// What is remembered between two looks.
#[derive(Default)]
struct Memory {
    /// The store's revision that `scripts` is of.
    revision: Option<u64>,
    /// Enabled scripts whose text is in a file.
    scripts: Vec<Versioned<Script>>,
    known: HashMap<ScriptId, Known>,
    has_looked: bool,
}

/// What is remembered of one file.
struct Known {
    path: String,
    /// Hash of the text, or why there is none.
    found: Result<String, String>,
    /// Was it there when the process began, and not judged since? Then nobody knows when
    /// it changed.
    is_fresh: bool,
    tried: Option<Tried>,
    state: Option<FileState>,
}

/// A text that was refused.
struct Tried {
    hash: String,
    /// What else it was tried with.
    revision: i64,
    /// Looks until it is tried again, where it was not at fault.
    looks_left: Option<u32>,
}

impl FileWatcher {
    /// Nothing was looked at yet.
    pub fn new(provider: Arc<Provider>, engine: Arc<dyn Engine>) -> Self {
        Self {
            provider,
            engine,
            memory: Mutex::default(),
        }
    }

    fn node(&self) -> &str {
        self.provider.script_files.node()
    }

    /// Looks at every file once.
    pub async fn tick(&self) {
        let mut memory = self.memory.lock().await;
        if let Err(error) = self.list(&mut memory).await {
            tracing::error!(%error, "files of scripts could not be looked at");
            return;
        }
        let mut before = std::mem::take(&mut memory.known);
        let (mut known, mut states) = (HashMap::new(), BTreeMap::new());
        for script in &memory.scripts {
            let before = before.remove(&script.inum);
            let after = self.look(script, before, !memory.has_looked).await;
            if let Some(state) = after.state {
                states.insert(script.name.clone(), state);
            }
            known.insert(script.inum.clone(), after);
        }
        memory.known = known;
        memory.has_looked = true;
        self.provider.script_files.keep_states(states);
    }

    async fn list(&self, memory: &mut Memory) -> Result<(), StoreError> {
        let store = &self.provider.store;
        let revision = store.revision().await?;
        if memory.revision != Some(revision) {
            let all = store.list_scripts().await?.into_iter();
            let followed = |script: &Versioned<Script>| script.enabled && script.file().is_some();
            memory.scripts = all.filter(followed).collect();
            memory.revision = Some(revision);
        }
        Ok(())
    }

    async fn look(
        &self,
        script: &Versioned<Script>,
        before: Option<Known>,
        is_first: bool,
    ) -> Known {
        let path = script.file().unwrap_or_default();
        let read = self.provider.script_files.read(path).await;
        let found = match &read {
            Ok(text) => Ok(hash(text)),
            Err(why) => Err(why.clone()),
        };
        let is_fresh = match &before {
            None => is_first,
            Some(known) => known.path == path && known.is_fresh,
        };
        let before = before.filter(|known| known.path == path);
        let is_settled = before.as_ref().is_some_and(|known| known.found == found);
        let (tried, state) = before.map_or((None, None), |known| (known.tried, known.state));
        let mut known = Known {
            path: path.to_owned(),
            found,
            is_fresh,
            tried,
            state,
        };
        let is_current = read.as_deref() == Ok(script.script.as_str());
        if is_settled || is_current {
            let judged = match read {
                Ok(_) if is_current => self.current(script, &mut known).await,
                Ok(text) => self.changed(script, &mut known, text).await,
                Err(why) => self.unreadable(script, &mut known, &why).await,
            };
            match judged {
                Ok(Some(state)) => {
                    known.state = Some(state);
                    known.is_fresh = false;
                }
                Ok(None) => {}
                // It is looked at again, as it is now.
                Err(error) => tracing::warn!(
                    script = script.name, file = known.path, %error,
                    "what a script's file has could not be kept; it is tried again"
                ),
            }
        }
        known
    }

    /// The file has what serves.
    async fn current(
        &self,
        script: &Versioned<Script>,
        known: &mut Known,
    ) -> Result<Option<FileState>, Error> {
        known.tried = None;
        self.note(script, self.copy(known, None)).await?;
        if known.state == Some(FileState::Broken) {
            tracing::info!(
                script = script.name,
                file = known.path,
                "the file of a script is good again"
            );
        }
        Ok(Some(FileState::Current))
    }

    /// The file has another text than what serves.
    async fn changed(
        &self,
        script: &Versioned<Script>,
        known: &mut Known,
        text: String,
    ) -> Result<Option<FileState>, Error> {
        let now = hash(&text);
        let seen = self.seen(script, known);
        let is_change = match seen {
            None => known.is_fresh,
            Some(copy) => copy.hash != now || (copy.is_refused && !known.has_tried(&now, script)),
        };
        if is_change {
            return self.take(script, known, text).await;
        }
        if seen.is_some_and(|copy| copy.is_refused) {
            return Ok(Some(FileState::Broken));
        }
        self.note(script, self.copy(known, None)).await?;
        if known.state != Some(FileState::Differs) {
            tracing::warn!(
                script = script.name,
                file = known.path,
                revision = script.revision,
                "the file of a script did not change here and has another text than what serves; \
                 change it, or take it with `durward script reload`"
            );
        }
        Ok(Some(FileState::Differs))
    }

    async fn take(
        &self,
        script: &Versioned<Script>,
        known: &mut Known,
        text: String,
    ) -> Result<Option<FileState>, Error> {
        let keeper = Keeper {
            provider: &self.provider,
            engine: &*self.engine,
            author: "file",
            message: Some(&format!("{} changed", known.path)),
        };
        let found = (self.node(), self.copy(known, None));
        let error = match keeper.take_file(script, text, found).await {
            Ok(taken) => {
                tracing::info!(
                    script = taken.name,
                    file = known.path,
                    revision = taken.revision,
                    "the text of a script's file was taken"
                );
                known.tried = None;
                return Ok(Some(FileState::Current));
            }
            Err(SaveError::Fault(error)) => return Err(error),
            // Somebody saved or deleted it meanwhile: there is another script to look at.
            Err(SaveError::Conflict(_) | SaveError::Missing(_)) => return Ok(None),
            Err(error) => error,
        };
        let problem = reasons::refused(&known.path, &error, self.node(), self.provider.now());
        tracing::error!(
            script = script.name,
            file = known.path,
            revision = script.revision,
            problem = problem.stack_trace,
            "the file of a script does not pass; the last good version serves on"
        );
        self.note(script, self.copy(known, Some(problem))).await?;
        known.tried = Some(Tried {
            hash: known.found.clone().unwrap_or_default(),
            revision: script.revision,
            looks_left: is_of_the_host(&error).then_some(LOOKS_BETWEEN_TRIES),
        });
        Ok(Some(FileState::Broken))
    }

    async fn unreadable(
        &self,
        script: &Versioned<Script>,
        known: &mut Known,
        why: &str,
    ) -> Result<Option<FileState>, Error> {
        known.tried = None;
        let before = self.seen(script, known);
        let problem = reasons::unreadable(why, self.node(), self.provider.now());
        let copy = FileCopy {
            hash: before.map_or_else(String::new, |copy| copy.hash.clone()),
            is_refused: before.is_some_and(|copy| copy.is_refused),
            ..self.copy(known, Some(problem))
        };
        if self.note(script, copy).await? || known.state != Some(FileState::Broken) {
            tracing::error!(
                script = script.name,
                file = known.path,
                revision = script.revision,
                why,
                "the file of a script cannot be read; the last good version serves on"
            );
        }
        Ok(Some(FileState::Broken))
    }

    /// What this node has put down about the file.
    fn seen<'a>(&self, script: &'a Script, known: &Known) -> Option<&'a FileCopy> {
        let copy = script.file_copies.get(self.node());
        copy.filter(|copy| copy.path == known.path)
    }

    fn copy(&self, known: &Known, problem: Option<ScriptError>) -> FileCopy {
        FileCopy {
            path: known.path.clone(),
            hash: known.found.clone().unwrap_or_default(),
            is_refused: problem.is_some(),
            problem,
            seen_at: self.provider.now(),
        }
    }

    /// Puts down what was found, if it is something new: tells whether it was.
    async fn note(&self, script: &Versioned<Script>, copy: FileCopy) -> Result<bool, Error> {
        if let Some(before) = script.file_copies.get(self.node())
            && is_same(before, &copy)
        {
            return Ok(false);
        }
        let mut noted = script.value.clone();
        script_keeping::remember(&mut noted, (self.node(), copy));
        let changes = vec![Change::replace(script, &noted)];
        match self.provider.store.apply(changes).await {
            Ok(()) => Ok(true),
            // The next look is at what there is then.
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(fault @ (StoreError::Fault(_) | StoreError::Full(_))) => Err(fault.into()),
        }
    }
}

impl Known {
    /// Was this text tried, as the script is now? Counts the look.
    fn has_tried(&mut self, hash: &str, script: &Script) -> bool {
        let Some(tried) = &mut self.tried else {
            return false;
        };
        if let Some(left) = &mut tried.looks_left {
            *left = left.saturating_sub(1);
        }
        tried.hash == hash && tried.revision == script.revision && tried.looks_left != Some(0)
    }
}

/// The same but for times.
fn is_same(one: &FileCopy, other: &FileCopy) -> bool {
    let problem = |copy: &FileCopy| {
        let problem = copy.problem.as_ref();
        problem.map(|problem| problem.stack_trace.clone())
    };
    one.path == other.path
        && one.hash == other.hash
        && one.is_refused == other.is_refused
        && problem(one) == problem(other)
}

/// Could the same text pass another time?
fn is_of_the_host(error: &SaveError) -> bool {
    matches!(error, SaveError::Engine(error) if !matches!(error, EngineError::Script(_)))
}
