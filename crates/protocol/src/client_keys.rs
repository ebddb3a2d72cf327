//! A client's own public keys: registered as `jwks`, or published at its `jwks_uri`
//! (RFC 7591, section 2).
//!
//! Not here: what a token that they verify has to say.

use durward_jose::{JoseError, JwkSet, Verified, VerifyPolicy, verify};
use durward_model::Client;
use serde_json::{Map, Value};

use crate::{
    Provider,
    remote::{self, CLIENT_KEYS},
};

/// Checks a token that the client signed. A key that its published set lacked is
/// looked for once more in a newer one.
///
/// # Errors
/// A sentence for the log.
pub async fn verify_by_client(
    provider: &Provider,
    client: &Client,
    token: &str,
    policy: &VerifyPolicy<'_>,
) -> Result<Verified, String> {
    let text = |error: JoseError| error.to_string();
    let known = parse(&key_set(provider, client).await?)?;
    let refused = match verify(token, &known, policy) {
        Ok(verified) => return Ok(verified),
        Err(refused) => refused,
    };
    // A key may have been replaced under its old name, or without one.
    let perhaps_newer = matches!(
        refused,
        JoseError::NoMatchingKey | JoseError::BadSignature | JoseError::TooManyCandidates
    );
    match published_at(client) {
        Some(address) if perhaps_newer => {
            let newer = remote::newer_key_set(provider, address, &CLIENT_KEYS).await;
            let newer = parse(&newer.map_err(|error| error.to_string())?)?;
            if newer == known {
                return Err(text(refused));
            }
            verify(token, &newer, policy).map_err(text)
        }
        _ => Err(text(refused)),
    }
}

/// Does the client's key set satisfy `wanted`? One that it publishes is read once more
/// where the known one does not.
///
/// # Errors
/// A sentence for the log.
pub(crate) async fn some_set(
    provider: &Provider,
    client: &Client,
    wanted: impl Fn(&Map<String, Value>) -> bool,
) -> Result<bool, String> {
    if wanted(&key_set(provider, client).await?) {
        return Ok(true);
    }
    let Some(address) = published_at(client) else {
        return Ok(false);
    };
    remote::newer_key_set(provider, address, &CLIENT_KEYS)
        .await
        .map(|newer| wanted(&newer))
        .map_err(|error| error.to_string())
}

/// The members of the client's key set, as it wrote them.
///
/// # Errors
/// A sentence for the log.
pub(crate) async fn key_set(
    provider: &Provider,
    client: &Client,
) -> Result<Map<String, Value>, String> {
    if let Some(jwks) = &client.metadata.jwks {
        return jwks
            .as_object()
            .cloned()
            .ok_or_else(|| "the client's jwks is not an object".to_owned());
    }
    let address = published_at(client).ok_or("the client has neither jwks nor jwks_uri")?;
    remote::key_set(provider, address, &CLIENT_KEYS)
        .await
        .map_err(|error| error.to_string())
}

/// Where the keys are published, when they are not registered themselves.
fn published_at(client: &Client) -> Option<&str> {
    let metadata = &client.metadata;
    metadata
        .jwks_uri
        .as_deref()
        .filter(|_| metadata.jwks.is_none())
}

fn parse(members: &Map<String, Value>) -> Result<JwkSet, String> {
    JwkSet::from_object(members).map_err(|error| error.to_string())
}
