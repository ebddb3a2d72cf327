//! `/jans-auth-server/config`.

use axum::{http::StatusCode, response::Response};
use durward_protocol::management::properties;

use super::Incoming;

/// The configuration.
pub async fn find(incoming: Incoming) -> Response {
    let outcome = properties::find(&incoming.request()).await;
    incoming.answer_tagged(StatusCode::OK, outcome)
}

/// A changed one.
pub async fn patch(incoming: Incoming) -> Response {
    let outcome = properties::patch(&incoming.request()).await;
    incoming.answer_tagged(StatusCode::OK, outcome)
}
