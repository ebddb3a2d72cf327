//! Remembered consents.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ClientId, DetailHash, Details, Scope, Timestamp, UserId};

/// Most elements of `authorization_details` that one consent remembers. A client that
/// asks for ever new ones has its users asked again, and the row stays small.
const MAX_DETAILS: usize = 256;

/// What a user once allowed a client, never wider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Who allowed.
    pub user_id: UserId,
    /// Whom.
    pub client_id: ClientId,
    /// What.
    pub scope: Scope,
    /// Elements of `authorization_details` (RFC 9396) by hash, each as often as it was
    /// allowed within one request.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub authorization_details: BTreeMap<DetailHash, usize>,
    /// When last.
    pub granted_at: Timestamp,
}

impl Consent {
    /// Was all of this allowed before?
    pub fn covers(&self, scope: &Scope, details: &Details) -> bool {
        let mut counts = details.counts().into_iter();
        scope.is_within(&self.scope)
            && counts.all(|(hash, count)| {
                self.authorization_details
                    .get(&hash)
                    .is_some_and(|known| count <= *known)
            })
    }

    /// Remembers that these elements were allowed together. When there are too many, the
    /// earlier ones are forgotten.
    pub fn remember(&mut self, details: &Details) {
        let counts = details.counts();
        if self.authorization_details.len() + counts.len() > MAX_DETAILS {
            self.authorization_details.clear();
        }
        for (hash, count) in counts {
            let known = self.authorization_details.entry(hash).or_insert(0);
            *known = count.max(*known);
        }
    }
}
