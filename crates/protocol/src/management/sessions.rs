//! Sessions (`/jans-auth-server/session`): who is logged in where, and ending it.

use std::collections::BTreeMap;

use durward_model::{Session, UserId};
use serde_json::{Value, json};

use super::{
    ManagementError, Page, Request,
    access::{Right, SESSIONS, authorize},
    paging::{self, Listing},
};
use crate::logout::{
    ending::{self, By},
    sessions::{Described, describe, list_living, username},
};

const LISTING: Listing = Listing {
    searched: &["sid", "userId", "userInum"],
    sorted: &["authTime", "sid", "userId", "usedAt", "expiresAt"],
    last_first: true,
};

/// Those that live.
///
/// # Errors
/// As [`authorize`].
pub async fn list(request: &Request<'_>) -> Result<Page<Value>, ManagementError> {
    authorize(request, SESSIONS, Right::Read).await?;
    let provider = request.provider;
    let sessions = list_living(provider, None).await?;
    let names = names(request, &sessions).await?;
    let rows = sessions
        .iter()
        .map(|session| row(session, names.get(&session.user_id)))
        .collect();
    let mut page = paging::page(request, LISTING, rows)?;
    let mut sessions: BTreeMap<String, Session> = sessions
        .into_iter()
        .map(|session| (session.sid.clone(), session))
        .collect();
    for entry in &mut page.entries {
        let sid = entry["sid"].as_str().unwrap_or_default();
        if let Some(session) = sessions.remove(sid) {
            *entry = told(&describe(provider, session).await?);
        }
    }
    Ok(page)
}

/// Login names, if the list is searched or sorted by them: each user is read once, and
/// nobody whose name makes no difference.
async fn names(
    request: &Request<'_>,
    sessions: &[Session],
) -> Result<BTreeMap<UserId, String>, ManagementError> {
    let parameters = request.parameters;
    let mut names = BTreeMap::new();
    if parameters.find("pattern").is_some() || parameters.find("sortBy") == Some("userId") {
        for session in sessions {
            let id = &session.user_id;
            if !names.contains_key(id) {
                names.insert(id.clone(), username(request.provider, id).await?);
            }
        }
    }
    Ok(names)
}

/// What a session is searched and sorted by.
fn row(session: &Session, username: Option<&String>) -> Value {
    json!({
        "sid": session.sid,
        "userInum": session.user_id.as_str(),
        "userId": username,
        "authTime": session.auth_time.rfc3339(),
        "usedAt": session.used_at.rfc3339(),
        "expiresAt": session.expires_at.rfc3339(),
    })
}

/// Ends one. Its clients are told as at any logout without a browser.
///
/// # Errors
/// `Missing`.
pub async fn end(request: &Request<'_>, sid: &str) -> Result<(), ManagementError> {
    let caller = authorize(request, SESSIONS, Right::Delete).await?;
    request.check_parameters(&[])?;
    let provider = request.provider;
    let found = provider.store.find_session_by_sid(sid).await?;
    let session =
        found.ok_or_else(|| ManagementError::Missing(format!("there is no session '{sid}'")))?;
    ending::end(provider, &session, By::Elsewhere).await?;
    tracing::info!(target: "audit", author = caller.author, sid, "session ended");
    Ok(())
}

fn told(described: &Described) -> Value {
    let session = &described.session;
    json!({
        "sid": session.sid,
        "userInum": session.user_id.as_str(),
        "userId": described.username,
        "authTime": session.auth_time.rfc3339(),
        "acr": session.acr,
        "amr": session.amr,
        "usedAt": session.used_at.rfc3339(),
        "expiresAt": session.expires_at.rfc3339(),
        "clients": described.clients,
    })
}
