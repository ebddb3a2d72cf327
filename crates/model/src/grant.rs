//! Grants: what one authorization gave, and the anchor of everything issued for it.

use serde::{Deserialize, Serialize};

use crate::{ClientId, Details, GrantId, Scope, Timestamp, UserId};

/// An authorization that tokens come from. Revoking it ends them all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id; part of every token's record.
    pub id: GrantId,
    /// To whom.
    pub client_id: ClientId,
    /// By whom; none for `client_credentials`.
    pub user_id: Option<UserId>,
    /// What was granted.
    pub scope: Scope,
    /// For which resources (RFC 8707); for this server itself when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// What was granted in detail (RFC 9396).
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub authorization_details: Details,
    /// How and when the user authenticated.
    pub authentication: Option<Authentication>,
    /// `nonce` of the authorization request.
    pub nonce: Option<String>,
    /// The `grant_type` it began with.
    pub grant_type: String,
    /// Set once it is over before its time.
    pub revoked_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// After this nothing issued for it is valid.
    pub expires_at: Timestamp,
}

/// An authentication event, as ID tokens tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// `auth_time`.
    pub auth_time: Timestamp,
    /// `acr`.
    pub acr: String,
    /// `amr`.
    pub amr: Vec<String>,
    /// `sid`, when a browser session stands behind it.
    pub sid: Option<String>,
}
