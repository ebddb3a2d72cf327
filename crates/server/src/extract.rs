//! From bytes to what rules take: parameters, credentials, the browser.
//!
//! Nothing behind this file sees HTTP.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, HeaderName, header, request::Parts},
};
use durward_protocol::{
    ClientCertificate, Code, Error, Parameters, authentication::Browser, bearer::Bearer, visit,
};

use crate::{App, cookie::Cookie, request_id::RequestId, respond::JsonError};

/// Longest query, bytes.
const MAX_QUERY_BYTES: usize = 32 * 1024;

/// Where the connection comes from; put on every request by the listener.
#[derive(Debug, Clone, Copy)]
pub struct PeerAddress(pub SocketAddr);

/// The client certificate of a connection; put on a request by a listener that asked for it,
/// or on behalf of a proxy that is trusted to have done so. Never taken from a header alone.
#[derive(Debug, Clone)]
pub struct PeerCertificate(pub Arc<ClientCertificate>);

/// The listener asks for certificates itself; put on every request by such a one.
#[derive(Debug, Clone, Copy)]
pub struct AskedForCertificate;

/// A form request of an OAuth endpoint.
#[derive(Debug)]
pub struct Form {
    /// The form's fields.
    pub parameters: Parameters,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// How it came, for scripts.
    pub visit: visit::Visit,
}

impl FromRequest<Arc<App>> for Form {
    type Rejection = JsonError;

    async fn from_request(request: Request, state: &Arc<App>) -> Result<Self, JsonError> {
        let id = id_of(request.extensions());
        let authorization = authorization(request.headers());
        let is_form = is_form(request.headers());
        let visit = visit::Visit {
            method: request.method().as_str().to_owned(),
            remote_addr: address(request.extensions()),
            headers: told_headers(request.headers()),
            certificate: certificate(request.extensions()),
        };
        let refuse = |error: Error| JsonError::new(error, id.clone());
        if !is_form {
            return Err(refuse(Code::InvalidRequest.because(
                "the body must be of type application/x-www-form-urlencoded",
            )));
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| {
                // RFC 9126, section 2.3, and as true everywhere else.
                let status = rejection.status();
                let error = Code::InvalidRequest.because("the body is too large or was cut off");
                refuse(error).with_status(status)
            })?;
        let text = std::str::from_utf8(&body)
            .map_err(|_| refuse(Code::InvalidRequest.because("the body is not UTF-8")))?;
        let parameters = Parameters::parse(text).map_err(refuse)?;
        Ok(Self {
            parameters,
            authorization,
            visit,
        })
    }
}

impl Form {
    /// `Authorization`, as rules take it.
    pub fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    /// Who calls, as rules take it.
    pub fn caller(&self) -> visit::Caller<'_> {
        visit::Caller {
            authorization: self.authorization(),
            visit: &self.visit,
        }
    }
}

/// Headers that no script sees.
const HIDDEN_HEADERS: [HeaderName; 3] = [
    header::COOKIE,
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
];

/// Headers as scripts may see them.
pub fn told_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| !HIDDEN_HEADERS.contains(name))
        .filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        })
        .collect()
}

fn address(extensions: &axum::http::Extensions) -> String {
    extensions
        .get::<PeerAddress>()
        .map(|peer| peer.0.ip().to_string())
        .unwrap_or_default()
}

fn certificate(extensions: &axum::http::Extensions) -> Option<Arc<ClientCertificate>> {
    extensions
        .get::<PeerCertificate>()
        .map(|found| found.0.clone())
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}

fn authorization(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?;
    // Bytes that are no text still are an attempt: they must not count as absent.
    Some(value.to_str().unwrap_or("invalid").to_owned())
}

/// `Authorization: Bearer` (RFC 6750, section 2.1).
pub fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

/// An access token in the header, and the certificate that it may be bound to.
#[derive(Debug)]
pub struct Credentials {
    /// `Authorization: Bearer`.
    pub token: Option<String>,
    /// The client certificate of the connection.
    pub certificate: Option<Arc<ClientCertificate>>,
}

impl Credentials {
    /// Of a request.
    pub fn of(parts: &Parts) -> Self {
        Self {
            token: bearer(&parts.headers),
            certificate: certificate(&parts.extensions),
        }
    }

    /// As rules take them.
    pub fn bearer(&self) -> Option<Bearer<'_>> {
        self.token.as_deref().map(|token| Bearer {
            token,
            certificate: self.certificate.as_deref(),
        })
    }
}

impl FromRequestParts<Arc<App>> for Credentials {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}

/// The query of a browser's request.
///
/// # Errors
/// `invalid_request` when it is too long or malformed.
pub fn query(parts: &Parts) -> Result<Parameters, Error> {
    let query = parts.uri.query().unwrap_or_default();
    if query.len() > MAX_QUERY_BYTES {
        return Err(Code::InvalidRequest.because("the query is too long"));
    }
    Parameters::parse(query)
}

/// What identifies the browser and the request.
#[derive(Debug)]
pub struct Visit {
    /// Cookies and address.
    pub browser: Browser,
    /// Shown on error pages.
    pub request_id: String,
    /// `Origin`, which browsers send with every form.
    pub origin: Option<String>,
    /// The client certificate of the connection.
    pub certificate: Option<Arc<ClientCertificate>>,
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Self, Self::Rejection> {
        let secure = app.is_secure();
        Ok(Self {
            browser: Browser {
                session_cookie: Cookie::Session.find(&parts.headers, secure),
                browser_cookie: Cookie::Browser.find(&parts.headers, secure),
                address: address(&parts.extensions),
                headers: told_headers(&parts.headers),
            },
            request_id: id_of(&parts.extensions),
            origin: parts
                .headers
                .get(header::ORIGIN)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
            certificate: certificate(&parts.extensions),
        })
    }
}

/// The id that the request's layer gave.
pub fn id_of(extensions: &axum::http::Extensions) -> String {
    extensions
        .get::<RequestId>()
        .map(|id| id.0.clone())
        .unwrap_or_default()
}
