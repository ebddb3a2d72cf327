//! Keys that open what others encrypted for us: request objects (RFC 9101, section 6.1).
//!
//! The newest of each kind is published; those before it open on until their time is
//! over, for whoever still has the old key set.

use std::str::FromStr as _;

use durward_jose::{
    SealingKeys,
    jwe::{DecryptionKey, EncryptionKey, KeyManagement},
};
use durward_model::{StoredSigningKey, Timestamp};
use durward_store::{Change, Versioned};

use super::{Keyring, seal_context};
use crate::error::Error;

/// The kinds of keys that the server has, each named by the first way it is used.
pub const KINDS: [KeyManagement; 2] = [KeyManagement::RsaOaep256, KeyManagement::EcdhEs];

/// A key that opens.
#[derive(Debug)]
pub(super) struct OpenKey {
    pub(super) key: DecryptionKey,
    created_at: Timestamp,
    until: Option<Timestamp>,
}

impl OpenKey {
    fn opens_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|end| now < end)
    }
}

impl Keyring {
    /// The keys that open at `now`.
    pub fn decryption_keys(&self, now: Timestamp) -> impl Iterator<Item = &DecryptionKey> {
        let open = self.openers.iter().filter(move |open| open.opens_at(now));
        open.map(|open| &open.key)
    }

    /// The keys that others should encrypt with at `now`: the newest of each kind.
    pub fn encryption_keys(&self, now: Timestamp) -> Vec<&EncryptionKey> {
        let newest = KINDS.iter().filter_map(|kind| {
            self.openers
                .iter()
                .filter(|open| open.key.family() == kind.family() && open.opens_at(now))
                .max_by_key(|open| open.created_at)
        });
        newest.map(|open| open.key.public()).collect()
    }

    /// The ways in which others may encrypt for us at `now`.
    pub fn key_managements(&self, now: Timestamp) -> Vec<KeyManagement> {
        let keys = self.encryption_keys(now);
        let fits = |alg: &KeyManagement| keys.iter().any(|key| key.allows(*alg));
        KeyManagement::ALL.into_iter().filter(fits).collect()
    }
}

/// Is it the name of a kind of key that opens, rather than of one that signs?
pub fn kind_of(alg: &str) -> Option<KeyManagement> {
    KeyManagement::from_str(alg)
        .ok()
        .filter(|alg| KINDS.contains(alg))
}

pub(super) fn open(
    stored: &StoredSigningKey,
    kind: KeyManagement,
    sealing: &SealingKeys,
) -> Result<OpenKey, Error> {
    let fault = |cause: &dyn std::fmt::Display| {
        Error::Fault(format!(
            "encryption key {} cannot be opened: {cause}",
            stored.kid
        ))
    };
    let pkcs8 = sealing
        .open(&seal_context(&stored.kid), &stored.sealed_private_key)
        .map_err(|error| fault(&error))?;
    let key = DecryptionKey::from_pkcs8(kind.family(), &pkcs8).map_err(|error| fault(&error))?;
    Ok(OpenKey {
        key: key.with_kid(stored.kid.clone()),
        created_at: stored.created_at,
        until: stored.published_until,
    })
}

/// Makes a key of one of the [`KINDS`].
///
/// # Errors
/// A fault of the cryptography library.
pub fn generate(
    way: KeyManagement,
    now: Timestamp,
    sealing: &SealingKeys,
) -> Result<StoredSigningKey, Error> {
    let fault = |error: &dyn std::fmt::Display| Error::Fault(error.to_string());
    let key = DecryptionKey::generate(way.family()).map_err(|error| fault(&error))?;
    let kid = key.kid().to_owned();
    let sealed_private_key = sealing
        .seal(&seal_context(&kid), key.pkcs8())
        .map_err(|error| fault(&error))?;
    Ok(StoredSigningKey {
        kid,
        alg: way.name().to_owned(),
        sealed_private_key,
        public_jwk: key.public().to_object().into(),
        created_at: now,
        signs_from: now,
        published_until: None,
    })
}

/// Rotates one kind: a new key, and an end for the keys before it `after_seconds` later.
///
/// # Errors
/// A fault of the cryptography library.
pub fn rotate(
    kind: KeyManagement,
    stored: &[Versioned<StoredSigningKey>],
    now: Timestamp,
    after_seconds: i64,
    sealing: &SealingKeys,
) -> Result<(StoredSigningKey, Vec<Change>), Error> {
    let fresh = generate(kind, now, sealing)?;
    let end = now.plus_seconds(after_seconds);
    let mut changes = vec![Change::insert(&fresh)];
    changes.extend(super::retirements(kind.name(), stored, end));
    Ok((fresh, changes))
}
