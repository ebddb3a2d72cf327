//! CIBA: authentication requests, device registration, the page at the end.

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{StatusCode, request::Parts},
    response::{IntoResponse as _, Response},
};
use durward_protocol::{
    Code,
    ciba::{approval::ApprovalOutcome, device, request},
};

use crate::{
    App,
    extract::{Form, id_of, query},
    pages::{approval::OutcomePage, policy::ContentSecurityPolicy},
    request_id::RequestId,
    respond::{JsonError, error_page, json_answer, page},
};

/// The backchannel authentication endpoint (CIBA Core 1.0, section 7).
pub async fn authorize(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    form: Form,
) -> Response {
    match request::answer(&app.provider, form.caller(), &form.parameters).await {
        Ok(acknowledgement) => json_answer(StatusCode::OK, &acknowledgement),
        Err(error) => {
            let denied = error
                .refusal()
                .is_some_and(|refusal| refusal.code == Code::AccessDenied);
            let mut response = JsonError::new(error, id.0).into_response();
            if denied {
                *response.status_mut() = StatusCode::FORBIDDEN; // section 13
            }
            response
        }
    }
}

/// Registers a user's device for notifications.
pub async fn register_device(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    form: Form,
) -> Response {
    match device::register(&app.provider, &form.parameters).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => JsonError::new(error, id.0).into_response(),
    }
}

/// Where an approval ends: a page that says what happened.
pub async fn outcome(State(app): State<Arc<App>>, parts: Parts) -> Response {
    let outcome = query(&parts)
        .ok()
        .and_then(|parameters| parameters.find("outcome").and_then(ApprovalOutcome::parse));
    let Some(outcome) = outcome else {
        let error = Code::InvalidRequest.because("this page is where an approval ends");
        return error_page(&app, &error, &id_of(&parts.extensions));
    };
    let html = OutcomePage::new(app.frame(), outcome.into(), None).render();
    page(StatusCode::OK, html, &ContentSecurityPolicy::new())
}
