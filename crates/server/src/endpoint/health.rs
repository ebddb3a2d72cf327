//! `/health/live`: the process answers. `/health/ready`: it should be sent requests.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use durward_script::readiness::unable_to_vet;
use serde_json::json;

use crate::{App, respond::json_answer};

/// Alive.
pub async fn live() -> Response {
    json_answer(StatusCode::OK, &json!({ "status": "live" }))
}

/// Ready: the store answers, the server is not about to stop, and every enabled script that
/// vets can be asked: a node without it would refuse what another one may allow. Other
/// scripts that did not load are counted.
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
    let unable = unable_to_vet(&app.provider.scripts);
    let (status, word) = if unable.is_empty() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "scripts cannot vet")
    };
    let names = unable
        .iter()
        .map(|script| json!({ "name": script.info.name, "scriptType": script.info.script_type }));
    let body = json!({
        "status": word,
        "scripts": scripts.len(),
        "brokenScripts": broken,
        "unableToVet": names.collect::<Vec<_>>(),
    });
    json_answer(status, &body)
}
