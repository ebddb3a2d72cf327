//! The HTTP request behind a request, as far as scripts may see it.
//!
//! Not here: reading it off the wire (durward-server), who asks (`client_auth`).

use std::sync::Arc;

use durward_script::beans::HttpRequest;

use crate::{ClientCertificate, Parameters};

/// Parameters that are credentials, tokens or the keys to one: no script sees them.
const HIDDEN_PARAMETERS: [&str; 13] = [
    "assertion",
    "auth_req_id",
    "client_assertion",
    "client_notification_token",
    "client_secret",
    "code",
    "code_verifier",
    "id_token_hint",
    "login_hint_token",
    "password",
    "refresh_token",
    "token",
    "user_code",
];

/// Where a request came from, and how: no cookies, no credentials.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// `GET` or `POST`.
    pub method: String,
    /// Where it comes from.
    pub remote_addr: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The client certificate whose key the caller holds, and of which nothing else is
    /// believed yet. Scripts see it where they are asked about clients.
    pub certificate: Option<Arc<ClientCertificate>>,
}

static NOWHERE: Visit = Visit {
    method: String::new(),
    remote_addr: String::new(),
    headers: Vec::new(),
    certificate: None,
};

/// Who calls an endpoint for programs, before anything of it is believed.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The request.
    pub visit: &'a Visit,
}

impl<'a> From<Option<&'a str>> for Caller<'a> {
    /// A caller of whom nothing but the `Authorization` header is known.
    fn from(authorization: Option<&'a str>) -> Self {
        Self {
            authorization,
            visit: &NOWHERE,
        }
    }
}

impl Visit {
    /// The client certificate of the connection.
    pub fn certificate(&self) -> Option<&ClientCertificate> {
        self.certificate.as_deref()
    }

    /// The request for a script's context.
    pub fn told(&self, parameters: &Parameters) -> HttpRequest {
        HttpRequest {
            method: self.method.clone(),
            remote_addr: self.remote_addr.clone(),
            headers: self.headers.iter().cloned().collect(),
            parameters: parameters
                .pairs()
                .filter(|(name, _)| !HIDDEN_PARAMETERS.contains(name))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        }
    }
}
