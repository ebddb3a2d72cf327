//! New keys in the place of old ones, for all algorithms or one; and what a key is good for.

use durward_jose::{Algorithm, jwe::KeyManagement};
use durward_model::{StoredSigningKey, Timestamp};

use super::{ALGORITHMS, Overlap, encryption, rotate};
use crate::{
    Provider,
    client_registration::MAX_ACCESS_TOKEN_LIFETIME_SECONDS,
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
    let overlap = Overlap {
        before_seconds: before_seconds.max(0),
        after_seconds: longest_life_seconds(provider).await?,
    };
    let stored = provider.store.list_signing_keys().await?;
    let (now, sealing) = (provider.now(), &provider.sealing);
    let mut fresh = Vec::new();
    let mut all_changes = Vec::new();
    for algorithm in ALGORITHMS.into_iter().filter(|a| wanted(a.name())) {
        let (key, changes) = rotate(algorithm, &stored, now, overlap, sealing)?;
        all_changes.extend(changes);
        fresh.push(key);
    }
    let kinds = encryption::KINDS.into_iter();
    for kind in kinds.filter(|kind| wanted(kind.name())) {
        let after = overlap.after_seconds;
        let (key, changes) = encryption::rotate(kind, &stored, now, after, sealing)?;
        all_changes.extend(changes);
        fresh.push(key);
    }
    // All of them or none: who hears of a conflict knows that nothing was changed.
    provider.store.apply(all_changes).await?;
    Ok(fresh)
}

/// Seconds after which nothing lives any more that a key signed: of tokens as configured, and
/// of those clients whose tokens live longer.
async fn longest_life_seconds(provider: &Provider) -> Result<i64, Error> {
    let clients = provider.store.list_clients().await?;
    let of_clients = clients
        .iter()
        .filter_map(|client| client.metadata.access_token_lifetime);
    let live = provider.live();
    let configuration = &live.configuration;
    let configured = configuration
        .id_token_lifetime
        .max(configuration.access_token_lifetime)
        .max(3_600);
    Ok(of_clients
        .fold(configured, i64::max)
        .min(MAX_ACCESS_TOKEN_LIFETIME_SECONDS.max(configured)))
}
