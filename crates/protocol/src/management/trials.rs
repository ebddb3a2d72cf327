//! Trying scripts from afar, which Jans does not have: a call without effects, recorded
//! calls, and recorded calls again with another version.
//!
//! Whatever is tried runs in a worker that is thrown away, sends nothing and stores nothing;
//! how many go on at a time is bounded ([`Trials`]).

use std::sync::Arc;

use durward_model::{RecordedCall, Script, ScriptId};
use durward_script::{
    Engine,
    cases::{Stub, Stubs},
    program::Program,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    ManagementError, Page, Request,
    access::{Right, SCRIPTS, authorize},
    document,
    paging::{self, Listing},
};
use crate::{
    redaction::{
        Redactor,
        names::{Names, Sensitivity},
    },
    script_keeping::{self, Which},
    script_recording::{
        self,
        replay::{self, Candidate, Replayed},
    },
    script_trial::{self, Answers, Told, bounds::Trials},
};

/// A replay makes no further call after so many seconds.
const REPLAY_SECONDS: i64 = 60;

/// Answers to host calls that somebody may prepare.
const MAX_ANSWERS: usize = 64;

/// A call that is to be tried.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct TrialForm {
    /// Method, such as `notifyEndUser`.
    pub method: String,
    /// The context under names of the contract, the method's other arguments beside it.
    #[schema(value_type = Object)]
    pub context: Map<String, Value>,
    /// What host calls are answered with, in their order; further ones are refused.
    pub answers: Vec<PreparedAnswer>,
    /// Another text than the stored one.
    pub script: Option<String>,
}

/// An answer to a host call.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PreparedAnswer {
    /// `http`, `decrypt`, …
    pub service: String,
    /// What its arguments must be; members that are not named may be anything.
    pub arguments: Value,
    /// The answer.
    pub answer: Option<Value>,
    /// Instead of an answer: the sentence that the script sees in its exception.
    pub refuse: Option<String>,
}

impl From<PreparedAnswer> for Stub {
    fn from(prepared: PreparedAnswer) -> Self {
        Self {
            service: prepared.service,
            arguments: prepared.arguments,
            answer: prepared.answer,
            refuse: prepared.refuse,
        }
    }
}

/// One call of a stored script, or of another text in its place.
///
/// # Errors
/// `Missing`, `Invalid`, `Busy`, `TooMany`. What the script does wrong is an outcome.
pub async fn call(
    request: &Request<'_>,
    engine: &dyn Engine,
    trials: &Trials,
    inum: &ScriptId,
) -> Result<Told, ManagementError> {
    let caller = authorize(request, SCRIPTS, Right::Write).await?;
    request.check_parameters(&[])?;
    let found = script_keeping::load(request.provider, Which::Inum(inum)).await?;
    let form: TrialForm = document::typed(&document::object_of_data(request.body)?)?;
    if form.answers.len() > MAX_ANSWERS {
        let message = format!("there are at most {MAX_ANSWERS}");
        return Err(ManagementError::invalid("answers", message));
    }
    let script_type = script_keeping::find_type(&found.script_type)?;
    let call = script_trial::call(script_type, &form.method, form.context)?;
    let program = program(request, &found, form.script)?;
    let stubs = Stubs::default();
    stubs.expect(form.answers.into_iter().map(Stub::from).collect());
    let _place = trials.begin(request.provider.now())?;
    tracing::info!(
        target: "audit",
        author = caller.author,
        script = found.name,
        inum = inum.as_str(),
        method = form.method,
        "script tried"
    );
    let answers = Answers::Prepared(Arc::new(stubs));
    let told = script_trial::run(engine, program.clone(), call, &answers).await;
    Ok(masked(request, &program, told))
}

/// What is to be asked in the place of what is stored: one of them, or neither.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReplayForm {
    /// A text.
    pub script: Option<String>,
    /// The hash of a version, or how it begins.
    pub version: Option<String>,
}

/// A recorded call in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordedSummary {
    /// Id of the call, as in the journal.
    pub id: String,
    /// When (RFC 3339).
    pub at: String,
    /// Version that ran.
    pub version: String,
    /// Method called.
    pub method: String,
    /// The answer in one word, or `failed`.
    pub verdict: String,
    /// `raised`, `timedOut` … if it failed.
    pub error: Option<String>,
    /// How long, microseconds.
    pub duration_us: u64,
    /// Host calls that it made.
    pub host_calls: usize,
}

const RECORDINGS: Listing = Listing {
    searched: &["id", "method", "verdict", "version"],
    sorted: &["id", "at", "method", "verdict", "durationUs"],
    last_first: true,
};

/// Recorded calls of a script, the last one first, without what was asked and answered.
///
/// # Errors
/// `Missing`.
pub async fn list_recordings(
    request: &Request<'_>,
    inum: &ScriptId,
) -> Result<Page<Value>, ManagementError> {
    authorize(request, SCRIPTS, Right::Read).await?;
    let found = script_keeping::load(request.provider, Which::Inum(inum)).await?;
    let calls = script_recording::list(request.provider, &found).await?;
    let told = calls.iter().map(|call| {
        let summary = RecordedSummary {
            id: call.id.clone(),
            at: call.at.rfc3339(),
            version: call.version.clone(),
            method: call.method.clone(),
            verdict: call.verdict.clone(),
            error: call.error.clone(),
            duration_us: call.duration_us,
            host_calls: call.host_calls.len(),
        };
        serde_json::to_value(summary).unwrap_or_default()
    });
    paging::page(request, RECORDINGS, told.collect())
}

/// One recorded call, as it is kept.
///
/// # Errors
/// `Missing`.
pub async fn find_recording(
    request: &Request<'_>,
    inum: &ScriptId,
    id: &str,
) -> Result<RecordedCall, ManagementError> {
    authorize(request, SCRIPTS, Right::Read).await?;
    request.check_parameters(&[])?;
    let found = script_keeping::load(request.provider, Which::Inum(inum)).await?;
    let call = request.provider.store.find_recorded_call(id).await?;
    let call = call.filter(|call| call.inum == found.inum);
    call.map(|call| call.value).ok_or_else(|| {
        ManagementError::Missing(format!("no call {id} of '{}' is recorded", found.name))
    })
}

/// Every recorded call again, of what is stored, another text or an earlier version.
///
/// # Errors
/// `Missing`, `Invalid`, `Busy`, `TooMany`. That decisions differ is an outcome.
pub async fn replay(
    request: &Request<'_>,
    engine: &dyn Engine,
    trials: &Trials,
    inum: &ScriptId,
) -> Result<Replayed, ManagementError> {
    let caller = authorize(request, SCRIPTS, Right::Write).await?;
    request.check_parameters(&[])?;
    let found = script_keeping::load(request.provider, Which::Inum(inum)).await?;
    let form: ReplayForm = document::typed(&document::object_of_data(request.body)?)?;
    let candidate = match (&form.script, &form.version) {
        (None, None) => Candidate::Stored,
        (Some(text), None) => Candidate::Text(text),
        (None, Some(hash)) => Candidate::Version(hash),
        (Some(_), Some(_)) => {
            let message = "there is a text or a version, not both";
            return Err(ManagementError::invalid("version", message));
        }
    };
    let provider = request.provider;
    let _place = trials.begin(provider.now())?;
    tracing::info!(
        target: "audit",
        author = caller.author,
        script = found.name,
        inum = inum.as_str(),
        "recorded calls of script replayed"
    );
    let until = provider.now().plus_seconds(REPLAY_SECONDS);
    Ok(replay::replay(provider, engine, &found, candidate, Some(until)).await?)
}

/// What is tried: the stored script, with another text if there is one.
fn program(
    request: &Request<'_>,
    stored: &Script,
    text: Option<String>,
) -> Result<Program, ManagementError> {
    let mut script = stored.clone();
    if let Some(text) = text {
        script.script = text;
        script.runs_on = None;
    }
    let provider = request.provider;
    let live = provider.live();
    let now = provider.now();
    let program = script_keeping::program(&script, &live.configuration, &provider.sealing, now)?;
    Ok(program)
}

/// A hidden value that a script says is not told from afar.
fn masked(request: &Request<'_>, program: &Program, told: Told) -> Told {
    let names = Names::blind();
    let mut key = [0; 32];
    request.provider.entropy.fill(&mut key);
    let mut redactor = Redactor::new(key, &names);
    for attribute in program.attributes.iter().filter(|attribute| attribute.hide) {
        redactor.learn_hidden(&attribute.value1, &attribute.value2);
    }
    told.changed(
        |text| redactor.text(text),
        |value| redactor.redacted(value, Sensitivity::None),
    )
}
