//! Tokens for programs: issued (RFC 6749 section 3.2), looked into (RFC 7662),
//! taken back (RFC 7009).

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use durward_protocol::{
    Error,
    introspection::{self, signed},
    revocation, token,
};
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
    app.metrics
        .token_answered(form.parameters.find("grant_type"), outcome.as_ref().err());
    told(outcome, id)
}

/// The introspection endpoint.
pub async fn introspect(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    if !wants_jwt(&headers) {
        let outcome = introspection::answer(&app.provider, form.caller(), &form.parameters);
        return told(outcome.await, id);
    }
    match signed::answer(&app.provider, form.caller(), &form.parameters).await {
        Ok(jwt) => {
            let headers = [
                (header::CONTENT_TYPE, JWT),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, jwt).into_response()
        }
        Err(error) => JsonError::new(error, id.0).into_response(),
    }
}

/// Media type of an answer that is a JWT (RFC 9701, section 4).
const JWT: &str = "application/token-introspection+jwt";

/// Does `Accept` name that type?
fn wants_jwt(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|kind| kind.split(';').next())
        .any(|kind| kind.trim().eq_ignore_ascii_case(JWT))
}

/// The revocation endpoint: an empty 200.
pub async fn revoke(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    form: Form,
) -> Response {
    match revocation::answer(&app.provider, form.caller(), &form.parameters).await {
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
