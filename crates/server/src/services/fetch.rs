//! HTTP on behalf of a script: https to public addresses, and what the
//! administrator listed; no redirects, bounded in time and size.
//!
//! A name is resolved once, by our resolver, and the connection goes to the
//! addresses that were checked: a second answer of the DNS changes nothing.

use std::{
    collections::{BTreeMap, HashMap},
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use durward_model::configuration::HttpPolicy;
use reqwest::{
    Certificate, Client, ClientBuilder, Method,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect,
};
use serde_json::{Value, json};
use url::{Host, Url};

use super::{address::is_public, key_stores::OpenStore};

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

/// Whose key is shown to a server, and which authorities may vouch for it; neither in
/// most requests.
#[derive(Default)]
pub(crate) struct Presented {
    /// Key and chain.
    pub identity: Option<Arc<OpenStore>>,
    /// The only authorities that count, if there are any.
    pub trust: Option<Arc<OpenStore>>,
}

impl Presented {
    fn is_nothing(&self) -> bool {
        self.identity.is_none() && self.trust.is_none()
    }

    fn id(&self) -> String {
        let id = |store: &Option<Arc<OpenStore>>| {
            store
                .as_ref()
                .map_or("", |store| store.id.as_str())
                .to_owned()
        };
        format!("{} {}", id(&self.identity), id(&self.trust))
    }
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

/// Clients with identities or trust of their own that are kept.
const MAX_PRESENTING: usize = 32;

/// Runs requests. The clients are made at first use: most servers never need them. One that
/// cannot be made is a request that fails: there is no other client to fall back to.
#[derive(Debug, Default)]
pub struct Fetcher {
    authorities: Vec<Certificate>,
    public: OnceLock<Client>,
    listed: OnceLock<Client>,
    presenting: Mutex<HashMap<String, Client>>,
}

impl Fetcher {
    /// Trusts these authorities beside those of the system.
    ///
    /// # Errors
    /// A sentence for the operator: one of them is no certificate of an authority. It is
    /// found out here, not at the first request.
    pub fn trusting(authorities: Vec<Certificate>) -> Result<Self, String> {
        let fetcher = Self {
            authorities,
            ..Self::default()
        };
        if !fetcher.authorities.is_empty() {
            fetcher
                .plain(Reach::Public)
                .map_err(|_| "a certificate of an authority cannot be read".to_owned())?;
        }
        Ok(fetcher)
    }

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
        self.run_as(&Presented::default(), fetch, policy, property)
            .await
    }

    /// The same, presenting something of one's own.
    ///
    /// # Errors
    /// As [`Fetcher::run`].
    pub(crate) async fn run_as(
        &self,
        presented: &Presented,
        fetch: Fetch,
        policy: &HttpPolicy,
        property: &str,
    ) -> Result<Fetched, String> {
        let reach = reach(&fetch.url, policy, property)?;
        if !presented.is_nothing() && fetch.url.scheme() != "https" {
            return Err("key stores are for https".to_owned());
        }
        let client = self.client_for(presented, reach)?;
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

    fn client_for(&self, presented: &Presented, reach: Reach) -> Result<Client, String> {
        if presented.is_nothing() {
            return self.plain(reach);
        }
        let id = format!("{reach:?} {}", presented.id());
        let kept = || {
            // Nothing panics while holding the lock; if it did, the map is still whole.
            self.presenting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(client) = kept().get(&id) {
            return Ok(client.clone());
        }
        let mut builder = builder(reach);
        if let Some(store) = &presented.identity {
            builder = builder.identity(store.identity()?);
        }
        // One or the other: what was merged before `tls_certs_only` would count as well.
        builder = match &presented.trust {
            Some(store) => builder.tls_certs_only(store.authorities()?),
            None => builder.tls_certs_merge(self.authorities.iter().cloned()),
        };
        let client = builder
            .build()
            .map_err(|_| "the key stores cannot be used for TLS".to_owned())?;
        let mut kept = kept();
        if kept.len() >= MAX_PRESENTING {
            kept.clear();
        }
        kept.insert(id, client.clone());
        Ok(client)
    }

    /// A client that presents nothing.
    fn plain(&self, reach: Reach) -> Result<Client, String> {
        let kept = match reach {
            Reach::Public => &self.public,
            Reach::Listed => &self.listed,
        };
        if let Some(client) = kept.get() {
            return Ok(client.clone());
        }
        let client = builder(reach)
            .tls_certs_merge(self.authorities.iter().cloned())
            .build()
            .map_err(|error| {
                tracing::error!(%error, "no client for requests of ours can be made");
                "requests cannot be made: TLS is not set up".to_owned()
            })?;
        Ok(kept.get_or_init(|| client).clone())
    }
}

/// A client that goes only where it may. Whom it trusts is added to it.
fn builder(reach: Reach) -> ClientBuilder {
    let builder = Client::builder()
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .user_agent(concat!("durward/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(3))
        .pool_idle_timeout(Duration::from_secs(30));
    match reach {
        Reach::Public => builder.dns_resolver(Arc::new(PublicOnly)).https_only(true),
        Reach::Listed => builder,
    }
}

/// Where a request may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// To public addresses, by https.
    Public,
    /// To a host that the administrator listed.
    Listed,
}

fn reach(url: &Url, policy: &HttpPolicy, property: &str) -> Result<Reach, String> {
    let host = url.host_str().ok_or("the URL names no host")?;
    let port = url.port_or_known_default().unwrap_or(0);
    if policy.lists(host, port) {
        return Ok(Reach::Listed);
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
    Ok(Reach::Public)
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
        reach(&url, &HttpPolicy::default(), "scriptHttp").is_err()
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
