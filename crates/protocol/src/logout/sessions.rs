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

/// Sessions that live, of one user or of all.
///
/// # Errors
/// A fault of the store.
pub async fn list_living(
    provider: &Provider,
    user_id: Option<&UserId>,
) -> Result<Vec<Described>, Error> {
    let store = &provider.store;
    let found = match user_id {
        Some(user_id) => store.list_sessions_of(user_id).await?,
        None => store.list_sessions().await?,
    };
    let idle_seconds = provider.live().configuration.session_id_unused_lifetime;
    let now = provider.now();
    let mut described = Vec::new();
    for session in found.into_iter().map(|found| found.value) {
        if !session.lives(now, idle_seconds) {
            continue;
        }
        let user = store.find_user(&session.user_id).await?;
        let clients = store.list_client_sessions(&session.id).await?;
        described.push(Described {
            username: user.map_or_else(|| session.user_id.to_string(), |user| user.value.username),
            clients: clients
                .iter()
                .map(|client| client.client_id.to_string())
                .collect(),
            session,
        });
    }
    Ok(described)
}
