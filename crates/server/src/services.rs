//! What scripts may ask the server to do while they run, under its policy.

mod address;
mod cache;
mod fetch;
mod key_stores;
mod service_account;

use std::sync::Arc;

use async_trait::async_trait;
use durward_jose::SealingKeys;
use durward_model::{Clock, configuration::HttpPolicy};
use durward_protocol::sealing;
use durward_script::{Services, services::known_name};
use serde_json::{Value, json};

use cache::ScriptCache;
use fetch::Presented;
pub use fetch::{Fetch, Fetcher};
pub use key_stores::{KeyStoreListing, KeyStores, NamedStore};
use service_account::ServiceAccounts;

/// Longest text that a script may seal or open, bytes.
const MAX_SEALED_BYTES: usize = 64 * 1024;

/// The property whose policy scripts connect under.
pub(crate) const POLICY: &str = "scriptHttp";

/// Tells where scripts may connect to at the moment.
pub type PolicySource = Arc<dyn Fn() -> HttpPolicy + Send + Sync>;

/// Answers host calls of scripts.
pub struct ScriptServices {
    sealing: Arc<SealingKeys>,
    clock: Arc<dyn Clock>,
    policy: PolicySource,
    fetcher: Arc<Fetcher>,
    accounts: ServiceAccounts,
    key_stores: Arc<KeyStores>,
    cache: ScriptCache,
}

/// What a node has for requests that leave it.
#[derive(Default)]
pub struct Outgoing {
    /// Sends them.
    pub fetcher: Arc<Fetcher>,
    /// Keys that scripts may have used.
    pub key_stores: KeyStoreListing,
}

impl ScriptServices {
    /// Services with these keys under this policy.
    pub fn new(
        sealing: Arc<SealingKeys>,
        clock: Arc<dyn Clock>,
        policy: PolicySource,
        outgoing: Outgoing,
    ) -> Self {
        let fetcher = outgoing.fetcher;
        let accounts = ServiceAccounts::new(fetcher.clone());
        Self {
            sealing,
            clock,
            policy,
            fetcher,
            accounts,
            key_stores: Arc::new(KeyStores::new(outgoing.key_stores)),
            cache: ScriptCache::default(),
        }
    }

    /// Sends a script's request, with the key and to the authorities that it names.
    async fn send(&self, arguments: &Value) -> Result<Value, String> {
        let fetch = Fetch::parse(arguments)?;
        let presented = Presented {
            identity: self.key_stores.named(arguments, "keyStore").await?,
            trust: self.key_stores.named(arguments, "trustStore").await?,
        };
        self.fetcher
            .run_as(&presented, fetch, &(self.policy)(), POLICY)
            .await
            .map(fetch::Fetched::into_json)
    }

    fn open(&self, arguments: &Value) -> Result<Value, String> {
        let value = text(arguments, "value")?;
        sealing::open(&self.sealing, sealing::CONFIGURATION, value)
            .map(|opened| json!({ "value": opened }))
            .map_err(|_| "the value was not sealed by this server".to_owned())
    }

    fn seal(&self, arguments: &Value) -> Result<Value, String> {
        let value = text(arguments, "value")?;
        sealing::seal(&self.sealing, sealing::CONFIGURATION, value)
            .map(|sealed| json!({ "value": sealed }))
            .map_err(|_| "the value could not be sealed".to_owned())
    }
}

#[async_trait]
impl Services for ScriptServices {
    async fn answer(&self, inum: &str, service: &str, arguments: &Value) -> Result<Value, String> {
        // By the name that records have: what they do not know is not done.
        match known_name(service) {
            "decrypt" => self.open(arguments),
            "encrypt" => self.seal(arguments),
            "http" => self.send(arguments).await,
            "sign" => self.key_stores.sign(arguments).await,
            "certificates" => self.key_stores.certificates(arguments).await,
            "cacheGet" | "cachePut" | "cacheRemove" | "cacheClear" => {
                let now = self.clock.now();
                self.cache.answer(inum, service, arguments, now)
            }
            "serviceAccountToken" => {
                let key = text(arguments, "key")?;
                let scope = text(arguments, "scope")?;
                let policy = (self.policy)();
                let token = self
                    .accounts
                    .token(key, scope, &policy, self.clock.now())
                    .await?;
                Ok(json!({ "accessToken": token }))
            }
            _ => Err(format!("there is no service '{service}'")),
        }
    }
}

fn text<'a>(arguments: &'a Value, name: &str) -> Result<&'a str, String> {
    arguments
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| text.len() <= MAX_SEALED_BYTES)
        .ok_or_else(|| format!("'{name}' is missing, not text or too long"))
}
