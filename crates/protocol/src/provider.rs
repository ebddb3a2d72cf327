//! The OpenID Provider as rules see it: store, time, randomness, scripts, and
//! the snapshot of configuration and keys that a request reads once.
//!
//! Not here: how the parts are made (durward-cli composes them).

use std::sync::Arc;

use arc_swap::ArcSwap;
use durward_jose::SealingKeys;
use durward_model::{
    Clock, Configuration, Entropy, Timestamp,
    entropy::{new_id, new_secret},
};
use durward_script::Scripts;
use durward_store::Store;

use crate::{
    error::Error,
    keyring::Keyring,
    mutual_tls::MutualTls,
    remote::{Remote, Transport},
    script_files::ScriptFiles,
};

/// Everything a rule may use.
pub struct Provider {
    /// Durable state.
    pub store: Arc<dyn Store>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Scripts that serve now.
    pub scripts: Arc<Scripts>,
    /// Keys under which secrets are sealed at rest.
    pub sealing: Arc<SealingKeys>,
    /// Documents that are kept elsewhere.
    pub remote: Remote,
    /// What is taken of client certificates.
    pub mutual_tls: MutualTls,
    /// Files that scripts are in.
    pub script_files: ScriptFiles,
    live: ArcSwap<Live>,
}

/// Configuration and keys at one moment.
#[derive(Debug)]
pub struct Live {
    /// Configuration.
    pub configuration: Configuration,
    /// Signing keys, opened.
    pub keys: Keyring,
}

impl Provider {
    /// Loads configuration and keys.
    ///
    /// # Errors
    /// When the store fails, or a key cannot be opened with the sealing key.
    pub async fn load(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        scripts: Arc<Scripts>,
        sealing: Arc<SealingKeys>,
    ) -> Result<Self, Error> {
        let live = load_live(&*store, &sealing).await?;
        Ok(Self {
            store,
            clock,
            entropy,
            scripts,
            sealing,
            remote: Remote::default(),
            mutual_tls: MutualTls::default(),
            script_files: ScriptFiles::default(),
            live: ArcSwap::from_pointee(live),
        })
    }

    /// The same provider, fetching remote documents over `transport`; without one it
    /// fetches none.
    #[must_use]
    pub fn with_transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.remote = Remote::new(transport);
        self
    }

    /// The same provider, where certificates of clients come in as `mutual_tls` says.
    #[must_use]
    pub fn with_mutual_tls(mut self, mutual_tls: MutualTls) -> Self {
        self.mutual_tls = mutual_tls;
        self
    }

    /// The same provider, whose scripts may be in files; without it none is.
    #[must_use]
    pub fn with_script_files(mut self, script_files: ScriptFiles) -> Self {
        self.script_files = script_files;
        self
    }

    /// Reads configuration and keys again; requests under way keep what they began with.
    ///
    /// # Errors
    /// As [`Provider::load`]; the old snapshot stays.
    pub async fn reload(&self) -> Result<(), Error> {
        let live = load_live(&*self.store, &self.sealing).await?;
        self.live.store(Arc::new(live));
        Ok(())
    }

    /// The snapshot for one request.
    pub fn live(&self) -> Arc<Live> {
        self.live.load_full()
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new bearer secret.
    pub fn new_secret(&self) -> String {
        new_secret(&*self.entropy)
    }

    /// A new identifier.
    pub fn new_id(&self) -> String {
        new_id(&*self.entropy)
    }
}

async fn load_live(store: &dyn Store, sealing: &SealingKeys) -> Result<Live, Error> {
    let configuration = store.find_configuration().await?.map(|found| found.value);
    let stored = store.list_signing_keys().await?;
    let keys = Keyring::open(stored.into_iter().map(|found| found.value), sealing)?;
    Ok(Live {
        configuration: configuration.unwrap_or_default(),
        keys,
    })
}
