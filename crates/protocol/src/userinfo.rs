//! UserInfo (OpenID Connect Core 1.0, section 5.3): the claims that an access token's scopes allow.

use durward_model::{Scope, User};
use serde_json::{Map, Value, json};

use crate::{
    Provider,
    bearer::Bearer,
    error::{Code, Error},
    introspection,
};

/// Answers with the user's claims.
///
/// # Errors
/// `invalid_token`, or `insufficient_scope` without `openid`.
pub async fn answer<'a>(
    provider: &Provider,
    bearer: impl Into<Bearer<'a>>,
) -> Result<Map<String, Value>, Error> {
    let invalid = || Code::InvalidToken.because("the access token is not valid");
    let active = introspection::find_active(provider, bearer)
        .await?
        .filter(|active| active.is_for(&provider.live().configuration.issuer))
        .ok_or_else(invalid)?;
    if !active.scope.contains("openid") {
        return Err(Code::InsufficientScope.because("the access token lacks the scope openid"));
    }
    let user_id = active.user_id.as_ref().ok_or_else(invalid)?;
    let user = provider.store.find_user(user_id).await?;
    let user = user.filter(|user| !user.disabled).ok_or_else(invalid)?;
    Ok(claims(&user, &active.scope))
}

/// Claims by scope (section 5.4). `sub` always.
fn claims(user: &User, scope: &Scope) -> Map<String, Value> {
    let mut claims = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            claims.insert(name.to_owned(), value);
        }
    };
    set("sub", Some(json!(user.id.as_str())));
    if scope.contains("profile") {
        set("name", user.name.as_ref().map(|name| json!(name)));
        set("preferred_username", Some(json!(user.username)));
        for name in PROFILE_CLAIMS {
            set(name, user.claims.get(*name).cloned());
        }
    }
    if scope.contains("email") {
        set("email", user.email.as_ref().map(|email| json!(email)));
        set(
            "email_verified",
            user.email.as_ref().map(|_| json!(user.email_verified)),
        );
    }
    claims
}

/// Further claims of the scope `profile`.
const PROFILE_CLAIMS: &[&str] = &[
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];
