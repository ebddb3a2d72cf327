//! Interactions: an authorization request that waits for a person.

use serde::{Deserialize, Serialize};

use crate::{Details, SecretHash, Timestamp};

/// A request between its first page and its last, bound to one browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interaction {
    /// Hash of the id that pages carry.
    pub id: SecretHash,
    /// Hash of the browser cookie; a page in another browser is refused.
    pub browser: SecretHash,
    /// The request's parameters, form-encoded, as received.
    pub parameters: String,
    /// `authorization_details` as the scripts let them pass when the request came.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub authorization_details: Details,
    /// When a person logged in for this very request (`prompt=login`, `max_age`).
    pub authenticated_at: Option<Timestamp>,
    /// When it began.
    pub created_at: Timestamp,
    /// End of its life.
    pub expires_at: Timestamp,
}
