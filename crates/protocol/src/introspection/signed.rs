//! Introspection answers as JWT (RFC 9701): signed for the resource server that asks, and
//! encrypted for it if it is registered so.

use durward_jose::{
    Algorithm,
    jwe::{self, ContentEncryption, EncryptionKey, KeyManagement},
};
use durward_model::Client;
use serde::Serialize;

use super::{Introspection, look};
use crate::{Parameters, Provider, client_keys, error::Error, provider::Live, visit::Caller};

/// Media type of the answer, without `application/`.
pub const TYP: &str = "token-introspection+jwt";

/// `enc` of those who are registered with an `alg` alone (section 6).
const DEFAULT_ENC: &str = "A128CBC-HS256";

/// Section 5. Nothing of what the token says is a claim of the answer itself: the answer
/// must not pass for a token.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    token_introspection: Introspection,
}

/// Answers an introspection request with a JWT.
///
/// # Errors
/// As [`super::answer`]; a fault when an answer cannot be encrypted as it must be.
pub async fn answer(
    provider: &Provider,
    caller: Caller<'_>,
    parameters: &Parameters,
) -> Result<String, Error> {
    let (caller, told) = look(provider, caller, parameters).await?;
    let live = provider.live();
    let now = provider.now();
    let claims = Claims {
        iss: &live.configuration.issuer,
        aud: caller.client_id.as_str(),
        iat: now.seconds(),
        token_introspection: told,
    };
    let algorithm = algorithm(&caller, &live)?;
    let key = live.keys.signer(algorithm, now)?;
    let signed = key
        .sign(TYP, &claims)
        .map_err(|error| Error::Fault(error.to_string()))?;
    match &caller.metadata.introspection_encrypted_response_alg {
        Some(alg) => encrypt(provider, &caller, alg, &signed).await,
        None => Ok(signed),
    }
}

fn algorithm(caller: &Client, live: &Live) -> Result<Algorithm, Error> {
    let registered = caller.metadata.introspection_signed_response_alg.as_deref();
    registered
        .unwrap_or(&live.configuration.default_signature_algorithm)
        .parse()
        .map_err(|_| Error::Fault("unknown algorithm of introspection answers".to_owned()))
}

/// Fails rather than tell it in clear.
async fn encrypt(
    provider: &Provider,
    caller: &Client,
    alg: &str,
    signed: &str,
) -> Result<String, Error> {
    let fault = |cause: &dyn std::fmt::Display| {
        Error::Fault(format!(
            "introspection answer for {} cannot be encrypted: {cause}",
            caller.client_id
        ))
    };
    let alg: KeyManagement = alg.parse().map_err(|error| fault(&error))?;
    let enc = caller
        .metadata
        .introspection_encrypted_response_enc
        .as_deref();
    let enc: ContentEncryption = enc
        .unwrap_or(DEFAULT_ENC)
        .parse()
        .map_err(|error| fault(&error))?;
    let keys = client_keys::key_set(provider, caller)
        .await
        .map_err(|error| fault(&error))?;
    let key = EncryptionKey::find(&keys, alg)
        .map_err(|error| fault(&error))?
        .ok_or_else(|| fault(&"it has no key for that"))?;
    jwe::encrypt(signed.as_bytes(), &key, alg, enc, (TYP, "JWT")).map_err(|error| fault(&error))
}
