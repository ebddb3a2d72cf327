//! `/config/jwks`.

use axum::response::Response;
use durward_protocol::management::keys;

use super::Incoming;

/// All of them.
pub async fn list(incoming: Incoming) -> Response {
    incoming.answer(keys::list(&incoming.request()).await)
}

/// New ones.
pub async fn rotate(incoming: Incoming) -> Response {
    incoming.answer(keys::rotate(&incoming.request()).await)
}
