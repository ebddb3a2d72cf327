//! Keys of the server (`/config/jwks`): what they are good for, and making new ones.

use durward_model::{StoredSigningKey, Timestamp};
use serde_json::{Value, json};

use super::{
    ManagementError, Page, Request,
    access::{KEYS, Right, authorize},
    paging::{self, Listing},
    take_up,
};
use crate::keyring::rotation::{rotate_all, state};

/// Seconds that a new key is published before it signs, when nobody says.
const PUBLISHED_BEFORE_SECONDS: i64 = 600;

const LISTING: Listing = Listing {
    searched: &["kid", "alg", "state"],
    sorted: &["alg", "kid", "createdAt", "state"],
    last_first: false,
};

/// All of them, without their private halves.
///
/// # Errors
/// As [`authorize`].
pub async fn list(request: &Request<'_>) -> Result<Page<Value>, ManagementError> {
    authorize(request, KEYS, Right::Read).await?;
    let now = request.provider.now();
    let all = request.provider.store.list_signing_keys().await?;
    paging::page(
        request,
        LISTING,
        all.iter().map(|key| told(key, now)).collect(),
    )
}

/// Makes new keys: of the algorithm `alg`, or of all; each is published `publishBefore`
/// seconds before it signs.
///
/// # Errors
/// `Invalid` for an algorithm that we have no keys of.
pub async fn rotate(request: &Request<'_>) -> Result<Vec<Value>, ManagementError> {
    let caller = authorize(request, KEYS, Right::Write).await?;
    request.check_parameters(&["alg", "publishBefore"])?;
    let before = request.parameters.find_integer("publishBefore")?;
    let before = before.unwrap_or(PUBLISHED_BEFORE_SECONDS);
    if !(0..=7 * 24 * 3_600).contains(&before) {
        let message = "it is a number of seconds, at most a week";
        return Err(ManagementError::invalid("publishBefore", message));
    }
    let provider = request.provider;
    let fresh = rotate_all(provider, request.parameters.find("alg"), before).await?;
    take_up(provider).await;
    let kids: Vec<&str> = fresh.iter().map(|key| key.kid.as_str()).collect();
    tracing::info!(target: "audit", author = caller.author, kids = kids.join(" "), "keys rotated");
    let now = provider.now();
    Ok(fresh.iter().map(|key| told(key, now)).collect())
}

fn told(key: &StoredSigningKey, now: Timestamp) -> Value {
    json!({
        "kid": key.kid,
        "alg": key.alg,
        "state": state(key, now),
        "createdAt": key.created_at.rfc3339(),
        "signsFrom": key.signs_from.rfc3339(),
        "publishedUntil": key.published_until.map(Timestamp::rfc3339),
    })
}
