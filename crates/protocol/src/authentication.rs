//! Browser sessions and the password login.
//!
//! Not here: cookies as HTTP sees them, pages, which request a login is for.

use durward_model::{Configuration, SecretHash, Session, Timestamp, User};
use durward_store::{Change, StoreError, Versioned};

use crate::{
    Provider,
    error::{Code, Error},
    password,
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
    let Some(cookie) = &browser.session_cookie else {
        return Ok(None);
    };
    let found = provider.store.find_session(&SecretHash::of(cookie)).await?;
    let now = provider.now();
    let Some(session) = found
        .map(|found| found.value)
        .filter(|session| now < session.expires_at)
    else {
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

/// A new session for a user who has just given a password: cookie value and session.
/// Always a new id, so that one planted before the login is worth nothing.
pub fn new_session(
    provider: &Provider,
    user: &User,
    configuration: &Configuration,
    now: Timestamp,
) -> (String, Session) {
    let cookie = provider.new_secret();
    let acr = configuration
        .acr_values_supported
        .first()
        .cloned()
        .unwrap_or_default();
    let session = Session {
        id: SecretHash::of(&cookie),
        sid: provider.new_id(),
        user_id: user.id.clone(),
        auth_time: now,
        acr,
        amr: vec!["pwd".to_owned()],
        expires_at: now.plus_seconds(configuration.session_id_lifetime),
    };
    (cookie, session)
}

/// The change that ends the browser's session.
pub fn end_session(browser: &Browser) -> Option<Change> {
    let cookie = browser.session_cookie.as_ref()?;
    Some(Change::delete::<Session>(SecretHash::of(cookie).as_str()))
}
