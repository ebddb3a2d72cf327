//! Checking a signature with keys that stand somewhere: in the configuration, at an
//! address, in a script.

use durward_jose::{
    Algorithm, JoseError, JwkSet, TypRule, Verified, VerifyPolicy, verify, verify_hs256,
};
use serde_json::{Map, Value};

use crate::{
    Provider,
    remote::{self, TRUSTED_KEYS},
};

/// Longest token, bytes.
pub(super) const MAX_TOKEN_BYTES: usize = 64 * 1024;

/// Where keys stand.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    /// A JWK set at that address.
    Address(String),
    /// A JWK set.
    Set(Map<String, Value>),
    /// A shared secret.
    Secret(String),
}

impl Source {
    /// A JWK set that is JSON text.
    ///
    /// # Errors
    /// A sentence for the log.
    pub fn of_text(text: &str) -> Result<Self, String> {
        match serde_json::from_str(text) {
            Ok(Value::Object(set)) => Ok(Self::Set(set)),
            _ => Err("the key set is not a JSON object".to_owned()),
        }
    }
}

/// Checks the signature of `token`. A key that an address lacked is looked for once more
/// in a newer set.
///
/// # Errors
/// A sentence for the log.
pub(super) async fn verify_with(
    provider: &Provider,
    token: &str,
    source: &Source,
    algorithms: &[Algorithm],
) -> Result<Verified, String> {
    let policy = VerifyPolicy {
        typ: TypRule::Any,
        max_bytes: MAX_TOKEN_BYTES,
        ..VerifyPolicy::new(algorithms)
    };
    match source {
        Source::Secret(secret) => {
            let policy = VerifyPolicy {
                algorithms: &[Algorithm::HS256],
                ..policy
            };
            verify_hs256(token, secret.as_bytes(), &policy).map_err(|error| error.to_string())
        }
        Source::Set(set) => by_set(token, set, &policy).map_err(|error| error.to_string()),
        Source::Address(address) => {
            let known = remote::key_set(provider, address, &TRUSTED_KEYS)
                .await
                .map_err(|error| error.to_string())?;
            match by_set(token, &known, &policy) {
                Ok(verified) => Ok(verified),
                Err(JoseError::NoMatchingKey | JoseError::BadSignature) => {
                    let newer = remote::newer_key_set(provider, address, &TRUSTED_KEYS)
                        .await
                        .map_err(|error| error.to_string())?;
                    by_set(token, &newer, &policy).map_err(|error| error.to_string())
                }
                Err(error) => Err(error.to_string()),
            }
        }
    }
}

fn by_set(
    token: &str,
    set: &Map<String, Value>,
    policy: &VerifyPolicy<'_>,
) -> Result<Verified, JoseError> {
    // A set that cannot be read holds no key that fits.
    let set = JwkSet::from_object(set).map_err(|_| JoseError::NoMatchingKey)?;
    verify(token, &set, policy)
}

/// The algorithms of those names; every asymmetric one where none is named.
pub(super) fn algorithms(names: &[String]) -> Vec<Algorithm> {
    if names.is_empty() {
        return Algorithm::ASYMMETRIC.to_vec();
    }
    names
        .iter()
        .filter_map(|name| name.parse().ok())
        .filter(|algorithm| Algorithm::ASYMMETRIC.contains(algorithm))
        .collect()
}
