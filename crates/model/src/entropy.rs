//! Randomness as an argument, and the hashes under which secrets are kept.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Gives random bytes fit for keys.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// A new bearer secret: 256 random bits, base64url.
///
/// Codes, tokens, `auth_req_id` (CIBA Core 1.0, section 7.3 recommends 160 bits) and cookies are of this form.
pub fn new_secret(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A new identifier that need not be secret: 128 random bits, base64url.
pub fn new_id(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256 of a high-entropy secret: all that is ever stored of it.
///
/// Not for passwords, which people choose.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash(String);

impl SecretHash {
    /// Hashes a presented secret.
    pub fn of(secret: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes())))
    }

    /// base64url form, a key in the store.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Wraps a stored hash.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Does `presented` hash to this? Comparing hashes of secrets leaks nothing
    /// that helps: an attacker cannot choose a hash's prefix. Still without early exit.
    pub fn matches(&self, presented: &str) -> bool {
        let other = Self::of(presented);
        let difference = self
            .0
            .bytes()
            .zip(other.0.bytes())
            .fold(self.0.len() ^ other.0.len(), |sum, (a, b)| {
                sum | usize::from(a ^ b)
            });
        difference == 0
    }
}
