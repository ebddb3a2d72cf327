//! What a logout request asks, and who vouches for it (RP-Initiated Logout 1.0,
//! section 2).

use durward_model::{Client, ClientId};
use durward_script::origin;
use serde_json::Value;
use url::Url;

use crate::{
    Parameters, Provider,
    authentication::Authenticated,
    authorize::request::archived_claims,
    error::{Code, Error},
};

/// Longest hint and longest state, bytes.
const MAX_HINT_BYTES: usize = 8 * 1024;
const MAX_STATE_BYTES: usize = 4 * 1024;

/// A checked request.
#[derive(Debug)]
pub struct LogoutRequest {
    /// The client that `id_token_hint` or `client_id` names.
    pub client: Option<Client>,
    /// Where the browser goes afterwards, `state` added.
    pub redirect: Option<String>,
    hint: Option<Hint>,
    sid: Option<String>,
    logout_hint: Option<String>,
}

/// An ID token of ours, perhaps expired.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hint {
    subject: String,
    client_id: String,
    sid: Option<String>,
}

impl LogoutRequest {
    /// Checks a request's parameters.
    ///
    /// # Errors
    /// `invalid_request`: a hint that is not ours, a client that it does not fit, a
    /// redirect that the client did not register.
    pub async fn load(provider: &Provider, parameters: &Parameters) -> Result<Self, Error> {
        let hint = parameters
            .find("id_token_hint")
            .map(|text| Hint::parse(provider, text))
            .transpose()?;
        let client = find_client(provider, hint.as_ref(), parameters).await?;
        let redirect = redirect(client.as_ref(), parameters)?;
        Ok(Self {
            client,
            redirect,
            hint,
            sid: parameters.find("sid").map(str::to_owned),
            logout_hint: parameters.find("logout_hint").map(str::to_owned),
        })
    }

    /// Whether a client proves that it speaks for this very session: nobody else can
    /// have its ID token. Without that a foreign site could log people out.
    pub fn is_vouched_for(&self, who: &Authenticated) -> bool {
        let Some(hint) = &self.hint else { return false };
        let sid = who.session.sid_for(&ClientId::new(&hint.client_id));
        let fits = |given: &Option<String>| given.as_ref().is_none_or(|given| *given == sid);
        hint.subject == who.user.id.as_str()
            && hint.sid.as_ref() == Some(&sid)
            && fits(&self.sid)
            && self
                .logout_hint
                .as_deref()
                .is_none_or(|hint| names(hint, who))
    }
}

/// Does a `logout_hint` name who is logged in?
fn names(hint: &str, who: &Authenticated) -> bool {
    let user = &who.user;
    hint == user.id.as_str()
        || hint.eq_ignore_ascii_case(&user.username)
        || user
            .email
            .as_deref()
            .is_some_and(|email| hint.eq_ignore_ascii_case(email))
}

impl Hint {
    fn parse(provider: &Provider, text: &str) -> Result<Self, Error> {
        if text.len() > MAX_HINT_BYTES {
            return Err(Code::InvalidRequest.because("'id_token_hint' is too long"));
        }
        let claims = archived_claims(&provider.live(), text, provider.now())?;
        let claim = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        match (claim("sub"), claim("aud")) {
            (Some(subject), Some(client_id)) => Ok(Self {
                subject,
                client_id,
                sid: claim("sid"),
            }),
            _ => {
                Err(Code::InvalidRequest
                    .because("'id_token_hint' is not an ID token of this server"))
            }
        }
    }
}

async fn find_client(
    provider: &Provider,
    hint: Option<&Hint>,
    parameters: &Parameters,
) -> Result<Option<Client>, Error> {
    let named = parameters.find("client_id");
    let hinted = hint.map(|hint| hint.client_id.as_str());
    if let (Some(named), Some(hinted)) = (named, hinted)
        && named != hinted
    {
        return Err(Code::InvalidRequest.because("'client_id' is not the one of 'id_token_hint'"));
    }
    let Some(id) = named.or(hinted) else {
        return Ok(None);
    };
    let found = provider.store.find_client(&ClientId::new(id)).await?;
    let client = found
        .map(|found| found.value)
        .filter(|client| client.is_live(provider.now()));
    if client.is_none() && hinted.is_none() {
        return Err(Code::InvalidRequest.because("there is no such client"));
    }
    if let Some(client) = &client {
        origin::client_is(client.client_id.as_str());
    }
    Ok(client)
}

/// Where to go afterwards: exactly as registered, `state` added once. Where no
/// client is named nobody answers for the address, and the browser stays with us.
fn redirect(client: Option<&Client>, parameters: &Parameters) -> Result<Option<String>, Error> {
    let state = parameters.find("state");
    if state.is_some_and(|state| state.len() > MAX_STATE_BYTES) {
        return Err(Code::InvalidRequest.because("'state' is too long"));
    }
    let (Some(asked), Some(client)) = (parameters.find("post_logout_redirect_uri"), client) else {
        return Ok(None);
    };
    let registered = &client.metadata.post_logout_redirect_uris;
    let refused = || {
        Code::InvalidRequest.because("'post_logout_redirect_uri' is not registered for the client")
    };
    if !registered.iter().any(|uri| uri == asked) {
        return Err(refused());
    }
    let mut uri = Url::parse(asked).map_err(|_| refused())?;
    if let Some(state) = state {
        uri.query_pairs_mut().append_pair("state", state);
    }
    Ok(Some(uri.into()))
}
