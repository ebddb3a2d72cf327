//! What a command ends in when it fails: a sentence, and what to type next.

use durward_protocol::{Error, script_keeping::SaveError};
use durward_store::StoreError;
use serde_json::{Value, json};

use crate::output::harmless;

/// A failed command.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// More for `--json`.
    pub details: Value,
    /// 1 for a refusal, 2 for wrong use.
    pub exit_code: u8,
}

impl Failure {
    /// A failure without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            details: Value::Null,
            exit_code: 1,
        }
    }

    /// What was typed makes no sense.
    pub fn wrong_use(message: impl Into<String>) -> Self {
        Self {
            exit_code: 2,
            ..Self::new(message)
        }
    }

    /// With a next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Tells the person, or the program, on standard error.
    pub fn print(&self, as_json: bool) {
        if as_json {
            let mut body = json!({ "error": self.message, "hint": self.hint });
            if let (Some(body), Value::Object(details)) = (body.as_object_mut(), &self.details) {
                body.extend(details.clone());
            }
            eprintln!("{body}");
            return;
        }
        eprintln!("error: {}", harmless(&self.message));
        if let Some(hint) = &self.hint {
            eprintln!("  hint: {}", harmless(hint));
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => {
                Self::new("something of that name exists, or was changed meanwhile")
            }
            StoreError::Full(cause) => no_room(&cause),
            StoreError::Fault(message) => Self::new(message),
        }
    }
}

/// Nothing was stored, because there is nowhere to store it.
fn no_room(cause: &str) -> Failure {
    Failure::new(format!(
        "the disk of the store is full or takes no writes ({cause}): nothing was changed"
    ))
    .hint("make room on the disk that holds the data directory, then run the command again")
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::new(refusal.description),
            Error::Fault(message) => Self::new(message),
        }
    }
}

impl From<SaveError> for Failure {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Full(cause) => no_room(&cause),
            SaveError::Fault(error) => error.into(),
            other => Self::new(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::new(error.to_string())
    }
}
