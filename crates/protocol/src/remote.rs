//! Documents that somebody else keeps at an address which a client or an operator
//! registered: key sets, request objects, lists of redirect URIs.
//!
//! Every such read of the rules goes through here: one address is asked by one
//! request at a time and not more often than [`Purpose`] says, whatever is asked of
//! us. Not here: the network and its guards (durward-server's `remote`), who may
//! register which address.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex as Lock, PoisonError},
};

use async_trait::async_trait;
use durward_jose::{
    JwkSet,
    strict_json::{self, Limits},
};
use durward_model::{Timestamp, configuration::HttpPolicy};
use serde_json::{Map, Value};
use tokio::sync::{Mutex, Semaphore};
use url::Url;

use crate::{Provider, web_address};

/// Addresses that are remembered at once.
const MAX_ENTRIES: usize = 1_024;

/// Fetches under way at once: those beyond it fail at once, and nothing is remembered of them.
const MAX_FETCHES: usize = 32;

/// Deepest JSON that is read.
const MAX_DEPTH: usize = 8;

/// Longest address, bytes.
const MAX_URL_BYTES: usize = 2_048;

/// Carries one GET over the network. An implementation lets nothing through that the
/// policy forbids, whatever names resolve to, and follows no redirect.
#[async_trait]
pub trait Transport: Send + Sync {
    /// The body of a 200 answer.
    ///
    /// # Errors
    /// A sentence for the log; also when the body is over `max_bytes` bytes.
    async fn fetch(
        &self,
        url: &Url,
        purpose: &Purpose,
        policy: &HttpPolicy,
    ) -> Result<String, String>;
}

/// What a document is for, and how long it is trusted.
#[derive(Debug, PartialEq, Eq)]
pub struct Purpose {
    /// For logs.
    pub name: &'static str,
    /// Sent as `Accept`.
    pub accept: &'static str,
    /// Largest document, bytes; the policy may say less.
    pub max_bytes: usize,
    /// Seconds before it is fetched again.
    pub fresh_seconds: i64,
    /// Seconds that it is used on while fetching it again fails.
    pub stale_seconds: i64,
    /// Seconds before a failed fetch, or one for a key that was not in the set, is tried again.
    pub pause_seconds: i64,
}

/// `jwks_uri` of a client.
pub const CLIENT_KEYS: Purpose = Purpose {
    name: "jwks_uri",
    accept: "application/jwk-set+json, application/json",
    max_bytes: JwkSet::MAX_BYTES,
    fresh_seconds: 600,
    stale_seconds: 3_600,
    pause_seconds: 30,
};

/// Keys of somebody whom the operator named, such as an issuer of software statements.
pub const TRUSTED_KEYS: Purpose = Purpose {
    name: "keys of a trusted issuer",
    ..CLIENT_KEYS
};

/// `request_uri` (RFC 9101, section 5.2). Fresh only as long as a storm of requests lasts.
pub const REQUEST_OBJECT: Purpose = Purpose {
    name: "request_uri",
    accept: "application/oauth-authz-req+jwt, application/jwt",
    max_bytes: 64 * 1024,
    fresh_seconds: 5,
    stale_seconds: 0,
    pause_seconds: 5,
};

/// `sector_identifier_uri` (OpenID Registration 1.0, section 5).
pub const SECTOR_IDENTIFIER: Purpose = Purpose {
    name: "sector_identifier_uri",
    accept: "application/json",
    max_bytes: 64 * 1024,
    fresh_seconds: 60,
    stale_seconds: 0,
    pause_seconds: 30,
};

/// Why there is no document. Sentences are for the log; clients are told less.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// Never even tried.
    #[error("'{0}' is not an address that is fetched from")]
    Address(String),
    /// Tried, now or a little while ago.
    #[error("{0}")]
    Unreachable(String),
    /// Not what it should be.
    #[error("the document is not acceptable: {0}")]
    Malformed(String),
}

/// What is known of remote documents.
pub struct Remote {
    transport: Arc<dyn Transport>,
    entries: Lock<HashMap<(&'static str, String), Known>>,
    room: Semaphore,
}

struct Known {
    entry: Arc<Mutex<Entry>>,
    used_at: Timestamp,
}

#[derive(Default)]
struct Entry {
    document: Option<(Arc<str>, Timestamp)>,
    failure: Option<String>,
    tried_at: Option<Timestamp>,
}

/// How new a document has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Freshness {
    /// As its purpose says.
    Usual,
    /// Newer than what we have, if the pause since the last try is over.
    Newer,
}

/// The transport of a process that fetches nothing.
struct Nowhere;

#[async_trait]
impl Transport for Nowhere {
    async fn fetch(&self, _: &Url, _: &Purpose, _: &HttpPolicy) -> Result<String, String> {
        Err("this process fetches no documents".to_owned())
    }
}

impl Default for Remote {
    /// One that reaches nothing.
    fn default() -> Self {
        Self::new(Arc::new(Nowhere))
    }
}

impl Remote {
    /// Nothing is known yet.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self {
            transport,
            entries: Lock::default(),
            room: Semaphore::new(MAX_FETCHES),
        }
    }

    fn entry(&self, url: &str, purpose: &'static Purpose, now: Timestamp) -> Arc<Mutex<Entry>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (purpose.name, url.to_owned());
        if let Some(known) = entries.get_mut(&key) {
            known.used_at = now;
            return known.entry.clone();
        }
        if entries.len() >= MAX_ENTRIES {
            let oldest = entries.iter().min_by_key(|(_, known)| known.used_at);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                entries.remove(&key);
            }
        }
        let entry = Arc::<Mutex<Entry>>::default();
        let known = Known {
            entry: entry.clone(),
            used_at: now,
        };
        entries.insert(key, known);
        entry
    }

    async fn document(
        &self,
        url: &Url,
        purpose: &'static Purpose,
        policy: &HttpPolicy,
        freshness: Freshness,
        now: Timestamp,
    ) -> Result<Arc<str>, RemoteError> {
        let entry = self.entry(url.as_str(), purpose, now);
        // Held while fetching: whoever else wants it waits for the same answer.
        let mut entry = entry.lock().await;
        if let Some(known) = entry.answer(purpose, freshness, now) {
            return known;
        }
        let Ok(_place) = self.room.try_acquire() else {
            let busy = || RemoteError::Unreachable("too many documents are being fetched".into());
            return entry.usable(purpose, now).ok_or_else(busy);
        };
        let fetched = self.transport.fetch(url, purpose, policy).await;
        entry.tried_at = Some(now);
        match fetched {
            Ok(text) => {
                entry.failure = None;
                let text: Arc<str> = text.into();
                entry.document = Some((text.clone(), now));
                Ok(text)
            }
            Err(reason) => {
                tracing::info!(purpose = purpose.name, %url, reason, "a document was not fetched");
                entry.failure = Some(reason.clone());
                let usable = entry.usable(purpose, now);
                usable.ok_or(RemoteError::Unreachable(reason))
            }
        }
    }
}

impl Entry {
    /// What can be said without a fetch, if anything.
    fn answer(
        &self,
        purpose: &Purpose,
        freshness: Freshness,
        now: Timestamp,
    ) -> Option<Result<Arc<str>, RemoteError>> {
        // What seems to come from the future is from before the clock was set back.
        let within =
            |since: Timestamp, seconds: i64| (0..seconds).contains(&now.seconds_since(since));
        let paused = self
            .tried_at
            .is_some_and(|tried| within(tried, purpose.pause_seconds));
        if let Some((text, fetched_at)) = &self.document
            && within(*fetched_at, purpose.fresh_seconds)
            && (freshness == Freshness::Usual || paused)
        {
            return Some(Ok(text.clone()));
        }
        if paused && let Some(reason) = &self.failure {
            let usable = self.usable(purpose, now);
            return Some(usable.ok_or_else(|| RemoteError::Unreachable(reason.clone())));
        }
        None
    }

    /// A document that may be used although a newer one could not be had.
    fn usable(&self, purpose: &Purpose, now: Timestamp) -> Option<Arc<str>> {
        let (text, fetched_at) = self.document.as_ref()?;
        let limit = purpose.fresh_seconds.max(purpose.stale_seconds);
        (0..limit)
            .contains(&now.seconds_since(*fetched_at))
            .then(|| text.clone())
    }
}

/// Checks an address when it is registered: https, or listed by the operator in
/// `remoteDocumentHttp.allowedPrivateHosts`; without user information.
///
/// # Errors
/// [`RemoteError::Address`].
pub fn check_address(address: &str, policy: &HttpPolicy) -> Result<Url, RemoteError> {
    let refuse = || RemoteError::Address(address.chars().take(200).collect());
    if address.len() > MAX_URL_BYTES {
        return Err(refuse());
    }
    let url = web_address::parse(address).ok_or_else(refuse)?;
    let host = url.host_str().ok_or_else(refuse)?;
    let port = url.port_or_known_default().unwrap_or(0);
    let named = url.username().is_empty() && url.password().is_none();
    let scheme = match url.scheme() {
        "https" => true,
        "http" => policy.lists(host, port),
        _ => false,
    };
    if named && scheme {
        Ok(url)
    } else {
        Err(refuse())
    }
}

/// A document as text.
///
/// # Errors
/// When there is none, or the address is not to be fetched from.
pub async fn text(
    provider: &Provider,
    address: &str,
    purpose: &'static Purpose,
) -> Result<Arc<str>, RemoteError> {
    document(provider, address, purpose, Freshness::Usual).await
}

/// A document as JSON of any kind, read strictly.
///
/// # Errors
/// As [`text`], and when it is not JSON.
pub async fn json(
    provider: &Provider,
    address: &str,
    purpose: &'static Purpose,
) -> Result<Value, RemoteError> {
    let text = text(provider, address, purpose).await?;
    let limits = Limits {
        bytes: purpose.max_bytes,
        depth: MAX_DEPTH,
    };
    strict_json::parse_value(text.as_bytes(), limits)
        .map_err(|error| RemoteError::Malformed(error.to_string()))
}

/// A key set (RFC 7517, section 5), as its members.
///
/// # Errors
/// As [`json`], and when it is not an object.
pub async fn key_set(
    provider: &Provider,
    address: &str,
    purpose: &'static Purpose,
) -> Result<Map<String, Value>, RemoteError> {
    let text = document(provider, address, purpose, Freshness::Usual).await?;
    parse_object(&text, purpose)
}

/// The set after one of its keys was looked for in vain: fetched anew unless that was
/// done or tried a moment ago, so that a storm of unknown `kid`s is one request.
///
/// # Errors
/// As [`key_set`].
pub async fn newer_key_set(
    provider: &Provider,
    address: &str,
    purpose: &'static Purpose,
) -> Result<Map<String, Value>, RemoteError> {
    let text = document(provider, address, purpose, Freshness::Newer).await?;
    parse_object(&text, purpose)
}

fn parse_object(text: &str, purpose: &Purpose) -> Result<Map<String, Value>, RemoteError> {
    let limits = Limits {
        bytes: purpose.max_bytes,
        depth: MAX_DEPTH,
    };
    strict_json::parse_object(text.as_bytes(), limits)
        .map_err(|error| RemoteError::Malformed(error.to_string()))
}

async fn document(
    provider: &Provider,
    address: &str,
    purpose: &'static Purpose,
    freshness: Freshness,
) -> Result<Arc<str>, RemoteError> {
    let live = provider.live();
    let policy = &live.configuration.remote_document_http;
    let mut url = check_address(address, policy)?;
    url.set_fragment(None);
    provider
        .remote
        .document(&url, purpose, policy, freshness, provider.now())
        .await
}
