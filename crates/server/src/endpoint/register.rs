//! Client registration and management over HTTP (RFC 7591, RFC 7592).

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use durward_protocol::{
    ClientCertificate, Code, Error,
    client_registration::{self, BodyKind, RegisterError, Registered, Request},
    visit::Visit as Seen,
};
use serde_json::Value;

use super::end_session::facts;
use crate::{
    App,
    extract::{Visit, bearer, query},
    respond::{JsonError, json_answer},
};

/// Header in which proxies of Jans hand certificates over. What anybody writes there never
/// comes as far as here; scripts see a certificate there that an authority vouches for.
const CERTIFICATE_HEADER: &str = "x-clientcert";

/// Seconds that a browser remembers what it may do.
const PREFLIGHT_SECONDS: &str = "600";

/// What a request is, besides its body.
struct Incoming {
    seen: Seen,
    bearer: Option<String>,
    client_id: Option<String>,
}

impl Incoming {
    fn of(app: &App, parts: &Parts, visit: &Visit) -> Result<Self, Error> {
        let mut seen = facts(&parts.method, visit, &parts.headers);
        let now = app.provider.now();
        let shown = seen.certificate().filter(|one| one.is_vouched_for(now));
        if let Some(pem) = shown.map(ClientCertificate::pem) {
            seen.headers.push((CERTIFICATE_HEADER.to_owned(), pem));
        }
        // Credentials of another kind are not the absence of credentials.
        let bearer = parts
            .headers
            .contains_key(header::AUTHORIZATION)
            .then(|| bearer(&parts.headers).unwrap_or_default());
        Ok(Self {
            seen,
            bearer,
            client_id: query(parts)?.find("client_id").map(str::to_owned),
        })
    }

    fn request<'a>(&'a self, body: &'a [u8], kind: BodyKind) -> Request<'a> {
        Request {
            body,
            kind,
            bearer: self.bearer.as_deref(),
            visit: &self.seen,
            client_id: self.client_id.as_deref(),
        }
    }
}

/// What came as the body of a request.
type Sent = Result<Bytes, axum::extract::rejection::BytesRejection>;

/// A new client.
pub async fn post(State(app): State<Arc<App>>, visit: Visit, parts: Parts, body: Sent) -> Response {
    let outcome = written(&app, &visit, &parts, body).await;
    told(StatusCode::CREATED, outcome, &visit)
}

/// The registration as it is.
pub async fn get(State(app): State<Arc<App>>, visit: Visit, parts: Parts) -> Response {
    let outcome = async {
        let incoming = Incoming::of(&app, &parts, &visit)?;
        let request = incoming.request(&[], BodyKind::Json);
        client_registration::read(&app.provider, &request).await
    };
    told(StatusCode::OK, outcome.await, &visit)
}

/// Another registration in its place.
pub async fn put(State(app): State<Arc<App>>, visit: Visit, parts: Parts, body: Sent) -> Response {
    let outcome = written(&app, &visit, &parts, body).await;
    told(StatusCode::OK, outcome, &visit)
}

/// Stores what a body says: in the place of what there was, or anew.
async fn written(
    app: &App,
    visit: &Visit,
    parts: &Parts,
    body: Sent,
) -> Result<Registered, RegisterError> {
    let (body, kind) = body_of(&parts.headers, body)?;
    let incoming = Incoming::of(app, parts, visit)?;
    let request = incoming.request(&body, kind);
    if parts.method == Method::PUT {
        client_registration::update(&app.provider, &request).await
    } else {
        client_registration::create(&app.provider, &request).await
    }
}

/// No registration any more.
pub async fn delete(State(app): State<Arc<App>>, visit: Visit, parts: Parts) -> Response {
    let outcome = async {
        let incoming = Incoming::of(&app, &parts, &visit)?;
        let request = incoming.request(&[], BodyKind::Json);
        client_registration::delete(&app.provider, &request).await
    };
    match outcome.await {
        Ok(()) => with_cors(
            (
                StatusCode::NO_CONTENT,
                [(header::CACHE_CONTROL, "no-store")],
            )
                .into_response(),
        ),
        Err(error) => refused(error, &visit),
    }
}

/// What a browser asks before it lets a page register (Fetch, CORS preflight).
pub async fn preflight() -> Response {
    let headers = [
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("DELETE, GET, POST, PUT"),
        ),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("authorization, content-type"),
        ),
        (
            header::ACCESS_CONTROL_MAX_AGE,
            HeaderValue::from_static(PREFLIGHT_SECONDS),
        ),
    ];
    with_cors((StatusCode::NO_CONTENT, headers).into_response())
}

fn body_of(headers: &HeaderMap, body: Sent) -> Result<(Bytes, BodyKind), Error> {
    let refuse = |sentence: &str| Code::InvalidClientMetadata.because(sentence);
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|kind| kind.trim().to_ascii_lowercase());
    let kind = match kind.as_deref() {
        Some("application/json") => BodyKind::Json,
        Some("application/jwt" | "application/jose") => BodyKind::Jwt,
        _ => {
            return Err(refuse(
                "the body must be of type application/json, application/jwt or application/jose",
            ));
        }
    };
    let body = body.map_err(|_| refuse("the body is too large or was cut off"))?;
    Ok((body, kind))
}

fn told(status: StatusCode, outcome: Result<Registered, RegisterError>, visit: &Visit) -> Response {
    match outcome {
        Ok(registered) => with_cors(json_answer(status, &registered.members)),
        Err(error) => refused(error, visit),
    }
}

fn refused(error: RegisterError, visit: &Visit) -> Response {
    let response = match error {
        RegisterError::Error(error) => {
            let denied = error
                .refusal()
                .is_some_and(|refusal| refusal.code == Code::AccessDenied);
            let mut response = JsonError::new(error, visit.request_id.clone()).into_response();
            if denied {
                *response.status_mut() = StatusCode::FORBIDDEN;
            }
            response
        }
        RegisterError::Shaped(shaped) => shaped_answer(shaped.status, &shaped.entity),
    };
    with_cors(response)
}

/// A script's own answer: always an error, JSON if it is JSON.
fn shaped_answer(status: i64, entity: &str) -> Response {
    let status = u16::try_from(status)
        .ok()
        .filter(|status| (400..=599).contains(status))
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::BAD_REQUEST);
    tracing::info!(
        status = status.as_u16(),
        "refused by a script in its own words"
    );
    let kind = if serde_json::from_str::<Value>(entity).is_ok() {
        "application/json"
    } else {
        "text/plain; charset=utf-8"
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, entity.to_owned()).into_response()
}

/// Any page may register, none of them with somebody's cookies.
fn with_cors(mut response: Response) -> Response {
    let fixed: [(HeaderName, &'static str); 2] = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "www-authenticate"),
    ];
    for (name, value) in fixed {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
