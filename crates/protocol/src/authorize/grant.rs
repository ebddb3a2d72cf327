//! The end of an authorization request: a code for the client.

use durward_model::{
    AuthorizationCode, Grant, GrantId, SecretHash, client::grant_type, grant::Authentication,
};
use durward_store::{Change, StoreError};

use super::{Answer, request::AuthorizeRequest};
use crate::{
    Provider,
    authentication::Authenticated,
    error::{Code, Error},
};

/// Issues a code together with `changes`, and answers with it.
///
/// # Errors
/// `access_denied` when one of the changes met a conflict: the page was answered before.
pub async fn answer_code(
    provider: &Provider,
    request: &AuthorizeRequest,
    who: &Authenticated,
    mut changes: Vec<Change>,
) -> Result<Answer, Error> {
    let live = provider.live();
    let now = provider.now();
    let code = provider.new_secret();
    let expires_at = now.plus_seconds(live.configuration.authorization_code_lifetime);
    let record = AuthorizationCode {
        hash: SecretHash::of(&code),
        grant: Grant {
            id: GrantId::new(provider.new_id()),
            client_id: request.target.client.client_id.clone(),
            user_id: Some(who.user.id.clone()),
            scope: request.scope.clone(),
            authentication: Some(authentication(who)),
            nonce: request.nonce.clone(),
            grant_type: grant_type::AUTHORIZATION_CODE.to_owned(),
            revoked_at: None,
            created_at: now,
            expires_at,
        },
        redirect_uri: request
            .target
            .named
            .then(|| request.target.redirect_uri.clone()),
        pkce: request.pkce.clone(),
        consumed_at: None,
        expires_at,
    };
    changes.push(Change::insert(&record));
    match provider.store.apply(changes).await {
        Ok(()) => Ok(request.target.answer(vec![("code", code)])),
        Err(StoreError::Conflict { .. }) => {
            Err(Code::AccessDenied.because("this request was answered before"))
        }
        Err(error) => Err(error.into()),
    }
}

/// How a session's user authenticated, as tokens tell it.
pub(crate) fn authentication(who: &Authenticated) -> Authentication {
    Authentication {
        auth_time: who.session.auth_time,
        acr: who.session.acr.clone(),
        amr: who.session.amr.clone(),
        sid: Some(who.session.sid.clone()),
    }
}
