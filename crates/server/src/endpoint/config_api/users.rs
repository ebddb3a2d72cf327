//! `/users`.

use axum::{http::StatusCode, response::Response};
use durward_protocol::management::users;

use super::Incoming;

/// All of them.
pub async fn list(incoming: Incoming) -> Response {
    incoming.answer(users::list(&incoming.request()).await)
}

/// One.
pub async fn find(incoming: Incoming) -> Response {
    let outcome = users::find(&incoming.request(), incoming.path("inum")).await;
    incoming.answer_tagged(StatusCode::OK, outcome)
}

/// One is locked out.
pub async fn lock(incoming: Incoming) -> Response {
    set_locked(&incoming, true).await
}

/// One is let in again.
pub async fn unlock(incoming: Incoming) -> Response {
    set_locked(&incoming, false).await
}

async fn set_locked(incoming: &Incoming, locked: bool) -> Response {
    let inum = incoming.path("inum");
    let outcome = users::set_locked(&incoming.request(), inum, locked).await;
    incoming.answer_tagged(StatusCode::OK, outcome)
}
