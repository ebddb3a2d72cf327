//! The server's keys: making, opening, choosing, rotating, publishing.
//!
//! A key is published before it signs and after it signed, so that whoever
//! caches the JWKS always has the key of a valid token (rotation with overlap).

pub mod encryption;
pub mod rotation;

use std::str::FromStr as _;

use durward_jose::{
    Algorithm, JoseError, JwkSet, SealingKeys, SigningKey, TypRule, Verified, VerifyPolicy, verify,
};
use durward_model::{StoredSigningKey, Timestamp};
use durward_store::{Change, Versioned};
use serde_json::{Value, json};

use crate::error::Error;

/// Algorithms that the server signs with.
pub const ALGORITHMS: [Algorithm; 4] = [
    Algorithm::RS256,
    Algorithm::PS256,
    Algorithm::ES256,
    Algorithm::EdDSA,
];

/// The provider's keys, opened.
#[derive(Debug, Default)]
pub struct Keyring {
    keys: Vec<OpenKey>,
    set: JwkSet,
    openers: Vec<encryption::OpenKey>,
}

#[derive(Debug)]
struct OpenKey {
    key: SigningKey,
    created_at: Timestamp,
    signs_from: Timestamp,
    published_until: Option<Timestamp>,
}

impl Keyring {
    /// Opens stored keys.
    ///
    /// # Errors
    /// A fault when one cannot be opened: most likely the sealing key is another one.
    pub fn open(
        stored: impl Iterator<Item = StoredSigningKey>,
        sealing: &SealingKeys,
    ) -> Result<Self, Error> {
        let (mut keys, mut openers) = (Vec::new(), Vec::new());
        for stored in stored {
            match encryption::kind_of(&stored.alg) {
                Some(kind) => openers.push(encryption::open(&stored, kind, sealing)?),
                None => keys.push(open(&stored, sealing)?),
            }
        }
        let set = keys
            .iter()
            .map(|open: &OpenKey| open.key.public_jwk().clone())
            .collect();
        Ok(Self { keys, set, openers })
    }

    /// The key that signs with `algorithm` at `now`: the newest that has begun, or the first
    /// that will where none has, because the clock was set back.
    ///
    /// # Errors
    /// A fault when there is none.
    pub fn signer(&self, algorithm: Algorithm, now: Timestamp) -> Result<&SigningKey, Error> {
        let published = || {
            let mine = self.keys.iter();
            mine.filter(|open| {
                open.key.algorithm() == algorithm
                    && open.published_until.is_none_or(|end| now < end)
            })
        };
        let order = |open: &&OpenKey| (open.signs_from, open.created_at);
        published()
            .filter(|open| open.signs_from <= now)
            .max_by_key(order)
            .or_else(|| published().min_by_key(order))
            .map(|open| &open.key)
            .ok_or_else(|| Error::Fault(format!("no signing key for {algorithm}")))
    }

    /// The JWKS document (RFC 7517, section 5) at `now`.
    pub fn jwks(&self, now: Timestamp) -> Value {
        let encryption = self.encryption_keys(now).into_iter();
        let mut keys: Vec<Value> = self
            .keys
            .iter()
            .filter(|open| open.published_until.is_none_or(|end| now < end))
            .map(|open| open.key.public_jwk().to_object().into())
            .collect();
        keys.extend(encryption.map(|key| Value::Object(key.to_object())));
        json!({ "keys": keys })
    }

    /// Checks that a token was signed by one of the keys that are published at
    /// `now`, or will sign later. A key that was taken out, perhaps because it
    /// leaked, vouches for nothing from that moment on.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub fn verify(
        &self,
        token: &str,
        typ: &'static [&'static str],
        now: Timestamp,
    ) -> Result<Verified, JoseError> {
        let verified = self.verify_archived(token, typ)?;
        // All our tokens name their key.
        let key = self
            .keys
            .iter()
            .find(|open| Some(open.key.kid()) == verified.header.kid.as_deref());
        if key.is_some_and(|open| open.published_until.is_none_or(|end| now < end)) {
            Ok(verified)
        } else {
            Err(JoseError::NoMatchingKey)
        }
    }

    /// The same by any key that is still known, also one that is published no more: for
    /// hints, which give nobody anything.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub fn verify_archived(
        &self,
        token: &str,
        typ: &'static [&'static str],
    ) -> Result<Verified, JoseError> {
        let policy = VerifyPolicy {
            typ: TypRule::OneOf(typ),
            ..VerifyPolicy::new(&ALGORITHMS)
        };
        verify(token, &self.set, &policy)
    }
}

fn open(stored: &StoredSigningKey, sealing: &SealingKeys) -> Result<OpenKey, Error> {
    let fault = |cause: &dyn std::fmt::Display| {
        Error::Fault(format!(
            "signing key {} cannot be opened: {cause}",
            stored.kid
        ))
    };
    let algorithm = Algorithm::from_str(&stored.alg).map_err(|error| fault(&error))?;
    let pkcs8 = sealing
        .open(&seal_context(&stored.kid), &stored.sealed_private_key)
        .map_err(|error| fault(&error))?;
    let key = SigningKey::from_pkcs8(algorithm, &pkcs8).map_err(|error| fault(&error))?;
    Ok(OpenKey {
        key: key.with_kid(stored.kid.clone()),
        created_at: stored.created_at,
        signs_from: stored.signs_from,
        published_until: stored.published_until,
    })
}

fn seal_context(kid: &str) -> String {
    format!("signing-key:{kid}")
}

/// Makes a key that begins to sign at `signs_from`.
///
/// # Errors
/// A fault of the cryptography library.
pub fn generate(
    algorithm: Algorithm,
    now: Timestamp,
    signs_from: Timestamp,
    sealing: &SealingKeys,
) -> Result<StoredSigningKey, Error> {
    let fault = |error: &dyn std::fmt::Display| Error::Fault(error.to_string());
    let key = SigningKey::generate(algorithm).map_err(|error| fault(&error))?;
    let kid = key.kid().to_owned();
    let sealed_private_key = sealing
        .seal(&seal_context(&kid), key.pkcs8())
        .map_err(|error| fault(&error))?;
    let public_jwk = serde_json::to_value(key.public_jwk()).map_err(|error| fault(&error))?;
    Ok(StoredSigningKey {
        kid,
        alg: algorithm.name().to_owned(),
        sealed_private_key,
        public_jwk,
        created_at: now,
        signs_from,
        published_until: None,
    })
}

/// How a rotation overlaps.
#[derive(Debug, Clone, Copy)]
pub struct Overlap {
    /// Seconds that the new key is published before it signs.
    pub before_seconds: i64,
    /// Seconds that the old key stays published after it last signed:
    /// at least the longest lifetime of anything it signed.
    pub after_seconds: i64,
}

/// Rotates one algorithm: a new key, and an end for the keys before it.
///
/// # Errors
/// A fault of the cryptography library.
pub fn rotate(
    algorithm: Algorithm,
    stored: &[Versioned<StoredSigningKey>],
    now: Timestamp,
    overlap: Overlap,
    sealing: &SealingKeys,
) -> Result<(StoredSigningKey, Vec<Change>), Error> {
    let signs_from = now.plus_seconds(overlap.before_seconds);
    let fresh = generate(algorithm, now, signs_from, sealing)?;
    let end = signs_from.plus_seconds(overlap.after_seconds);
    let mut changes = vec![Change::insert(&fresh)];
    changes.extend(retirements(algorithm.name(), stored, end));
    Ok((fresh, changes))
}

/// An end for those keys of `alg` that have none yet.
fn retirements(
    alg: &str,
    stored: &[Versioned<StoredSigningKey>],
    end: Timestamp,
) -> impl Iterator<Item = Change> {
    let unending = |old: &&Versioned<StoredSigningKey>| old.published_until.is_none();
    let old = stored.iter().filter(move |old| old.alg == alg);
    old.filter(unending).map(move |old| {
        let retired = StoredSigningKey {
            published_until: Some(end),
            ..old.value.clone()
        };
        Change::replace(old, &retired)
    })
}
