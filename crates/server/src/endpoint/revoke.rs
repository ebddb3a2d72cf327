//! Token revocation (RFC 7009).

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use durward_protocol::revocation;

use crate::{App, extract::Form, request_id::RequestId, respond::JsonError};

/// Answers with an empty 200.
pub async fn post(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    form: Form,
) -> Response {
    match revocation::answer(&app.provider, form.authorization(), &form.parameters).await {
        Ok(()) => (StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response(),
        Err(error) => JsonError::new(error, id.0).into_response(),
    }
}
