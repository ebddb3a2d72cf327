//! From typed outcomes to answers: the one place that decides whether an error
//! goes by redirect, as JSON or on a page.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use durward_protocol::{
    Code, Error,
    authorize::{Answer, AuthorizeError, ResponseMode},
};
use serde::Serialize;
use serde_json::json;
use url::Url;

use crate::{
    App,
    pages::{
        error::ErrorPage, form_post::FormPostPage, policy::ContentSecurityPolicy,
        untrusted::Untrusted,
    },
};

/// An error on its way to a program.
#[derive(Debug)]
pub struct JsonError {
    error: Error,
    request_id: String,
    status: Option<StatusCode>,
}

impl JsonError {
    /// The error of that request.
    pub fn new(error: Error, request_id: String) -> Self {
        Self {
            error,
            request_id,
            status: None,
        }
    }

    /// The same under another status than its code has.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }
}

impl IntoResponse for JsonError {
    fn into_response(self) -> Response {
        let (status, code, description) = match &self.error {
            Error::Refused(refusal) => {
                tracing::info!(
                    error = refusal.code.as_str(),
                    description = refusal.description,
                    cause = refusal.cause,
                    "refused"
                );
                (
                    refusal.code.status(),
                    refusal.code.as_str(),
                    refusal.description.clone(),
                )
            }
            Error::Fault(cause) => {
                tracing::error!(cause, "fault");
                (500, "server_error", fault_sentence(&self.request_id))
            }
        };
        let body = json!({ "error": code, "error_description": description });
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let status = self.status.unwrap_or(status);
        let mut response = json_answer(status, &body);
        if let Some(challenge) = challenge(&self.error) {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

fn fault_sentence(request_id: &str) -> String {
    format!("something went wrong on our side; reference {request_id}")
}

/// `WWW-Authenticate` (RFC 6749 section 5.2, RFC 6750 section 3).
fn challenge(error: &Error) -> Option<HeaderValue> {
    let refusal = error.refusal()?;
    let text = match refusal.code {
        Code::InvalidClient => "Basic realm=\"durward\"".to_owned(),
        Code::InvalidToken | Code::InsufficientScope => format!(
            "Bearer realm=\"durward\", error=\"{}\", error_description=\"{}\"",
            refusal.code.as_str(),
            refusal.description
        ),
        _ => return None,
    };
    HeaderValue::from_str(&text).ok()
}

/// JSON that nobody may keep (RFC 6749, section 5.1).
pub fn json_answer<T: Serialize + ?Sized>(status: StatusCode, body: &T) -> Response {
    let Ok(text) = serde_json::to_vec(body) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ];
    (status, headers, text).into_response()
}

/// JSON that may be cached for a while.
pub fn public_json<T: Serialize + ?Sized>(body: &T) -> Response {
    let Ok(text) = serde_json::to_vec(body) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, text).into_response()
}

/// A page with its policy.
pub fn page(status: StatusCode, html: String, policy: &ContentSecurityPolicy) -> Response {
    let mut headers = HeaderMap::new();
    let fixed = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&policy.header_value()) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    (status, headers, html).into_response()
}

/// A redirect that always becomes a GET.
pub fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(value) => {
            let headers = [
                (header::LOCATION, value),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
                (
                    header::REFERRER_POLICY,
                    HeaderValue::from_static("no-referrer"),
                ),
            ];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// An answer to a client in its response mode.
pub fn answer(app: &App, answer: &Answer, client_name: &str) -> Response {
    match answer.mode {
        ResponseMode::Query | ResponseMode::Fragment => match location(answer) {
            Some(location) => see_other(&location),
            None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
        ResponseMode::FormPost => form_post(app, answer, client_name),
    }
}

fn location(answer: &Answer) -> Option<String> {
    let mut url = Url::parse(&answer.redirect_uri).ok()?;
    let pairs = answer
        .parameters
        .iter()
        .map(|(name, value)| (*name, value.as_str()));
    if answer.mode == ResponseMode::Fragment {
        let encoded = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        url.set_fragment(Some(&encoded));
    } else {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    Some(url.into())
}

fn form_post(app: &App, answer: &Answer, client_name: &str) -> Response {
    let nonce = app.provider.new_id();
    let html = FormPostPage {
        frame: app.frame(),
        redirect_uri: answer.redirect_uri.clone(),
        parameters: answer
            .parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        nonce: nonce.clone(),
        client_name: Untrusted::line(client_name, 60),
    }
    .render();
    let policy = ContentSecurityPolicy::new()
        .with_form_target(&answer.redirect_uri)
        .with_script_nonce(&nonce);
    page(StatusCode::OK, html, &policy)
}

/// An error of the authorization endpoint: to the client where that is safe, else to the person.
pub fn authorize_error(app: &App, failed: &AuthorizeError, request_id: &str) -> Response {
    let Some(target) = &failed.target else {
        return error_page(app, &failed.error, request_id);
    };
    let told = match &failed.error {
        Error::Refused(refusal) => {
            tracing::info!(
                error = refusal.code.as_str(),
                description = refusal.description,
                cause = refusal.cause,
                "refused by redirect"
            );
            target.refuse(refusal)
        }
        Error::Fault(cause) => {
            tracing::error!(cause, "fault");
            target.answer(vec![
                ("error", "server_error".to_owned()),
                ("error_description", fault_sentence(request_id)),
            ])
        }
    };
    answer(app, &told, target.client.display_name())
}

/// An error that a person reads.
pub fn error_page(app: &App, error: &Error, request_id: &str) -> Response {
    let (status, code, sentence) = match error {
        Error::Refused(refusal) => {
            tracing::info!(
                error = refusal.code.as_str(),
                description = refusal.description,
                cause = refusal.cause,
                "refused by page"
            );
            let status = if refusal.code.status() == 401 {
                400
            } else {
                refusal.code.status()
            };
            (
                status,
                refusal.code.as_str(),
                sentence_of(&refusal.description),
            )
        }
        Error::Fault(cause) => {
            tracing::error!(cause, "fault");
            (
                500,
                "server_error",
                "Something went wrong on our side.".to_owned(),
            )
        }
    };
    let mut shown = ErrorPage::new(app.frame(), "This did not work", &sentence);
    shown.code = Some(Untrusted::line(code, 60));
    shown.reference_id = Some(Untrusted::line(request_id, 60));
    shown.next = Some(Untrusted::line(
        "Go back to the application and start again. If it happens again, tell its makers the reference.",
        200,
    ));
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    page(status, shown.render(), &ContentSecurityPolicy::new())
}

/// A description as a sentence for people.
fn sentence_of(description: &str) -> String {
    let mut letters = description.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn sent(redirect_uri: &str, mode: ResponseMode) -> String {
        let parameters = vec![("code", "a b".to_owned()), ("iss", "https://as".to_owned())];
        location(&Answer {
            redirect_uri: redirect_uri.to_owned(),
            mode,
            parameters,
        })
        .unwrap()
    }

    #[test]
    fn parameters_join_what_the_redirect_uri_has() {
        assert_eq!(
            sent("https://c.example/cb?x=1", ResponseMode::Query),
            "https://c.example/cb?x=1&code=a+b&iss=https%3A%2F%2Fas"
        );
        assert_eq!(
            sent("https://c.example/cb", ResponseMode::Fragment),
            "https://c.example/cb#code=a+b&iss=https%3A%2F%2Fas"
        );
    }
}
