//! Users.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Timestamp, UserId};

/// A person who can log in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Stable id (Jans's `inum`); the `sub` claim.
    pub id: UserId,
    /// Login name, unique.
    pub username: String,
    /// Argon2id hash in PHC form; none means that no password fits.
    pub password_hash: Option<String>,
    /// `name` claim.
    #[serde(default)]
    pub name: Option<String>,
    /// `email` claim.
    #[serde(default)]
    pub email: Option<String>,
    /// Has somebody proved that the address is theirs?
    #[serde(default)]
    pub email_verified: bool,
    /// Further claims, by name.
    #[serde(default)]
    pub claims: Map<String, Value>,
    /// The device that CIBA notifications go to.
    #[serde(default)]
    pub device_registration_token: Option<String>,
    /// Argon2id hash of the CIBA user code.
    #[serde(default)]
    pub user_code_hash: Option<String>,
    /// Refused everywhere while set.
    #[serde(default)]
    pub disabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}
