//! What became of telling each client that somebody has logged out.

use serde::{Deserialize, Serialize};

use crate::{ClientId, SecretHash, Timestamp, UserId};

/// One client that is to hear of one logout, on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutNotice {
    /// Sorts by time.
    pub id: String,
    /// Hash of the secret by which the logout page reports: the same for all
    /// notices of one logout.
    pub logout: SecretHash,
    /// Who is told.
    pub client_id: ClientId,
    /// Who has logged out.
    pub user_id: UserId,
    /// The client's name for the session.
    pub sid: String,
    /// How.
    pub channel: Channel,
    /// Where, as registered.
    pub uri: String,
    /// How far it is.
    pub state: NoticeState,
    /// When the logout was.
    pub created_at: Timestamp,
    /// When this is forgotten.
    pub expires_at: Timestamp,
}

/// The way a notice goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By a frame in the browser (Front-Channel Logout 1.0).
    Front,
    /// From server to server (Back-Channel Logout 1.0).
    Back,
    /// From server to server, if the frame of the same client does not load.
    BackIfFrontFails,
}

/// How far a notice is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum NoticeState {
    /// Not told yet.
    Waiting {
        /// Front: when the page's time is over. Back: when it is tried next.
        until: Timestamp,
        /// Deliveries begun so far.
        attempts: u32,
        /// Why the last one failed.
        problem: Option<String>,
    },
    /// Front: the frame loaded, which browsers also say of error pages.
    /// Back: the client answered that it is done.
    Told {
        /// When.
        at: Timestamp,
    },
    /// It will not be tried again.
    Failed {
        /// When.
        at: Timestamp,
        /// Why, for operators.
        reason: String,
    },
    /// The other channel was enough.
    NotNeeded,
}
