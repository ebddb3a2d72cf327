//! Host calls of a shadow: answered from what the version that serves was answered, so that
//! nothing is sent twice and nothing outside changes.
//!
//! Not here: when a shadow runs, what is compared (`shadow.rs`).

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::Value;

use crate::services::{Services, has_no_effect};

/// Said to a shadow in the exception of a host call that is not made.
const NOT_MADE: &str = "not made: this version runs in the shadow of another one";

/// A host call and what it was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Taped {
    service: String,
    arguments: Value,
    answer: Result<Value, String>,
}

/// Makes host calls and remembers their answers.
pub struct Tape {
    services: Arc<dyn Services>,
    made: Mutex<Vec<Taped>>,
}

impl Tape {
    /// An empty one over those that answer.
    pub fn new(services: Arc<dyn Services>) -> Self {
        Self {
            services,
            made: Mutex::default(),
        }
    }

    /// What was answered, in order.
    pub fn into_taped(self) -> Vec<Taped> {
        self.made
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Services for Tape {
    async fn answer(&self, inum: &str, service: &str, arguments: &Value) -> Result<Value, String> {
        let answer = self.services.answer(inum, service, arguments).await;
        let taped = Taped {
            service: service.to_owned(),
            arguments: arguments.clone(),
            answer: answer.clone(),
        };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.push(taped);
        answer
    }
}

/// Answers a shadow's host calls.
pub struct Rehearsal {
    services: Arc<dyn Services>,
    left: Mutex<Vec<Taped>>,
}

impl Rehearsal {
    /// From what is on a tape, each once. What is not on it is made only if it has no effect.
    pub fn new(services: Arc<dyn Services>, taped: Vec<Taped>) -> Self {
        Self {
            services,
            left: Mutex::new(taped),
        }
    }

    fn next_taped(&self, service: &str, arguments: &Value) -> Option<Result<Value, String>> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let place = left
            .iter()
            .position(|taped| taped.service == service && taped.arguments == *arguments)?;
        Some(left.remove(place).answer)
    }
}

#[async_trait]
impl Services for Rehearsal {
    async fn answer(&self, inum: &str, service: &str, arguments: &Value) -> Result<Value, String> {
        match self.next_taped(service, arguments) {
            Some(answer) => answer,
            None if has_no_effect(service) => self.services.answer(inum, service, arguments).await,
            None => Err(NOT_MADE.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    /// Counts what is made.
    #[derive(Default)]
    struct Counting(Mutex<Vec<String>>);

    #[async_trait]
    impl Services for Counting {
        async fn answer(&self, _: &str, service: &str, arguments: &Value) -> Result<Value, String> {
            let mut made = self.0.lock().unwrap();
            made.push(service.to_owned());
            if *arguments == json!("refuse") {
                return Err("no".to_owned());
            }
            Ok(json!(made.len()))
        }
    }

    #[tokio::test]
    async fn each_answer_is_given_once_and_nothing_else_is_made() {
        let services = Arc::new(Counting::default());
        let tape = Tape::new(services.clone());
        for arguments in [json!("a"), json!("a"), json!("refuse")] {
            let _ = tape.answer("i", "http", &arguments).await;
        }
        let rehearsal = Rehearsal::new(services.clone(), tape.into_taped());
        let ask = async |service: &str, arguments: Value| {
            rehearsal.answer("i", service, &arguments).await
        };
        assert_eq!(ask("http", json!("refuse")).await, Err("no".to_owned()));
        assert_eq!(ask("http", json!("a")).await, Ok(json!(1)));
        assert_eq!(ask("http", json!("a")).await, Ok(json!(2)));
        for (service, arguments) in [
            ("http", json!("a")),
            ("http", json!("b")),
            ("cachePut", json!("a")),
            ("cacheRemove", json!("a")),
            ("cacheClear", json!("a")),
            ("serviceAccountToken", json!("a")),
            ("whatever comes", json!("a")),
        ] {
            assert_eq!(ask(service, arguments).await, Err(NOT_MADE.to_owned()));
        }
        assert_eq!(services.0.lock().unwrap().len(), 3, "only the first three");
        assert_eq!(ask("decrypt", json!("x")).await, Ok(json!(4)));
    }
}
