//! Who is logged in where, for those who look after it.

use durward_model::{Session, UserId};

use crate::{Provider, error::Error};

/// A session with what its ids mean.
#[derive(Debug, Clone)]
pub struct Described {
    /// The session.
    pub session: Session,
    /// Login name of its user.
    pub username: String,
    /// Ids of the clients that somebody is logged in to.
    pub clients: Vec<String>,
}

/// Sessions that live, of one user or of all. What their ids mean is looked up for those
/// that somebody wants to see: [`describe`].
///
/// # Errors
/// A fault of the store.
pub async fn list_living(
    provider: &Provider,
    user_id: Option<&UserId>,
) -> Result<Vec<Session>, Error> {
    let store = &provider.store;
    let found = match user_id {
        Some(user_id) => store.list_sessions_of(user_id).await?,
        None => store.list_sessions().await?,
    };
    let idle_seconds = provider.live().configuration.session_id_unused_lifetime;
    let now = provider.now();
    let sessions = found.into_iter().map(|found| found.value);
    Ok(sessions
        .filter(|session| session.lives(now, idle_seconds))
        .collect())
}

/// A session with what its ids mean.
///
/// # Errors
/// A fault of the store.
pub async fn describe(provider: &Provider, session: Session) -> Result<Described, Error> {
    let clients = provider.store.list_client_sessions(&session.id).await?;
    Ok(Described {
        username: username(provider, &session.user_id).await?,
        clients: clients
            .iter()
            .map(|client| client.client_id.to_string())
            .collect(),
        session,
    })
}

/// A user's login name; the id of one who is gone.
///
/// # Errors
/// A fault of the store.
pub async fn username(provider: &Provider, user_id: &UserId) -> Result<String, Error> {
    let user = provider.store.find_user(user_id).await?;
    Ok(user.map_or_else(|| user_id.to_string(), |user| user.value.username))
}
