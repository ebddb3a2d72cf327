//! What people see and end of their own: sessions, and applications that they let in.
//!
//! Not here: pages, how somebody logs in.

use durward_model::{Client, ClientId, Consent, Grant, SecretHash, Session, User};
use durward_store::{Change, StoreError, Versioned};

use crate::{
    Parameters, Provider,
    authentication::{self, Authenticated, Browser},
    authorize::{LoginStep, carry},
    error::{Code, Error},
    logout::ending::{self, By},
};

/// Names the account page in the parameters of an interaction.
const PAGE: &str = "page=account";

/// Times that disconnecting is tried when something changes meanwhile.
const ATTEMPTS: u32 = 8;

/// What a browser sees.
#[derive(Debug)]
pub enum Step {
    /// The login first, and a new value of the browser cookie.
    Login(Box<LoginStep>, Option<String>),
    /// The page.
    Account(Box<Account>),
}

/// Somebody's sessions and applications.
#[derive(Debug)]
pub struct Account {
    /// Who.
    pub user: User,
    /// What the page's forms must bring back.
    pub form_token: String,
    /// Sessions that live, this browser's first.
    pub sessions: Vec<OwnSession>,
    /// Applications that were let in, and what they may see.
    pub applications: Vec<(Client, Consent)>,
}

/// A session of the person's own.
#[derive(Debug)]
pub struct OwnSession {
    /// The session.
    pub session: Session,
    /// Is it this browser's?
    pub is_this_browser: bool,
    /// Applications in it, by name.
    pub clients: Vec<String>,
}

/// Is an interaction the account page's?
pub(crate) fn is_asked(parameters: &Parameters) -> bool {
    parameters.encode() == PAGE
}

/// Shows the page, or the login before it.
///
/// # Errors
/// A fault of the store.
pub async fn show(provider: &Provider, browser: &Browser) -> Result<Step, Error> {
    let Some(who) = authentication::find_session(provider, browser).await? else {
        let (interaction, cookie) =
            carry(provider, browser, None, &Parameters::parse(PAGE)?).await?;
        let login = LoginStep {
            interaction,
            client: None,
            login_hint: None,
            redirect_uri: None,
        };
        return Ok(Step::Login(Box::new(login), cookie));
    };
    let account = Account {
        form_token: form_token(browser),
        sessions: own_sessions(provider, &who).await?,
        applications: applications(provider, &who.user).await?,
        user: who.user,
    };
    Ok(Step::Account(Box::new(account)))
}

/// Proof that a form is of a page that this very session was shown: nobody else
/// knows the cookie that it is made of.
fn form_token(browser: &Browser) -> String {
    let cookie = browser.session_cookie.as_deref().unwrap_or_default();
    SecretHash::of(&format!("account form of {cookie}"))
        .as_str()
        .to_owned()
}

async fn own_sessions(provider: &Provider, who: &Authenticated) -> Result<Vec<OwnSession>, Error> {
    let idle_seconds = provider.live().configuration.session_id_unused_lifetime;
    let now = provider.now();
    let mut own = Vec::new();
    for found in provider.store.list_sessions_of(&who.user.id).await? {
        if !found.lives(now, idle_seconds) {
            continue;
        }
        let mut clients = Vec::new();
        for part in provider.store.list_client_sessions(&found.id).await? {
            clients.push(name_of(provider, &part.client_id).await?);
        }
        own.push(OwnSession {
            is_this_browser: found.id == who.session.id,
            session: found.value,
            clients,
        });
    }
    own.sort_by_key(|own| (!own.is_this_browser, -own.session.used_at.ms()));
    Ok(own)
}

async fn name_of(provider: &Provider, id: &ClientId) -> Result<String, Error> {
    let found = provider.store.find_client(id).await?;
    Ok(found.map_or_else(|| id.to_string(), |client| client.display_name().to_owned()))
}

async fn applications(provider: &Provider, user: &User) -> Result<Vec<(Client, Consent)>, Error> {
    let mut applications = Vec::new();
    for consent in provider.store.list_consents_of(&user.id).await? {
        if let Some(client) = provider.store.find_client(&consent.client_id).await? {
            applications.push((client.value, consent.value));
        }
    }
    applications.sort_by(|a, b| a.0.display_name().cmp(b.0.display_name()));
    Ok(applications)
}

/// What a form of the page asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// End the session of this `sid`.
    EndSession(String),
    /// Take back what this application may do.
    Disconnect(String),
}

/// Does what a form asks. Only one's own sessions and applications are touched;
/// those of others are not found. Whether the browser's own session has ended.
///
/// # Errors
/// `invalid_request` for a form that is not of this session's page; a fault of the store.
pub async fn apply(
    provider: &Provider,
    browser: &Browser,
    token: Option<&str>,
    request: &Request,
) -> Result<bool, Error> {
    let who = authentication::find_session(provider, browser).await?;
    let Some(who) = who.filter(|_| token == Some(form_token(browser).as_str())) else {
        return Err(Code::InvalidRequest.because("this page has expired; open it again"));
    };
    match request {
        Request::EndSession(sid) => end_session(provider, &who, sid).await,
        Request::Disconnect(client_id) => {
            disconnect(provider, &who.user, &ClientId::new(client_id)).await?;
            Ok(false)
        }
    }
}

async fn end_session(provider: &Provider, who: &Authenticated, sid: &str) -> Result<bool, Error> {
    let found = provider.store.find_session_by_sid(sid).await?;
    let Some(session) = found.filter(|session| session.user_id == who.user.id) else {
        return Ok(false);
    };
    ending::end(provider, &session, By::Elsewhere).await?;
    Ok(session.id == who.session.id)
}

async fn grants(
    provider: &Provider,
    user: &User,
    client_id: &ClientId,
) -> Result<Vec<Versioned<Grant>>, Error> {
    let store = &provider.store;
    let mut grants = store.list_lasting_grants_of(&user.id, client_id).await?;
    for session in store.list_sessions_of(&user.id).await? {
        let of_session = store
            .list_grants_of_sid(&session.sid_for(client_id))
            .await?;
        let new = |grant: &Versioned<Grant>| !grants.iter().any(|known| known.id == grant.id);
        let new: Vec<_> = of_session.into_iter().filter(new).collect();
        grants.extend(new);
    }
    Ok(grants)
}

/// The application must ask again, and what it was given is worth nothing.
async fn disconnect(provider: &Provider, user: &User, client_id: &ClientId) -> Result<(), Error> {
    for _ in 0..ATTEMPTS {
        let Some(consent) = provider.store.find_consent(&user.id, client_id).await? else {
            return Ok(());
        };
        let mut changes = vec![Change::remove(&consent)];
        for grant in grants(provider, user, client_id).await? {
            if grant.revoked_at.is_none() {
                let revoked = Grant {
                    revoked_at: Some(provider.now()),
                    ..grant.value.clone()
                };
                changes.push(Change::replace(&grant, &revoked));
            }
        }
        match provider.store.apply(changes).await {
            // Renewed meanwhile: look again.
            Err(StoreError::Conflict { .. }) => {}
            other => return Ok(other?),
        }
    }
    Err(Error::Fault(
        "grants kept changing while they were revoked".to_owned(),
    ))
}
