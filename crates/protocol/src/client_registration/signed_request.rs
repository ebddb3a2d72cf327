//! Registration requests that are JWTs: whose key signed them.
//!
//! The order of keys is Jans's; the first of them stands for Open Banking's rule that
//! a request is signed with a key of the statement's own software.

use durward_jose::{Algorithm, AudienceRule, ClaimRules, unverified_header};
use durward_model::SeenAssertion;
use durward_script::types::client_registration::{Known, Material, material};
use serde_json::{Map, Value};

use super::{
    RegisterError, Request, invalid,
    keys::{MAX_TOKEN_BYTES, Source, verify_with},
    scripts,
    statement::Statement,
    storing::Spent,
};
use crate::{
    Provider,
    error::{Code, Error},
    sealing,
};

/// Clock difference that is allowed, seconds.
const LEEWAY_SECONDS: u64 = 10;

/// Longest life of a signed request, seconds.
const MAX_LIFETIME_SECONDS: u64 = 24 * 3_600;

/// Seconds from now after which every request that is accepted now is refused for its age.
const MEMORY_SECONDS: i64 = (MAX_LIFETIME_SECONDS + 2 * LEEWAY_SECONDS).cast_signed();

fn refused(cause: impl std::fmt::Display) -> Error {
    Code::InvalidClientMetadata.hiding("the signed registration request is not valid", cause)
}

/// Checks who signed the request, for whom, and that it was not used before.
///
/// # Errors
/// `invalid_client_metadata`, or a script's own answer.
pub(super) async fn check(
    provider: &Provider,
    request: &Request<'_>,
    jwt: &str,
    statement: Option<&Statement>,
) -> Result<Spent, RegisterError> {
    let header = unverified_header(jwt, MAX_TOKEN_BYTES).map_err(refused)?;
    let (source, of_statement) = if header.alg == Algorithm::HS256 {
        (secret(provider, request, jwt).await?, false)
    } else {
        key_source(provider, request, jwt, statement).await?
    };
    let verified = verify_with(provider, jwt, &source, &Algorithm::ASYMMETRIC)
        .await
        .map_err(refused)?;
    check_claims(provider, &verified.claims)?;
    if of_statement {
        check_speaker(&verified.claims, statement)?;
    }
    Ok(once(provider, &verified.claims))
}

/// Where the keys of an asymmetric signature stand, and whether the statement says so.
async fn key_source(
    provider: &Provider,
    request: &Request<'_>,
    jwt: &str,
    statement: Option<&Statement>,
) -> Result<(Source, bool), RegisterError> {
    let live = provider.live();
    let configuration = &live.configuration;
    let claim = |name: &str| statement.and_then(|statement| statement.claims.get(name));
    let address = claim(&configuration.dcr_signature_validation_software_statement_jwks_uri_claim);
    if let Some(address) = address.and_then(Value::as_str) {
        return Ok((Source::Address(address.to_owned()), true));
    }
    let address = &configuration.dcr_signature_validation_jwks_uri;
    if !address.is_empty() {
        return Ok((Source::Address(address.clone()), false));
    }
    let set = claim(&configuration.dcr_signature_validation_software_statement_jwks_claim);
    if let Some(Value::Object(set)) = set {
        return Ok((Source::Set(set.clone()), true));
    }
    let text = &configuration.dcr_signature_validation_jwks;
    if !text.is_empty() {
        return Ok((Source::of_text(text).map_err(refused)?, false));
    }
    match by_script(provider, request, jwt, Material::DcrJwks).await? {
        Some(text) => Ok((Source::of_text(&text).map_err(refused)?, false)),
        None => Err(refused("nobody knows keys of registration requests").into()),
    }
}

async fn secret(
    provider: &Provider,
    request: &Request<'_>,
    jwt: &str,
) -> Result<Source, RegisterError> {
    let live = provider.live();
    let sealed = &live.configuration.dcr_signature_validation_shared_secret;
    if !sealed.is_empty() {
        let opened = sealing::open(&provider.sealing, sealing::CONFIGURATION, sealed)?;
        return Ok(Source::Secret(opened));
    }
    match by_script(provider, request, jwt, Material::DcrHmacSecret).await? {
        Some(secret) => Ok(Source::Secret(secret)),
        None => Err(refused("nobody knows a secret of registration requests").into()),
    }
}

async fn by_script(
    provider: &Provider,
    request: &Request<'_>,
    jwt: &str,
    wanted: Material,
) -> Result<Option<String>, RegisterError> {
    let mut context = scripts::base(provider, request);
    context.dcr = Some(jwt.to_owned());
    match material(&provider.scripts, wanted, &context).await {
        Known::Text(text) => Ok(Some(text)),
        Known::Nothing => Ok(None),
        Known::Shaped(shaped) => Err(RegisterError::Shaped(shaped)),
    }
}

/// A signed request is for us, for now and for a while only.
fn check_claims(provider: &Provider, claims: &Map<String, Value>) -> Result<(), Error> {
    let live = provider.live();
    let endpoint = live.configuration.endpoint("/register");
    let ours = [live.configuration.issuer.as_str(), endpoint.as_str()];
    let rules = ClaimRules {
        audience: AudienceRule::AnyOf(&ours),
        required: &["exp", "jti"],
        leeway_seconds: LEEWAY_SECONDS,
        max_lifetime_seconds: Some(MAX_LIFETIME_SECONDS),
        ..ClaimRules::at(u64::try_from(provider.now().seconds()).unwrap_or(0))
    };
    rules.check(claims).map_err(refused)
}

/// Whom the statement gave the keys says for which software he speaks, and speaks for no other
/// than the statement's.
fn check_speaker(claims: &Map<String, Value>, statement: Option<&Statement>) -> Result<(), Error> {
    let Some(statement) = statement else {
        return Ok(());
    };
    let software = ["software_id", "software_client_id"]
        .iter()
        .filter_map(|name| statement.claims.get(*name).and_then(Value::as_str));
    let issuer = claims.get("iss").and_then(Value::as_str);
    let known: Vec<&str> = software.collect();
    match issuer {
        Some(issuer) if known.is_empty() || known.contains(&issuer) => Ok(()),
        _ => Err(invalid(
            "iss of the request is not the software of its statement",
        )),
    }
}

/// That this request was used: as long as any request that is accepted now could come again,
/// however it writes its own end.
fn once(provider: &Provider, claims: &Map<String, Value>) -> Spent {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let until = provider.now().plus_seconds(MEMORY_SECONDS);
    let seen = SeenAssertion::of("registration", [text("iss"), text("jti")], until);
    Spent::once(&seen, refused("it was used before"))
}
