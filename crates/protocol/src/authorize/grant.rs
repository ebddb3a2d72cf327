//! The end of an authorization request: a code for the client.

use std::collections::BTreeMap;

use durward_model::{
    AuthorizationCode, ClientSession, Consent, Grant, GrantId, Scope, SecretHash, Session,
    client::grant_type, grant::Authentication,
};
use durward_store::{Change, Kind, StoreError};

use super::{Answer, request::AuthorizeRequest, session_state::session_state};
use crate::{
    Provider,
    authentication::{self, Authenticated},
    error::{Code, Error},
};

/// Times that an answer is tried while the consent that it widens changes.
const ATTEMPTS: u32 = 8;

/// When the person consented to what is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consenting {
    /// Earlier, or the client is trusted: there is nothing to remember.
    Before,
    /// On the page that is answered: to be remembered for the next time.
    Now,
}

/// Issues a code and answers with it; the interaction is `finished` with that.
///
/// # Errors
/// `access_denied` when the interaction met a conflict: the page was answered before.
pub async fn answer_code(
    provider: &Provider,
    request: &AuthorizeRequest,
    who: &Authenticated,
    finished: Option<Change>,
    consenting: Consenting,
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
    let mut changes = vec![Change::insert(&record)];
    // Not an insert: the client may have been given a code in this session before.
    changes.push(Change::put(&client_session));
    changes.extend(finished);
    store(provider, request, who, changes, consenting).await?;
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

/// Stores what is granted. The consent may be widened in another window meanwhile, or taken
/// back: then once more, from what it is by now.
async fn store(
    provider: &Provider,
    request: &AuthorizeRequest,
    who: &Authenticated,
    changes: Vec<Change>,
    consenting: Consenting,
) -> Result<(), Error> {
    for _ in 0..ATTEMPTS {
        let mut changes = changes.clone();
        if consenting == Consenting::Now {
            changes.extend(remembered(provider, request, who).await?);
        }
        match provider.store.apply(changes).await {
            Ok(()) => return Ok(()),
            Err(StoreError::Conflict {
                kind: Kind::Consent,
                ..
            }) => {}
            Err(StoreError::Conflict { .. }) => {
                return Err(Code::AccessDenied.because("this request was answered before"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Fault(
        "a consent kept changing while it was widened".to_owned(),
    ))
}

/// The consent, wider by what was just allowed, where the client's are remembered.
async fn remembered(
    provider: &Provider,
    request: &AuthorizeRequest,
    who: &Authenticated,
) -> Result<Option<Change>, Error> {
    let client = &request.target.client;
    if !client.remembers_consents() {
        return Ok(None);
    }
    let (user_id, client_id) = (&who.user.id, &client.client_id);
    let stored = provider.store.find_consent(user_id, client_id).await?;
    // What an earlier client of this id was allowed is replaced and not widened.
    let before = stored
        .as_ref()
        .filter(|stored| super::is_consent_to(stored, client))
        .map(|stored| stored.value.clone());
    let mut consent = before.unwrap_or_else(|| Consent {
        user_id: user_id.clone(),
        client_id: client_id.clone(),
        scope: Scope::default(),
        authorization_details: BTreeMap::new(),
        granted_at: provider.now(),
    });
    consent.scope = Scope::parse(&format!("{} {}", consent.scope, request.scope));
    consent.remember(&request.authorization_details);
    consent.granted_at = provider.now();
    Ok(Some(match &stored {
        Some(stored) => Change::replace(stored, &consent),
        None => Change::insert(&consent),
    }))
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
