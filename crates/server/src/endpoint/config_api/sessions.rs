//! `/jans-auth-server/session`.

use axum::response::Response;
use durward_protocol::management::sessions;

use super::Incoming;

/// Those that live.
pub async fn list(incoming: Incoming) -> Response {
    incoming.answer(sessions::list(&incoming.request()).await)
}

/// One less.
pub async fn end(incoming: Incoming) -> Response {
    incoming.gone(sessions::end(&incoming.request(), incoming.path("sid")).await)
}
