//! Trying a script: one method, asked once, in a worker that is thrown away. Nothing is kept,
//! and what it asks of the server is answered by whoever has it tried.
//!
//! One implementation for the command line and for the config API; how many may go on at a
//! time is in [`bounds`]. Not here: what is read from where, how the outcome is shown.

pub mod bounds;

use std::{sync::Arc, time::Duration};

use durward_script::{
    Engine, EngineError, Execution, ScriptType, Services,
    cases::{Stubs, context::snapshot},
    engine::{HostCallRecord, Opened},
    masking::masked,
    program::{Answer, Call, LogLine, Problem, Program},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::script_keeping::{SaveError, invalid};

/// Who answers host calls of a trial.
#[derive(Clone)]
pub enum Answers {
    /// Nobody sends anything: what was prepared is the answer, and the rest is refused.
    Prepared(Arc<Stubs>),
    /// The server, or what stands for it.
    Sent(Arc<dyn Services>),
}

/// What is told of a trial.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// The method's result; null where there is none.
    pub result: Value,
    /// Lines printed, those of loading first.
    pub log: Vec<String>,
    /// What it asked of the server, in order.
    pub host_calls: Vec<ToldHostCall>,
    /// What it changed of its context, by path.
    pub changes: Map<String, Value>,
    /// Why there is no result.
    pub error: Option<ToldError>,
    /// Where host calls were not as prepared; only where they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differences: Option<Vec<String>>,
    /// How long the call took, loading aside, microseconds.
    pub duration_us: u64,
}

/// A host call of a trial.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ToldHostCall {
    /// `http`, `decrypt`, …
    pub service: String,
    /// What it asked with.
    pub arguments: Value,
    /// Was it answered, and not refused?
    pub answered: bool,
    /// The answer that was prepared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Value>,
    /// The sentence with which it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// A failure of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ToldError {
    /// `raised`, `refused`, `timedOut`, `exhausted`, `crashed`, `missing`.
    pub kind: String,
    /// What is wrong.
    pub message: String,
    /// Line of the author's text, from 1.
    pub line: Option<u32>,
    /// Column, from 1.
    pub column: Option<u32>,
    /// The traceback.
    pub trace: String,
    /// Everything that is wrong with the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub problems: Vec<Problem>,
}

/// A call as a person writes it: the context by names of the contract, the method's other
/// arguments beside them. Names are compared with the contract's, and are data everywhere.
///
/// # Errors
/// `Invalid` for a method or a member that the type does not have, and for values of another kind.
pub fn call(
    script_type: &ScriptType,
    method: &str,
    mut context: Map<String, Value>,
) -> Result<Call, SaveError> {
    let Some(found) = script_type.method(method) else {
        let methods = script_type.methods.iter().map(|method| method.name);
        let known: Vec<&str> = methods.collect();
        return Err(invalid(
            "method",
            format!(
                "{} has no method '{method}'; its methods: {}",
                script_type.name,
                known.join(", ")
            ),
        ));
    };
    let others = found.parameters.iter().filter(|name| **name != "context");
    let arguments = others
        .filter_map(|name| {
            let value = context.remove(*name)?;
            Some(((*name).to_owned(), value))
        })
        .collect();
    let context =
        snapshot(script_type.context, &context).map_err(|message| invalid("context", message))?;
    Ok(Call {
        method: method.to_owned(),
        context,
        arguments,
    })
}

/// Tries it. What a script does wrong is an outcome.
pub async fn run(engine: &dyn Engine, program: Program, call: Call, answers: &Answers) -> Told {
    let services: Arc<dyn Services> = match answers {
        Answers::Prepared(stubs) => stubs.clone(),
        Answers::Sent(services) => services.clone(),
    };
    let mut told = match open(engine, program, services).await {
        Err(error) => Told::of(Vec::new(), &failed(error)),
        Ok(opened) => {
            let execution = opened.program.call(call).await;
            let told = Told::of(opened.log, &execution);
            opened.program.close().await;
            told
        }
    };
    match answers {
        Answers::Prepared(stubs) => told.differences = Some(stubs.finish()),
        Answers::Sent(_) => told.forget_answers(),
    }
    told
}

/// Checks first, so that all problems are told and not just the first.
///
/// # Errors
/// What is wrong with the script, or with its host.
pub(crate) async fn open(
    engine: &dyn Engine,
    mut program: Program,
    services: Arc<dyn Services>,
) -> Result<Opened, EngineError> {
    let report = engine.check(&program).await?;
    if !report.problems.is_empty() {
        return Err(report.into_refusal());
    }
    program.runtime = report.runtime;
    engine.open_with(Arc::new(program), services).await
}

/// A call that could not be made.
fn failed(error: EngineError) -> Execution {
    Execution {
        outcome: Err(error),
        log: Vec::new(),
        host_calls: Vec::new(),
        duration: Duration::ZERO,
        killed: false,
    }
}

impl Told {
    fn of(mut log: Vec<LogLine>, execution: &Execution) -> Self {
        log.extend(execution.log.iter().cloned());
        let (result, changes) = match &execution.outcome {
            Ok(reply) => (reply.result.clone(), reply.changes.clone()),
            Err(_) => (Value::Null, Map::new()),
        };
        Self {
            result,
            log: log.into_iter().map(|line| line.text).collect(),
            host_calls: execution.host_calls.iter().map(ToldHostCall::of).collect(),
            changes,
            error: execution.outcome.as_ref().err().map(ToldError::of),
            differences: None,
            duration_us: u64::try_from(execution.duration.as_micros()).unwrap_or(u64::MAX),
        }
    }

    /// What the server really answered may be secret: nobody wrote it down here.
    fn forget_answers(&mut self) {
        for call in &mut self.host_calls {
            call.answer = None;
        }
    }

    /// The same, every text and value of it changed by `of_text` and `of_value`.
    #[must_use]
    pub fn changed(
        mut self,
        of_text: impl Fn(&str) -> String,
        of_value: impl Fn(&Value) -> Value,
    ) -> Self {
        let each = |texts: &mut Vec<String>| {
            for text in texts {
                *text = of_text(text);
            }
        };
        each(&mut self.log);
        self.differences.iter_mut().for_each(each);
        self.result = of_value(&self.result);
        for value in self.changes.values_mut() {
            *value = of_value(value);
        }
        for call in &mut self.host_calls {
            call.arguments = of_value(&call.arguments);
            call.answer = call.answer.as_ref().map(&of_value);
        }
        if let Some(error) = &mut self.error {
            error.message = of_text(&error.message);
            error.trace = of_text(&error.trace);
        }
        self
    }
}

impl ToldHostCall {
    fn of(call: &HostCallRecord) -> Self {
        let (answer, refused) = match &call.answer {
            Some(Answer::Value(value)) => (Some(value.clone()), None),
            Some(Answer::Refused(sentence)) => (None, Some(sentence.clone())),
            None => (None, None),
        };
        Self {
            service: call.service.clone(),
            arguments: masked(&call.service, &call.arguments),
            answered: call.is_answered(),
            answer,
            refused,
        }
    }
}

impl ToldError {
    pub(crate) fn of(error: &EngineError) -> Self {
        let message = error.to_string();
        let kind = error.kind().to_owned();
        match error {
            EngineError::Script(failure) => Self {
                kind,
                message,
                line: failure.line,
                column: failure.column,
                trace: failure.trace.clone(),
                problems: failure.problems.clone(),
            },
            _ => Self {
                kind,
                message,
                line: None,
                column: None,
                trace: String::new(),
                problems: Vec::new(),
            },
        }
    }
}
