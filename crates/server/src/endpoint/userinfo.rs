//! UserInfo (OpenID Connect Core 1.0, section 5.3; RFC 6750).

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use durward_protocol::{Code, userinfo};

use crate::{
    App,
    extract::{Credentials, Form},
    request_id::RequestId,
    respond::{JsonError, json_answer},
};

/// The token is in the header.
pub async fn get(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    credentials: Credentials,
) -> Response {
    answer(&app, &credentials, id).await
}

/// The token is in the header or in the form, not in both (RFC 6750, section 2).
pub async fn post(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    mut credentials: Credentials,
    form: Result<Form, JsonError>,
) -> Response {
    let in_form = form
        .ok()
        .and_then(|form| form.parameters.find("access_token").map(str::to_owned));
    if credentials.token.is_some() && in_form.is_some() {
        let error = Code::InvalidRequest.because("the access token is given twice");
        return JsonError::new(error, id.0).into_response();
    }
    credentials.token = credentials.token.or(in_form);
    answer(&app, &credentials, id).await
}

async fn answer(app: &App, credentials: &Credentials, id: RequestId) -> Response {
    let Some(bearer) = credentials.bearer() else {
        // No token, no error code (RFC 6750, section 3.1).
        let challenge = HeaderValue::from_static("Bearer realm=\"durward\"");
        return (
            StatusCode::UNAUTHORIZED,
            [(header::WWW_AUTHENTICATE, challenge)],
        )
            .into_response();
    };
    match userinfo::answer(&app.provider, bearer).await {
        Ok(claims) => json_answer(StatusCode::OK, &claims),
        Err(error) => JsonError::new(error, id.0).into_response(),
    }
}
