//! UserInfo (OpenID Connect Core 1.0, section 5.3; RFC 6750).

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use durward_protocol::{Code, userinfo};

use crate::{
    App,
    extract::{Form, bearer},
    request_id::RequestId,
    respond::{JsonError, json_answer},
};

/// The token is in the header.
pub async fn get(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
) -> Response {
    answer(&app, bearer(&headers), id).await
}

/// The token is in the header or in the form, not in both (RFC 6750, section 2).
pub async fn post(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    form: Result<Form, JsonError>,
) -> Response {
    let in_form = form
        .ok()
        .and_then(|form| form.parameters.find("access_token").map(str::to_owned));
    match (bearer(&headers), in_form) {
        (Some(_), Some(_)) => {
            let error = Code::InvalidRequest.because("the access token is given twice");
            JsonError::new(error, id.0).into_response()
        }
        (in_header, in_form) => answer(&app, in_header.or(in_form), id).await,
    }
}

async fn answer(app: &App, token: Option<String>, id: RequestId) -> Response {
    let Some(token) = token else {
        // No token, no error code (RFC 6750, section 3.1).
        let challenge = HeaderValue::from_static("Bearer realm=\"durward\"");
        return (
            StatusCode::UNAUTHORIZED,
            [(header::WWW_AUTHENTICATE, challenge)],
        )
            .into_response();
    };
    match userinfo::answer(&app.provider, &token).await {
        Ok(claims) => json_answer(StatusCode::OK, &claims),
        Err(error) => JsonError::new(error, id.0).into_response(),
    }
}
