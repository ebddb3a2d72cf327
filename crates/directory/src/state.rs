//! What the directory knows: participants, tokens, what was asked so far.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use durward_jose::{JwkSet, SigningKey};
use durward_model::{Clock, Entropy, Timestamp};
use tokio::sync::watch;

use crate::Software;

/// Requests that were answered, well or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// At the token endpoint.
    pub token: usize,
    /// Queries about software.
    pub scim: usize,
    /// For the directory's own keys.
    pub keys: usize,
    /// For keys of software.
    pub software_keys: usize,
}

/// A participant.
pub(crate) struct Participant {
    pub org_id: String,
    pub roles: Vec<String>,
    pub keys: JwkSet,
    pub active: bool,
}

#[derive(Default)]
pub(crate) struct Known {
    pub participants: HashMap<String, Participant>,
    /// Access tokens, with scope and end.
    pub tokens: HashMap<String, (String, Timestamp)>,
    pub seen_assertions: HashSet<String>,
    pub counts: Counts,
}

pub(crate) struct State {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    /// Signs statements.
    pub statements: SigningKey,
    pub matls_url: String,
    pub keys_url: String,
    pub hangs: watch::Sender<bool>,
    known: Mutex<Known>,
}

impl State {
    pub fn new(
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        statements: SigningKey,
        matls_url: String,
        keys_url: String,
    ) -> Self {
        Self {
            clock,
            entropy,
            statements,
            matls_url,
            keys_url,
            hangs: watch::Sender::new(false),
            known: Mutex::default(),
        }
    }

    pub fn lock(&self) -> MutexGuard<'_, Known> {
        // Nothing panics while holding the lock; if it did, what is known is still whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn enrol(&self, software: &Software) {
        let participant = Participant {
            org_id: software.org_id.clone(),
            roles: software.roles.clone(),
            keys: JwkSet::from(software.signing.public_jwk().clone()),
            active: true,
        };
        let id = software.software_id.clone();
        self.lock().participants.insert(id, participant);
    }

    pub fn set_active(&self, software_id: &str, active: bool) {
        if let Some(found) = self.lock().participants.get_mut(software_id) {
            found.active = active;
        }
    }

    pub fn now_seconds(&self) -> i64 {
        self.clock.now().seconds()
    }

    pub fn token_url(&self) -> String {
        format!("{}/as/token.oauth2", self.matls_url)
    }

    pub fn scim_url(&self) -> String {
        format!("{}/scim/v2/OBThirdPartyProviders/", self.matls_url)
    }

    pub fn jwks_url(&self) -> String {
        format!("{}/keystore/openbanking.jwks", self.keys_url)
    }

    pub fn software_jwks_url(&self, org_id: &str, software_id: &str) -> String {
        format!("{}/keystore/{org_id}/{software_id}.jwks", self.keys_url)
    }
}
