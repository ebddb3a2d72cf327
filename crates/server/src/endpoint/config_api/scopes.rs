//! `/scopes`.

use axum::response::Response;
use durward_protocol::management::scopes;

use super::Incoming;

/// All of them.
pub async fn list(incoming: Incoming) -> Response {
    incoming.answer(scopes::list(&incoming.request()).await)
}

/// One.
pub async fn find(incoming: Incoming) -> Response {
    incoming.answer(scopes::find(&incoming.request(), incoming.path("inum")).await)
}
