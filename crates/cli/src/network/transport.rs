//! The HTTP client of a connection: whom it trusts, what it shows, its bounds; and what the
//! server says of itself.

use std::{error::Error, path::Path, time::Duration};

use reqwest::{Certificate, Client, Identity, RequestBuilder, redirect};
use serde::Deserialize;
use serde_json::Value;
use url::{Host, Url};

use super::{API, Answer, ClientCertificate, Target};
use crate::failure::Failure;

/// Longest answer, bytes: a list of scripts with their texts is the longest.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// Longest wait for a connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// Longest wait for an answer: a script that is saved is tried out first.
const ANSWER_LIMIT: Duration = Duration::from_mins(2);

/// An HTTP client for one server.
#[derive(Debug)]
pub struct Transport {
    /// Without redirects.
    pub(super) http: Client,
    issuer: Url,
}

/// What a server says of itself (RFC 8414, section 2).
#[derive(Debug, Clone, Deserialize)]
pub struct Endpoints {
    issuer: String,
    /// Where tokens are given.
    pub token_endpoint: String,
    /// Where they are taken back.
    pub revocation_endpoint: Option<String>,
    mtls_endpoint_aliases: Option<Aliases>,
}

/// Endpoints that take certificates (RFC 8705, section 5).
#[derive(Debug, Clone, Deserialize)]
struct Aliases {
    token_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
}

/// An address of a server that a secret may be sent to.
///
/// # Errors
/// Anything but https, or http to this machine.
pub fn server_url(text: &str) -> Result<Url, Failure> {
    let url = Url::parse(text)
        .map_err(|error| Failure::new(format!("'{text}' is not a URL: {error}")))
        .map_err(|failure| failure.hint("it is like https://login.example"))?;
    check_secure(&url)?;
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        let message = format!("'{text}' has more than scheme, host, port and path");
        return Err(Failure::new(message).hint("it is like https://login.example"));
    }
    Ok(url)
}

fn check_secure(url: &Url) -> Result<(), Failure> {
    match url.scheme() {
        "https" if url.has_host() => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        "http" => Err(Failure::new(format!(
            "{url} is not encrypted: secrets are sent by https, or to this machine"
        ))
        .hint("use the server's https address")),
        _ => Err(
            Failure::new(format!("{url} is not the address of a server"))
                .hint("it is like https://login.example"),
        ),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl Transport {
    /// A client that trusts and shows what `target` says.
    ///
    /// # Errors
    /// Files that cannot be read or hold something else.
    pub fn new(target: &Target, issuer: &Url) -> Result<Self, Failure> {
        let mut builder = Client::builder()
            .redirect(redirect::Policy::none())
            .referer(false)
            .user_agent(concat!("durward/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_LIMIT)
            .timeout(ANSWER_LIMIT);
        if is_loopback(issuer) {
            // What stays on this machine in clear is not sent to a proxy.
            builder = builder.no_proxy();
        } else {
            builder = builder.https_only(true);
        }
        if let Some(file) = &target.ca_file {
            builder = builder.tls_certs_only(authorities(file)?);
        }
        if let Some(certificate) = &target.certificate {
            builder = builder.identity(identity(certificate)?);
        }
        let http = builder.build().map_err(|error| {
            Failure::new(format!("the certificates cannot be used: {}", root(&error)))
                .hint("is the key the certificate's?")
        })?;
        Ok(Self {
            http,
            issuer: issuer.clone(),
        })
    }

    /// What the server says of itself.
    ///
    /// # Errors
    /// No server there, or one that calls itself something else (RFC 8414, section 3.3).
    pub async fn discover(&self, issuer: &Url) -> Result<Endpoints, Failure> {
        let base = issuer.as_str().trim_end_matches('/');
        let request = self
            .http
            .get(format!("{base}/.well-known/openid-configuration"));
        let answer = self.send(request).await?;
        let found = serde_json::from_value::<Endpoints>(answer.json);
        let endpoints = match (answer.status, found) {
            (200, Ok(endpoints)) => endpoints,
            (status, _) => {
                return Err(Failure::new(format!(
                    "at {base} there is no server of this kind: its description is not to be had (status {status})"
                ))
                .hint("the URL is the issuer: scheme, host and port, as in /.well-known/openid-configuration"));
            }
        };
        let named = server_url(&endpoints.issuer)?;
        if named != *issuer {
            let message = format!("the server at {base} calls itself {}", endpoints.issuer);
            return Err(Failure::new(message).hint(format!("use --url {}", endpoints.issuer)));
        }
        Ok(endpoints)
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// No connection, no trust, no end of it.
    pub async fn send(&self, request: RequestBuilder) -> Result<Answer, Failure> {
        let failed = |error: reqwest::Error| self.failure(&error);
        let mut answer = request.send().await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                let message = format!("the answer has more than {MAX_ANSWER_BYTES} bytes");
                return Err(Failure::new(message));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            // Pages of proxies are no JSON: the status says enough.
            json: serde_json::from_slice(&body).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(&body).into_owned(),
        })
    }

    fn failure(&self, error: &reqwest::Error) -> Failure {
        let at = self.issuer.origin().ascii_serialization();
        let why = root(error);
        match tls_error(error) {
            Some(rustls::Error::InvalidCertificate(_)) => {
                Failure::new(format!("the certificate of {at} is not trusted: {why}"))
                    .hint("name the authority that vouches for it: --ca-file FILE")
            }
            Some(_) => Failure::new(format!("no secure connection to {at}: {why}")).hint(
                "is it https? does it ask for a client certificate (--cert-file, --key-file)?",
            ),
            None if error.is_timeout() => Failure::new(format!("{at} did not answer in time"))
                .hint("is the server up? its log says more"),
            None => Failure::new(format!("{at} cannot be reached: {why}"))
                .hint("is the server up, and the URL right?"),
        }
    }
}

impl Endpoints {
    /// The config API: beside the issuer, or where certificates are asked for.
    ///
    /// # Errors
    /// A description that names no secure address.
    pub fn api(&self, issuer: &Url, shows_certificate: bool) -> Result<Url, Failure> {
        let alias = self.mtls_endpoint_aliases.as_ref();
        let alias = alias.and_then(|aliases| aliases.token_endpoint.as_deref());
        let base = match alias.filter(|_| shows_certificate) {
            Some(alias) => endpoint(alias)?.origin().ascii_serialization(),
            None => issuer.as_str().trim_end_matches('/').to_owned(),
        };
        endpoint(&format!("{base}{API}"))
    }

    /// The token endpoint.
    ///
    /// # Errors
    /// As [`Endpoints::api`].
    pub fn token(&self, shows_certificate: bool) -> Result<Url, Failure> {
        let alias = self.mtls_endpoint_aliases.as_ref();
        let alias = alias.and_then(|aliases| aliases.token_endpoint.as_deref());
        endpoint(
            alias
                .filter(|_| shows_certificate)
                .unwrap_or(&self.token_endpoint),
        )
    }

    /// The revocation endpoint, where there is one.
    ///
    /// # Errors
    /// As [`Endpoints::api`].
    pub fn revocation(&self, shows_certificate: bool) -> Result<Option<Url>, Failure> {
        let alias = self.mtls_endpoint_aliases.as_ref();
        let alias = alias.and_then(|aliases| aliases.revocation_endpoint.as_deref());
        let named = alias
            .filter(|_| shows_certificate)
            .or(self.revocation_endpoint.as_deref());
        named.map(endpoint).transpose()
    }
}

/// An address that the server named: as secure as the one that was typed.
pub fn endpoint(text: &str) -> Result<Url, Failure> {
    let url = Url::parse(text)
        .map_err(|error| Failure::new(format!("the server names '{text}': {error}")))?;
    check_secure(&url)?;
    Ok(url)
}

fn authorities(file: &Path) -> Result<Vec<Certificate>, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new(format!("{}: {error}", file.display()))
            .hint("a PEM file with certificates of authorities is expected")
    };
    let pem = std::fs::read(file).map_err(|error| failed(&error))?;
    let found = Certificate::from_pem_bundle(&pem).map_err(|error| failed(&error))?;
    if found.is_empty() {
        return Err(failed(&"there is no certificate in it"));
    }
    Ok(found)
}

fn identity(certificate: &ClientCertificate) -> Result<Identity, Failure> {
    let read = |file: &Path| {
        std::fs::read(file).map_err(|error| Failure::new(format!("{}: {error}", file.display())))
    };
    let mut pem = read(&certificate.cert_file)?;
    pem.push(b'\n');
    pem.extend(read(&certificate.key_file)?);
    Identity::from_pem(&pem).map_err(|_| {
        Failure::new(format!(
            "{} and {} are not a certificate and its key",
            certificate.cert_file.display(),
            certificate.key_file.display()
        ))
        .hint("both are PEM files; the key has no password")
    })
}

/// The innermost cause: what the outer ones say is where they were.
fn root(error: &dyn Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

fn tls_error(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        // An `io::Error` names as its source what the one in it has as its own.
        let held = error.downcast_ref::<std::io::Error>();
        next = match held.and_then(std::io::Error::get_ref) {
            Some(held) => Some(held),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn secrets_go_by_https_or_stay_here() {
        for good in [
            "https://login.example",
            "https://login.example:8443/",
            "http://127.0.0.1:1234",
            "http://[::1]:80",
            "http://localhost:8080",
        ] {
            assert!(server_url(good).is_ok(), "{good}");
        }
        for bad in [
            "http://login.example",
            "http://10.0.0.1",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "ftp://127.0.0.1",
            "login.example",
            "https://user@login.example",
            "https://login.example/?a=b",
            "https://login.example/#x",
            "file:///etc/passwd",
            "",
        ] {
            assert!(server_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn certificates_are_shown_where_they_are_asked_for() {
        let endpoints: Endpoints = serde_json::from_value(serde_json::json!({
            "issuer": "https://op.example",
            "token_endpoint": "https://op.example/t",
            "mtls_endpoint_aliases": { "token_endpoint": "https://op.example:8443/t" },
        }))
        .unwrap();
        let issuer = Url::parse("https://op.example").unwrap();
        let api = |shown| endpoints.api(&issuer, shown).unwrap().to_string();
        assert_eq!(api(false), "https://op.example/jans-config-api/api/v1");
        assert_eq!(api(true), "https://op.example:8443/jans-config-api/api/v1");
        let token = |shown| endpoints.token(shown).unwrap().to_string();
        assert_eq!(token(false), "https://op.example/t");
        assert_eq!(token(true), "https://op.example:8443/t");
        assert!(endpoints.revocation(true).unwrap().is_none());
    }

    #[test]
    fn what_a_server_names_is_as_secure() {
        let endpoints: Endpoints = serde_json::from_value(serde_json::json!({
            "issuer": "https://op.example",
            "token_endpoint": "http://op.example/t",
        }))
        .unwrap();
        assert!(endpoints.token(false).is_err());
    }
}
