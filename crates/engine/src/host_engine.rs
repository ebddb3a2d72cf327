//! The engine that runs scripts in the worker processes of one host.
//!
//! Not here: which host runs which script, what a result means.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use durward_script::{
    Engine, EngineError, Execution, LoadedProgram, Services,
    engine::{Opened, Reply, Workers},
    program::{Call, CheckReport, Done, Program, Runtime},
    services::NoServices,
};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::{
    jvm::{JvmCommand, JvmKeeper},
    pool::{Pool, Recipe},
    source::Source,
    template::{HostCommand, Keeper},
    turn::{Asks, Turn},
    wire::{self, ToHost},
};

/// How many processes and callers a loaded program may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineSettings {
    /// Most workers of one program, and so most of its calls at one time.
    pub max_workers: usize,
    /// Most callers that wait for a worker of one program; further ones fail
    /// as exhausted at once.
    pub max_waiting: usize,
}

impl Default for EngineSettings {
    /// Four workers for each processor, at least 8; 1,000 waiting. Workers are
    /// made when they are needed, and scripts that call a push service or a bank's
    /// own systems spend their time waiting for them.
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            max_workers: (4 * processors).max(8),
            max_waiting: 1000,
        }
    }
}

/// Runs programs in workers of one host process, which is started at first use:
/// processes forked from it, or threads of a JVM. Needs a tokio runtime with I/O and time.
pub struct HostEngine {
    source: Arc<Source>,
    /// May scripts open sockets themselves?
    network: bool,
    settings: EngineSettings,
    services: Arc<dyn Services>,
}

impl HostEngine {
    /// An engine over workers that are forked from the host that `command` starts.
    pub fn new(
        command: HostCommand,
        settings: EngineSettings,
        services: Arc<dyn Services>,
    ) -> Self {
        let source = Source::Template(Keeper::new(command));
        Self::over(source, false, settings, services)
    }

    /// An engine over the threads of the JVM that `command` starts. The JVM ends some
    /// time after its last script is closed.
    pub fn jvm(command: JvmCommand, settings: EngineSettings, services: Arc<dyn Services>) -> Self {
        let network = command.network;
        let source = Source::Jvm(JvmKeeper::new(command));
        Self::over(source, network, settings, services)
    }

    fn over(
        source: Source,
        network: bool,
        settings: EngineSettings,
        services: Arc<dyn Services>,
    ) -> Self {
        Self {
            source: Arc::new(source),
            network,
            settings,
            services,
        }
    }

    /// Starts the host now, so that the first use need not wait for it.
    ///
    /// # Errors
    /// [`EngineError::Missing`] when it cannot be started.
    pub async fn warm(&self) -> Result<(), EngineError> {
        self.source.warm().await
    }
}

impl fmt::Debug for HostEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostEngine")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Engine for HostEngine {
    async fn check(&self, program: &Program) -> Result<CheckReport, EngineError> {
        let request = encode(&ToHost::Check(Box::new(program.clone())))?;
        let mut worker = self.source.worker().await?;
        let limits = self.source.loading_limits(program.limits);
        let asks = Asks {
            services: &NoServices,
            inum: "",
        };
        let mut turn = Turn::report(limits, asks);
        let deadline = Instant::now() + Duration::from_millis(limits.wall_ms);
        report(worker.run(&request, &mut turn, deadline).await?)
    }

    async fn open(&self, program: Arc<Program>) -> Result<Opened, EngineError> {
        self.open_with(program, Arc::clone(&self.services)).await
    }

    async fn open_with(
        &self,
        program: Arc<Program>,
        services: Arc<dyn Services>,
    ) -> Result<Opened, EngineError> {
        let recipe = Recipe {
            source: Arc::clone(&self.source),
            services,
            inum: inum_of(&program),
            limits: program.limits,
            census: Arc::default(),
            load: encode(&ToHost::Load(Box::new(Arc::unwrap_or_clone(program))))?,
        };
        let mut turn = Turn::report(recipe.loading_limits(), recipe.asks());
        let (worker, done) = recipe.make(&mut turn).await?;
        let report = report(done)?;
        let log = std::mem::take(&mut turn.log);
        drop(turn);
        let pool = Pool::new(recipe, self.settings, worker);
        Ok(Opened {
            program: Arc::new(HostProgram(pool)),
            report,
            log,
        })
    }

    fn isolates(&self, _runtime: Runtime) -> bool {
        !self.network
    }
}

/// One loaded version of one script.
struct HostProgram(Arc<Pool>);

#[async_trait]
impl LoadedProgram for HostProgram {
    async fn call(&self, call: Call) -> Execution {
        self.call_with(call, &*self.0.recipe().services).await
    }

    async fn call_with(&self, call: Call, services: &dyn Services) -> Execution {
        let started = Instant::now();
        let recipe = self.0.recipe();
        let asks = Asks {
            services,
            ..recipe.asks()
        };
        let mut turn = Turn::call(recipe.limits, asks);
        let outcome = match encode(&ToHost::Call(Box::new(call))) {
            Ok(request) => self.0.serve(&request, &mut turn, recipe.deadline()).await,
            Err(error) => Err(error),
        };
        Execution {
            outcome: outcome.map(
                |Done {
                     result, changes, ..
                 }| Reply { result, changes },
            ),
            log: turn.log,
            host_calls: turn.host_calls,
            duration: started.elapsed(),
            killed: turn.killed,
        }
    }

    fn services(&self) -> Arc<dyn Services> {
        Arc::clone(&self.0.recipe().services)
    }

    fn workers(&self) -> Workers {
        self.0.recipe().census.look()
    }

    async fn close(&self) {
        self.0.close().await;
    }
}

/// Whose host calls these are; nobody's for a program that was never stored.
fn inum_of(program: &Program) -> String {
    let inum = program.custom_script.get("inum");
    inum.and_then(serde_json::Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn encode(frame: &ToHost) -> Result<Vec<u8>, EngineError> {
    wire::encode(frame).map_err(|_| EngineError::Exhausted("request size".to_owned()))
}

fn report<T: DeserializeOwned>(done: Done) -> Result<T, EngineError> {
    serde_json::from_value(done.result)
        .map_err(|_| EngineError::Broke("not the report that was asked for".to_owned()))
}
