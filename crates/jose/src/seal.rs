//! Sealing what must not lie open in the store: private keys, hidden script properties. AES-256-GCM under a key from the
//! bootstrap settings, bound to a context so that one record's secret cannot be moved into another. Not for tokens.

use crate::{base64url, digest};
use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// Format name; a future change of algorithm gets another.
const VERSION: &str = "v1";
/// What the key id is a digest of, besides the key.
const KEY_ID_LABEL: &[u8] = b"durward sealing key id\0";
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// Why something could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key is not 32 bytes in base64.
    #[error("sealing key must be 32 bytes in base64")]
    Key,
    /// Not a sealed text.
    #[error("not a sealed value")]
    Malformed,
    /// Sealed with a key that we don't have.
    #[error("sealed with an unknown key")]
    UnknownKey,
    /// Changed since it was sealed, or sealed for another context.
    #[error("sealed value does not open here")]
    Refused,
    /// The cryptographic library failed to seal.
    #[error("sealing failed")]
    Failed,
}

/// One 256-bit key. Seal less than 2^32 values with it: nonces are random.
pub struct SealingKey {
    cipher: RandomizedNonceKey,
    id: String,
}

impl SealingKey {
    /// A key from 32 bytes that are secret and random. The argument is not kept; wiping it is the caller's work.
    pub fn from_bytes(key: &[u8; 32]) -> Result<Self, SealError> {
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| SealError::Key)?;
        let labelled = Zeroizing::new([KEY_ID_LABEL, key].concat());
        let full = digest::sha256(&*labelled);
        let (short, _) = full.split_at(8);
        Ok(Self {
            cipher,
            id: base64url::encode(short),
        })
    }

    /// A key from settings text: 32 bytes in standard base64 with padding or in unpadded base64url, white space around it ignored.
    pub fn from_base64(text: &str) -> Result<Self, SealError> {
        let text = text.trim();
        let bytes = STANDARD
            .decode(text)
            .or_else(|_| URL_SAFE_NO_PAD.decode(text))
            .map(Zeroizing::new)
            .map_err(|_| SealError::Key)?;
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return Err(SealError::Key);
        }
        key.copy_from_slice(&bytes);
        Self::from_bytes(&key)
    }

    /// The settings text of a new key made of 32 bytes of entropy, to be read again by [`SealingKey::from_base64`].
    pub fn new_base64(entropy: &[u8; 32]) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(entropy))
    }

    /// The key's public name: part of a digest, tells nothing about the key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Seals `plaintext` for `context`, a text that says where the value belongs (`key/<kid>`); the same context opens it.
    /// Answers `v1:<key id>:<base64url of nonce, ciphertext, tag>`.
    pub fn seal(&self, context: &str, plaintext: &[u8]) -> Result<String, SealError> {
        let mut sealed = Vec::with_capacity(plaintext.len() + TAG_BYTES);
        sealed.extend_from_slice(plaintext);
        let outcome = self
            .cipher
            .seal_in_place_append_tag(self.bound(context), &mut sealed);
        let Ok(nonce) = outcome else {
            // Whatever is in the buffer now may still be the plaintext.
            sealed.zeroize();
            return Err(SealError::Failed);
        };
        let body = [nonce.as_ref().as_slice(), &sealed].concat();
        Ok(format!("{VERSION}:{}:{}", self.id, base64url::encode(body)))
    }

    /// Opens what [`SealingKey::seal`] made with the same key and context.
    pub fn open(&self, context: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (key_id, body) = split(sealed)?;
        if key_id != self.id {
            return Err(SealError::UnknownKey);
        }
        self.open_body(context, body)
    }

    fn open_body(&self, context: &str, body: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let mut body = Zeroizing::new(base64url::decode(body).ok_or(SealError::Malformed)?);
        if body.len() < NONCE_BYTES + TAG_BYTES {
            return Err(SealError::Malformed);
        }
        let (nonce, ciphertext) = body.split_at_mut(NONCE_BYTES);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Malformed)?;
        let plaintext = self
            .cipher
            .open_in_place(nonce, self.bound(context), ciphertext)
            .map_err(|_| SealError::Refused)?;
        Ok(Zeroizing::new(plaintext.to_vec()))
    }

    /// The data that is authenticated but not stored: version and key id have no colon, so the three cannot be shifted.
    fn bound(&self, context: &str) -> Aad<String> {
        Aad::from(format!("{VERSION}:{}:{context}", self.id))
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The key that seals and those that still open, for rotation.
#[derive(Debug)]
pub struct SealingKeys {
    /// Seals and opens.
    pub current: SealingKey,
    /// Open only.
    pub previous: Vec<SealingKey>,
}

impl SealingKeys {
    /// Seals with the current key; see [`SealingKey::seal`].
    pub fn seal(&self, context: &str, plaintext: &[u8]) -> Result<String, SealError> {
        self.current.seal(context, plaintext)
    }

    /// Opens with whichever key sealed it; see [`SealingKey::open`].
    pub fn open(&self, context: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (key_id, body) = split(sealed)?;
        std::iter::once(&self.current)
            .chain(&self.previous)
            .find(|key| key.id == key_id)
            .ok_or(SealError::UnknownKey)?
            .open_body(context, body)
    }

    /// Whether `sealed` should be opened and sealed again, because another key than the current one sealed it.
    pub fn is_outdated(&self, sealed: &str) -> bool {
        split(sealed).is_ok_and(|(key_id, _)| key_id != self.current.id)
    }
}

impl From<SealingKey> for SealingKeys {
    fn from(current: SealingKey) -> Self {
        Self {
            current,
            previous: Vec::new(),
        }
    }
}

/// Key id and body of a sealed text.
fn split(sealed: &str) -> Result<(&str, &str), SealError> {
    let mut parts = sealed.split(':');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(VERSION), Some(key_id), Some(body), None) => Ok((key_id, body)),
        _ => Err(SealError::Malformed),
    }
}
