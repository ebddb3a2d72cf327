//! Composition: a data directory becomes a provider, an engine, a server.
//!
//! Nothing is decided here; everything is put together here and nowhere else.

use std::{path::Path, sync::Arc};

use durward_engine::{EngineSettings, HostCommand, HostEngine};
use durward_jose::SealingKeys;
use durward_model::{Clock, Entropy};
use durward_protocol::{
    Provider,
    script_log::{ScriptLogWriter, script_log},
};
use durward_script::{Scripts, Services, record::NoRecorder};
use durward_server::{
    remote::GuardedHttp,
    services::{PolicySource, ScriptServices},
};
use durward_store::{SqliteStore, Store};

use crate::{
    bootstrap::{self, Bootstrap},
    failure::Failure,
    system::{SystemClock, SystemEntropy},
};

/// Hidden command of the workers' template process.
pub const HOST_COMMAND: &str = "host-python";

/// File of the SQLite store in the data directory.
pub const STORE_FILE: &str = "durward.db";

/// A data directory, opened.
pub struct Node {
    /// What the bootstrap file says.
    pub bootstrap: Bootstrap,
    /// The rules and what they stand on.
    pub provider: Arc<Provider>,
    /// Writes script logs; run it, or drop it to keep none.
    pub log_writer: ScriptLogWriter,
}

impl Node {
    /// Opens an existing data directory.
    ///
    /// # Errors
    /// Whatever is missing or broken, with a hint.
    pub async fn open(data: &Path) -> Result<Self, Failure> {
        let bootstrap = bootstrap::read(data)?;
        let sealing = Arc::new(bootstrap::sealing_keys(data, &bootstrap)?);
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&data.join(STORE_FILE))?);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let (log, log_writer) = script_log(store.clone(), clock.clone(), entropy.clone());
        let scripts = Arc::new(Scripts::new(Arc::new(log)));
        let provider = Provider::load(store, clock, entropy, scripts, sealing).await?;
        Ok(Self {
            bootstrap,
            provider: Arc::new(provider.with_transport(Arc::new(GuardedHttp::default()))),
            log_writer,
        })
    }

    /// An engine whose scripts are served under this provider's policy.
    ///
    /// # Errors
    /// When our own executable cannot be found.
    pub fn engine(&self) -> Result<HostEngine, Failure> {
        let provider = self.provider.clone();
        let policy: PolicySource =
            Arc::new(move || provider.live().configuration.script_http.clone());
        let services = ScriptServices::new(
            self.provider.sealing.clone(),
            self.provider.clock.clone(),
            policy,
        );
        let mut settings = EngineSettings::default();
        if let Some(max) = self.bootstrap.workers.max {
            settings.max_workers = max.max(1);
        }
        engine(settings, Arc::new(services))
    }
}

/// An engine over workers of this very binary.
///
/// # Errors
/// When our own executable cannot be found.
pub fn engine(
    settings: EngineSettings,
    services: Arc<dyn Services>,
) -> Result<HostEngine, Failure> {
    let command = HostCommand {
        program: std::env::current_exe()?,
        args: vec![HOST_COMMAND.into()],
    };
    Ok(HostEngine::new(command, settings, services))
}

/// A provider over a new data directory, for `init`: no keys, no scripts yet.
///
/// # Errors
/// As [`Node::open`].
pub async fn provider_without_log(data: &Path, sealing: SealingKeys) -> Result<Provider, Failure> {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&data.join(STORE_FILE))?);
    let scripts = Arc::new(Scripts::new(Arc::new(NoRecorder)));
    let provider = Provider::load(
        store,
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
        scripts,
        Arc::new(sealing),
    );
    Ok(provider.await?)
}
