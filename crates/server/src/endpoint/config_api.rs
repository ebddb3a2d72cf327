//! The config API over HTTP: a request is read once, a rule answers, the answer is JSON.
//!
//! Not here: who may do what, and what is done (durward-protocol's `management`).

pub mod candidates;
pub mod clients;
pub mod keys;
pub mod openapi;
pub mod operations;
pub mod properties;
pub mod scopes;
pub mod scripts;
pub mod sessions;
pub mod shapes;
pub mod trials;
pub mod users;

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts as _, RawPathParams, Request as HttpRequest},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use durward_protocol::{
    Error, Parameters, Provider,
    management::{FieldError, ManagementError, Request, Tagged},
};
use serde::Serialize;
use serde_json::json;

use crate::{
    App,
    extract::{Credentials, id_of, query},
    respond::{JsonError, json_answer},
};

/// A request, taken apart.
pub struct Incoming {
    /// What it is about, and what answers it.
    pub app: Arc<App>,
    credentials: Credentials,
    parameters: Parameters,
    if_match: Option<String>,
    body: Bytes,
    path: Vec<(String, String)>,
    request_id: String,
}

impl FromRequest<Arc<App>> for Incoming {
    type Rejection = Response;

    async fn from_request(request: HttpRequest, app: &Arc<App>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let request_id = id_of(&parts.extensions);
        let refuse = |error: ManagementError| refused(error, request_id.clone());
        let path = RawPathParams::from_request_parts(&mut parts, app)
            .await
            .map_err(|_| refuse(ManagementError::invalid("", "the path is not UTF-8")))?;
        let path = path
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let parameters = query(&parts).map_err(|error| match error {
            Error::Refused(refusal) => refuse(ManagementError::invalid("", refusal.description)),
            fault @ Error::Fault(_) => refuse(fault.into()),
        })?;
        let headers = &parts.headers;
        let if_match = headers.get(header::IF_MATCH).map(|value| {
            // Bytes that are no text match nothing, which is not the same as not to ask.
            value.to_str().unwrap_or_default().to_owned()
        });
        let expected = expected_type(&parts.method);
        let is_expected = content_type(headers).is_some_and(|kind| kind == expected);
        let mut credentials = Credentials::of(&parts);
        if headers.contains_key(header::AUTHORIZATION) {
            // Credentials of another kind are not good, which is not the same as not there.
            credentials.token.get_or_insert_default();
        }
        let mut incoming = Self {
            app: app.clone(),
            credentials,
            parameters,
            if_match,
            body: Bytes::new(),
            path,
            request_id: request_id.clone(),
        };
        let request = HttpRequest::from_parts(parts, body);
        incoming.body = Bytes::from_request(request, app)
            .await
            .map_err(|rejection| {
                let error = ManagementError::invalid("", "the body is too large or was cut off");
                with_status(rejection.status(), refuse(error))
            })?;
        if !incoming.body.is_empty() && !is_expected {
            let error = ManagementError::invalid("", format!("the body is to be {expected}"));
            return Err(with_status(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                refuse(error),
            ));
        }
        Ok(incoming)
    }
}

fn expected_type(method: &Method) -> &'static str {
    if method == Method::PATCH {
        "application/json-patch+json"
    } else {
        "application/json"
    }
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let kind = value.split(';').next()?.trim();
    Some(kind.to_ascii_lowercase())
}

fn with_status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}

impl Incoming {
    /// As rules take it.
    pub fn request(&self) -> Request<'_> {
        Request {
            provider: self.provider(),
            bearer: self.credentials.bearer(),
            parameters: &self.parameters,
            if_match: self.if_match.as_deref(),
            body: &self.body,
        }
    }

    fn provider(&self) -> &Provider {
        &self.app.provider
    }

    /// A part of the path.
    pub fn path(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// The answer.
    pub fn answer<T: Serialize>(&self, outcome: Result<T, ManagementError>) -> Response {
        self.answer_as(StatusCode::OK, outcome)
    }

    /// The answer under another status.
    pub fn answer_as<T: Serialize>(
        &self,
        status: StatusCode,
        outcome: Result<T, ManagementError>,
    ) -> Response {
        match outcome {
            Ok(body) => json_answer(status, &body),
            Err(error) => refused(error, self.request_id.clone()),
        }
    }

    /// The answer with the revision that `If-Match` takes.
    pub fn answer_tagged<T: Serialize>(
        &self,
        status: StatusCode,
        outcome: Result<Tagged<T>, ManagementError>,
    ) -> Response {
        let revision = outcome.as_ref().ok().map(|found| found.revision);
        let response = self.answer_as(status, outcome.map(|found| found.value));
        tagged(response, revision)
    }

    /// The answer to a deletion.
    pub fn gone(&self, outcome: Result<(), ManagementError>) -> Response {
        match outcome {
            Ok(()) => {
                let headers = [(header::CACHE_CONTROL, "no-store")];
                (StatusCode::NO_CONTENT, headers).into_response()
            }
            Err(error) => refused(error, self.request_id.clone()),
        }
    }
}

/// The same answer with the revision that `If-Match` takes.
pub fn tagged(mut response: Response, revision: Option<i64>) -> Response {
    let tag = revision.map(|revision| HeaderValue::from_str(&format!("\"{revision}\"")));
    if let Some(Ok(tag)) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// Why not, as JSON.
fn refused(error: ManagementError, request_id: String) -> Response {
    let (status, code, description) = match error {
        ManagementError::NoToken => {
            let challenge = HeaderValue::from_static("Bearer realm=\"durward\"");
            let body = problem("invalid_token", "an access token is needed", &[]);
            return challenged(json_answer(StatusCode::UNAUTHORIZED, &body), challenge);
        }
        ManagementError::Scope(scope) => {
            let challenge = format!(
                "Bearer realm=\"durward\", error=\"insufficient_scope\", scope=\"{scope}\""
            );
            let description = format!("the access token lacks the scope {scope}");
            let body = problem("insufficient_scope", &description, &[]);
            let response = json_answer(StatusCode::FORBIDDEN, &body);
            return match HeaderValue::from_str(&challenge) {
                Ok(challenge) => challenged(response, challenge),
                Err(_) => response,
            };
        }
        ManagementError::Error(error) => return JsonError::new(error, request_id).into_response(),
        ManagementError::Invalid(wrong) => {
            let description = match wrong.as_slice() {
                [only] if only.field.is_empty() => only.message.clone(),
                [only] => format!("{}: {}", only.field, only.message),
                several => format!("{} things are wrong with it", several.len()),
            };
            let body = problem("invalid_request", &description, &wrong);
            return json_answer(StatusCode::BAD_REQUEST, &body);
        }
        ManagementError::Missing(message) => (StatusCode::NOT_FOUND, "not_found", message),
        ManagementError::Conflict(message) => (StatusCode::CONFLICT, "conflict", message),
        ManagementError::Stale(message) => (
            StatusCode::PRECONDITION_FAILED,
            "precondition_failed",
            message,
        ),
        ManagementError::Busy(seconds) => {
            let (status, message) = (StatusCode::SERVICE_UNAVAILABLE, "others are being tried");
            return later(status, "temporarily_unavailable", message, seconds);
        }
        ManagementError::TooMany(seconds) => {
            let (status, message) = (StatusCode::TOO_MANY_REQUESTS, "there were too many");
            return later(status, "too_many_requests", message, seconds);
        }
        ManagementError::Full(cause) => {
            tracing::error!(cause, "no room to store what the config API was sent");
            let sentence = "the disk of the store is full or takes no writes: nothing was changed; \
                            make room, then send it again";
            let status = StatusCode::INSUFFICIENT_STORAGE;
            (status, "insufficient_storage", sentence.to_owned())
        }
    };
    json_answer(status, &problem(code, &description, &[]))
}

/// Not now (RFC 9110, section 10.2.3).
fn later(status: StatusCode, code: &str, message: &str, seconds: i64) -> Response {
    let description = format!("{message}: again after {seconds} s");
    let mut response = json_answer(status, &problem(code, &description, &[]));
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn problem(code: &str, description: &str, errors: &[FieldError]) -> serde_json::Value {
    let mut body = json!({ "error": code, "error_description": description });
    if !errors.is_empty()
        && let Some(members) = body.as_object_mut()
    {
        members.insert("errors".to_owned(), json!(errors));
    }
    body
}

fn challenged(mut response: Response, challenge: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::WWW_AUTHENTICATE, challenge);
    response
}
