//! The pushed authorization request endpoint (RFC 9126).

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use durward_protocol::par;

use crate::{
    App,
    extract::Form,
    request_id::RequestId,
    respond::{JsonError, json_answer},
};

/// Takes a request and answers with its reference.
pub async fn push(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    form: Form,
) -> Response {
    match par::push(&app.provider, form.caller(), &form.parameters).await {
        Ok(pushed) => json_answer(StatusCode::CREATED, &pushed),
        Err(error) => JsonError::new(error, id.0).into_response(),
    }
}
