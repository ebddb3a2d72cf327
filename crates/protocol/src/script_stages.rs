//! Watching trials: what their calls add up to is stored, and a candidate that leaves its
//! bounds is taken out, or one that kept to them for long enough made the version that serves.
//!
//! Not here: asking candidates (durward-script), loading them (`script_loading`).

pub mod judging;

use std::{sync::Arc, time::Duration};

use durward_model::{
    CandidateFigures, Script,
    script_stage::{Candidate, Outcome},
};
use durward_script::{Engine, trial::Trial};
use durward_store::{Change, Store, StoreError, Versioned};

use crate::{
    Provider,
    error::Error,
    script_keeping::{Keeper, SaveError, staging},
};
use judging::Judgement;

/// Who takes candidates out, or makes them serve, when nobody does.
pub const SERVER: &str = "server";

/// From a call of a trial to when trials are looked at.
const GATHER: Duration = Duration::from_secs(1);

/// Times that a change is tried while others change the same.
const ATTEMPTS: u32 = 8;

/// Looks after trials.
pub struct StageWatch {
    provider: Arc<Provider>,
    engine: Arc<dyn Engine>,
}

impl StageWatch {
    /// Over the trials of this provider's scripts.
    pub fn new(provider: Arc<Provider>, engine: Arc<dyn Engine>) -> Self {
        Self { provider, engine }
    }

    /// Looks soon after calls of trials, and not while there are none. Never ends.
    pub async fn run(&self) {
        loop {
            self.provider.scripts.trials().changed().await;
            tokio::time::sleep(GATHER).await;
            if let Err(error) = self.look().await {
                tracing::error!(%error, "trials of scripts could not be looked at");
            }
        }
    }

    /// Stores what was counted, and judges every trial that had a call.
    ///
    /// # Errors
    /// A fault of the store; what was counted is kept for the next time.
    pub async fn look(&self) -> Result<(), Error> {
        let mut outcome = Ok(());
        for script in self.provider.scripts.all() {
            if let Some((_, trial)) = script.candidate() {
                outcome = outcome.and(self.look_at(trial).await);
            }
        }
        outcome
    }

    async fn look_at(&self, trial: &Trial) -> Result<(), Error> {
        let Some(unsaved) = trial.take_unsaved() else {
            return Ok(());
        };
        let store = &*self.provider.store;
        match add_to_stored(store, &unsaved).await {
            // Another trial's by now.
            Ok(None) => Ok(()),
            Ok(Some(figures)) => self.judge(&trial.candidate, &figures).await,
            Err(error) => {
                trial.give_back(&unsaved);
                Err(error.into())
            }
        }
    }

    async fn judge(&self, candidate: &Candidate, figures: &CandidateFigures) -> Result<(), Error> {
        match judging::judge(candidate, figures) {
            Judgement::GoOn => Ok(()),
            Judgement::RollBack(reason) => {
                let inum = &figures.inum;
                let Some(script) = self.provider.store.find_script(inum).await? else {
                    return Ok(());
                };
                Ok(roll_back(&self.provider, script, &candidate.id, &reason).await?)
            }
            Judgement::Promote(reason) => self.promote(candidate, figures, &reason).await,
        }
    }

    async fn promote(
        &self,
        candidate: &Candidate,
        figures: &CandidateFigures,
        reason: &str,
    ) -> Result<(), Error> {
        let store = &self.provider.store;
        let found = store.find_script(&figures.inum).await?;
        let Some(script) = found.filter(|script| is_on(script, &candidate.id)) else {
            return Ok(());
        };
        let keeper = Keeper {
            provider: &self.provider,
            engine: &*self.engine,
            author: SERVER,
            message: Some(reason),
        };
        match keeper.promote_one(&script, candidate).await {
            // Somebody else was first.
            Ok(_) | Err(SaveError::Conflict(_) | SaveError::Missing(_)) => Ok(()),
            Err(SaveError::Fault(error)) => Err(error),
            Err(refused) => {
                let reason = format!("it was to serve, and does not pass any more: {refused}");
                Ok(roll_back(&self.provider, script, &candidate.id, &reason).await?)
            }
        }
    }
}

/// Is that the trial which is on?
fn is_on(script: &Script, id: &str) -> bool {
    let candidate = script.candidate.as_ref();
    candidate.is_some_and(|candidate| candidate.id == id)
}

/// Takes a candidate out on every node, if that trial is still on. Whoever changes the script
/// at the same time does not keep it in.
///
/// # Errors
/// Of the store.
pub async fn roll_back(
    provider: &Provider,
    script: Versioned<Script>,
    id: &str,
    reason: &str,
) -> Result<(), StoreError> {
    let mut attempts = ATTEMPTS;
    let mut script = script;
    loop {
        attempts -= 1;
        let Some(candidate) = script.candidate.as_ref().filter(|known| known.id == id) else {
            return Ok(());
        };
        let end = durward_model::CandidateEnd {
            revision: candidate.revision,
            version: candidate.version.clone(),
            stage: candidate.stage,
            outcome: Outcome::RolledBack,
            at: provider.now(),
            author: SERVER.to_owned(),
            reason: reason.to_owned(),
        };
        let (revision, version) = (end.revision, end.version.clone());
        let change = Change::replace(&script, &staging::ended(&script, end));
        match provider.store.apply(vec![change]).await {
            Ok(()) => {
                let name = &script.name;
                tracing::warn!(
                    target: "audit",
                    author = SERVER,
                    script = name,
                    revision,
                    version,
                    reason,
                    "candidate of a script taken out"
                );
                let trials = provider.scripts.trials();
                trials.count_end(name, Outcome::RolledBack);
                return Ok(());
            }
            Err(StoreError::Conflict { .. }) if attempts > 0 => {
                match provider.store.find_script(&script.inum).await? {
                    Some(found) => script = found,
                    None => return Ok(()),
                }
            }
            Err(error) => return Err(error),
        }
    }
}

/// Several nodes add to one record. Nothing if it is another trial's.
async fn add_to_stored(
    store: &dyn Store,
    more: &CandidateFigures,
) -> Result<Option<CandidateFigures>, StoreError> {
    let mut attempts = ATTEMPTS;
    loop {
        attempts -= 1;
        let Some(stored) = store.find_candidate_figures(&more.inum).await? else {
            return Ok(None);
        };
        if stored.candidate != more.candidate {
            return Ok(None);
        }
        let mut sum = stored.value.clone();
        sum.add(more);
        match store.apply(vec![Change::replace(&stored, &sum)]).await {
            Ok(()) => return Ok(Some(sum)),
            Err(StoreError::Conflict { .. }) if attempts > 0 => {}
            Err(error) => return Err(error),
        }
    }
}
