//! Backchannel authentication requests (CIBA Core 1.0, section 7).

use serde::{Deserialize, Serialize};

use crate::{ClientId, Details, Scope, SecretHash, Timestamp, UserId, grant::Authentication};

/// A login that a client asked for on its user's behalf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CibaRequest {
    /// Hash of `auth_req_id`.
    pub hash: SecretHash,
    /// Who asks.
    pub client_id: ClientId,
    /// Who must answer; nobody else can.
    pub user_id: UserId,
    /// What is asked for.
    pub scope: Scope,
    /// For which resources (RFC 8707).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// What is asked for in detail (RFC 9396); once approved, what the user left of it.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub authorization_details: Details,
    /// `acr_values`.
    pub acr_values: Option<String>,
    /// Words shown on both devices.
    pub binding_message: Option<String>,
    /// Where it stands.
    pub status: CibaStatus,
    /// Seconds a client waits between polls; grows by five with each `slow_down`.
    pub interval_seconds: i64,
    /// The last poll.
    pub last_poll_at: Option<Timestamp>,
    /// What became of the notification.
    pub notification: NotificationOutcome,
    /// When it was made.
    pub created_at: Timestamp,
    /// After this it is `expired_token`.
    pub expires_at: Timestamp,
}

/// The life of a request: pending, then answered once, then redeemed once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CibaStatus {
    /// The user has not answered.
    Pending,
    /// The user said yes.
    Approved {
        /// How the user had authenticated.
        authentication: Authentication,
    },
    /// The user said no.
    Denied,
    /// Tokens were issued.
    Redeemed {
        /// Their grant.
        grant_id: crate::GrantId,
    },
}

/// What became of the notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum NotificationOutcome {
    /// Not tried yet.
    Waiting,
    /// The script said that the device was told.
    Sent,
    /// No script is enabled.
    NoScript,
    /// The script answered false or failed.
    Failed {
        /// For operators.
        reason: String,
    },
}
