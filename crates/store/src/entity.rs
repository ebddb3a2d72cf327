//! How a value of the model becomes a row: key, expiry, links, JSON body.

use durward_model::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

/// A kind of row: one table each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)] // the model's own names
pub enum Kind {
    AccessToken,
    AuthorizationCode,
    CandidateFigures,
    CibaRequest,
    Client,
    ClientSession,
    Configuration,
    Consent,
    Grant,
    InitialAccessToken,
    Interaction,
    IssuedStatement,
    JournalEntry,
    LogoutNotice,
    PushedRequest,
    RecordedCall,
    RefreshToken,
    Script,
    ScriptFigures,
    ScriptLog,
    ScriptVersion,
    SeenAssertion,
    Session,
    SigningKey,
    Throttle,
    User,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 26] = [
        Self::AccessToken,
        Self::AuthorizationCode,
        Self::CandidateFigures,
        Self::CibaRequest,
        Self::Client,
        Self::ClientSession,
        Self::Configuration,
        Self::Consent,
        Self::Grant,
        Self::InitialAccessToken,
        Self::Interaction,
        Self::IssuedStatement,
        Self::JournalEntry,
        Self::LogoutNotice,
        Self::PushedRequest,
        Self::RecordedCall,
        Self::RefreshToken,
        Self::Script,
        Self::ScriptFigures,
        Self::ScriptLog,
        Self::ScriptVersion,
        Self::SeenAssertion,
        Self::Session,
        Self::SigningKey,
        Self::Throttle,
        Self::User,
    ];

    /// Does a change of it move [`Store::revision`](crate::Store::revision)?
    /// Those are the kinds of which nodes keep copies in memory.
    pub const fn is_watched(self) -> bool {
        matches!(
            self,
            Self::Configuration | Self::SigningKey | Self::Script | Self::Client | Self::User
        )
    }
}

/// A value that the store keeps.
pub trait Entity: Serialize + DeserializeOwned + Send + Sync {
    /// Its table.
    const KIND: Kind;

    /// Its primary key.
    fn key(&self) -> String;

    /// When it may be swept; `None` keeps it.
    fn expires_at(&self) -> Option<Timestamp> {
        None
    }

    /// Secondary keys: name, value, and whether the value is unique in its kind.
    fn links(&self) -> Vec<Link> {
        Vec::new()
    }
}

/// A secondary key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Name, such as `username`.
    pub name: &'static str,
    /// Value.
    pub value: String,
    /// A second row with the same value is a conflict.
    pub unique: bool,
}

/// A stored row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Primary key.
    pub key: String,
    /// Counts writes to this key, from 1.
    pub version: u64,
    /// JSON.
    pub body: String,
}

/// A value as read, with the version that a later compare-and-set expects.
#[derive(Debug, Clone, PartialEq)]
pub struct Versioned<T> {
    /// The value.
    pub value: T,
    /// Its version when read.
    pub version: u64,
}

impl<T> std::ops::Deref for Versioned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
