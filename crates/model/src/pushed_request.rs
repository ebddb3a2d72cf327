//! Pushed authorization requests (RFC 9126): parameters that wait for their browser.

use serde::{Deserialize, Serialize};

use crate::{ClientId, SecretHash, Timestamp};

/// A request that its client pushed, under the `request_uri` that it was given. Single use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedRequest {
    /// Hash of the secret part of the `request_uri`.
    pub hash: SecretHash,
    /// Who pushed it; nobody else may use it.
    pub client_id: ClientId,
    /// The parameters, form-encoded; of a request object, what was in it.
    pub parameters: String,
    /// End of its life.
    pub expires_at: Timestamp,
}
