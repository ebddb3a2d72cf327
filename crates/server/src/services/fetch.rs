//! HTTP on behalf of a script: https to public addresses, and what the
//! administrator listed; no redirects, bounded in time and size.
//!
//! A name is resolved once, by our resolver, and the connection goes to the
//! addresses that were checked: a second answer of the DNS changes nothing.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, OnceLock},
    time::Duration,
};

use durward_model::configuration::HttpPolicy;
use reqwest::{
    Client, Method,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect,
};
use serde_json::{Value, json};
use url::{Host, Url};

use super::address::is_public;

/// Most headers in a request of a script.
const MAX_HEADERS: usize = 64;

/// Longest body that a script may send, bytes.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// A request as a script describes it.
#[derive(Debug)]
pub struct Fetch {
    /// Where.
    pub url: Url,
    /// How.
    pub method: Method,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: String,
    /// Wanted time-out, milliseconds.
    pub timeout_ms: Option<u64>,
}

/// What came back.
#[derive(Debug)]
pub struct Fetched {
    /// Status code.
    pub status: u16,
    headers: BTreeMap<String, String>,
    /// Body as text; bytes that are not UTF-8 are replaced.
    pub body: String,
}

impl Fetched {
    /// As scripts see it.
    pub fn into_json(self) -> Value {
        json!({ "status": self.status, "headers": self.headers, "body": self.body })
    }
}

impl Fetch {
    /// Reads a host call's arguments.
    pub fn parse(arguments: &Value) -> Result<Self, String> {
        let text = |name: &str| arguments.get(name).and_then(Value::as_str);
        let url = text("url").ok_or("'url' is missing")?;
        let url = Url::parse(url).map_err(|error| format!("'{url}' is not a URL: {error}"))?;
        let method = text("method").unwrap_or("GET").to_uppercase();
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| "'method' is unknown")?;
        let mut headers = HeaderMap::new();
        for (name, value) in arguments
            .get("headers")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let value = value
                .as_str()
                .ok_or_else(|| format!("header '{name}' is not text"))?;
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| format!("'{name}' is not a header name"))?;
            let value = HeaderValue::from_str(value)
                .map_err(|_| format!("header '{name}' holds characters that it may not"))?;
            headers.insert(name, value);
        }
        let body = text("body").unwrap_or_default().to_owned();
        if headers.len() > MAX_HEADERS || body.len() > MAX_BODY_BYTES {
            return Err("the request is too large".to_owned());
        }
        let timeout_ms = arguments.get("timeoutMs").and_then(Value::as_u64);
        Ok(Self {
            url,
            method,
            headers,
            body,
            timeout_ms,
        })
    }
}

/// Runs requests. The client is made at first use: most servers never need it.
#[derive(Debug, Default)]
pub struct Fetcher {
    public: OnceLock<Client>,
    listed: OnceLock<Client>,
}

impl Fetcher {
    /// Runs one request under the policy of that configuration property.
    ///
    /// # Errors
    /// A sentence for whoever asked.
    pub async fn run(
        &self,
        fetch: Fetch,
        policy: &HttpPolicy,
        property: &str,
    ) -> Result<Fetched, String> {
        let client = self.client_for(&fetch.url, policy, property)?;
        let timeout_ms = fetch
            .timeout_ms
            .unwrap_or(policy.timeout_ms)
            .min(policy.timeout_ms);
        let host = fetch.url.host_str().unwrap_or_default().to_owned();
        let answer = client
            .request(fetch.method, fetch.url)
            .headers(fetch.headers)
            .body(fetch.body)
            .timeout(Duration::from_millis(timeout_ms))
            .send()
            .await
            .map_err(|error| describe(&error, &host))?;
        read(answer, policy.max_response_bytes, &host).await
    }

    fn client_for(
        &self,
        url: &Url,
        policy: &HttpPolicy,
        property: &str,
    ) -> Result<&Client, String> {
        let host = url.host_str().ok_or("the URL names no host")?;
        let port = url.port_or_known_default().unwrap_or(0);
        if policy.lists(host, port) {
            return Ok(self.listed.get_or_init(|| client(false)));
        }
        if url.scheme() != "https" {
            return Err(format!(
                "only https is allowed; list '{host}:{port}' in {property}.allowedPrivateHosts for a test"
            ));
        }
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        if literal.is_some_and(|address| !is_public(address)) {
            return Err(format!("'{host}' is not a public address"));
        }
        Ok(self.public.get_or_init(|| client(true)))
    }
}

fn client(only_public: bool) -> Client {
    let mut builder = Client::builder()
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .user_agent(concat!("durward/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(3))
        .pool_idle_timeout(Duration::from_secs(30));
    if only_public {
        builder = builder.dns_resolver(Arc::new(PublicOnly)).https_only(true);
    }
    builder.build().unwrap_or_default()
}

/// Resolves names and keeps only public addresses.
#[derive(Debug)]
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public = only_public(name.as_str(), found)?;
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// What may be connected to of one answer of the DNS. Every connection goes to what came
/// through here: no other lookup is made that could answer something else.
fn only_public(
    name: &str,
    found: impl Iterator<Item = SocketAddr>,
) -> Result<Vec<SocketAddr>, String> {
    let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
    if public.is_empty() {
        Err(format!("'{name}' has no public address"))
    } else {
        Ok(public)
    }
}

/// What the script is told: enough to act on, no inside of our network.
fn describe(error: &reqwest::Error, host: &str) -> String {
    if error.is_timeout() {
        format!("'{host}' did not answer in time")
    } else if error.is_connect() {
        format!("no connection to '{host}'")
    } else {
        format!("the request to '{host}' failed")
    }
}

async fn read(
    mut answer: reqwest::Response,
    max_bytes: usize,
    host: &str,
) -> Result<Fetched, String> {
    let status = answer.status().as_u16();
    let headers = answer
        .headers()
        .iter()
        .filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        })
        .collect();
    let mut body = Vec::new();
    while let Some(chunk) = answer
        .chunk()
        .await
        .map_err(|error| describe(&error, host))?
    {
        if body.len() + chunk.len() > max_bytes {
            return Err(format!("the answer of '{host}' is over {max_bytes} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Fetched {
        status,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn refused(url: &str) -> bool {
        let url = Url::parse(url).unwrap();
        Fetcher::default()
            .client_for(&url, &HttpPolicy::default(), "scriptHttp")
            .is_err()
    }

    #[test]
    fn inner_addresses_are_refused_in_every_spelling() {
        for url in [
            "http://example.com/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/latest",
            "file:///etc/passwd",
            "gopher://example.com/",
        ] {
            assert!(refused(url), "{url}");
        }
    }

    /// Attack 29: the second answer of a rebinding name, and one that mixes.
    #[test]
    fn attack_29_dns_rebinding_reaches_public_addresses_only() {
        let answer = |texts: &[&str]| {
            let found = texts.iter().map(|text| text.parse().unwrap());
            only_public("rebind.example", found.collect::<Vec<_>>().into_iter())
        };
        assert_eq!(answer(&["8.8.8.8:0"]).unwrap().len(), 1);
        assert!(answer(&["127.0.0.1:0"]).is_err());
        assert!(answer(&["[::1]:0", "169.254.169.254:0"]).is_err());
        let mixed = answer(&["10.0.0.1:0", "8.8.8.8:0", "[fe80::1]:0"]).unwrap();
        assert_eq!(mixed, ["8.8.8.8:0".parse().unwrap()]);
    }

    #[test]
    fn a_listed_host_passes_on_its_port_only() {
        let policy = HttpPolicy {
            allowed_private_hosts: vec!["127.0.0.1:9000".to_owned()],
            ..HttpPolicy::default()
        };
        assert!(policy.lists("127.0.0.1", 9000));
        assert!(!policy.lists("127.0.0.1", 9001));
    }
}
