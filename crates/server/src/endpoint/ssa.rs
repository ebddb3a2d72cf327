//! Statements about software, issued, shown and taken back (Jans's SSA endpoint).

use std::sync::Arc;

use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use durward_protocol::{
    Code, Error,
    ssa::{self, Which},
};
use serde_json::json;

use crate::{
    App,
    extract::{Credentials, id_of, query},
    request_id::RequestId,
    respond::{JsonError, json_answer},
};

/// A new statement.
pub async fn post(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    credentials: Credentials,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    let refuse = |error: Error| JsonError::new(error, id.0.clone()).into_response();
    let Ok(body) = body else {
        return refuse(Code::InvalidRequest.because("the body is too large or was cut off"));
    };
    match ssa::issue(&app.provider, credentials.bearer(), &body).await {
        Ok(issued) => json_answer(StatusCode::CREATED, &issued),
        Err(error) => refuse(error),
    }
}

/// Statements by `jti`, by `org_id`, or all.
pub async fn get(State(app): State<Arc<App>>, parts: Parts) -> Response {
    let outcome = async {
        let asked = query(&parts)?;
        let (jti, org_id) = (asked.find("jti"), asked.find("org_id"));
        let which = match (jti, org_id) {
            (None, None) => None,
            (jti, org_id) => Some(Which::of(jti, org_id)?),
        };
        ssa::list(&app.provider, Credentials::of(&parts).bearer(), which).await
    };
    match outcome.await {
        Ok(found) => json_answer(StatusCode::OK, &found),
        Err(error) => JsonError::new(error, id_of(&parts.extensions)).into_response(),
    }
}

/// Statements are taken back.
pub async fn delete(State(app): State<Arc<App>>, parts: Parts) -> Response {
    let outcome = async {
        let asked = query(&parts)?;
        let which = Which::of(asked.find("jti"), asked.find("org_id"))?;
        ssa::revoke(&app.provider, Credentials::of(&parts).bearer(), which).await
    };
    match outcome.await {
        Ok(true) => empty(),
        Ok(false) => no_such(),
        Err(error) => JsonError::new(error, id_of(&parts.extensions)).into_response(),
    }
}

/// The JWT of a statement.
pub async fn jwt(State(app): State<Arc<App>>, parts: Parts) -> Response {
    let outcome = async {
        let asked = query(&parts)?;
        let jti = asked.require("jti")?;
        ssa::jwt(&app.provider, Credentials::of(&parts).bearer(), jti).await
    };
    match outcome.await {
        Ok(Some(found)) => json_answer(StatusCode::OK, &found),
        Ok(None) => no_such(),
        Err(error) => JsonError::new(error, id_of(&parts.extensions)).into_response(),
    }
}

/// Is the statement good still? Its `jti` is in a header of that name.
pub async fn validate(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
) -> Response {
    let jti = headers.get("jti").and_then(|value| value.to_str().ok());
    match ssa::is_valid(&app.provider, jti.unwrap_or_default()).await {
        Ok(true) => empty(),
        Ok(false) => no_such(),
        Err(error) => JsonError::new(error, id.0).into_response(),
    }
}

fn empty() -> Response {
    (StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

/// Jans's answer where no statement is that could be meant.
fn no_such() -> Response {
    let body = json!({
        "error": "invalid_jti",
        "error_description": "there is no such statement, or it is not good any more",
    });
    json_answer(StatusCode::UNPROCESSABLE_ENTITY, &body)
}
