//! Token revocation (RFC 7009).

use durward_model::{AccessToken, ClientId, SecretHash};
use durward_store::{Change, StoreError};

use crate::{
    Parameters, Provider, client_auth,
    error::Error,
    introspection::{self, ActiveToken},
    token::issue::revoke_grant,
    visit::Caller,
};

/// Revokes a token of the authenticated client. A token that is unknown,
/// already dead or another client's is answered alike: done (section 2.2).
///
/// Revoking a refresh token ends its grant; revoking an access token ends just it.
///
/// # Errors
/// `invalid_client`, or `invalid_request` without a token.
pub async fn answer<'a>(
    provider: &Provider,
    caller: impl Into<Caller<'a>>,
    parameters: &Parameters,
) -> Result<(), Error> {
    let client = client_auth::authenticate(provider, caller, parameters).await?;
    let token = parameters.require("token")?;
    let hash = SecretHash::of(token);
    if let Some(refresh) = provider.store.find_refresh_token(&hash).await? {
        if refresh.client_id == client.client_id {
            revoke_grant(provider, &refresh.grant_id, &client.client_id).await?;
        }
        return Ok(());
    }
    match introspection::find_unrevoked(provider, token).await? {
        Some(active) if active.client_id == client.client_id.as_str() => {
            revoke_access_token(provider, active).await
        }
        _ => Ok(()),
    }
}

async fn revoke_access_token(provider: &Provider, active: ActiveToken) -> Result<(), Error> {
    let tombstone = AccessToken {
        hash: active.record,
        grant_id: active.grant.map(|grant| grant.id),
        client_id: ClientId::new(active.client_id),
        user_id: active.user_id,
        scope: active.scope,
        resources: active.resources,
        authorization_details: active.authorization_details,
        certificate_thumbprint: active.certificate_thumbprint,
        issued_at: active.issued_at,
        expires_at: active.expires_at,
        revoked_at: Some(provider.now()),
    };
    match provider.store.apply(vec![Change::put(&tombstone)]).await {
        Err(StoreError::Conflict { .. }) | Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
