//! The server's own keys as stored: the private half sealed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Timestamp;

/// A key that signs, or one that opens what others encrypted for us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSigningKey {
    /// `kid`.
    pub kid: String,
    /// `RS256`, `PS256`, `ES256` or `EdDSA`; of a key that opens, `RSA-OAEP-256` or `ECDH-ES`.
    pub alg: String,
    /// PKCS #8, sealed.
    pub sealed_private_key: String,
    /// Public JWK.
    pub public_jwk: Value,
    /// When it was made; the newest key of an algorithm that has begun signs.
    pub created_at: Timestamp,
    /// It signs from then on: published earlier so that others fetch it in time.
    pub signs_from: Timestamp,
    /// Out of the JWKS after this; none while it signs.
    pub published_until: Option<Timestamp>,
}

/// Seconds that a key is kept once it is published no more: an ID token that it signed may
/// still say at a logout which session it is about.
const ARCHIVED_SECONDS: i64 = 90 * 24 * 3_600;

impl StoredSigningKey {
    /// When the archive forgets it.
    pub fn archived_until(&self) -> Option<Timestamp> {
        self.published_until
            .map(|end| end.plus_seconds(ARCHIVED_SECONDS))
    }
}
