//! `/health/live`: the process answers. `/health/ready`: it should be sent requests.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use serde_json::json;

use crate::{App, respond::json_answer};

/// Alive.
pub async fn live() -> Response {
    json_answer(StatusCode::OK, &json!({ "status": "live" }))
}

/// Ready: the store answers and the server is not about to stop. Scripts that
/// did not load are told, and do not make a node useless.
pub async fn ready(State(app): State<Arc<App>>) -> Response {
    if app.is_draining() {
        return json_answer(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({ "status": "draining" }),
        );
    }
    if let Err(error) = app.provider.store.revision().await {
        tracing::error!(%error, "the store does not answer");
        return json_answer(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({ "status": "no store" }),
        );
    }
    let scripts = app.provider.scripts.all();
    let broken = scripts
        .iter()
        .filter(|script| script.program.is_err())
        .count();
    let body = json!({ "status": "ready", "scripts": scripts.len(), "brokenScripts": broken });
    json_answer(StatusCode::OK, &body)
}
