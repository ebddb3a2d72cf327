//! Answers to host calls that were written down beforehand: nothing leaves the machine.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;

use super::matching::{lacking, said};
use crate::{masking::masked, services::Services};

/// One host call that is expected, and how it is answered.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stub {
    /// `http`, `decrypt`, `sign`, …: one of [`crate::services::NAMES`].
    pub service: String,
    /// What its arguments must be; members that are not named may be anything.
    #[serde(default)]
    pub arguments: Value,
    /// The service's result.
    #[serde(default)]
    pub answer: Option<Value>,
    /// Instead of an answer: the sentence that the script sees in its exception.
    #[serde(default)]
    pub refuse: Option<String>,
}

/// Answers host calls with stubs, in their order, and remembers what was otherwise.
#[derive(Debug, Default)]
pub struct Stubs {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Stub>,
    made: usize,
    wrong: Vec<String>,
}

impl Stubs {
    /// Expects these calls from now on.
    pub fn expect(&self, stubs: Vec<Stub>) {
        let state = State {
            waiting: stubs.into(),
            ..State::default()
        };
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// What was not as expected since then, calls that were not made included.
    pub fn finish(&self) -> Vec<String> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State {
            waiting,
            made,
            mut wrong,
        } = std::mem::take(&mut *state);
        for (index, stub) in waiting.iter().enumerate() {
            let place = format!("host call {}", made + index + 1);
            wrong.push(said(&place, &stub.service, "no such call"));
        }
        wrong
    }
}

impl State {
    fn answer(&mut self, service: &str, arguments: &Value) -> Result<Value, String> {
        self.made += 1;
        let place = format!("host call {}", self.made);
        let Some(stub) = self.waiting.pop_front() else {
            let got = format!("{service} {}", masked(service, arguments));
            self.wrong.push(said(&place, "no further call", &got));
            return Err(format!(
                "no answer was prepared for this call of '{service}'"
            ));
        };
        if stub.service != service {
            self.wrong.push(said(&place, &stub.service, service));
            return Err(format!("a call of '{}' was expected", stub.service));
        }
        if !stub.arguments.is_null() {
            let place = format!("{place} ({service})");
            if !lacking(&place, &stub.arguments, arguments).is_empty() {
                let expected = masked(service, &stub.arguments);
                let told = lacking(&place, &expected, &masked(service, arguments));
                if told.is_empty() {
                    let others = "other values of what is not shown";
                    self.wrong.push(said(&place, "what was prepared", others));
                }
                self.wrong.extend(told);
                return Err(format!("other arguments of '{service}' were expected"));
            }
        }
        match (stub.refuse, stub.answer) {
            (Some(sentence), _) => Err(sentence),
            (None, answer) => Ok(answer.unwrap_or_default()),
        }
    }
}

#[async_trait]
impl Services for Stubs {
    async fn answer(&self, _inum: &str, service: &str, arguments: &Value) -> Result<Value, String> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.answer(service, arguments)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn stubs() -> Vec<Stub> {
        serde_json::from_value(json!([
            { "service": "http", "arguments": { "url": "https://a.example/" },
              "answer": { "status": 200 } },
            { "service": "decrypt", "refuse": "not sealed" },
        ]))
        .unwrap()
    }

    fn state() -> State {
        State {
            waiting: stubs().into(),
            ..State::default()
        }
    }

    #[test]
    fn calls_are_answered_in_their_order() {
        let mut state = state();
        let arguments = json!({ "url": "https://a.example/", "method": "GET" });
        let answer = state.answer("http", &arguments).unwrap();
        assert_eq!(answer, json!({ "status": 200 }));
        let refused = state.answer("decrypt", &json!({})).unwrap_err();
        assert_eq!(refused, "not sealed");
        assert_eq!(state.wrong, [""; 0]);
    }

    #[test]
    fn what_was_not_expected_is_refused_and_told() {
        let mut state = state();
        let elsewhere = json!({ "url": "https://b.example/" });
        assert!(state.answer("http", &elsewhere).is_err());
        assert!(state.answer("encrypt", &json!({})).is_err());
        assert!(state.answer("http", &json!({})).is_err());
        assert_eq!(state.wrong.len(), 3, "{:?}", state.wrong);
        let first = state.wrong.first().unwrap();
        assert!(first.contains("https://b.example/"), "{first}");
    }

    #[test]
    fn credentials_are_compared_and_not_told() {
        const SECRET: &str = "Bearer PRIVATE";
        let with = |secret: &str| json!({ "url": "u", "headers": { "Authorization": secret } });
        let stub = |secret: &str| {
            let stub = json!({ "service": "http", "arguments": with(secret) });
            serde_json::from_value::<Stub>(stub).unwrap()
        };
        let mut state = State {
            waiting: vec![stub(SECRET), stub("Bearer another")].into(),
            ..State::default()
        };
        assert!(state.answer("http", &with(SECRET)).is_ok());
        assert!(state.answer("http", &with(SECRET)).is_err());
        assert!(state.answer("http", &with(SECRET)).is_err());
        assert_eq!(state.wrong.len(), 2, "{:?}", state.wrong);
        let told = state.wrong.join("\n");
        assert!(!told.contains("Bearer"), "{told}");
    }

    #[test]
    fn calls_that_were_not_made_are_told() {
        let all = Stubs::default();
        all.expect(stubs());
        assert_eq!(all.finish().len(), 2);
        assert_eq!(all.finish(), [""; 0], "told once");
    }
}
