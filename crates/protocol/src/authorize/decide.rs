//! Which step an authorization request needs next: a pure function.

use durward_model::{Consent, Session, Timestamp};

use super::request::AuthorizeRequest;

/// The next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Somebody must log in.
    Login,
    /// The user must allow.
    Consent,
    /// Nothing is missing.
    Grant,
}

/// Decides. `authenticated_at` is when a person logged in for this very
/// request: it satisfies `prompt=login` and `max_age`.
pub fn next(
    request: &AuthorizeRequest,
    session: Option<&Session>,
    consented: Option<&Consent>,
    authenticated_at: Option<Timestamp>,
    now: Timestamp,
) -> Next {
    let Some(session) = session else {
        return Next::Login;
    };
    let fresh = authenticated_at.is_some();
    let wants_login = request.prompt.login || request.prompt.select_account;
    let too_old = request
        .max_age_seconds
        .is_some_and(|seconds| now.ms_since(session.auth_time) > seconds.saturating_mul(1000));
    let other_user = request
        .hinted_subject
        .as_deref()
        .is_some_and(|subject| subject != session.user_id.as_str());
    if ((wants_login || too_old) && !fresh) || other_user {
        return Next::Login;
    }
    let covered = consented
        .is_some_and(|consent| consent.covers(&request.scope, &request.authorization_details));
    if request.prompt.consent || !covered {
        return Next::Consent;
    }
    Next::Grant
}
