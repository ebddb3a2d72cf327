//! The end of an authorization request: a code for the client.

use durward_model::{
    AuthorizationCode, ClientSession, Grant, GrantId, SecretHash, Session, client::grant_type,
    grant::Authentication,
};
use durward_store::{Change, StoreError};

use super::{Answer, request::AuthorizeRequest, session_state::session_state};
use crate::{
    Provider,
    authentication::{self, Authenticated},
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
    let client_id = &request.target.client.client_id;
    let client_session = ClientSession {
        sid: who.session.sid_for(client_id),
        session: who.session.id.clone(),
        client_id: client_id.clone(),
        user_id: who.user.id.clone(),
        signed_in_at: now,
        expires_at: who.session.expires_at,
    };
    let record = AuthorizationCode {
        hash: SecretHash::of(&code),
        grant: Grant {
            id: GrantId::new(provider.new_id()),
            client_id: client_id.clone(),
            user_id: Some(who.user.id.clone()),
            scope: request.scope.clone(),
            resources: request.resources.clone(),
            authorization_details: request.authorization_details.clone(),
            authentication: Some(Authentication {
                sid: Some(client_session.sid.clone()),
                ..authentication(who)
            }),
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
    // Not an insert: the client may have been given a code in this session before.
    changes.push(Change::put(&client_session));
    match provider.store.apply(changes).await {
        Ok(()) => {
            authentication::note_use(provider, &who.session).await?;
            let mut parameters = vec![("code", code)];
            let state = live
                .configuration
                .has_feature("session_management")
                .then(|| state(provider, request, who))
                .flatten();
            parameters.extend(state.map(|state| ("session_state", state)));
            Ok(request.target.answer(parameters))
        }
        Err(StoreError::Conflict { .. }) => {
            Err(Code::AccessDenied.because("this request was answered before"))
        }
        Err(error) => Err(error.into()),
    }
}

fn state(provider: &Provider, request: &AuthorizeRequest, who: &Authenticated) -> Option<String> {
    session_state(
        &request.target.client.client_id,
        &request.target.redirect_uri,
        &Session::browser_state(&who.session.id),
        &provider.new_id(),
    )
}

/// How a session's user authenticated, as tokens tell it. No `sid`: that is for
/// clients which the browser's session is a part of.
pub(crate) fn authentication(who: &Authenticated) -> Authentication {
    Authentication {
        auth_time: who.session.auth_time,
        acr: who.session.acr.clone(),
        amr: who.session.amr.clone(),
        sid: None,
    }
}
