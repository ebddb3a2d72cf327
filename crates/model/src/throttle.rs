//! Counters of failed attempts, by what was attacked.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Failed attempts on one account or from one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Throttle {
    /// `login:<username>`, `login_from:<address>/<username>`, `address:<ip>`, `user_code:<user>`.
    pub key: String,
    /// Failures in a row.
    pub failures: u32,
    /// No attempt counts before this.
    pub blocked_until: Timestamp,
    /// When the counter is forgotten.
    pub expires_at: Timestamp,
}
