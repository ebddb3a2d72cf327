//! `grant_type=client_credentials` (RFC 6749, section 4.4): no user, no refresh token.

use durward_model::{Client, Scope};

use super::issue::{AccessTokenSubject, Allowance, Minting, TokenResponse};
use crate::{
    Parameters,
    authorization_details::{Asking, PARAMETER, request, vetting::vet},
    error::{Code, Error},
    resource,
};

/// Issues an access token to the client itself.
///
/// # Errors
/// `invalid_scope` for a scope that the client is not registered for;
/// `invalid_authorization_details` for details that it may not have;
/// `unauthorized_client` for a public client.
pub async fn answer(asking: &Asking<'_>) -> Result<TokenResponse, Error> {
    let Asking {
        provider,
        client,
        parameters,
        ..
    } = *asking;
    if client.is_public() {
        return Err(Code::UnauthorizedClient.because("public clients have no credentials"));
    }
    let scope = requested_scope(client, parameters)?;
    let live = provider.live();
    let resources = resource::requested(parameters, client, &live.configuration)?;
    // Nobody is asked: what the script lets pass is what is granted.
    let requested = parameters.find(PARAMETER).map(request::parse).transpose()?;
    let details = vet(asking, &requested.unwrap_or_default()).await?;
    let allowance = Allowance::of(asking, scope, details, resources).await;
    let minting = Minting::new(asking, &live)?;
    let subject = AccessTokenSubject {
        grant: None,
        allowance: &allowance,
    };
    let (access_token, expires_in, changes) = minting.access_token(&subject)?;
    provider.store.apply(changes).await?;
    Ok(TokenResponse {
        access_token,
        token_type: "Bearer",
        expires_in,
        refresh_token: None,
        id_token: None,
        authorization_details: allowance.authorization_details.elements(),
        scope: allowance.scope,
    })
}

/// The requested scope, or all that the client has; never one that speaks of a user.
fn requested_scope(client: &Client, parameters: &Parameters) -> Result<Scope, Error> {
    // Whoever registered itself administers nothing, whatever gave it such a scope.
    let allowed = match &client.registration {
        None => client.metadata.scope.clone(),
        Some(_) => client.metadata.scope.without_management(),
    };
    let Some(text) = parameters.find("scope") else {
        let own = allowed
            .iter()
            .filter(|token| !is_of_users(token))
            .collect::<Vec<_>>();
        return Ok(Scope::parse(&own.join(" ")));
    };
    let scope = Scope::parse(text);
    if !Scope::is_well_formed(text) || !scope.is_within(&allowed) || scope.iter().any(is_of_users) {
        return Err(Code::InvalidScope.because("the client may not have this scope"));
    }
    Ok(scope)
}

/// Scopes without meaning where there is no user.
fn is_of_users(token: &str) -> bool {
    matches!(token, "openid" | "profile" | "email" | "offline_access")
}
