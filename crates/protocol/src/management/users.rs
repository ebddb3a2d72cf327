//! People (`/users`): found, locked out and let in again. Not here: making them, passwords.

use durward_model::{User, UserId};
use durward_store::Change;
use serde_json::{Value, json};

use super::{
    ManagementError, Page, Request, Tagged,
    access::{Right, USERS, authorize},
    check_seen,
    paging::{self, Listing},
};

const LISTING: Listing = Listing {
    searched: &["inum", "userId", "displayName", "mail"],
    sorted: &["userId", "inum", "displayName", "mail", "status"],
    last_first: false,
};

/// All of them.
///
/// # Errors
/// As [`authorize`].
pub async fn list(request: &Request<'_>) -> Result<Page<Value>, ManagementError> {
    authorize(request, USERS, Right::Read).await?;
    let all = request.provider.store.list_users().await?;
    paging::page(
        request,
        LISTING,
        all.iter().map(|user| told(user)).collect(),
    )
}

/// One of them.
///
/// # Errors
/// `Missing`.
pub async fn find(request: &Request<'_>, inum: &str) -> Result<Tagged<Value>, ManagementError> {
    authorize(request, USERS, Right::Read).await?;
    request.check_parameters(&[])?;
    let found = load(request, inum).await?;
    Ok(Tagged::new(told(&found), found.version))
}

/// Locks somebody out, or lets them in again. While locked they cannot log in, and nothing
/// that was issued for them is worth anything.
///
/// # Errors
/// `Missing`, `Conflict`, `Stale`.
pub async fn set_locked(
    request: &Request<'_>,
    inum: &str,
    locked: bool,
) -> Result<Tagged<Value>, ManagementError> {
    let caller = authorize(request, USERS, Right::Write).await?;
    request.check_parameters(&[])?;
    let before = load(request, inum).await?;
    let now = Tagged::new(told(&before), before.version);
    check_seen(request, now.revision)?;
    if before.disabled == locked {
        return Ok(now);
    }
    let mut user = before.value.clone();
    user.disabled = locked;
    let change = Change::replace(&before, &user);
    request.provider.store.apply(vec![change]).await?;
    tracing::info!(target: "audit", author = caller.author, user = inum, locked, "user changed");
    Ok(Tagged::new(told(&user), before.version + 1))
}

async fn load(
    request: &Request<'_>,
    inum: &str,
) -> Result<durward_store::Versioned<User>, ManagementError> {
    let found = request.provider.store.find_user(&UserId::new(inum)).await?;
    found.ok_or_else(|| ManagementError::Missing(format!("there is no user '{inum}'")))
}

/// A person without secrets, in Jans's words.
fn told(user: &User) -> Value {
    json!({
        "inum": user.id.as_str(),
        "userId": user.username,
        "displayName": user.name,
        "mail": user.email,
        "emailVerified": user.email_verified,
        "status": if user.disabled { "inactive" } else { "active" },
        "deviceRegistered": user.device_registration_token.is_some(),
        "createdAt": user.created_at.rfc3339(),
    })
}
