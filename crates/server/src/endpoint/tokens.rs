//! Tokens for programs: issued (RFC 6749 section 3.2), looked into (RFC 7662),
//! taken back (RFC 7009).

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use durward_protocol::{Error, introspection, revocation, token};
use serde::Serialize;

use crate::{
    App,
    extract::Form,
    request_id::RequestId,
    respond::{JsonError, json_answer},
};

/// The token endpoint.
pub async fn issue(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    form: Form,
) -> Response {
    let outcome = token::answer(&app.provider, form.caller(), &form.parameters).await;
    told(outcome, id)
}

/// The introspection endpoint.
pub async fn introspect(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    form: Form,
) -> Response {
    let outcome = introspection::answer(&app.provider, form.caller(), &form.parameters);
    told(outcome.await, id)
}

/// The revocation endpoint: an empty 200.
pub async fn revoke(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    form: Form,
) -> Response {
    match revocation::answer(&app.provider, form.authorization(), &form.parameters).await {
        Ok(()) => (StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response(),
        Err(error) => JsonError::new(error, id.0).into_response(),
    }
}

fn told<T: Serialize>(outcome: Result<T, Error>, id: RequestId) -> Response {
    match outcome {
        Ok(answer) => json_answer(StatusCode::OK, &answer),
        Err(error) => JsonError::new(error, id.0).into_response(),
    }
}
