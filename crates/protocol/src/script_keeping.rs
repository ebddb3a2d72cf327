//! Saving scripts: check, initialise in a throw-away worker, then store, with a version that
//! one can go back to.
//!
//! A save that fails any step changes nothing. Not here: loading what is
//! stored (`script_loading`).

pub mod history;
mod in_file;
mod programs;
pub mod properties;
pub mod recording;
pub mod staging;

use std::{collections::BTreeMap, sync::Arc};

use durward_model::{
    Candidate, CandidateEnd, CandidateFigures, Script, ScriptFigures, ScriptId,
    script::{RunsOn, ScriptProperty},
    script_stage::Outcome,
};
use durward_script::{
    Engine, EngineError, ScriptType,
    program::{Problem, Runtime},
    types,
};
use durward_store::{Change, StoreError, Versioned};

pub use in_file::remember;
pub use programs::{limits, program, reading};

use crate::{Provider, error::Error};

/// Longest message of a save, characters.
const MESSAGE_CHARACTERS: usize = 1_000;

/// A script as an administrator hands it in; hidden values still in clear.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Unique name.
    pub name: String,
    /// For people.
    pub description: String,
    /// Wire name of its type.
    pub script_type: String,
    /// `python` or `java`; `python` if empty.
    pub programming_language: String,
    /// The text.
    pub text: String,
    /// Order among its type.
    pub level: i32,
    /// Should it serve?
    pub enabled: bool,
    /// Settings of the runtime.
    pub module_properties: Vec<ScriptProperty>,
    /// Settings of the script.
    pub configuration_properties: Vec<ScriptProperty>,
}

/// Why a script was not saved. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The text has problems.
    #[error("the script has {} problem(s)", .0.len())]
    Problems(Vec<Problem>),
    /// It cannot be initialised, or the engine failed.
    #[error("{0}")]
    Engine(EngineError),
    /// Another rule was broken, with a hint.
    #[error("{message}")]
    Invalid {
        /// What of a script it is about, as Jans names it.
        field: &'static str,
        /// A sentence with the next step.
        message: String,
    },
    /// There is no such script, or no such version of it.
    #[error("{0}")]
    Missing(String),
    /// It is not any more what the caller has seen, or its name is taken.
    #[error("{0}")]
    Conflict(String),
    /// There is no room to store it; the cause is for operators.
    #[error("there is no room on the disk of the store: {0}")]
    Full(String),
    /// The store failed.
    #[error("{0}")]
    Fault(Error),
}

impl From<Error> for SaveError {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

impl From<StoreError> for SaveError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => {
                Self::Conflict("the script was changed meanwhile, or its name is taken".to_owned())
            }
            StoreError::Full(cause) => Self::Full(cause),
            other @ StoreError::Fault(_) => Self::Fault(other.into()),
        }
    }
}

pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> SaveError {
    SaveError::Invalid {
        field,
        message: message.into(),
    }
}

/// Which script.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// By its unique name.
    Name(&'a str),
    /// By its id.
    Inum(&'a ScriptId),
    /// By its id, if it still has that revision.
    Seen(&'a ScriptId, i64),
}

/// Somebody who keeps scripts: every save is theirs, and goes through the same gate.
#[derive(Clone, Copy)]
pub struct Keeper<'a> {
    /// The store and what goes with it.
    pub provider: &'a Provider,
    /// Where scripts are tried out.
    pub engine: &'a dyn Engine,
    /// Who saves, such as `os:alice` or `client:` and its id.
    pub author: &'a str,
    /// Why, in their words.
    pub message: Option<&'a str>,
}

impl Keeper<'_> {
    /// Checks a draft, initialises it once, and stores it as a new script or as the
    /// next version of the one with its name.
    ///
    /// # Errors
    /// See [`SaveError`].
    pub async fn save(&self, mut draft: Draft) -> Result<Script, SaveError> {
        let before = self.provider.store.find_script_by_name(&draft.name).await?;
        if let Some(before) = &before
            && !draft.module_properties.iter().any(recording::is_meant)
        {
            // Who saves a text does not mean to end, or to begin, its recording.
            draft.module_properties = recording::as_in(draft.module_properties, before);
        }
        let inum = match &before {
            Some(before) => before.inum.clone(),
            None => ScriptId::new(self.provider.new_id()),
        };
        self.keep(inum, before, draft).await
    }

    /// The same for a script that must be new. An administrator may name its id.
    ///
    /// # Errors
    /// See [`SaveError`].
    pub async fn create(&self, inum: Option<&str>, draft: Draft) -> Result<Script, SaveError> {
        let inum = match inum {
            None => ScriptId::new(self.provider.new_id()),
            Some(inum) => checked_inum(inum)?,
        };
        let store = &self.provider.store;
        if store.find_script(&inum).await?.is_some() {
            return Err(SaveError::Conflict(format!(
                "there is a script '{inum}' already"
            )));
        }
        if store.find_script_by_name(&draft.name).await?.is_some() {
            return Err(SaveError::Conflict(format!(
                "there is a script named '{}' already",
                draft.name
            )));
        }
        self.keep(inum, None, draft).await
    }

    /// The same for the next version of a script that is there; its name may change.
    ///
    /// # Errors
    /// See [`SaveError`].
    pub async fn replace(&self, which: Which<'_>, draft: Draft) -> Result<Script, SaveError> {
        let before = load(self.provider, which).await?;
        self.keep(before.inum.clone(), Some(before), draft).await
    }

    /// Turns a script on or off. Turning on tries it out first.
    ///
    /// # Errors
    /// See [`SaveError`].
    pub async fn set_enabled(&self, which: Which<'_>, enabled: bool) -> Result<Script, SaveError> {
        let before = load(self.provider, which).await?;
        let mut script = before.value.clone();
        script.enabled = enabled;
        if enabled {
            script.script_error = None;
            script = self.try_out(self.read_anew(script).await?).await?;
        }
        self.store(Some(&before), script, history::Why::default())
            .await
    }

    /// Has the last `keep` calls of a script recorded, or none from now on: then those that
    /// are kept are forgotten. What serves stays what it is.
    ///
    /// # Errors
    /// See [`SaveError`].
    pub async fn record(&self, which: Which<'_>, keep: u32) -> Result<Script, SaveError> {
        let before = load(self.provider, which).await?;
        let mut script = before.value.clone();
        script.module_properties = recording::set(script.module_properties, keep);
        recording::check(self.provider, &script.module_properties)?;
        self.store(Some(&before), script, history::Why::default())
            .await
    }

    /// Has a script loaded anew, after what it uses has changed: jars, or a file that its
    /// `init` reads. It is tried out first.
    ///
    /// # Errors
    /// See [`SaveError`].
    pub async fn reload(&self, which: Which<'_>) -> Result<Script, SaveError> {
        let before = load(self.provider, which).await?;
        let mut script = before.value.clone();
        script.reloads += 1;
        script.version = properties::version_of(&script);
        script.script_error = None;
        let script = self.try_out(self.read_anew(script).await?).await?;
        self.store(Some(&before), script, history::Why::default())
            .await
    }

    /// Goes back to an earlier version, which becomes the next one. It is tried out first:
    /// what it uses may be gone. Name and whether it serves stay as they are.
    ///
    /// # Errors
    /// See [`SaveError`].
    pub async fn roll_back(&self, which: Which<'_>, revision: i64) -> Result<Script, SaveError> {
        let before = load(self.provider, which).await?;
        in_file::check_roll_back(&before)?;
        let version = history::load(self.provider, &before, revision).await?;
        let mut script = history::restored(&before, &version);
        in_file::stays_in_store(&mut script);
        script.version = properties::version_of(&script);
        let script = self.try_out(script).await?;
        let why = history::Why {
            rolled_back_to: Some(revision),
            ..history::Why::default()
        };
        self.store(Some(&before), script, why).await
    }

    /// Takes a script away, with its history, its recorded calls and what its calls add up to. What it decided
    /// stays in the journal.
    ///
    /// # Errors
    /// See [`SaveError`].
    pub async fn delete(&self, which: Which<'_>) -> Result<(), SaveError> {
        let before = load(self.provider, which).await?;
        let mut changes = vec![Change::remove(&before)];
        changes.extend(history::forgetting(self.provider, &before.inum).await?);
        changes.push(Change::delete::<ScriptFigures>(before.inum.as_str()));
        changes.push(Change::delete::<CandidateFigures>(before.inum.as_str()));
        self.provider.store.apply(changes).await?;
        recording::forget(self.provider, &before.inum).await?;
        self.tell("deleted", &before);
        Ok(())
    }

    /// Stores a new script that could not be tried out, or did not pass: disabled, for
    /// somebody to mend it. It never takes the place of another.
    ///
    /// # Errors
    /// `Conflict` when there is a script of its name; otherwise as [`Keeper::save`].
    pub async fn shelve(&self, draft: Draft) -> Result<Script, SaveError> {
        let store = &self.provider.store;
        if store.find_script_by_name(&draft.name).await?.is_some() {
            return Err(SaveError::Conflict(format!(
                "there is a script '{}' already, and it stays as it is",
                draft.name
            )));
        }
        let draft = Draft {
            enabled: false,
            ..draft
        };
        let script = self.drafted(ScriptId::new(self.provider.new_id()), None, draft)?;
        self.store(None, script, history::Why::default()).await
    }

    async fn keep(
        &self,
        inum: ScriptId,
        before: Option<Versioned<Script>>,
        draft: Draft,
    ) -> Result<Script, SaveError> {
        let script = self.drafted(inum, before.as_deref(), draft)?;
        let script = self.located(before.as_deref(), script).await?;
        let script = match before.as_deref().and_then(|before| off(before, &script)) {
            Some(off) => off,
            None => self.try_out(script).await?,
        };
        self.store(before.as_ref(), script, history::Why::default())
            .await
    }

    /// The script that a draft becomes; nothing of it is tried out.
    fn drafted(
        &self,
        inum: ScriptId,
        before: Option<&Script>,
        draft: Draft,
    ) -> Result<Script, SaveError> {
        let script_type = find_type(&draft.script_type)?;
        check_name(&draft.name)?;
        let provider = self.provider;
        recording::check(provider, &draft.module_properties)?;
        if let Some(before) = before
            && before.script_type != script_type.name
        {
            return Err(invalid(
                "scriptType",
                format!(
                    "'{}' is already the name of a {} script",
                    before.name, before.script_type
                ),
            ));
        }
        let configuration_properties = properties::sealed(
            &provider.sealing,
            &inum,
            draft.configuration_properties,
            before.map_or(&[], |before| &before.configuration_properties),
        )?;
        let script = Script {
            name: draft.name,
            description: draft.description,
            script_type: script_type.name.to_owned(),
            programming_language: programs::language(&draft.programming_language)?,
            version: String::new(),
            script: draft.text,
            level: draft.level,
            revision: before.map_or(0, |before| before.revision),
            reloads: before.map_or(0, |before| before.reloads),
            runs_on: None,
            enabled: draft.enabled,
            module_properties: draft.module_properties,
            configuration_properties,
            script_error: None,
            file_copies: BTreeMap::new(),
            candidate: before.and_then(|before| before.candidate.clone()),
            candidate_ended: before.and_then(|before| before.candidate_ended.clone()),
            modified_at: provider.now(),
            inum,
        };
        in_file::check(&script)?;
        Ok(Script {
            version: properties::version_of(&script),
            ..script
        })
    }

    /// Stores a script with its version; nothing if nothing changed.
    async fn store(
        &self,
        before: Option<&Versioned<Script>>,
        mut script: Script,
        why: history::Why,
    ) -> Result<Script, SaveError> {
        self.check_message()?;
        if let Some(before) = before {
            script.revision = before.revision;
            script.modified_at = before.modified_at;
            if script == before.value {
                return Ok(script);
            }
        }
        if let Some(candidate) = script.candidate.take() {
            script.candidate_ended = Some(self.overtaken(&candidate, &script, &why));
        }
        script.revision += 1;
        script.modified_at = self.provider.now();
        let mut changes = history::changes(self, before, &script, why).await?;
        changes.push(match before {
            Some(before) => Change::replace(before, &script),
            None => Change::insert(&script),
        });
        self.provider.store.apply(changes).await?;
        self.count_end(before, &script);
        if before.is_some_and(|before| recording::kept(before) > 0) && recording::kept(&script) == 0
        {
            recording::forget(self.provider, &script.inum).await?;
        }
        self.tell("saved", &script);
        Ok(script)
    }

    /// How a trial ends when its script is saved: what it was tried beside serves no more.
    fn overtaken(&self, candidate: &Candidate, after: &Script, why: &history::Why) -> CandidateEnd {
        if why.promoted_from == Some(candidate.revision) {
            let reason = self.message.unwrap_or("somebody promoted it");
            return self.end(candidate, Outcome::Promoted, reason);
        }
        let reason = if after.enabled {
            "the script was saved"
        } else {
            "the script was disabled"
        };
        self.end(candidate, Outcome::Superseded, reason)
    }

    /// Who changed what, for the audit log.
    fn tell(&self, what: &str, script: &Script) {
        tracing::info!(
            target: "audit",
            author = self.author,
            message = self.message,
            script = script.name,
            inum = script.inum.as_str(),
            revision = script.revision,
            version = script.version,
            enabled = script.enabled,
            "script {what}"
        );
    }

    fn check_message(&self) -> Result<(), SaveError> {
        let Some(message) = self.message else {
            return Ok(());
        };
        let is_text = !message.chars().any(|c| c.is_control() && c != '\n');
        if is_text && message.chars().count() <= MESSAGE_CHARACTERS {
            Ok(())
        } else {
            Err(invalid(
                "message",
                format!("a message is text of at most {MESSAGE_CHARACTERS} characters"),
            ))
        }
    }

    /// Checks a script and opens it once; where that was is noted on it, so that nobody has
    /// to look for its host again when it is loaded.
    async fn try_out(&self, script: Script) -> Result<Script, SaveError> {
        let provider = self.provider;
        let live = provider.live();
        let mut asked = script;
        asked.runs_on = None;
        let mut program = program(
            &asked,
            &live.configuration,
            &provider.sealing,
            provider.now(),
        )?;
        let report = self
            .engine
            .check(&program)
            .await
            .map_err(SaveError::Engine)?;
        if !report.problems.is_empty() {
            return Err(SaveError::Problems(report.problems));
        }
        program.runtime = report.runtime;
        let opened = self
            .engine
            .open(Arc::new(program))
            .await
            .map_err(SaveError::Engine)?;
        opened.program.close().await;
        asked.runs_on = match report.runtime {
            Runtime::Auto => None,
            Runtime::Native => Some(RunsOn::Native),
            Runtime::Jython => Some(RunsOn::Jython),
            Runtime::Java => Some(RunsOn::Java),
        };
        Ok(asked)
    }
}

/// What there is, turned off, if that is all that changes. Then nothing has to pass: what
/// cannot run must be possible to stop.
fn off(before: &Script, drafted: &Script) -> Option<Script> {
    let off = Script {
        enabled: false,
        ..before.clone()
    };
    let same = Script {
        runs_on: off.runs_on,
        script_error: off.script_error.clone(),
        modified_at: off.modified_at,
        ..drafted.clone()
    };
    (same == off).then_some(off)
}

/// The script that is meant.
///
/// # Errors
/// `Missing` when there is none, `Conflict` when it has another revision than was seen.
pub async fn load(provider: &Provider, which: Which<'_>) -> Result<Versioned<Script>, SaveError> {
    let store = &provider.store;
    let found = match which {
        Which::Name(name) => store.find_script_by_name(name).await?,
        Which::Inum(inum) | Which::Seen(inum, _) => store.find_script(inum).await?,
    };
    let found = found.ok_or_else(|| {
        SaveError::Missing(match which {
            Which::Name(name) => format!("there is no script named '{name}'"),
            Which::Inum(inum) | Which::Seen(inum, _) => format!("there is no script '{inum}'"),
        })
    })?;
    match which {
        Which::Seen(_, revision) if revision != found.revision => Err(SaveError::Conflict(
            format!("'{}' has revision {} by now", found.name, found.revision),
        )),
        _ => Ok(found),
    }
}

/// The type of that name.
///
/// # Errors
/// Names the types that exist.
pub fn find_type(name: &str) -> Result<&'static ScriptType, SaveError> {
    types::find(name).ok_or_else(|| {
        let known: Vec<&str> = types::ALL
            .iter()
            .map(|script_type| script_type.name)
            .collect();
        invalid(
            "scriptType",
            format!(
                "'{name}' is not a script type that this version asks; known: {}",
                known.join(", ")
            ),
        )
    })
}

/// Jans's rule for names.
fn check_name(name: &str) -> Result<(), SaveError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-:/.".contains(c);
    if (2..=60).contains(&name.len()) && name.chars().all(fits) {
        Ok(())
    } else {
        Err(invalid(
            "name",
            "a script's name has 2 to 60 letters, digits or any of _ - : / .",
        ))
    }
}

/// An id that an administrator chose.
fn checked_inum(inum: &str) -> Result<ScriptId, SaveError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
    if (1..=64).contains(&inum.len()) && inum.chars().all(fits) {
        Ok(ScriptId::new(inum))
    } else {
        Err(invalid(
            "inum",
            "an inum has 1 to 64 letters, digits or any of _ - . :",
        ))
    }
}
