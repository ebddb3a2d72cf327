//! A provider that is ready: store, keys, users, clients, scripts.

use std::sync::Arc;

use durward_model::{
    Client, ClientId, Configuration, Grant, JournalEntry, User, UserId, client::ClientMetadata,
};
use durward_protocol::{
    Provider,
    mutual_tls::MutualTls,
    script_files::ScriptFiles,
    script_keeping::{Draft, Keeper, SaveError},
    script_loading::ScriptLoader,
};
use durward_script::Scripts;
use durward_store::{Change, Kind, SqliteStore, Store};
use tempfile::TempDir;

use crate::{
    Decisions, FakeEngine, FakeFiles, FakeRemote, FixedClock, SeededEntropy, clients, keys, users,
};

/// Issuer of every world.
pub const ISSUER: &str = "https://op.example";

/// A provider and what stands behind it.
pub struct World {
    /// What rules take.
    pub provider: Arc<Provider>,
    /// Its time.
    pub clock: Arc<FixedClock>,
    /// Its state.
    pub store: Arc<dyn Store>,
    /// What its scripts run on.
    pub engine: FakeEngine,
    /// Documents that it can fetch.
    pub remote: FakeRemote,
    /// Files that its scripts may be in.
    pub files: FakeFiles,
    /// What scripts decided.
    pub decisions: Decisions,
    /// What loads its scripts.
    pub loader: ScriptLoader,
    // Dropped last: the store's files are in it.
    _directory: TempDir,
}

impl World {
    /// With the default configuration.
    pub async fn new() -> Self {
        Self::configured(|_| {}).await
    }

    /// With a changed configuration, where client certificates come in and authorities vouch
    /// for some.
    pub async fn with_certificates(change: impl FnOnce(&mut Configuration)) -> Self {
        let offered = MutualTls {
            is_on: true,
            has_authorities: true,
            origin: Some(format!("{ISSUER}:8443")),
        };
        Self::made(change, offered).await
    }

    /// With a changed configuration.
    pub async fn configured(change: impl FnOnce(&mut Configuration)) -> Self {
        Self::made(change, MutualTls::default()).await
    }

    async fn made(change: impl FnOnce(&mut Configuration), mutual_tls: MutualTls) -> Self {
        let directory = TempDir::new().unwrap();
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(&directory.path().join("durward.sqlite")).unwrap());
        let mut configuration = Configuration {
            issuer: ISSUER.to_owned(),
            ..Configuration::default()
        };
        change(&mut configuration);
        let mut changes = vec![
            Change::insert(&configuration),
            Change::insert(&users::alice()),
            Change::insert(&users::bob()),
        ];
        changes.extend(clients::all().iter().map(Change::insert));
        changes.extend(keys::signing_keys().iter().map(Change::insert));
        store.apply(changes).await.unwrap();
        let clock = Arc::new(FixedClock::default());
        let decisions = Decisions::default();
        let provider = Provider::load(
            store.clone(),
            clock.clone(),
            Arc::new(SeededEntropy::new(1)),
            Arc::new(Scripts::new(Arc::new(decisions.clone()))),
            Arc::new(keys::sealing()),
        )
        .await
        .unwrap();
        let remote = FakeRemote::default();
        let files = FakeFiles::default();
        let script_files = ScriptFiles::new(Arc::new(files.clone()), "node-a".to_owned());
        let provider = Arc::new(
            provider
                .with_transport(Arc::new(remote.clone()))
                .with_mutual_tls(mutual_tls)
                .with_script_files(script_files),
        );
        let engine = FakeEngine::default();
        let loader = ScriptLoader::new(provider.clone(), Arc::new(engine.clone()));
        Self {
            provider,
            clock,
            store,
            engine,
            remote,
            files,
            decisions,
            loader,
            _directory: directory,
        }
    }

    /// Changes the configuration of a running world.
    pub async fn reconfigure(&self, change: impl FnOnce(&mut Configuration)) {
        let found = self.store.find_configuration().await.unwrap().unwrap();
        let mut configuration = found.value.clone();
        change(&mut configuration);
        self.store
            .apply(vec![Change::replace(&found, &configuration)])
            .await
            .unwrap();
        self.provider.reload().await.unwrap();
    }

    /// Changes a client.
    pub async fn change_client(&self, client_id: &str, change: impl FnOnce(&mut Client)) {
        let found = self
            .store
            .find_client(&ClientId::new(client_id))
            .await
            .unwrap()
            .unwrap();
        let mut client = found.value.clone();
        change(&mut client);
        self.store
            .apply(vec![Change::replace(&found, &client)])
            .await
            .unwrap();
    }

    /// Adds a client.
    pub async fn add_client(&self, client_id: &str, metadata: ClientMetadata) {
        let client = clients::client(client_id, metadata);
        self.store
            .apply(vec![Change::insert(&client)])
            .await
            .unwrap();
    }

    /// Changes a user.
    pub async fn change_user(&self, id: &str, change: impl FnOnce(&mut User)) {
        let found = self
            .store
            .find_user(&UserId::new(id))
            .await
            .unwrap()
            .unwrap();
        let mut user = found.value.clone();
        change(&mut user);
        self.store
            .apply(vec![Change::replace(&found, &user)])
            .await
            .unwrap();
    }

    /// Every grant there is.
    pub async fn grants(&self) -> Vec<Grant> {
        let rows = self.store.fetch_all(Kind::Grant).await.unwrap();
        rows.iter()
            .map(|row| serde_json::from_str(&row.body).unwrap())
            .collect()
    }

    /// How many rows of a kind there are.
    pub async fn count(&self, kind: Kind) -> usize {
        self.store.fetch_all(kind).await.unwrap().len()
    }

    /// The journal, oldest first.
    pub async fn journal(&self) -> Vec<JournalEntry> {
        let rows = self.store.fetch_all(Kind::JournalEntry).await.unwrap();
        rows.iter()
            .map(|row| serde_json::from_str(&row.body).unwrap())
            .collect()
    }

    /// Somebody who keeps its scripts.
    pub fn keeper(&self) -> Keeper<'_> {
        Keeper {
            provider: &self.provider,
            engine: &self.engine,
            author: "os:tester",
            message: None,
        }
    }

    /// Saves an enabled notification script of this name, level and text, and loads it.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn save_script(&self, name: &str, level: i32, text: &str) -> Result<(), SaveError> {
        self.save_script_of("ciba_end_user_notification", name, level, text)
            .await
    }

    /// The same for a script of any type.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn save_script_of(
        &self,
        script_type: &str,
        name: &str,
        level: i32,
        text: &str,
    ) -> Result<(), SaveError> {
        let draft = Draft {
            name: name.to_owned(),
            script_type: script_type.to_owned(),
            programming_language: String::new(),
            text: text.to_owned(),
            level,
            enabled: true,
            ..Draft::default()
        };
        self.keeper().save(draft).await?;
        self.loader.refresh().await.unwrap();
        Ok(())
    }
}
