//! Remembered consents.

use serde::{Deserialize, Serialize};

use crate::{ClientId, Scope, Timestamp, UserId};

/// What a user once allowed a client, never wider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Who allowed.
    pub user_id: UserId,
    /// Whom.
    pub client_id: ClientId,
    /// What.
    pub scope: Scope,
    /// When last.
    pub granted_at: Timestamp,
}
