//! Scopes that exist (`/scopes`): the configuration's, for looking.

use serde_json::{Value, json};

use super::{
    ManagementError, Page, Request,
    access::{Right, SCOPES, authorize},
    paging::{self, Listing},
};
use crate::client_registration::scope_dn;

const LISTING: Listing = Listing {
    searched: &["id"],
    sorted: &["id", "inum", "scopeType"],
    last_first: false,
};

/// All of them.
///
/// # Errors
/// As [`authorize`].
pub async fn list(request: &Request<'_>) -> Result<Page<Value>, ManagementError> {
    authorize(request, SCOPES, Right::Read).await?;
    let live = request.provider.live();
    let all = live.configuration.scopes_supported.iter();
    paging::page(request, LISTING, all.map(|scope| told(scope)).collect())
}

/// One of them.
///
/// # Errors
/// `Missing`.
pub async fn find(request: &Request<'_>, inum: &str) -> Result<Value, ManagementError> {
    authorize(request, SCOPES, Right::Read).await?;
    request.check_parameters(&[])?;
    let live = request.provider.live();
    let mut all = live.configuration.scopes_supported.iter();
    let found = all.find(|scope| *scope == inum);
    found
        .map(|scope| told(scope))
        .ok_or_else(|| ManagementError::Missing(format!("there is no scope '{inum}'")))
}

/// A scope is called what it is: it has no other id.
pub fn told(scope: &str) -> Value {
    let of_people = ["openid", "profile", "email"].contains(&scope);
    json!({
        "dn": scope_dn(scope),
        "inum": scope,
        "id": scope,
        "scopeType": if of_people { "openid" } else { "oauth" },
    })
}
