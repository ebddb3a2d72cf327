//! Sessions (`/jans-auth-server/session`): who is logged in where, and ending it.

use serde_json::{Value, json};

use super::{
    ManagementError, Page, Request,
    access::{Right, SESSIONS, authorize},
    paging::{self, Listing},
};
use crate::logout::{
    ending::{self, By},
    sessions::{Described, list_living},
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
    let all = list_living(request.provider, None).await?;
    paging::page(request, LISTING, all.iter().map(told).collect())
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
