//! The trait behind which scripts run, and what may become of a run.
//!
//! Rules and HTTP know only this; durward-engine implements it with processes,
//! tests with plain functions.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::{
    Services,
    program::{Answer, Call, CheckReport, Failure, LoadReport, LogLine, Program, Runtime},
};

/// Runs programs.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Compiles and checks the contract in a throw-away worker, without running `init`.
    ///
    /// # Errors
    /// Only when the host itself failed; what is wrong with the script is in the report.
    async fn check(&self, program: &Program) -> Result<CheckReport, EngineError>;

    /// Compiles, checks, constructs and initialises; the result is ready to serve.
    ///
    /// # Errors
    /// [`EngineError::Script`] with `refused` or `raised`, or a host failure.
    async fn open(&self, program: Arc<Program>) -> Result<Opened, EngineError>;

    /// Can programs of this runtime reach nothing outside but through host calls? Only then
    /// may a version run in the shadow of another.
    fn isolates(&self, _runtime: Runtime) -> bool {
        true
    }
    /// The same, but what the program asks of the server is answered by `services` alone:
    /// for trials, which send nothing.
    ///
    /// # Errors
    /// As [`Engine::open`].
    async fn open_with(
        &self,
        program: Arc<Program>,
        services: Arc<dyn Services>,
    ) -> Result<Opened, EngineError>;
}

/// A program that is ready, and what loading it said.
pub struct Opened {
    /// For calls.
    pub program: Arc<dyn LoadedProgram>,
    /// API version, methods, dialect.
    pub report: LoadReport,
    /// What `init` printed.
    pub log: Vec<LogLine>,
}

/// An initialised program: one version of one script.
#[async_trait]
pub trait LoadedProgram: Send + Sync {
    /// Calls a method. Never blocks other callers; never outlives its limits.
    async fn call(&self, call: Call) -> Execution;

    /// The same, with its host calls answered by `services` in the place of its own.
    async fn call_with(&self, call: Call, services: &dyn Services) -> Execution;

    /// What answers its host calls.
    fn services(&self) -> Arc<dyn Services>;

    /// What runs it now.
    fn workers(&self) -> Workers {
        Workers::default()
    }

    /// Lets running calls end, then calls `destroy` and frees the workers.
    async fn close(&self);
}

/// What one call did.
#[derive(Debug)]
pub struct Execution {
    /// The converted result, or why there is none.
    pub outcome: Result<Reply, EngineError>,
    /// Lines printed or logged, in order.
    pub log: Vec<LogLine>,
    /// Host calls made, in order: service and arguments.
    pub host_calls: Vec<HostCallRecord>,
    /// From request to answer.
    pub duration: Duration,
    /// Its worker is gone for it: killed at a limit or for a broken wire, or dead by itself.
    pub killed: bool,
}

/// The workers of a loaded program, as far as they can be looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Workers {
    /// How many there are.
    pub count: u64,
    /// Memory of their processes now, bytes; pages that a process shares with the one it
    /// was forked from count in each.
    pub resident_bytes: u64,
    /// The most that one of these processes has had, bytes.
    pub peak_bytes: u64,
    /// They are threads of one process, which runs other scripts too.
    pub shared: bool,
}

/// A host call that a script made.
#[derive(Debug, Clone, PartialEq)]
pub struct HostCallRecord {
    /// `http`, `decrypt`, …
    pub service: String,
    /// As the script gave them.
    pub arguments: Value,
    /// What it was told; nothing if the call ended before.
    pub answer: Option<Answer>,
}

impl HostCallRecord {
    /// Was it answered, and not refused?
    pub fn is_answered(&self) -> bool {
        matches!(self.answer, Some(Answer::Value(_)))
    }
}

/// A call's result.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reply {
    /// The method's converted result.
    pub result: Value,
    /// What setters changed.
    pub changes: Map<String, Value>,
}

/// Why a call has no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EngineError {
    /// The script raised, or may not run at all (see the failure's kind).
    #[error("{}", .0.message)]
    Script(Failure),
    /// The worker died by itself.
    #[error("the script's worker died ({0})")]
    Crashed(String),
    /// Wall clock used up.
    #[error("no answer within {limit_ms} ms")]
    TimedOut {
        /// The limit that was passed.
        limit_ms: u64,
    },
    /// Processor time, memory, result size or another budget used up.
    #[error("the script used up its {0}")]
    Exhausted(String),
    /// The worker did not keep to the wire.
    #[error("the script's worker broke the protocol: {0}")]
    Broke(String),
    /// No host, or no loaded version, is there to run it.
    #[error("{0}")]
    Missing(String),
}

impl EngineError {
    /// The sentence, and below it where it happened and what was printed before.
    pub fn in_full(&self) -> String {
        match self {
            Self::Script(failure) if !failure.trace.trim_end().is_empty() => {
                format!("{}\n{}", failure.message, failure.trace.trim_end())
            }
            other => other.to_string(),
        }
    }

    /// One word for records and `--json`: `raised`, `refused`, `timedOut`, `exhausted`, `crashed`, `missing`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Script(failure) => match failure.kind {
                crate::program::FailureKind::Raised => "raised",
                crate::program::FailureKind::Refused => "refused",
                crate::program::FailureKind::Exhausted => "exhausted",
            },
            Self::Crashed(_) | Self::Broke(_) => "crashed",
            Self::TimedOut { .. } => "timedOut",
            Self::Exhausted(_) => "exhausted",
            Self::Missing(_) => "missing",
        }
    }
}
