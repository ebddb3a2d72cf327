//! Software statements (RFC 7591, section 2.3): who may make them, what they may say.
//!
//! Whatever is in doubt is refused: no statement is ever left out of account.

use durward_jose::{
    Algorithm, AudienceRule, ClaimRules, Jwk, claims::seconds, unverified_claims, unverified_header,
};
use durward_model::{
    Configuration, Scope, SeenAssertion, Timestamp,
    configuration::{StatementIssuer, StatementValidation},
    registration::{Ceiling, Registration},
};
use durward_script::types::client_registration::{Known, Material, material};
use serde_json::{Map, Value};
use url::Url;

use super::{
    RegisterError, Request,
    keys::{MAX_TOKEN_BYTES, Source, algorithms, verify_with},
    own_statement, scripts,
    storing::Spent,
};
use crate::{
    Provider,
    error::{Code, Error},
    remote::{self, TRUSTED_KEYS},
};

/// Clock difference that is allowed, seconds.
const LEEWAY_SECONDS: u64 = 10;

/// Seconds that a statement without an end is remembered as used: for good.
const MEMORY_SECONDS: i64 = 100 * 366 * 24 * 3_600;

/// Claims about the statement itself: never metadata.
pub(super) const ENVELOPE: [&str; 8] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "software_statement",
];

/// A statement that was checked.
#[derive(Debug, Default)]
pub(super) struct Statement {
    /// Verbatim.
    pub text: String,
    /// Everything it says.
    pub claims: Map<String, Value>,
    /// What of that becomes metadata.
    pub members: Map<String, Value>,
    /// What its issuer may give.
    pub ceiling: Ceiling,
    /// What every client of its issuer gets.
    pub granted: Scope,
    /// Seconds that its client lives.
    pub lifetime_seconds: Option<i64>,
    /// Who answers for its client.
    pub owner: Option<String>,
    /// That it was used.
    pub spent: Option<Spent>,
}

pub(super) fn refused(cause: impl std::fmt::Display) -> Error {
    Code::InvalidSoftwareStatement.hiding("the software statement is not valid", cause)
}

/// Checks a statement. `before` is what the client registered with, where it updates itself.
///
/// # Errors
/// `invalid_software_statement`, `unapproved_software_statement`, or a script's own answer.
pub(super) async fn check(
    provider: &Provider,
    request: &Request<'_>,
    members: &Map<String, Value>,
    text: &str,
    before: Option<&Registration>,
) -> Result<Statement, RegisterError> {
    let unverified = unverified_claims(text, MAX_TOKEN_BYTES).map_err(refused)?;
    let live = provider.live();
    let configuration = &live.configuration;
    let again = before.and_then(|before| before.software_statement.as_deref()) == Some(text);
    if unverified.get("iss").and_then(Value::as_str) == Some(configuration.issuer.as_str()) {
        return Ok(own_statement::redeem(provider, text, again).await?);
    }
    let vouched = match configuration.software_statement_validation_type {
        StatementValidation::None => unsigned(configuration, unverified)?,
        StatementValidation::Builtin => builtin(provider, text, &unverified).await?,
        StatementValidation::JwksUri => by_own_address(provider, text, &unverified).await?,
        StatementValidation::Jwks => by_own_keys(provider, text, &unverified).await?,
        StatementValidation::Script => by_script(provider, request, members, text).await?,
    };
    check_claims(provider, &vouched.claims)?;
    approve(configuration, &vouched.claims)?;
    Ok(finish(provider, text, vouched, again)?)
}

/// Claims that somebody who is trusted signed, and on whose authority.
struct Vouched {
    claims: Map<String, Value>,
    issuer: StatementIssuer,
    /// Is whoever signed known to be the `iss` that the claims name? Otherwise nothing is given
    /// on behalf of that one.
    is_issuers: bool,
}

fn unsigned(configuration: &Configuration, claims: Map<String, Value>) -> Result<Vouched, Error> {
    if !configuration.software_statement_unsigned_for_tests {
        return Err(refused("softwareStatementValidationType is none"));
    }
    Ok(Vouched {
        claims,
        issuer: StatementIssuer::default(),
        is_issuers: true,
    })
}

/// By an issuer of `dcrSsaValidationConfigs`.
async fn builtin(
    provider: &Provider,
    text: &str,
    unverified: &Map<String, Value>,
) -> Result<Vouched, Error> {
    let live = provider.live();
    let named = unverified
        .get("iss")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let issuer = live
        .configuration
        .dcr_ssa_validation_configs
        .iter()
        .find(|issuer| issuer.issuers.iter().any(|known| known == named))
        .ok_or_else(|| refused("the issuer is not known"))?;
    let source = source_of(provider, issuer, named).await?;
    let verified = verify_with(provider, text, &source, &algorithms(&issuer.algorithms))
        .await
        .map_err(refused)?;
    Ok(Vouched {
        claims: verified.claims,
        issuer: issuer.clone(),
        is_issuers: true,
    })
}

/// An issuer's keys: an address, or a set, or what its discovery document names.
async fn source_of(
    provider: &Provider,
    issuer: &StatementIssuer,
    named: &str,
) -> Result<Source, Error> {
    if !issuer.jwks_uri.is_empty() {
        return Ok(Source::Address(issuer.jwks_uri.clone()));
    }
    if let Value::Object(set) = &issuer.jwks {
        return Ok(Source::Set(set.clone()));
    }
    if issuer.configuration_endpoint.is_empty() {
        return Err(refused("the issuer has no keys"));
    }
    let document = remote::json(provider, &issuer.configuration_endpoint, &TRUSTED_KEYS)
        .await
        .map_err(refused)?;
    if document.get("issuer").and_then(Value::as_str) != Some(named) {
        return Err(refused("the discovery document is another issuer's"));
    }
    let address = document.get("jwks_uri").and_then(Value::as_str);
    address
        .map(|address| Source::Address(address.to_owned()))
        .ok_or_else(|| refused("the discovery document names no keys"))
}

/// By keys at an address that the statement itself names: it counts only if the operator
/// listed its very host.
async fn by_own_address(
    provider: &Provider,
    text: &str,
    unverified: &Map<String, Value>,
) -> Result<Vouched, Error> {
    let live = provider.live();
    let configuration = &live.configuration;
    let claim = &configuration.software_statement_validation_claim_name;
    let address = unverified
        .get(claim)
        .and_then(Value::as_str)
        .ok_or_else(|| refused("the statement names no address of keys"))?;
    if !is_listed(
        address,
        &configuration.software_statement_allowed_key_sources,
    ) {
        return Err(refused("the host of the statement's keys is not listed"));
    }
    let source = Source::Address(address.to_owned());
    let verified = verify_with(provider, text, &source, &Algorithm::ASYMMETRIC)
        .await
        .map_err(refused)?;
    let issuer = verified.claims.get("iss").and_then(Value::as_str);
    let is_issuers = issuer.is_some_and(|issuer| is_of_one_origin(issuer, address));
    Ok(Vouched {
        claims: verified.claims,
        issuer: StatementIssuer::default(),
        is_issuers,
    })
}

/// The host, or host and port, letter by letter: no sub-domain, no other name of it.
fn is_listed(address: &str, listed: &[String]) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    let Some(host) = url.host_str() else {
        return false;
    };
    let with_port = format!("{host}:{}", url.port_or_known_default().unwrap_or(0));
    let without_port = url.port().is_none().then_some(host);
    listed.iter().any(|known| {
        known.eq_ignore_ascii_case(&with_port)
            || without_port.is_some_and(|host| known.eq_ignore_ascii_case(host))
    })
}

/// Who is listed by the host of his keys is the issuer of that origin and of no other.
fn is_of_one_origin(issuer: &str, address: &str) -> bool {
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
    let issuers = origin(issuer).filter(url::Origin::is_tuple);
    issuers.is_some() && issuers == origin(address)
}

/// By keys inside the statement: whoever signs can put any keys and any issuer there,
/// so only keys count whose thumbprints the operator listed.
async fn by_own_keys(
    provider: &Provider,
    text: &str,
    unverified: &Map<String, Value>,
) -> Result<Vouched, Error> {
    let live = provider.live();
    let configuration = &live.configuration;
    let claim = &configuration.software_statement_validation_claim_name;
    let keys = unverified
        .get(claim)
        .and_then(|set| set.get("keys"))
        .and_then(Value::as_array)
        .ok_or_else(|| refused("the statement holds no keys"))?;
    let listed = &configuration.software_statement_allowed_key_sources;
    let trusted = |key: &&Value| {
        let jwk = key.as_object().and_then(|key| Jwk::from_object(key).ok());
        jwk.is_some_and(|jwk| listed.contains(&jwk.key.thumbprint()))
    };
    let keys: Vec<Value> = keys.iter().take(32).filter(trusted).cloned().collect();
    let set = Map::from_iter([("keys".to_owned(), Value::Array(keys))]);
    let verified = verify_with(provider, text, &Source::Set(set), &Algorithm::ASYMMETRIC)
        .await
        .map_err(refused)?;
    Ok(Vouched {
        claims: verified.claims,
        issuer: StatementIssuer::default(),
        is_issuers: false,
    })
}

/// By keys or a secret that a script knows. Without a script nobody is trusted.
async fn by_script(
    provider: &Provider,
    request: &Request<'_>,
    members: &Map<String, Value>,
    text: &str,
) -> Result<Vouched, RegisterError> {
    let header = unverified_header(text, MAX_TOKEN_BYTES).map_err(refused)?;
    let mut context = scripts::base(provider, request);
    context.register_request_json = Some(Value::Object(members.clone()));
    context.software_statement = Some(text.to_owned());
    let wanted = if header.alg == Algorithm::HS256 {
        Material::StatementHmacSecret
    } else {
        Material::StatementJwks
    };
    let source = match material(&provider.scripts, wanted, &context).await {
        Known::Shaped(shaped) => return Err(RegisterError::Shaped(shaped)),
        Known::Nothing => return Err(refused("no script knows its keys").into()),
        Known::Text(secret) if wanted == Material::StatementHmacSecret => Source::Secret(secret),
        Known::Text(set) => Source::of_text(&set).map_err(refused)?,
    };
    let verified = verify_with(provider, text, &source, &Algorithm::ASYMMETRIC)
        .await
        .map_err(refused)?;
    Ok(Vouched {
        claims: verified.claims,
        issuer: StatementIssuer::default(),
        is_issuers: true,
    })
}

/// Times and audience.
fn check_claims(provider: &Provider, claims: &Map<String, Value>) -> Result<(), Error> {
    let live = provider.live();
    let configuration = &live.configuration;
    let now = u64::try_from(provider.now().seconds()).unwrap_or(0);
    if !claims.contains_key("exp") && !claims.contains_key("iat") {
        return Err(refused("neither exp nor iat"));
    }
    let endpoint = configuration.endpoint("/register");
    let ours = [configuration.issuer.as_str(), endpoint.as_str()];
    let rules = ClaimRules {
        audience: if claims.contains_key("aud") {
            AudienceRule::AnyOf(&ours)
        } else {
            AudienceRule::Any
        },
        required: &["iss"],
        leeway_seconds: LEEWAY_SECONDS,
        ..ClaimRules::at(now)
    };
    rules.check(claims).map_err(refused)?;
    let max_age = u64::try_from(configuration.software_statement_max_age).unwrap_or(0);
    if max_age == 0 {
        return Ok(());
    }
    match claims.get("iat").and_then(Value::as_u64) {
        Some(iat) if iat.saturating_add(max_age) >= now => Ok(()),
        _ => Err(refused("older than softwareStatementMaxAge")),
    }
}

/// A statement that is genuine may still be nobody's whom we want.
fn approve(configuration: &Configuration, claims: &Map<String, Value>) -> Result<(), Error> {
    let refuse =
        || Code::UnapprovedSoftwareStatement.because("the software statement is not approved here");
    let trusted = &configuration.trusted_ssa_issuers;
    let issuer = claims
        .get("iss")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !trusted.is_empty() && !trusted.contains_key(issuer) {
        return Err(refuse());
    }
    let status = claims.get("org_status").and_then(Value::as_str);
    if status.is_some_and(|status| !status.eq_ignore_ascii_case("active")) {
        return Err(refuse());
    }
    Ok(())
}

fn finish(
    provider: &Provider,
    text: &str,
    vouched: Vouched,
    again: bool,
) -> Result<Statement, Error> {
    let Vouched {
        claims,
        issuer,
        is_issuers,
    } = vouched;
    let live = provider.live();
    let name = claims
        .get("iss")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let trusted = live.configuration.trusted_ssa_issuers.get(name);
    let granted = trusted
        .filter(|_| is_issuers)
        .map(|trusted| Scope::parse(&trusted.automatically_granted_scopes.join(" ")))
        .unwrap_or_default();
    let spent = if issuer.one_time_use && !again {
        Some(once(provider, &claims)?)
    } else {
        None
    };
    let owner = ["org_id", "software_id"]
        .iter()
        .find_map(|claim| claims.get(*claim).and_then(Value::as_str))
        .filter(|_| is_issuers);
    Ok(Statement {
        text: text.to_owned(),
        members: metadata_of(&claims, &issuer.allowed_claims),
        ceiling: Ceiling {
            scope: Scope::parse(&issuer.scopes.join(" ")),
            grant_types: Vec::new(),
        },
        granted,
        lifetime_seconds: None,
        owner: owner.map(|owner| format!("{name}#{owner}")),
        spent,
        claims,
    })
}

/// The claims that become metadata.
pub(super) fn metadata_of(claims: &Map<String, Value>, allowed: &[String]) -> Map<String, Value> {
    let is_metadata = |name: &str| {
        !ENVELOPE.contains(&name)
            && (allowed.is_empty() || allowed.iter().any(|known| known == name))
    };
    claims
        .iter()
        .filter(|(name, value)| is_metadata(name) && !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// That this statement was used, to be stored with what it was used for.
fn once(provider: &Provider, claims: &Map<String, Value>) -> Result<Spent, Error> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let (Some(issuer), Some(jti)) = (text("iss"), text("jti")) else {
        return Err(refused("no jti, and its issuer's statements count once"));
    };
    let until = match seconds(claims, "exp").map_err(refused)? {
        Some(end) => {
            let end = end.saturating_add(2 * LEEWAY_SECONDS);
            Timestamp::from_seconds(i64::try_from(end).unwrap_or(i64::MAX))
        }
        None => provider.now().plus_seconds(MEMORY_SECONDS),
    };
    let seen = SeenAssertion::of("software statement", [issuer, jti], until);
    Ok(Spent::once(&seen, refused("it was used before")))
}
