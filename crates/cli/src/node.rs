//! Composition: a data directory becomes a provider, an engine, a server.
//!
//! Nothing is decided here; everything is put together here and nowhere else.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use durward_engine::{EngineSettings, HostCommand, HostEngine, Hosts};
use durward_jose::SealingKeys;
use durward_model::{Clock, Entropy};
use durward_protocol::{
    Provider,
    script_files::ScriptFiles,
    script_log::{ScriptLogWriter, script_log},
};
use durward_script::{Scripts, Services, record::NoRecorder};
use durward_server::{
    remote::GuardedHttp,
    script_folders::ScriptFolders,
    services::{Fetcher, Outgoing, PolicySource, ScriptServices},
};
use durward_store::{SqliteStore, Store};

use crate::{
    bootstrap::{self, Bootstrap},
    failure::Failure,
    jvm, mutual_tls,
    system::{SystemClock, SystemEntropy, node_name},
};

/// Hidden command of the workers' template process.
pub const HOST_COMMAND: &str = "host-python";

/// File of the SQLite store in the data directory.
pub const STORE_FILE: &str = "durward.db";

/// A data directory, opened.
pub struct Node {
    /// Where it is.
    pub data: PathBuf,
    /// What the bootstrap file says.
    pub bootstrap: Bootstrap,
    /// The rules and what they stand on.
    pub provider: Arc<Provider>,
    /// Writes script logs; run it, or drop it to keep none.
    pub log_writer: ScriptLogWriter,
    /// Folders that scripts may be in.
    pub folders: ScriptFolders,
    /// Sends every request that leaves this node.
    fetcher: Arc<Fetcher>,
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
        let issuer = provider.live().configuration.issuer.clone();
        let offered = mutual_tls::offered(&bootstrap.mtls, &issuer)?;
        let authorities = bootstrap::authorities(data, &bootstrap.outgoing)?;
        let fetcher = Arc::new(Fetcher::trusting(authorities));
        let transport = Arc::new(GuardedHttp::new(fetcher.clone()));
        let folders = bootstrap.scripts.folders(data)?;
        let script_files = ScriptFiles::new(Arc::new(folders.clone()), node_name());
        let provider = provider.with_transport(transport).with_mutual_tls(offered);
        let provider = Arc::new(provider.with_script_files(script_files));
        Ok(Self {
            data: data.to_owned(),
            bootstrap,
            log_writer: log_writer.beside(&provider),
            provider,
            folders,
            fetcher,
        })
    }

    /// What scripts' requests go out with.
    pub fn outgoing(&self) -> Outgoing {
        Outgoing {
            fetcher: self.fetcher.clone(),
            key_stores: self.bootstrap.key_stores.listing(&self.data),
        }
    }

    /// An engine whose scripts are served under this provider's policy.
    ///
    /// # Errors
    /// When our own executable cannot be found.
    pub fn engine(&self) -> Result<Hosts, Failure> {
        let provider = self.provider.clone();
        let policy: PolicySource =
            Arc::new(move || provider.live().configuration.script_http.clone());
        let services = ScriptServices::new(
            self.provider.sealing.clone(),
            self.provider.clock.clone(),
            policy,
            self.outgoing(),
        );
        engine(Some(self), Arc::new(services))
    }
}

/// An engine over workers of this very binary and, where there is one, a JVM; with the
/// settings of `node`, or the defaults without one.
///
/// # Errors
/// When our own executable cannot be found.
pub fn engine(node: Option<&Node>, services: Arc<dyn Services>) -> Result<Hosts, Failure> {
    let bootstrap = node.map(|node| node.bootstrap.clone()).unwrap_or_default();
    let mut settings = EngineSettings::default();
    if let Some(max) = bootstrap.workers.max {
        settings.max_workers = max.max(1);
    }
    let command = HostCommand {
        program: std::env::current_exe()?,
        args: vec![HOST_COMMAND.into()],
    };
    let native = HostEngine::new(command, settings, services.clone());
    let data = node.map(|node| node.data.as_path());
    let jvm = jvm::command(&bootstrap.jvm, data).map(|command| {
        let settings = EngineSettings {
            max_workers: bootstrap.jvm.max_workers.unwrap_or_else(processors),
            ..settings
        };
        HostEngine::jvm(command, settings, services)
    });
    Ok(Hosts::new(native, jvm))
}

/// Threads of a JVM share its processors and its heap: no more than can run, but two, so
/// that a script that waits for a service does not hold up another.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(2, |count| usize::from(count).max(2))
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
