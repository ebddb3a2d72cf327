//! `grant_type=refresh_token` (RFC 6749 section 6, RFC 9700 section 4.14).
//!
//! Every use replaces the token. A second use of the same one means that it
//! was stolen or copied: the whole family ends.

use durward_model::{RefreshToken, Scope, SecretHash};
use durward_store::{Change, StoreError};

use super::issue::{Allowance, Minting, TokenResponse, find_active_user, revoke_grant};
use crate::{
    authorization_details::{Asking, narrowing::narrow},
    certificate_binding::is_shown,
    error::{Code, Error},
    resource,
};

/// Exchanges a refresh token.
///
/// # Errors
/// `invalid_grant`, or `invalid_scope` and `invalid_authorization_details` for more than
/// was granted.
pub async fn answer(asking: &Asking<'_>) -> Result<TokenResponse, Error> {
    let Asking {
        provider,
        client,
        parameters,
        ..
    } = *asking;
    let hash = SecretHash::of(parameters.require("refresh_token")?);
    let now = provider.now();
    let found = provider.store.find_refresh_token(&hash).await?;
    let token = found.ok_or_else(|| invalid("unknown token"))?;
    if token.client_id != client.client_id {
        return Err(invalid("token of another client"));
    }
    // Before all else: who stole it without the certificate cannot even end the grant.
    let thumbprint = token.certificate_thumbprint.as_deref();
    if !is_shown(thumbprint, asking.visit.certificate()) {
        return Err(invalid("token is bound to another certificate"));
    }
    if token.used_at.is_some() {
        revoke_grant(provider, &token.grant_id, &client.client_id).await?;
        return Err(invalid("token was used before; its grant is revoked"));
    }
    if now >= token.expires_at {
        return Err(invalid("token expired"));
    }
    let found = provider.store.find_grant(&token.grant_id).await?;
    let grant = found
        .filter(|grant| grant.revoked_at.is_none() && now < grant.expires_at)
        // Granted to an earlier client of the same id, it is not this one's.
        .filter(|grant| client.issued_at <= grant.created_at)
        .ok_or_else(|| invalid("grant is gone or revoked"))?;
    let user = find_active_user(provider, &grant).await?;
    let user = user.ok_or_else(|| invalid("user is gone or disabled"))?;
    let scope = narrowed_scope(&grant.scope, parameters.find("scope"))?;
    let resources = resource::narrowed(&grant.resources, parameters)?;
    let asking = asking.of_user(&user);
    let details = narrow(&asking, &grant.authorization_details).await?;
    let allowance = Allowance::of(&asking, scope, details, resources).await;

    let live = provider.live();
    let minting = Minting::new(&asking, &live)?;
    let mut renewed = grant.value.clone();
    renewed.expires_at = minting.grant_expiry();
    // An ID token of a refresh carries no nonce (OpenID Connect Core 1.0, section 12.2).
    let mut unnonced = renewed.clone();
    unnonced.nonce = None;
    let (response, tokens) = minting.for_grant(&unnonced, &allowance)?;
    let spent = RefreshToken {
        used_at: Some(now),
        ..token.value.clone()
    };
    let mut changes = vec![
        Change::replace(&token, &spent),
        Change::replace(&grant, &renewed),
    ];
    changes.extend(tokens);
    match provider.store.apply(changes).await {
        Err(StoreError::Conflict { .. }) => {
            revoke_grant(provider, &token.grant_id, &client.client_id).await?;
            Err(invalid(
                "token was used twice at once; its grant is revoked",
            ))
        }
        other => {
            other?;
            Ok(response)
        }
    }
}

fn invalid(cause: &str) -> Error {
    Code::InvalidGrant.hiding("the refresh token is not valid", cause)
}

/// Less than was granted, or all of it. The grant itself stays as wide as it was.
fn narrowed_scope(granted: &Scope, requested: Option<&str>) -> Result<Scope, Error> {
    let Some(text) = requested else {
        return Ok(granted.clone());
    };
    let scope = Scope::parse(text);
    if scope.is_within(granted) {
        Ok(scope)
    } else {
        Err(Code::InvalidScope.because("the scope exceeds what was granted"))
    }
}
