//! Browser sessions and the password login.
//!
//! Not here: cookies as HTTP sees them, pages, which request a login is for.

use durward_model::{ClientSession, Configuration, SecretHash, Session, User};
use durward_store::{Change, StoreError, Versioned};

use crate::{
    Provider,
    error::{Code, Error},
    logout::ending,
    password,
    visit::Visit,
};

/// What a browser brought along.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    /// Value of the session cookie.
    pub session_cookie: Option<String>,
    /// Value of the cookie that binds pages to this browser.
    pub browser_cookie: Option<String>,
    /// Where it connects from.
    pub address: String,
    /// Headers that scripts may see.
    pub headers: Vec<(String, String)>,
}

impl Browser {
    /// Its request, for scripts. What was posted goes on as a GET.
    pub fn visit(&self) -> Visit {
        Visit {
            method: "GET".to_owned(),
            remote_addr: self.address.clone(),
            headers: self.headers.clone(),
            certificate: None, // of browsers nobody asks any
        }
    }
}

/// A session that is valid now, and its user.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// The session.
    pub session: Session,
    /// Whose.
    pub user: User,
}

/// The browser's session, if it lives and its user may log in.
///
/// # Errors
/// A fault of the store.
pub async fn find_session(
    provider: &Provider,
    browser: &Browser,
) -> Result<Option<Authenticated>, Error> {
    let idle_seconds = provider.live().configuration.session_id_unused_lifetime;
    let now = provider.now();
    let found = find_any_session(provider, browser).await?;
    let Some(session) = found.filter(|session| session.lives(now, idle_seconds)) else {
        return Ok(None);
    };
    let user = provider
        .store
        .find_user(&session.user_id)
        .await?
        .map(|found| found.value);
    Ok(user
        .filter(|user| !user.disabled)
        .map(|user| Authenticated { session, user }))
}

/// The browser's session as stored, whoever's and however old.
///
/// # Errors
/// A fault of the store.
pub async fn find_any_session(
    provider: &Provider,
    browser: &Browser,
) -> Result<Option<Session>, Error> {
    let Some(cookie) = &browser.session_cookie else {
        return Ok(None);
    };
    let found = provider.store.find_session(&SecretHash::of(cookie)).await?;
    Ok(found.map(|found| found.value))
}

/// Notes that a session was used, now and then: often enough that it does not end
/// while it is in use, seldom enough that using it costs no write.
///
/// # Errors
/// A fault of the store.
pub async fn note_use(provider: &Provider, session: &Session) -> Result<(), Error> {
    let now = provider.now();
    let idle_seconds = provider.live().configuration.session_id_unused_lifetime;
    if now < session.used_at.plus_seconds(idle_seconds / 20) {
        return Ok(());
    }
    let Some(found) = provider.store.find_session(&session.id).await? else {
        return Ok(());
    };
    let used = Session {
        used_at: now,
        ..found.value.clone()
    };
    match provider
        .store
        .apply(vec![Change::replace(&found, &used)])
        .await
    {
        // Ended, or noted by another request.
        Ok(()) | Err(StoreError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Whether the session lives that a client knows as `sid`, for the client's part in it.
///
/// # Errors
/// A fault of the store.
pub async fn lives(provider: &Provider, sid: &str) -> Result<bool, Error> {
    let Some(client_session) = provider.store.find_client_session(sid).await? else {
        return Ok(false);
    };
    let session = provider.store.find_session(&client_session.session).await?;
    Ok(session.is_some_and(|session| provider.now() < session.expires_at))
}

/// A password that fitted: who gave it, and the attempt, which still counts as
/// a failure until [`Passed::apply`].
#[derive(Debug)]
#[must_use]
pub struct Passed {
    /// Who logs in.
    pub user: User,
    attempt: password::Attempt,
}

impl Passed {
    /// Applies what the login leads to, and forgives the attempt.
    ///
    /// # Errors
    /// A fault of the store; a conflict of `changes`.
    pub async fn apply(self, provider: &Provider, changes: Vec<Change>) -> Result<(), StoreError> {
        self.attempt.succeeded_with(&*provider.store, changes).await
    }
}

/// Checks a password. Unknown users, disabled users and wrong passwords are one
/// answer and the same work.
///
/// # Errors
/// `access_denied` for a miss, `temporarily_unavailable` during a pause.
pub async fn check_password(
    provider: &Provider,
    username: &str,
    password: &str,
    address: &str,
) -> Result<Passed, Error> {
    let live = provider.live();
    let now = provider.now();
    let counters = password::login_counters(username, address, &live.configuration);
    let store = &*provider.store;
    let attempt = password::Attempt::begin(store, counters, now, &live.configuration).await?;
    let found = find_user(provider, username).await?;
    let hash = found
        .as_ref()
        .and_then(|user| user.password_hash.as_deref());
    let fits = password::verify(password, hash).await?;
    if let Some(user) = found.filter(|user| fits && !user.disabled) {
        return Ok(Passed {
            user: user.value,
            attempt,
        });
    }
    attempt.failed(store, &live.configuration).await?;
    Err(Code::AccessDenied.because("the user name or the password is wrong"))
}

async fn find_user(provider: &Provider, username: &str) -> Result<Option<Versioned<User>>, Error> {
    Ok(provider
        .store
        .find_user_by_username(username.trim())
        .await?)
}

/// A new session for a user who has just given a password: cookie value, session and
/// changes. Always a new id, so that one planted before the login is worth nothing.
///
/// What the browser's session was before goes on in the new one if it is the same
/// user's, so that its clients still hear of the logout; another user's ends.
///
/// # Errors
/// A fault of the store.
pub async fn begin_session(
    provider: &Provider,
    user: &User,
    browser: &Browser,
) -> Result<(String, Vec<Change>), Error> {
    let live = provider.live();
    let now = provider.now();
    let cookie = provider.new_secret();
    let before = find_any_session(provider, browser).await?;
    let same = before
        .as_ref()
        .filter(|before| before.user_id == user.id && now < before.expires_at);
    let session = Session {
        id: SecretHash::of(&cookie),
        sid: same.map_or_else(|| provider.new_id(), |before| before.sid.clone()),
        user_id: user.id.clone(),
        auth_time: now,
        acr: first_acr(&live.configuration),
        amr: vec!["pwd".to_owned()],
        used_at: now,
        expires_at: now.plus_seconds(live.configuration.session_id_lifetime),
    };
    let mut changes = match (same, &before) {
        (Some(same), _) => moved(provider, same, &session).await?,
        (None, Some(other)) => {
            ending::plan(provider, other, ending::By::Elsewhere)
                .await?
                .1
        }
        (None, None) => Vec::new(),
    };
    changes.push(Change::insert(&session));
    Ok((cookie, changes))
}

fn first_acr(configuration: &Configuration) -> String {
    let first = configuration.acr_values_supported.first();
    first.cloned().unwrap_or_default()
}

/// The clients of one session, in another.
async fn moved(provider: &Provider, from: &Session, to: &Session) -> Result<Vec<Change>, Error> {
    let mut changes = vec![Change::delete::<Session>(from.id.as_str())];
    for found in provider.store.list_client_sessions(&from.id).await? {
        let moved = ClientSession {
            session: to.id.clone(),
            expires_at: to.expires_at,
            ..found.value.clone()
        };
        changes.push(Change::put(&moved));
    }
    Ok(changes)
}
