//! `grant_type=urn:openid:params:grant-type:ciba` in poll mode (CIBA Core 1.0, sections 10.1 and 11).

use durward_model::{
    CibaRequest, CibaStatus, Grant, GrantId, SecretHash, Timestamp, client::grant_type,
    grant::Authentication,
};
use durward_store::{Change, StoreError, Versioned};

use super::issue::{Allowance, Minting, TokenResponse, find_active_user, revoke_grant};
use crate::{
    Provider,
    authorization_details::{Asking, narrowing::narrow},
    error::{Code, Error},
    resource,
};

/// Seconds that each `slow_down` adds to the interval.
const SLOW_DOWN_SECONDS: i64 = 5;

/// Answers a poll.
///
/// # Errors
/// `authorization_pending`, `slow_down`, `expired_token`, `access_denied`,
/// `unauthorized_client`, `invalid_grant`, `invalid_authorization_details`.
pub async fn answer(asking: &Asking<'_>) -> Result<TokenResponse, Error> {
    let Asking {
        provider,
        client,
        parameters,
        ..
    } = *asking;
    if client.is_public() {
        return Err(Code::UnauthorizedClient.because("CIBA is for confidential clients"));
    }
    let hash = SecretHash::of(parameters.require("auth_req_id")?);
    let now = provider.now();
    let found = provider.store.find_ciba_request(&hash).await?;
    let request = found
        .filter(|request| request.client_id == client.client_id)
        .ok_or_else(|| Code::InvalidGrant.because("the auth_req_id is not valid"))?;
    match request.status.clone() {
        CibaStatus::Redeemed { grant_id } => {
            revoke_grant(provider, &grant_id, &client.client_id).await?;
            Err(Code::InvalidGrant.because("the auth_req_id was used before"))
        }
        _ if now >= request.expires_at => {
            Err(Code::ExpiredToken.because("the authentication request has expired"))
        }
        CibaStatus::Denied => Err(Code::AccessDenied.because("the user denied the request")),
        CibaStatus::Pending => pending(provider, &request, now).await,
        CibaStatus::Approved { authentication } => redeem(asking, &request, authentication).await,
    }
}

/// Is this poll too early? The first one never is (section 7.3), nor one that comes before
/// the last: the clock was set back.
fn is_too_early(request: &CibaRequest, now: Timestamp) -> bool {
    let early = 0..request.interval_seconds.saturating_mul(1000);
    request
        .last_poll_at
        .is_some_and(|last| early.contains(&now.ms_since(last)))
}

async fn pending(
    provider: &Provider,
    request: &Versioned<CibaRequest>,
    now: Timestamp,
) -> Result<TokenResponse, Error> {
    let too_early = is_too_early(request, now);
    let mut polled = request.value.clone();
    polled.last_poll_at = Some(now);
    if too_early {
        polled.interval_seconds = polled.interval_seconds.saturating_add(SLOW_DOWN_SECONDS);
    }
    match provider
        .store
        .apply(vec![Change::replace(request, &polled)])
        .await
    {
        // Another poll or the user's answer came in between; the next poll sees it.
        Ok(()) | Err(StoreError::Conflict { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Err(if too_early {
        Code::SlowDown.because("polled before the interval was over; it is now longer")
    } else {
        Code::AuthorizationPending.because("the user has not answered yet")
    })
}

async fn redeem(
    asking: &Asking<'_>,
    request: &Versioned<CibaRequest>,
    authentication: Authentication,
) -> Result<TokenResponse, Error> {
    let Asking {
        provider, client, ..
    } = *asking;
    let live = provider.live();
    let now = provider.now();
    let resources = resource::narrowed(&request.resources, asking.parameters)?;
    let minting = Minting::new(asking, &live)?;
    let grant = Grant {
        id: GrantId::new(provider.new_id()),
        client_id: client.client_id.clone(),
        user_id: Some(request.user_id.clone()),
        scope: request.scope.clone(),
        resources: request.resources.clone(),
        authorization_details: request.authorization_details.clone(),
        authentication: Some(authentication),
        nonce: None,
        grant_type: grant_type::CIBA.to_owned(),
        revoked_at: None,
        created_at: now,
        expires_at: minting.grant_expiry(),
    };
    let user = find_active_user(provider, &grant).await?;
    let user = user.ok_or_else(|| {
        Code::AccessDenied.hiding("the request cannot be granted", "user is gone or disabled")
    })?;
    let asking = asking.of_user(&user);
    let details = narrow(&asking, &grant.authorization_details).await?;
    let allowance = Allowance::of(&asking, grant.scope.clone(), details, resources).await;
    let mut redeemed = request.value.clone();
    redeemed.status = CibaStatus::Redeemed {
        grant_id: grant.id.clone(),
    };
    let (response, tokens) = minting.for_grant(&grant, &allowance)?;
    let mut changes = vec![Change::replace(request, &redeemed), Change::insert(&grant)];
    changes.extend(tokens);
    match provider.store.apply(changes).await {
        Err(StoreError::Conflict { .. }) => {
            Err(Code::InvalidGrant.because("the auth_req_id was used before"))
        }
        other => {
            other?;
            Ok(response)
        }
    }
}
