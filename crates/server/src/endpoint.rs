//! One file per endpoint: extract, ask the rule, respond.

pub mod account;
pub mod assets;
pub mod authorize;
pub mod check_session;
pub mod ciba;
pub mod config_api;
pub mod end_session;
pub mod health;
pub mod interaction;
pub mod metadata;
pub mod par;
pub mod register;
pub mod ssa;
pub mod tokens;
pub mod userinfo;

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use serde_json::json;

use crate::{App, respond::json_answer};

/// A feature that is off does not exist.
pub async fn gate(
    State((app, feature)): State<(Arc<App>, &'static str)>,
    request: Request,
    next: Next,
) -> Response {
    if app.provider.live().configuration.has_feature(feature) {
        next.run(request).await
    } else {
        not_found().await
    }
}

/// No such path.
pub async fn not_found() -> Response {
    let body =
        json!({ "error": "not_found", "error_description": "there is nothing at this path" });
    json_answer(StatusCode::NOT_FOUND, &body)
}

/// The path is there, the method is not.
pub async fn method_not_allowed() -> Response {
    let body = json!({
        "error": "invalid_request",
        "error_description": "this path does not answer this method",
    });
    json_answer(StatusCode::METHOD_NOT_ALLOWED, &body)
}
