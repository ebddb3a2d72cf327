//! Making recorded calls again, with the version that is stored or with another: which
//! decisions would be others?
//!
//! A candidate runs in a worker that is thrown away. What it asks of the server is answered as
//! it was then; nothing is sent. Hidden properties have the values that they have now.

use std::{collections::BTreeMap, sync::Arc};

use durward_model::{RecordedCall, Script, Timestamp};
use durward_script::{
    Engine, EngineError,
    cases::{Stub, Stubs},
    engine::{Opened, Reply},
    program::{Call, Program},
    record::plain_verdict,
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    Provider,
    redaction::{
        Redactor,
        names::{Names, Sensitivity},
    },
    script_keeping::{self, SaveError, history, invalid},
    script_trial::{self, ToldError},
};

/// Fewest characters by which a version is named.
const MIN_HASH: usize = 4;

/// What is asked in the place of what is stored.
#[derive(Debug, Clone, Copy)]
pub enum Candidate<'a> {
    /// Nothing else: shows which calls can be made again at all.
    Stored,
    /// This text, with the settings that are stored.
    Text(&'a str),
    /// The version whose hash begins so, with its settings.
    Version(&'a str),
}

/// What came of a replay.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Replayed {
    /// Calls that were made again.
    pub calls: usize,
    /// Calls that were not, for the time was over.
    pub not_reached: usize,
    /// Those that end otherwise.
    pub differing: Vec<Differing>,
    /// Why the candidate could not be asked at all.
    pub error: Option<ToldError>,
}

/// A call that ends otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Differing {
    /// Id of the call, as in the journal.
    pub id: String,
    /// When it was, milliseconds since 1970.
    #[schema(value_type = i64)]
    pub at: Timestamp,
    /// Method.
    pub method: String,
    /// What was decided then: one word.
    pub recorded: String,
    /// What is decided now.
    pub now: String,
    /// Why it fails now.
    pub error: Option<String>,
    /// What differs of the answer: `result`, `changes.` and a path.
    pub fields: Vec<ChangedField>,
    /// Host calls that were not made as then.
    pub host_calls: Vec<String>,
}

/// A part of an answer that differs.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ChangedField {
    /// Which.
    pub field: String,
    /// What it was; null where it was not.
    pub recorded: Value,
    /// What it is; null where it is not.
    pub now: Value,
}

impl Replayed {
    /// Does the candidate decide as it was decided, as far as it was looked at?
    pub fn is_same(&self) -> bool {
        self.error.is_none() && self.differing.is_empty() && self.not_reached == 0
    }
}

/// Makes every recorded call of a script again, the oldest first, until it is `until`.
///
/// # Errors
/// `Missing` for a version that is not kept; a fault of the store.
pub async fn replay(
    provider: &Provider,
    engine: &dyn Engine,
    script: &Script,
    candidate: Candidate<'_>,
    until: Option<Timestamp>,
) -> Result<Replayed, SaveError> {
    let program = program(provider, script, candidate).await?;
    let mut calls = super::list(provider, script).await?;
    calls.reverse();
    let stubs = Arc::new(Stubs::default());
    let mut replayed = Replayed {
        calls: 0,
        not_reached: 0,
        differing: Vec::new(),
        error: None,
    };
    let looks = Looks::new(provider, &program);
    let opened = match script_trial::open(engine, program, stubs.clone()).await {
        Ok(opened) => opened,
        Err(error) => {
            replayed.error = Some(looks.error(&error));
            replayed.not_reached = calls.len();
            return Ok(replayed);
        }
    };
    for call in &calls {
        if until.is_some_and(|until| provider.now() >= until) {
            replayed.not_reached += 1;
            continue;
        }
        replayed.calls += 1;
        let differing = again(&opened, &stubs, call, &looks).await;
        replayed.differing.extend(differing);
    }
    opened.program.close().await;
    Ok(replayed)
}

async fn program(
    provider: &Provider,
    script: &Script,
    candidate: Candidate<'_>,
) -> Result<Program, SaveError> {
    let mut candidate_script = script.clone();
    match candidate {
        Candidate::Stored => {}
        Candidate::Text(text) => {
            text.clone_into(&mut candidate_script.script);
            candidate_script.runs_on = None;
        }
        Candidate::Version(hash) => {
            if hash.len() < MIN_HASH {
                let message = format!("a version is named by {MIN_HASH} characters or more");
                return Err(invalid("version", message));
            }
            let versions = history::list(provider, &script.inum).await?;
            let mut versions = versions.iter().rev();
            let version = versions.find(|version| version.hash.starts_with(hash));
            let version = version.ok_or_else(|| {
                SaveError::Missing(format!("no version {hash} of '{}' is kept", script.name))
            })?;
            candidate_script = history::restored(script, version);
        }
    }
    let live = provider.live();
    let (sealing, now) = (&provider.sealing, provider.now());
    script_keeping::program(&candidate_script, &live.configuration, sealing, now)
}

async fn again(
    opened: &Opened,
    stubs: &Stubs,
    recorded: &RecordedCall,
    looks: &Looks,
) -> Option<Differing> {
    let hidden = looks.stands_for(recorded);
    stubs.expect(
        recorded
            .host_calls
            .iter()
            .map(|call| Stub {
                service: call.service.clone(),
                // What it asks with may be another moment's: what it makes of it counts.
                arguments: Value::Null,
                answer: call.answer.as_ref().map(|answer| restored(answer, &hidden)),
                refuse: call.refused.clone(),
            })
            .collect(),
    );
    let call = Call {
        method: recorded.method.clone(),
        context: restored(&recorded.context, &hidden),
        arguments: members(&recorded.arguments, &hidden),
    };
    let execution = opened.program.call(call).await;
    let host_calls = stubs.finish();
    let outcome = execution.outcome.as_ref();
    let verdict = plain_verdict(outcome);
    let kind = outcome.err().map(EngineError::kind);
    let then = Reply {
        result: restored(&recorded.result, &hidden),
        changes: members(&recorded.changes, &hidden),
    };
    let fields = match outcome {
        Ok(now) => looks.fields(&recorded.method, &then, now),
        Err(_) => Vec::new(),
    };
    let is_same =
        verdict == recorded.verdict && kind == recorded.error.as_deref() && fields.is_empty();
    (!is_same).then(|| Differing {
        id: recorded.id.clone(),
        at: recorded.at,
        method: recorded.method.clone(),
        recorded: recorded.verdict.clone(),
        now: verdict.to_owned(),
        error: outcome.err().map(|error| looks.text(&error.to_string())),
        fields,
        host_calls: host_calls.iter().map(|text| looks.text(text)).collect(),
    })
}

/// How answers are looked at, and how they may be shown.
struct Looks {
    names: Names,
    key: [u8; 32],
    hidden: BTreeMap<String, String>,
}

impl Looks {
    fn new(provider: &Provider, program: &Program) -> Self {
        let live = provider.live();
        let mut key = [0; 32];
        provider.entropy.fill(&mut key);
        let hidden = program.attributes.iter().filter(|one| one.hide);
        Self {
            names: Names::new(&live.configuration.script_record_redacted_attributes),
            key,
            hidden: hidden
                .map(|one| (one.value1.clone(), one.value2.clone()))
                .collect(),
        }
    }

    /// What each placeholder of a hidden property stands for now.
    fn stands_for(&self, recorded: &RecordedCall) -> Vec<(String, String)> {
        let placeholders = recorded.hidden.iter();
        placeholders
            .filter_map(|(placeholder, name)| {
                let value = self.hidden.get(name)?;
                Some((placeholder.clone(), value.clone()))
            })
            .collect()
    }

    /// What differs. What is secret has lost its value: of it only whether it is there counts.
    fn fields(&self, method: &str, then: &Reply, now: &Reply) -> Vec<ChangedField> {
        let mut fields = Vec::new();
        if then.result != now.result && self.names.say(method) == Sensitivity::None {
            fields.push(self.field("result".to_owned(), Some(&then.result), Some(&now.result)));
        }
        let paths = then.changes.keys().chain(now.changes.keys());
        let paths: std::collections::BTreeSet<&String> = paths.collect();
        for path in paths {
            let (was, is) = (then.changes.get(path), now.changes.get(path));
            let can_be_told =
                self.names.say(path) == Sensitivity::None || was.is_some() != is.is_some();
            if was != is && can_be_told {
                fields.push(self.field(format!("changes.{path}"), was, is));
            }
        }
        fields
    }

    fn field(&self, field: String, was: Option<&Value>, is: Option<&Value>) -> ChangedField {
        let shown = |value: Option<&Value>| {
            let value = value.cloned().unwrap_or_default();
            self.with(|redactor| redactor.redacted(&value, Sensitivity::None))
        };
        ChangedField {
            field,
            recorded: shown(was),
            now: shown(is),
        }
    }

    fn error(&self, error: &EngineError) -> ToldError {
        let mut told = ToldError::of(error);
        told.message = self.text(&told.message);
        told.trace = self.text(&told.trace);
        told
    }

    fn text(&self, text: &str) -> String {
        self.with(|redactor| redactor.text(text))
    }

    /// Hidden values are told to nobody.
    fn with<T>(&self, of: impl FnOnce(&Redactor<'_>) -> T) -> T {
        let names = Names::blind();
        let mut redactor = Redactor::new(self.key, &names);
        for (name, value) in &self.hidden {
            redactor.learn_hidden(name, value);
        }
        of(&redactor)
    }
}

fn members(members: &Map<String, Value>, hidden: &[(String, String)]) -> Map<String, Value> {
    let restored = members
        .iter()
        .map(|(name, value)| (name.clone(), restored(value, hidden)));
    restored.collect()
}

/// The value with hidden properties in the place of their placeholders, which nobody can make up.
fn restored(value: &Value, hidden: &[(String, String)]) -> Value {
    match value {
        Value::String(text) => {
            let mut text = text.clone();
            for (placeholder, value) in hidden {
                text = text.replace(placeholder, value);
            }
            Value::String(text)
        }
        Value::Array(items) => items.iter().map(|item| restored(item, hidden)).collect(),
        Value::Object(inner) => Value::Object(members(inner, hidden)),
        other => other.clone(),
    }
}
