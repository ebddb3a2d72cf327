//! Device registration (Jans's `/bc-deviceRegistration`): a user's device tells where pushes go.

use durward_model::{User, UserId};
use durward_store::{Change, StoreError};

use crate::{
    Parameters, Provider,
    authorize::request::hinted_subject,
    error::{Code, Error},
};

/// Longest registration token, bytes.
const MAX_TOKEN_BYTES: usize = 4_096;

/// Keeps `device_registration_token` for the user whom `id_token_hint` names.
/// Unlike Jans, an expired ID token does not do here: it is the only credential.
///
/// # Errors
/// `invalid_request`, `unknown_user_id`.
pub async fn register(provider: &Provider, parameters: &Parameters) -> Result<(), Error> {
    let hint = parameters.require("id_token_hint")?;
    let token = parameters.require("device_registration_token")?;
    if token.len() > MAX_TOKEN_BYTES || token.chars().any(char::is_control) {
        return Err(Code::InvalidRequest.because("'device_registration_token' is malformed"));
    }
    let live = provider.live();
    let now = provider.now();
    let subject = hinted_subject(&live, hint, now)?;
    if is_expired(hint, now.seconds()) {
        return Err(Code::InvalidRequest.because("'id_token_hint' has expired"));
    }
    let unknown = || Code::UnknownUserId.because("'id_token_hint' does not name a user");
    for _ in 0..8 {
        let found = provider.store.find_user(&UserId::new(&*subject)).await?;
        let found = found.filter(|user| !user.disabled).ok_or_else(unknown)?;
        let user = User {
            device_registration_token: Some(token.to_owned()),
            ..found.value.clone()
        };
        match provider
            .store
            .apply(vec![Change::replace(&found, &user)])
            .await
        {
            Err(StoreError::Conflict { .. }) => {}
            other => return Ok(other?),
        }
    }
    Err(Error::Fault(
        "a user kept changing while a device was registered".to_owned(),
    ))
}

fn is_expired(verified_hint: &str, now_seconds: i64) -> bool {
    durward_jose::unverified_claims(verified_hint, 64 * 1024)
        .ok()
        .and_then(|claims| claims.get("exp").and_then(serde_json::Value::as_i64))
        .is_none_or(|exp| now_seconds >= exp)
}
