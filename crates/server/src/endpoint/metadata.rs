//! Server metadata and public keys.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use durward_protocol::discovery;

use crate::{App, respond::public_json};

/// OpenID Connect Discovery 1.0 and RFC 8414: one document at both paths.
pub async fn discovery(State(app): State<Arc<App>>) -> Response {
    public_json(&discovery::answer(&app.provider))
}

/// RFC 7517, section 5.
pub async fn jwks(State(app): State<Arc<App>>) -> Response {
    public_json(&app.provider.live().keys.jwks(app.provider.now()))
}
