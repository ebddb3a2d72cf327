//! The demonstration's own HTTP client: no redirects, no proxy, and
//! `localhost` is this machine whatever its resolver says.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use durward_directory::Identity;
use reqwest::{
    Certificate, Client, ClientBuilder, Method, RequestBuilder,
    header::{CONTENT_TYPE, HeaderMap},
    redirect,
};
use serde_json::Value;
use url::form_urlencoded;

use crate::failure::Failure;

/// Time for one request.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Sends requests.
#[derive(Debug, Clone)]
pub struct Caller {
    client: Client,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub body: String,
}

impl Answer {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// A member of a JSON object as text; empty when it is none.
pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// `application/x-www-form-urlencoded`.
pub fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

impl Caller {
    /// A client without connections yet.
    ///
    /// # Errors
    /// When the TLS library cannot be started.
    pub fn new() -> Result<Self, Failure> {
        Self::built(builder())
    }

    /// A client that trusts one authority and perhaps shows a certificate.
    ///
    /// # Errors
    /// As [`Caller::new`]; PEM that is none.
    pub fn over_tls(authority_pem: &str, shown: Option<&Identity>) -> Result<Self, Failure> {
        let failure = |error: reqwest::Error| Failure::new(error.to_string());
        let authority = Certificate::from_pem(authority_pem.as_bytes()).map_err(failure)?;
        let mut builder = builder().tls_certs_only([authority]);
        if let Some(shown) = shown {
            let pem = format!("{}{}", shown.certificate_pem, shown.key_pem);
            let identity = reqwest::Identity::from_pem(pem.as_bytes()).map_err(failure)?;
            builder = builder.identity(identity);
        }
        Self::built(builder)
    }

    fn built(builder: ClientBuilder) -> Result<Self, Failure> {
        let client = builder
            .build()
            .map_err(|error| Failure::new(error.to_string()))?;
        Ok(Self { client })
    }

    /// GET.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get(&self, url: &str, headers: &[(&str, &str)]) -> Result<Answer, Failure> {
        send(self.client.get(url), headers, url).await
    }

    /// POST of a form.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Result<Answer, Failure> {
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form(fields));
        send(request, headers, url).await
    }

    /// JSON, by whatever method.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn send_json(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Result<Answer, Failure> {
        let request = self
            .client
            .request(method, url)
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string());
        send(request, headers, url).await
    }
}

fn builder() -> ClientBuilder {
    // The port of the URL counts, not this one.
    let here = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .resolve("localhost", here)
        .timeout(TIMEOUT)
        .user_agent("durward-demo")
}

async fn send(
    request: RequestBuilder,
    headers: &[(&str, &str)],
    url: &str,
) -> Result<Answer, Failure> {
    let failed = |error: reqwest::Error| Failure::new(format!("no answer from {url}: {error}"));
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    let answer = request.send().await.map_err(failed)?;
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let body = answer.text().await.map_err(failed)?;
    Ok(Answer {
        status,
        headers,
        body,
    })
}
