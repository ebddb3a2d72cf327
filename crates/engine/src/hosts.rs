//! Which host runs which script: the native one, or a JVM where there is one.
//!
//! Not here: running anything, or finding out why there is no JVM.

use std::sync::Arc;

use async_trait::async_trait;
use durward_script::{
    Engine, EngineError,
    engine::Opened,
    program::{CheckReport, Problem, Program, Runtime},
};

use crate::HostEngine;

/// An engine over both hosts.
#[derive(Debug)]
pub struct Hosts {
    native: HostEngine,
    /// Or why there is none, as a sentence that says what to do.
    jvm: Result<HostEngine, String>,
}

/// Where a program goes.
enum Choice<'a> {
    Host(&'a HostEngine),
    /// Nowhere: the report says why.
    Refused(CheckReport),
}

impl Hosts {
    /// Native scripts run on `native`, the others on `jvm`, or not at all for the reason given.
    pub fn new(native: HostEngine, jvm: Result<HostEngine, String>) -> Self {
        Self { native, jvm }
    }

    /// The host of Python scripts.
    pub fn native(&self) -> &HostEngine {
        &self.native
    }

    /// The host of Java scripts.
    ///
    /// # Errors
    /// [`EngineError::Missing`] with the reason.
    pub fn jvm(&self) -> Result<&HostEngine, EngineError> {
        self.jvm
            .as_ref()
            .map_err(|reason| EngineError::Missing(reason.clone()))
    }

    async fn choose(&self, program: &Program) -> Result<Choice<'_>, EngineError> {
        match program.runtime {
            Runtime::Native => Ok(Choice::Host(&self.native)),
            Runtime::Java | Runtime::Jython => self.jvm().map(Choice::Host),
            Runtime::Auto => self.choose_for_python(program).await,
        }
    }

    /// Native, unless nothing is wrong with a Python 2 text but imports, and a JVM has what
    /// they name.
    async fn choose_for_python(&self, program: &Program) -> Result<Choice<'_>, EngineError> {
        let mut native = self.native.check(program).await?;
        if native.problems.is_empty() {
            return Ok(Choice::Host(&self.native));
        }
        // Jython reads Python 2 only, and would read much of Python 3 as something else.
        let only_imports =
            native.dialect == "2" && native.problems.iter().all(|problem| problem.unresolved);
        match &self.jvm {
            Ok(jvm) if only_imports => {
                // Its own complaints, of a text that it cannot read either, would mislead.
                let report = jvm.check(program).await?;
                if report.problems.is_empty() {
                    return Ok(Choice::Host(jvm));
                }
            }
            Ok(_) => {}
            Err(reason) => explain(&mut native.problems, reason),
        }
        Ok(Choice::Refused(native))
    }
}

/// Says where what could not be imported might be found.
fn explain(problems: &mut [Problem], reason: &str) {
    for problem in problems.iter_mut().filter(|problem| problem.unresolved) {
        problem.message = format!(
            "{}; if it is a Java class, the script needs the JVM host: {reason}",
            problem.message
        );
    }
}

#[async_trait]
impl Engine for Hosts {
    async fn check(&self, program: &Program) -> Result<CheckReport, EngineError> {
        match self.choose(program).await? {
            Choice::Host(host) => host.check(program).await,
            Choice::Refused(report) => Ok(report),
        }
    }

    async fn open(&self, program: Arc<Program>) -> Result<Opened, EngineError> {
        match self.choose(&program).await? {
            Choice::Host(host) => host.open(program).await,
            Choice::Refused(report) => Err(report.into_refusal()),
        }
    }
}
