//! What is kept of a call: all of it, but for secrets and what is about people.

use durward_model::{RecordedCall, script_recording::RecordedHostCall};
use durward_script::{
    engine::HostCallRecord,
    program::{Answer, Contract},
    types,
};
use serde_json::{Map, Value};

use super::taken::Taken;
use crate::redaction::{
    Redactor,
    names::{Names, Sensitivity},
};

/// Seconds that a recorded call is kept at most.
const KEPT_SECONDS: i64 = 30 * 24 * 3_600;

/// Largest call that is kept, bytes of JSON.
const MAX_BYTES: usize = 128 * 1024;

/// The call without what must not be kept; nothing of one that is too large, or has too much
/// in it that must not.
pub(crate) fn redacted(taken: &Taken, names: &Names, key: [u8; 32]) -> Option<RecordedCall> {
    let (result, changes) = match &taken.reply {
        Some(reply) => (reply.result.clone(), Value::Object(reply.changes.clone())),
        None => (Value::Null, Value::Object(Map::new())),
    };
    let arguments = Value::Object(taken.call.arguments.clone());
    if bytes(taken, &[&taken.call.context, &arguments, &result, &changes]) > MAX_BYTES {
        return None;
    }
    let mut redactor = Redactor::new(key, names);
    if let Some(script_type) = types::find(&taken.script_type) {
        redactor.knows_words(words(&script_type.host_contract()));
    }
    for (name, value) in &taken.recording.hidden {
        redactor.learn_hidden(name, value);
    }
    let of_result = names.say(&taken.call.method);
    redactor.learn(&taken.call.context, Sensitivity::None);
    redactor.learn(&arguments, Sensitivity::None);
    redactor.learn(&result, of_result);
    redactor.learn(&changes, Sensitivity::None);
    for call in &taken.host_calls {
        let (asked, told) = of_service(&call.service);
        redactor.learn(&call.arguments, asked);
        if let Some(Answer::Value(value)) = &call.answer {
            redactor.learn(value, told);
        }
    }
    if redactor.is_full() {
        return None;
    }
    let plain = |value: &Value| redactor.redacted(value, Sensitivity::None);
    let host_calls = taken.host_calls.iter();
    Some(RecordedCall {
        id: taken.id.clone(),
        inum: taken.inum.clone(),
        version: taken.version.clone(),
        method: taken.call.method.clone(),
        at: taken.at,
        duration_us: taken.duration_us,
        context: plain(&taken.call.context),
        arguments: members(plain(&arguments)),
        host_calls: host_calls.map(|call| host_call(call, &redactor)).collect(),
        verdict: taken.verdict.to_owned(),
        error: taken.error.map(str::to_owned),
        result: redactor.redacted(&result, of_result),
        changes: members(plain(&changes)),
        hidden: redactor.hidden().clone(),
        expires_at: taken.at.plus_seconds(KEPT_SECONDS),
    })
}

fn host_call(call: &HostCallRecord, redactor: &Redactor<'_>) -> RecordedHostCall {
    let (asked, told) = of_service(&call.service);
    let (answer, refused) = match &call.answer {
        Some(Answer::Value(value)) => (Some(redactor.redacted(value, told)), None),
        Some(Answer::Refused(sentence)) => (None, Some(redactor.text(sentence))),
        None => (None, Some("it was not answered in time".to_owned())),
    };
    RecordedHostCall {
        service: redactor.text(&call.service),
        arguments: redactor.redacted(&call.arguments, asked),
        answer,
        refused,
    }
}

/// How sensitive it is what a service is asked, and what it answers.
fn of_service(service: &str) -> (Sensitivity, Sensitivity) {
    match service {
        "decrypt" => (Sensitivity::None, Sensitivity::Secret),
        "encrypt" => (Sensitivity::Secret, Sensitivity::None),
        "serviceAccountToken" => (Sensitivity::Secret, Sensitivity::Secret),
        _ => (Sensitivity::None, Sensitivity::None),
    }
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Names of a contract's properties.
fn words(contract: &Contract) -> impl Iterator<Item = String> {
    let beans = contract.beans.iter();
    beans.flat_map(|bean| bean.properties.iter().map(|property| property.name.clone()))
}

fn bytes(taken: &Taken, values: &[&Value]) -> usize {
    let host_calls = taken.host_calls.iter().map(|call| {
        let answer = match &call.answer {
            Some(Answer::Value(value)) => value.to_string().len(),
            Some(Answer::Refused(sentence)) => sentence.len(),
            None => 0,
        };
        call.arguments.to_string().len() + answer
    });
    let own = values.iter().map(|value| value.to_string().len());
    own.chain(host_calls).fold(0, usize::saturating_add)
}
