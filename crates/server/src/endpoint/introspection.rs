//! Token introspection (RFC 7662).

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use durward_protocol::introspection;

use crate::{
    App,
    extract::Form,
    request_id::RequestId,
    respond::{JsonError, json_answer},
};

/// Answers with JSON.
pub async fn post(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    form: Form,
) -> Response {
    match introspection::answer(&app.provider, form.authorization(), &form.parameters).await {
        Ok(answer) => json_answer(StatusCode::OK, &answer),
        Err(error) => JsonError::new(error, id.0).into_response(),
    }
}
