//! Test cases of scripts as values: what goes in, what host calls are answered with, what must
//! come out.
//!
//! Not here: files, formats and running (durward-cli's `script test`).

pub mod context;
pub mod matching;
pub mod stubs;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::{
    engine::{EngineError, Reply},
    program::LogLine,
};
use matching::{differences, said};

pub use stubs::{Stub, Stubs};

/// The method of a case that only loads the script.
pub const INIT: &str = "init";

/// A file of cases beside a script.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// The script's file; the one beside it that is named alike if absent.
    #[serde(default)]
    pub script: Option<String>,
    /// The script's type; the name of the folder if absent.
    #[serde(default, rename = "type")]
    pub script_type: Option<String>,
    /// Name that the script is told it has.
    #[serde(default)]
    pub name: Option<String>,
    /// Where to run Python: `auto`, `native`, `jython`.
    #[serde(default)]
    pub engine: String,
    /// How to read Python: `auto`, `2`, `3`.
    #[serde(default)]
    pub python: String,
    /// Configuration properties of every case.
    #[serde(default)]
    pub properties: Map<String, Value>,
    /// What is in every case's context.
    #[serde(default)]
    pub context: Map<String, Value>,
    /// The cases.
    #[serde(rename = "case")]
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// Method to call; `init` only loads the script.
    pub method: String,
    /// Configuration properties beyond the file's, or instead of them.
    #[serde(default)]
    pub properties: Map<String, Value>,
    /// The context, laid over the file's.
    #[serde(default)]
    pub context: Map<String, Value>,
    /// The method's other arguments.
    #[serde(default)]
    pub arguments: Map<String, Value>,
    /// What the script asks of the server, in this order, and how it is answered.
    #[serde(default)]
    pub host: Vec<Stub>,
    /// What must come out.
    pub expect: Expectation,
}

/// What must come of a case.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The result.
    #[serde(default, deserialize_with = "present")]
    pub result: Option<Value>,
    /// What was changed, all of it, by path.
    #[serde(default)]
    pub changes: Map<String, Value>,
    /// That it fails, and how.
    #[serde(default)]
    pub error: Option<ExpectedError>,
    /// Texts that lines of the log must contain.
    #[serde(default)]
    pub log: Vec<String>,
}

/// How a call must fail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedError {
    /// `raised`, `refused`, `timedOut`, `exhausted`.
    pub kind: String,
    /// What its message must contain.
    #[serde(default)]
    pub contains: String,
}

/// `null` is something to expect; a member that is not there is not.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// What became of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The answer, or why there is none.
    pub outcome: Result<Reply, EngineError>,
    /// What the script logged, loading included.
    pub log: Vec<LogLine>,
}

impl Expectation {
    /// Is there anything that could fail?
    ///
    /// # Errors
    /// What it lacks.
    pub fn check(&self) -> Result<(), String> {
        match (&self.result, &self.error) {
            (None, None) => Err("'expect' says neither 'result' nor 'error'".to_owned()),
            (Some(_), Some(_)) => Err("'expect' says both 'result' and 'error'".to_owned()),
            _ => Ok(()),
        }
    }

    /// Everything that is not as expected, as lines for people.
    pub fn judge(&self, outcome: &Outcome) -> Vec<String> {
        let mut wrong = match (&outcome.outcome, &self.error) {
            (Err(got), Some(expected)) => expected.judge(got),
            (Ok(got), None) => self.judge_reply(got),
            (Ok(got), Some(expected)) => vec![said(
                "error",
                &format!("{} {:?}", expected.kind, expected.contains),
                &format!("none; the result is {}", got.result),
            )],
            (Err(got), None) => vec![said(
                "result",
                &self.result.clone().unwrap_or_default().to_string(),
                &failed(got),
            )],
        };
        for text in &self.log {
            if !outcome.log.iter().any(|line| line.text.contains(text)) {
                let lines: Vec<&str> = outcome.log.iter().map(|line| line.text.as_str()).collect();
                wrong.push(said(
                    "log",
                    &format!("a line with {text:?}"),
                    &format!("{lines:?}"),
                ));
            }
        }
        wrong
    }

    fn judge_reply(&self, got: &Reply) -> Vec<String> {
        let expected = self.result.clone().unwrap_or_default();
        let mut wrong = differences("result", &expected, &got.result);
        for (path, expected) in &self.changes {
            let place = format!("changes.{path}");
            match got.changes.get(path) {
                Some(got) => wrong.extend(differences(&place, expected, got)),
                None => wrong.push(said(&place, &expected.to_string(), "no such change")),
            }
        }
        let others = got
            .changes
            .iter()
            .filter(|(path, _)| !self.changes.contains_key(*path));
        wrong.extend(others.map(|(path, got)| {
            said(
                &format!("changes.{path}"),
                "no such change",
                &got.to_string(),
            )
        }));
        wrong
    }
}

impl ExpectedError {
    fn judge(&self, got: &EngineError) -> Vec<String> {
        if got.kind() == self.kind && got.to_string().contains(&self.contains) {
            return Vec::new();
        }
        let expected = format!("{} with {:?}", self.kind, self.contains);
        vec![said("error", &expected, &failed(got))]
    }
}

/// A failure on one line, and its traceback below it.
fn failed(error: &EngineError) -> String {
    let trace = match error {
        EngineError::Script(failure) if !failure.trace.is_empty() => {
            format!("\n{}", failure.trace.trim_end())
        }
        _ => String::new(),
    };
    format!("{}: {error}{trace}", error.kind())
}

/// `over` laid over `under`: objects member by member, everything else replaced.
pub fn laid_over(under: &Map<String, Value>, over: &Map<String, Value>) -> Map<String, Value> {
    let mut merged = under.clone();
    for (name, value) in over {
        let value = match (merged.get(name), value) {
            (Some(Value::Object(under)), Value::Object(over)) => {
                Value::Object(laid_over(under, over))
            }
            _ => value.clone(),
        };
        merged.insert(name.clone(), value);
    }
    merged
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn expectation(value: Value) -> Expectation {
        serde_json::from_value(value).unwrap()
    }

    fn reply(result: Value, changes: Value) -> Outcome {
        Outcome {
            outcome: Ok(Reply {
                result,
                changes: serde_json::from_value(changes).unwrap(),
            }),
            log: vec![LogLine {
                level: "info".to_owned(),
                text: "asked for 3".to_owned(),
            }],
        }
    }

    #[test]
    fn what_is_as_expected_has_no_differences() {
        let expected = expectation(json!({
            "result": true, "changes": { "client.scopes": ["a"] }, "log": ["asked"],
        }));
        let got = reply(json!(true), json!({ "client.scopes": ["a"] }));
        assert_eq!(expected.judge(&got), [""; 0]);
    }

    #[test]
    fn each_difference_is_told_with_both_sides() {
        let expected = expectation(json!({
            "result": true, "changes": { "client.scopes": ["a"] }, "log": ["never"],
        }));
        let wrong = expected.judge(&reply(json!(false), json!({ "client.name": "x" })));
        let all = wrong.join("\n");
        assert_eq!(wrong.len(), 4, "{all}");
        for part in [
            "result",
            "expected  true",
            "got       false",
            "client.scopes",
            "client.name",
            "never",
        ] {
            assert!(all.contains(part), "{part}: {all}");
        }
    }

    #[test]
    fn an_error_must_be_of_its_kind_and_words() {
        let expected = expectation(json!({ "error": { "kind": "timedOut" } }));
        let got = |outcome| Outcome {
            outcome,
            log: Vec::new(),
        };
        let late = got(Err(EngineError::TimedOut { limit_ms: 5 }));
        assert_eq!(expected.judge(&late), [""; 0]);
        let gone = got(Err(EngineError::Crashed("signal 9".to_owned())));
        assert_eq!(expected.judge(&gone).len(), 1);
        assert_eq!(
            expected.judge(&reply(json!(true), json!({}))).len(),
            1,
            "a success is no failure"
        );
    }

    #[test]
    fn an_expectation_says_one_of_result_and_error() {
        assert!(expectation(json!({ "log": ["x"] })).check().is_err());
        assert!(
            expectation(json!({ "result": 1, "error": { "kind": "raised" } }))
                .check()
                .is_err()
        );
        assert!(expectation(json!({ "result": null })).check().is_ok());
    }

    #[test]
    fn a_context_is_laid_over_member_by_member() {
        let object = |value: Value| value.as_object().unwrap().clone();
        let under = object(json!({ "user": { "inum": "1", "mail": "a@b" }, "scope": "x" }));
        let over = object(json!({ "user": { "mail": null }, "scope": "y" }));
        let merged = json!({ "user": { "inum": "1", "mail": null }, "scope": "y" });
        assert_eq!(laid_over(&under, &over), object(merged));
    }
}
