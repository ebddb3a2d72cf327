//! Which host runs which script: the native one, or a JVM where there is one.
//!
//! Not here: running anything, or finding out why there is no JVM.

use std::sync::Arc;

use async_trait::async_trait;
use durward_script::{
    Engine, EngineError, Services,
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

    /// Native, unless nothing is wrong with a Python 2 text but imports, and a JVM has what
    /// they name.
    async fn check_anywhere(&self, program: &Program) -> Result<CheckReport, EngineError> {
        let mut native = self.native.check(program).await?;
        native.runtime = Runtime::Native;
        // Jython reads Python 2 only, and would read much of Python 3 as something else.
        let may_be_elsewhere = !native.problems.is_empty()
            && native.dialect == "2"
            && native.problems.iter().all(|problem| problem.unresolved);
        match &self.jvm {
            Ok(jvm) if may_be_elsewhere => {
                let mut report = jvm.check(program).await?;
                report.runtime = Runtime::Jython;
                // Its own complaints, of a text that it cannot read either, would mislead.
                Ok(if report.problems.is_empty() {
                    report
                } else {
                    native
                })
            }
            Ok(_) => Ok(native),
            Err(reason) => {
                explain(&mut native.problems, reason);
                Ok(native)
            }
        }
    }

    /// The host of a program: `auto` is looked into.
    async fn host_of(&self, program: &Program) -> Result<&HostEngine, EngineError> {
        let mut runtime = program.runtime;
        if runtime == Runtime::Auto {
            let report = self.check_anywhere(program).await?;
            if !report.problems.is_empty() {
                return Err(report.into_refusal());
            }
            runtime = report.runtime;
        }
        self.host(runtime)
    }

    fn host(&self, runtime: Runtime) -> Result<&HostEngine, EngineError> {
        match runtime {
            Runtime::Native | Runtime::Auto => Ok(&self.native),
            Runtime::Java | Runtime::Jython => self.jvm(),
        }
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
        if program.runtime == Runtime::Auto {
            return self.check_anywhere(program).await;
        }
        let mut report = self.host(program.runtime)?.check(program).await?;
        report.runtime = program.runtime;
        Ok(report)
    }

    async fn open(&self, program: Arc<Program>) -> Result<Opened, EngineError> {
        self.host_of(&program).await?.open(program).await
    }

    async fn open_with(
        &self,
        program: Arc<Program>,
        services: Arc<dyn Services>,
    ) -> Result<Opened, EngineError> {
        let host = self.host_of(&program).await?;
        host.open_with(program, services).await
    }

    fn isolates(&self, runtime: Runtime) -> bool {
        self.host(runtime).is_ok_and(|host| host.isolates(runtime))
    }
}
