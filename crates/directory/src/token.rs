//! The token endpoint: client credentials, `private_key_jwt`, and a certificate of the same
//! software.

use durward_jose::{Algorithm, AudienceRule, ClaimRules, VerifyPolicy, unverified_claims, verify};
use durward_model::entropy::new_secret;
use serde_json::Value;
use url::form_urlencoded;

use crate::state::State;

/// Seconds that a token lives.
pub(crate) const TOKEN_SECONDS: i64 = 300;

/// Longest life of an assertion, seconds.
const ASSERTION_SECONDS: u64 = 1_800;

/// What banks may ask for.
const SCOPES: [&str; 4] = [
    "ASPSPReadAccess",
    "TPPReadAccess",
    "TPPReadAll",
    "AuthoritiesReadAccess",
];

/// The token for a request by whom that certificate names, or why not.
pub(crate) fn answer(state: &State, common_name: &str, body: &str) -> Result<String, &'static str> {
    let fields: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let field = |name: &str| {
        let mut found = fields.iter().filter(|(known, _)| known == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => value.as_str(),
            _ => "",
        }
    };
    if field("grant_type") != "client_credentials" {
        return Err("unsupported_grant_type");
    }
    let scope = field("scope");
    if scope.is_empty() || !scope.split(' ').all(|one| SCOPES.contains(&one)) {
        return Err("invalid_scope");
    }
    if field("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
        return Err("invalid_client");
    }
    let client = authenticate(state, field("client_assertion"))?;
    let named = field("client_id");
    if client != common_name || (!named.is_empty() && named != client) {
        return Err("invalid_client");
    }
    let token = new_secret(&*state.entropy);
    let ends = state.clock.now().plus_seconds(TOKEN_SECONDS);
    let mut known = state.lock();
    known.tokens.insert(token.clone(), (scope.to_owned(), ends));
    Ok(token)
}

/// Who made the assertion (RFC 7523, section 3).
fn authenticate(state: &State, assertion: &str) -> Result<String, &'static str> {
    let refused = "invalid_client";
    let claims = unverified_claims(assertion, 16 * 1024).map_err(|_| refused)?;
    let client = claims.get("iss").and_then(Value::as_str).ok_or(refused)?;
    let mut known = state.lock();
    let participant = known.participants.get(client).ok_or(refused)?;
    let policy = VerifyPolicy::new(&[Algorithm::RS256, Algorithm::PS256, Algorithm::ES256]);
    let verified = verify(assertion, &participant.keys, &policy).map_err(|_| refused)?;
    if !participant.active || verified.header.kid.is_none() {
        return Err(refused);
    }
    let audience = state.token_url();
    let rules = ClaimRules {
        issuer: Some(client),
        subject: Some(client),
        audience: AudienceRule::Exactly(&audience),
        required: &["iat", "exp", "jti"],
        leeway_seconds: 5,
        max_lifetime_seconds: Some(ASSERTION_SECONDS),
        ..ClaimRules::at(u64::try_from(state.now_seconds()).unwrap_or_default())
    };
    rules.check(&verified.claims).map_err(|_| refused)?;
    let jti = verified.claims.get("jti").map(Value::to_string);
    let is_new = jti.is_some_and(|jti| known.seen_assertions.insert(jti));
    is_new.then(|| client.to_owned()).ok_or(refused)
}
