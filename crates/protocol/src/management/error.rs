//! Why an operation of the config API was not done, in a form that programs can point with.

use durward_script::{EngineError, program::Problem};
use durward_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{error::Error, script_keeping::SaveError, script_trial::bounds::Refused};

/// Something that is wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Member or parameter; a dotted path where it is inside another.
    pub field: String,
    /// Line of a script, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column of a script, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// What is wrong, with the next step.
    pub message: String,
}

/// Why an operation was not done. Nothing was changed.
#[derive(Debug)]
pub enum ManagementError {
    /// No credentials came (RFC 6750, section 3.1).
    NoToken,
    /// The token lacks this scope (RFC 6750, section 3.1).
    Scope(String),
    /// As everywhere: `invalid_token`, or a fault of ours.
    Error(Error),
    /// There is no such thing.
    Missing(String),
    /// What was sent is wrong.
    Invalid(Vec<FieldError>),
    /// It cannot be done to what there is now.
    Conflict(String),
    /// It is not any more what `If-Match` names.
    Stale(String),
    /// So much goes on that it has to be tried again, after so many seconds.
    Busy(i64),
    /// The same, because there was too much of it.
    TooMany(i64),
    /// There is no room to store it; the cause is for the log only.
    Full(String),
}

impl ManagementError {
    /// One thing is wrong.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError {
            field: field.into(),
            line: None,
            column: None,
            message: message.into(),
        }])
    }
}

impl From<Refused> for ManagementError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Busy(seconds) => Self::Busy(seconds),
            Refused::TooMany(seconds) => Self::TooMany(seconds),
        }
    }
}

impl From<StoreError> for ManagementError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => {
                Self::Conflict("it was changed meanwhile, or there is one already".to_owned())
            }
            StoreError::Full(cause) => Self::Full(cause),
            fault @ StoreError::Fault(_) => Self::Error(fault.into()),
        }
    }
}

impl From<SaveError> for ManagementError {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Problems(problems) => {
                Self::Invalid(problems.iter().map(of_script).collect())
            }
            SaveError::Engine(EngineError::Script(failure)) if !failure.problems.is_empty() => {
                Self::Invalid(failure.problems.iter().map(of_script).collect())
            }
            SaveError::Engine(EngineError::Script(failure)) => Self::Invalid(vec![FieldError {
                field: "script".to_owned(),
                line: failure.line,
                column: failure.column,
                message: failure.message,
            }]),
            SaveError::Engine(other) => Self::invalid("script", other.to_string()),
            SaveError::Invalid { field, message } => Self::invalid(field, message),
            SaveError::Missing(message) => Self::Missing(message),
            SaveError::Conflict(message) => Self::Conflict(message),
            SaveError::Full(cause) => Self::Full(cause),
            SaveError::Fault(error) => Self::Error(error),
        }
    }
}

fn of_script(problem: &Problem) -> FieldError {
    FieldError {
        field: "script".to_owned(),
        line: Some(problem.line),
        column: Some(problem.column),
        message: problem.message.clone(),
    }
}
