//! `/openid/clients`.

use axum::{http::StatusCode, response::Response};
use durward_protocol::management::clients;

use super::Incoming;

/// All of them.
pub async fn list(incoming: Incoming) -> Response {
    incoming.answer(clients::list(&incoming.request()).await)
}

/// One.
pub async fn find(incoming: Incoming) -> Response {
    let outcome = clients::find(&incoming.request(), incoming.path("inum")).await;
    incoming.answer_tagged(StatusCode::OK, outcome)
}

/// A new one.
pub async fn create(incoming: Incoming) -> Response {
    let outcome = clients::create(&incoming.request()).await;
    incoming.answer_tagged(StatusCode::CREATED, outcome)
}

/// Another in its place.
pub async fn replace(incoming: Incoming) -> Response {
    let outcome = clients::replace(&incoming.request()).await;
    incoming.answer_tagged(StatusCode::OK, outcome)
}

/// A changed one.
pub async fn patch(incoming: Incoming) -> Response {
    let outcome = clients::patch(&incoming.request(), incoming.path("inum")).await;
    incoming.answer_tagged(StatusCode::OK, outcome)
}

/// One less.
pub async fn delete(incoming: Incoming) -> Response {
    incoming.gone(clients::delete(&incoming.request(), incoming.path("inum")).await)
}
