//! Putting a version on trial beside the one that serves, making it the one that serves, and
//! taking it out again: each through the gate that every save goes through.
//!
//! Not here: how it is asked (durward-script), when it is taken out by itself (`script_stages`).

use durward_model::{
    CandidateFigures, Script,
    script_stage::{Bounds, Candidate, CandidateEnd, Outcome, Stage},
};
use durward_script::program::Runtime;
use durward_store::{Change, Versioned};

use super::{Draft, Keeper, SaveError, Which, history, invalid, load};

/// How a candidate is to be asked, and what it must keep to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staging {
    /// How.
    pub stage: Stage,
    /// Within which bounds.
    pub bounds: Bounds,
    /// So many calls within them make it the one that serves.
    pub promote_after_calls: Option<u64>,
}

impl Staging {
    /// With the usual bounds, until somebody decides.
    pub fn new(stage: Stage) -> Self {
        Self {
            stage,
            bounds: Bounds::default(),
            promote_after_calls: None,
        }
    }

    fn check(&self) -> Result<(), SaveError> {
        let bounds = self.bounds;
        if let Stage::Canary { share_percent } = self.stage
            && !(1..=100).contains(&share_percent)
        {
            return Err(invalid("sharePercent", "a share is 1 to 100 per cent"));
        }
        if bounds.max_error_percent > 100 {
            return Err(invalid("maxErrorPercent", "it is 0 to 100"));
        }
        if !(100..=10_000).contains(&bounds.max_latency_percent) {
            return Err(invalid(
                "maxLatencyPercent",
                "it is 100 to 10,000: 200 lets a version take twice as long",
            ));
        }
        if !(1..=1_000_000).contains(&bounds.min_calls) {
            return Err(invalid("minCalls", "it is 1 to 1,000,000"));
        }
        match self.promote_after_calls {
            Some(calls) if calls < bounds.min_calls => Err(invalid(
                "promoteAfterCalls",
                "it is not below minCalls: nothing is judged before",
            )),
            _ => Ok(()),
        }
    }
}

impl Keeper<'_> {
    /// Checks a draft of a script that serves, initialises it once, and stores it as a version
    /// that is tried beside it. Another candidate that there was makes room.
    ///
    /// # Errors
    /// See [`SaveError`]; nothing is changed, and what is on trial stays.
    pub async fn stage(
        &self,
        which: Which<'_>,
        draft: Draft,
        staging: Staging,
    ) -> Result<Script, SaveError> {
        staging.check()?;
        let before = load(self.provider, which).await?;
        check_serves(&before)?;
        if draft.name != before.name {
            return Err(invalid("name", "a candidate has the name of its script"));
        }
        let draft = Draft {
            enabled: true,
            ..draft
        };
        let tried = self.drafted(before.inum.clone(), Some(&before.value), draft)?;
        let tried = self.try_out(tried).await?;
        if tried.version == before.value.version {
            return Err(invalid(
                "script",
                "it is the version that serves: there is nothing to try",
            ));
        }
        self.check_isolated(&tried, staging.stage)?;
        let revision = before.revision + 1;
        let candidate = self.candidate(revision, &tried, staging);
        let version = Script { revision, ..tried };
        let why = history::Why {
            staged: true,
            ..history::Why::default()
        };
        let mut changes = history::changes(self, Some(&before), &version, why).await?;
        let mut script = before.value.clone();
        script.revision = revision;
        script.modified_at = self.provider.now();
        self.begin(&before, script, candidate, &mut changes).await
    }

    /// Asks the candidate that there is otherwise from now on: another stage, share or bounds.
    /// What its calls added up to begins anew.
    ///
    /// # Errors
    /// `Missing` where there is none; otherwise as [`Keeper::stage`].
    pub async fn restage(&self, which: Which<'_>, staging: Staging) -> Result<Script, SaveError> {
        staging.check()?;
        let before = load(self.provider, which).await?;
        check_serves(&before)?;
        let known = candidate_of(&before)?;
        let version = history::load(self.provider, &before, known.revision).await?;
        // What it runs on is found anew: a node's JVM may have changed since.
        let tried = self.try_out(history::restored(&before, &version)).await?;
        self.check_isolated(&tried, staging.stage)?;
        let candidate = Candidate {
            version: known.version.clone(),
            ..self.candidate(known.revision, &tried, staging)
        };
        let mut script = before.value.clone();
        // The same version goes on: that is not how a trial ends.
        script.candidate = None;
        self.begin(&before, script, candidate, &mut Vec::new())
            .await
    }

    /// Makes the candidate the next version, which serves. It is tried out first.
    ///
    /// # Errors
    /// `Missing` where there is none; `Conflict` where somebody else was first.
    pub async fn promote(&self, which: Which<'_>) -> Result<Script, SaveError> {
        let before = load(self.provider, which).await?;
        let candidate = candidate_of(&before)?;
        self.promote_one(&before, candidate).await
    }

    /// The same of the trial with that id alone.
    ///
    /// # Errors
    /// As [`Keeper::promote`].
    pub(crate) async fn promote_one(
        &self,
        before: &Versioned<Script>,
        candidate: &Candidate,
    ) -> Result<Script, SaveError> {
        let version = history::load(self.provider, before, candidate.revision).await?;
        let mut script = history::restored(before, &version);
        script.version = super::properties::version_of(&script);
        let script = self.try_out(script).await?;
        let why = history::Why {
            promoted_from: Some(candidate.revision),
            ..history::Why::default()
        };
        self.store(Some(before), script, why).await
    }

    /// Takes the candidate out.
    ///
    /// # Errors
    /// `Missing` where there is none; `Conflict` where it was changed meanwhile.
    pub async fn unstage(&self, which: Which<'_>) -> Result<Script, SaveError> {
        self.check_message()?;
        let before = load(self.provider, which).await?;
        let reason = self.message.unwrap_or("somebody took it out");
        let end = self.end(candidate_of(&before)?, Outcome::Unstaged, reason);
        let script = ended(&before, end);
        let change = Change::replace(&before, &script);
        self.provider.store.apply(vec![change]).await?;
        self.count_end(Some(&before), &script);
        self.tell("candidate taken out", &script);
        Ok(script)
    }

    async fn begin(
        &self,
        before: &Versioned<Script>,
        mut script: Script,
        candidate: Candidate,
        changes: &mut Vec<Change>,
    ) -> Result<Script, SaveError> {
        self.check_message()?;
        if let Some(old) = &script.candidate {
            let reason = format!("revision {} is tried in its place", candidate.revision);
            script.candidate_ended = Some(self.end(old, Outcome::Superseded, &reason));
        }
        let figures = CandidateFigures::new(script.inum.clone(), candidate.id.clone());
        tracing::info!(
            target: "audit",
            author = self.author,
            message = self.message,
            script = script.name,
            inum = script.inum.as_str(),
            revision = candidate.revision,
            version = candidate.version,
            stage = %candidate.stage,
            "script staged"
        );
        script.candidate = Some(candidate);
        changes.push(Change::replace(before, &script));
        changes.push(Change::put(&figures));
        self.provider.store.apply(std::mem::take(changes)).await?;
        self.count_end(Some(before), &script);
        Ok(script)
    }

    /// For this node's figures: a trial was on, and is over.
    pub(super) fn count_end(&self, before: Option<&Versioned<Script>>, after: &Script) {
        let was = before.is_some_and(|before| before.candidate.is_some());
        if let Some(end) = after.candidate_ended.as_ref().filter(|_| was)
            && before.is_some_and(|before| before.candidate_ended.as_ref() != Some(end))
        {
            let trials = self.provider.scripts.trials();
            trials.count_end(&after.name, end.outcome);
        }
    }

    fn candidate(&self, revision: i64, tried: &Script, staging: Staging) -> Candidate {
        Candidate {
            id: self.provider.new_id(),
            revision,
            version: tried.version.clone(),
            runs_on: tried.runs_on,
            stage: staging.stage,
            bounds: staging.bounds,
            promote_after_calls: staging.promote_after_calls,
            started_at: self.provider.now(),
            author: self.author.to_owned(),
        }
    }

    /// How a trial ends now, by this author.
    pub(crate) fn end(
        &self,
        candidate: &Candidate,
        outcome: Outcome,
        reason: &str,
    ) -> CandidateEnd {
        CandidateEnd {
            revision: candidate.revision,
            version: candidate.version.clone(),
            stage: candidate.stage,
            outcome,
            at: self.provider.now(),
            author: self.author.to_owned(),
            reason: reason.to_owned(),
        }
    }

    /// A shadow must not reach anything: where the operator has opened the JVM's network, its
    /// scripts can, past every host call.
    fn check_isolated(&self, tried: &Script, stage: Stage) -> Result<(), SaveError> {
        let runtime = tried.runs_on.map_or(Runtime::Auto, Runtime::from);
        if stage != Stage::Shadow || self.engine.isolates(runtime) {
            return Ok(());
        }
        Err(invalid(
            "stage",
            "jvm.network is on, so that this version could connect by itself: it cannot run in \
             the shadow of another; try it as a canary",
        ))
    }
}

/// The script after its trial.
pub(crate) fn ended(before: &Script, end: CandidateEnd) -> Script {
    Script {
        candidate: None,
        candidate_ended: Some(end),
        ..before.clone()
    }
}

fn check_serves(script: &Script) -> Result<(), SaveError> {
    if script.enabled {
        return Ok(());
    }
    Err(invalid(
        "enabled",
        format!(
            "'{}' is disabled: there is nothing that a version could be tried beside",
            script.name
        ),
    ))
}

fn candidate_of(script: &Script) -> Result<&Candidate, SaveError> {
    script
        .candidate
        .as_ref()
        .ok_or_else(|| SaveError::Missing(format!("'{}' has no candidate", script.name)))
}
