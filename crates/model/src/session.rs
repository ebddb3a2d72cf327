//! Browser sessions.

use serde::{Deserialize, Serialize};

use crate::{SecretHash, Timestamp, UserId};

/// A browser that somebody has logged in from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Hash of the cookie's value.
    pub id: SecretHash,
    /// Opaque id for the outside (`sid` claim).
    pub sid: String,
    /// Who.
    pub user_id: UserId,
    /// When the password was given (`auth_time`).
    pub auth_time: Timestamp,
    /// How (`acr`).
    pub acr: String,
    /// By which means (`amr`, RFC 8176).
    pub amr: Vec<String>,
    /// End of its life.
    pub expires_at: Timestamp,
}
