//! Negotiation: what a client may have at most, and what it gets of what it asked for.
//! Only ever downwards.

use durward_model::{
    Configuration, Scope,
    client::{ClientMetadata, grant_type},
    registration::{Ceiling, TokenPolicy},
};
use serde_json::{Map, Value};

use super::{invalid, statement::Statement};
use crate::error::Error;

/// What anybody may have, or whoever holds that initial access token, or a statement of
/// that issuer.
pub(super) fn ceiling(
    configuration: &Configuration,
    token: &TokenPolicy,
    statement: Option<&Statement>,
) -> Ceiling {
    let scope = token
        .scope
        .clone()
        .unwrap_or_else(|| Scope::parse(&configuration.dynamic_registration_scopes.join(" ")));
    let grant_types = token.grant_types.clone().unwrap_or_else(|| {
        configuration
            .grant_types_supported_by_dynamic_registration
            .clone()
    });
    let base = Ceiling { scope, grant_types };
    match statement {
        Some(statement) => raised(base, &statement.ceiling),
        None => base,
    }
}

/// Both together.
pub(super) fn raised(mut base: Ceiling, by: &Ceiling) -> Ceiling {
    base.scope = union(&base.scope, &by.scope);
    for grant in &by.grant_types {
        if !base.grant_types.contains(grant) {
            base.grant_types.push(grant.clone());
        }
    }
    base
}

/// Takes away what nobody gets by registering, whoever wanted to give it: the configuration,
/// a token, a statement or a script.
pub(super) fn withhold(metadata: &mut ClientMetadata) {
    metadata.scope = metadata.scope.without_management();
}

/// The tokens of both.
pub(super) fn union(one: &Scope, other: &Scope) -> Scope {
    Scope::parse(&format!("{one} {other}"))
}

/// What the client gets of what it asked for with `members`.
///
/// # Errors
/// `invalid_client_metadata` where nothing is left of the grants, or they do not go
/// with the response types.
pub(super) fn negotiate(
    metadata: &mut ClientMetadata,
    members: &Map<String, Value>,
    ceiling: &Ceiling,
    configuration: &Configuration,
) -> Result<(), Error> {
    metadata.scope = if members.contains_key("scope")
        && configuration.dynamic_registration_scopes_param_enabled
    {
        metadata.scope.narrowed_to(&ceiling.scope)
    } else {
        Scope::parse(&configuration.dynamic_registration_scopes.join(" "))
            .narrowed_to(&ceiling.scope)
    };
    metadata
        .grant_types
        .retain(|grant| ceiling.grant_types.contains(grant));
    metadata.grant_types.dedup();
    if metadata.grant_types.is_empty() {
        return Err(invalid("grant_types: none of them may be registered here"));
    }
    let codes = metadata
        .grant_types
        .iter()
        .any(|grant| grant == grant_type::AUTHORIZATION_CODE);
    let asked = members.contains_key("response_types");
    metadata
        .response_types
        .retain(|response_type| response_type == "code");
    match (codes, asked, metadata.response_types.is_empty()) {
        (true, true, true) => {
            return Err(invalid("response_types: only 'code' is supported"));
        }
        (false, true, false) => {
            // RFC 7591, section 2.1.
            return Err(invalid(
                "response_types: 'code' needs the grant authorization_code",
            ));
        }
        (false, _, _) => metadata.response_types.clear(),
        (true, _, _) => {}
    }
    shorten(
        &mut metadata.access_token_lifetime,
        configuration.access_token_lifetime,
    );
    shorten(
        &mut metadata.refresh_token_lifetime,
        configuration.refresh_token_lifetime,
    );
    shorten(&mut metadata.par_lifetime, configuration.par_lifetime);
    Ok(())
}

/// A client that registers itself may live shorter than others, not longer.
fn shorten(wanted: &mut Option<i64>, usual: i64) {
    if let Some(seconds) = wanted {
        *seconds = (*seconds).clamp(1, usual);
    }
}

/// Seconds that the client lives; none for ever. `lifetime` (Jans's name) is the
/// request's own wish, and only ever shortens.
///
/// # Errors
/// `invalid_client_metadata`.
pub(super) fn lifetime(
    members: &Map<String, Value>,
    configuration: &Configuration,
    token: &TokenPolicy,
    statement: Option<&Statement>,
) -> Result<Option<i64>, Error> {
    let wanted = match members.get("lifetime") {
        Some(value) if !configuration.dcr_forbid_expiration_time_in_request => {
            let seconds = value.as_i64().filter(|seconds| *seconds > 0);
            Some(seconds.ok_or_else(|| invalid("lifetime is a number of seconds"))?)
        }
        _ => None,
    };
    let usual = Some(configuration.dynamic_registration_expiration_time);
    let limits = [
        wanted,
        usual.filter(|seconds| *seconds > 0),
        token.client_lifetime,
        statement.and_then(|statement| statement.lifetime_seconds),
    ];
    Ok(limits.into_iter().flatten().min())
}
