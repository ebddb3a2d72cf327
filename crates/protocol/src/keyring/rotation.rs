//! New keys in the place of old ones, for all algorithms or one; and what a key is good for.

use durward_jose::{Algorithm, jwe::KeyManagement};
use durward_model::{StoredSigningKey, Timestamp};

use super::{ALGORITHMS, Overlap, encryption, rotate};
use crate::{
    Provider,
    error::{Code, Error},
};

/// What a key is good for at `now`, for people.
pub fn state(key: &StoredSigningKey, now: Timestamp) -> &'static str {
    let opens = encryption::kind_of(&key.alg).is_some();
    match key.published_until {
        None if opens => "opens",
        Some(end) if now >= end => "archived",
        _ if now < key.signs_from => "published, signs later",
        Some(_) => "retiring",
        None => "signs",
    }
}

/// Makes new keys, of one algorithm or of all, and lets the old ones run out once everything
/// they signed has. A new one is published `before_seconds` before it signs.
///
/// # Errors
/// `invalid_request` for an algorithm that we have no keys of; a fault of the store.
pub async fn rotate_all(
    provider: &Provider,
    algorithm: Option<&str>,
    before_seconds: i64,
) -> Result<Vec<StoredSigningKey>, Error> {
    let wanted = |name: &str| algorithm.is_none_or(|only| only == name);
    let signing = ALGORITHMS.map(Algorithm::name);
    let opening = encryption::KINDS.map(KeyManagement::name);
    if !signing.iter().chain(&opening).any(|name| wanted(name)) {
        let all = [signing.as_slice(), &opening].concat().join(", ");
        return Err(Code::InvalidRequest.because(format!("the algorithm is one of {all}")));
    }
    let live = provider.live();
    let configuration = &live.configuration;
    let overlap = Overlap {
        before_seconds: before_seconds.max(0),
        after_seconds: configuration
            .id_token_lifetime
            .max(configuration.access_token_lifetime)
            .max(3_600),
    };
    let stored = provider.store.list_signing_keys().await?;
    let (now, sealing) = (provider.now(), &provider.sealing);
    let mut fresh = Vec::new();
    for algorithm in ALGORITHMS.into_iter().filter(|a| wanted(a.name())) {
        let (key, changes) = rotate(algorithm, &stored, now, overlap, sealing)?;
        provider.store.apply(changes).await?;
        fresh.push(key);
    }
    let kinds = encryption::KINDS.into_iter();
    for kind in kinds.filter(|kind| wanted(kind.name())) {
        let after = overlap.after_seconds;
        let (key, changes) = encryption::rotate(kind, &stored, now, after, sealing)?;
        provider.store.apply(changes).await?;
        fresh.push(key);
    }
    Ok(fresh)
}
