//! The whole HTTP server in memory, a browser before it, and a record of what
//! the two said to each other.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use durward_model::Configuration;
use durward_protocol::ClientCertificate;
use durward_server::{
    App,
    app::Certificates,
    extract::{AskedForCertificate, PeerAddress, PeerCertificate},
    router,
};
use serde_json::Value;
use tower::ServiceExt as _;
use url::form_urlencoded;

use crate::{World, transcript::Transcript, world::ISSUER};

/// Largest answer that is read, bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A server in memory with one browser.
pub struct Site {
    /// What is behind the server.
    pub world: World,
    /// What handlers share.
    pub app: Arc<App>,
    router: Router,
    cookies: BTreeMap<String, String>,
    /// What a listener puts on every request, and the proxy's address.
    pub arrival: Arrival,
    transcript: Transcript,
}

/// Over which connection requests come.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Address of the other side.
    pub peer: SocketAddr,
    /// Does the listener ask for certificates?
    pub asks_for_certificates: bool,
    /// What the other side has shown.
    pub certificate: Option<ClientCertificate>,
}

impl Default for Arrival {
    fn default() -> Self {
        Self {
            peer: "192.0.2.1:4711".parse().unwrap(),
            asks_for_certificates: false,
            certificate: None,
        }
    }
}

impl Arrival {
    /// At a listener that asks for certificates, with one.
    pub fn with(certificate: ClientCertificate) -> Self {
        Self {
            asks_for_certificates: true,
            certificate: Some(certificate),
            ..Self::default()
        }
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: String,
}

impl Answer {
    /// Where it sends the browser.
    #[track_caller]
    pub fn location(&self) -> String {
        self.headers[header::LOCATION].to_str().unwrap().to_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// A member of the body that is text.
    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        self.json()[name]
            .as_str()
            .unwrap_or_else(|| panic!("no {name}: {}", self.body))
            .to_owned()
    }

    /// A parameter of the address that it sends the browser to.
    #[track_caller]
    pub fn parameter(&self, name: &str) -> String {
        let location = self.location();
        let url = url::Url::parse(ISSUER).unwrap().join(&location).unwrap();
        let found = url.query_pairs().find(|(known, _)| known == name);
        found
            .unwrap_or_else(|| panic!("no {name} in {location}"))
            .1
            .into_owned()
    }

    /// The interaction that the page's form belongs to.
    #[track_caller]
    pub fn interaction(&self) -> String {
        let begin = self
            .body
            .find("/interaction/")
            .expect("no form of an interaction");
        let rest = &self.body[begin + "/interaction/".len()..];
        rest[..rest.find('"').unwrap()].to_owned()
    }
}

impl Site {
    /// With the default configuration.
    pub async fn new() -> Self {
        Self::configured(|_| {}).await
    }

    /// With a changed configuration.
    pub async fn configured(change: impl FnOnce(&mut Configuration)) -> Self {
        Self::of(World::configured(change).await, Certificates::default())
    }

    /// Of a world, where certificates of clients count so.
    pub fn of(world: World, certificates: Certificates) -> Self {
        let engine = Arc::new(world.engine.clone());
        let app = App::new(world.provider.clone(), engine).with_certificates(certificates);
        let app = Arc::new(app);
        let router = router(&app);
        Self {
            world,
            app,
            router,
            cookies: BTreeMap::new(),
            arrival: Arrival::default(),
            transcript: Transcript::default(),
        }
    }

    /// The path of an endpoint.
    pub fn path(&self, endpoint: &str) -> String {
        format!("{}{endpoint}", self.app.base_path)
    }

    /// The browser opens an address: one of ours, or `endpoint?query` below the base path.
    pub async fn open(&mut self, path: &str) -> Answer {
        self.exchange(Method::GET, path, &self.browser_headers(), None)
            .await
    }

    /// The browser opens an endpoint with parameters.
    pub async fn open_with(&mut self, endpoint: &str, pairs: &[(&str, &str)]) -> Answer {
        let path = format!("{}?{}", self.path(endpoint), encode(pairs));
        self.open(&path).await
    }

    /// The browser sends a form of ours.
    pub async fn submit(&mut self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let mut headers = self.browser_headers();
        headers.push(("origin", ISSUER.to_owned()));
        self.exchange(Method::POST, path, &headers, Some(&encode(pairs)))
            .await
    }

    /// The browser presses a button on the page of an interaction.
    pub async fn decide(&mut self, interaction: &str, others: &[(&str, &str)]) -> Answer {
        let path = self.path(&format!("/interaction/{interaction}"));
        let mut pairs = vec![("csrf_token", interaction)];
        pairs.extend(others);
        self.submit(&path, &pairs).await
    }

    /// A program posts a form, with `Authorization` if it has one.
    pub async fn post(
        &mut self,
        endpoint: &str,
        authorization: Option<&str>,
        pairs: &[(&str, &str)],
    ) -> Answer {
        let headers: Vec<_> = authorization
            .map(|value| ("authorization", value.to_owned()))
            .into_iter()
            .collect();
        let path = self.path(endpoint);
        self.exchange(Method::POST, &path, &headers, Some(&encode(pairs)))
            .await
    }

    /// A program gets, with `Authorization` if it has one.
    pub async fn get(&mut self, path: &str, authorization: Option<&str>) -> Answer {
        let headers: Vec<_> = authorization
            .map(|value| ("authorization", value.to_owned()))
            .into_iter()
            .collect();
        self.exchange(Method::GET, path, &headers, None).await
    }

    /// Any request. A body is sent as a form unless the headers say otherwise.
    pub async fn exchange(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, String)],
        body: Option<&str>,
    ) -> Answer {
        let mut request = Request::builder().method(method.clone()).uri(path);
        let mut sent: Vec<(String, String)> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        if body.is_some() && !sent.iter().any(|(name, _)| name == "content-type") {
            sent.push((
                "content-type".to_owned(),
                "application/x-www-form-urlencoded".to_owned(),
            ));
        }
        for (name, value) in &sent {
            request = request.header(name, value);
        }
        let mut request = request
            .body(Body::from(body.unwrap_or_default().to_owned()))
            .unwrap();
        let facts = request.extensions_mut();
        facts.insert(PeerAddress(self.arrival.peer));
        if self.arrival.asks_for_certificates {
            facts.insert(AskedForCertificate);
        }
        if let Some(certificate) = self.arrival.certificate.clone() {
            facts.insert(PeerCertificate(Arc::new(certificate)));
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, answered) = response.into_parts();
        let bytes = to_bytes(answered, MAX_BYTES).await.unwrap();
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        };
        self.transcript.request(&method, path, &sent, body);
        self.transcript.answer(&answer);
        self.keep_cookies(&answer);
        answer
    }

    /// The browser is another one from now on.
    pub fn forget_cookies(&mut self) {
        self.cookies.clear();
    }

    /// What was said so far is not part of the transcript.
    pub fn begin_transcript(&mut self) {
        self.transcript = Transcript::default();
    }

    /// Compares what was said with the stored transcript `<route>/<name>`,
    /// beside the test's own file.
    #[track_caller]
    pub fn matches(&self, tests: &str, route: &str, name: &str) {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(std::path::Path::new(tests).join(route));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, self.transcript.text()));
    }

    fn browser_headers(&self) -> Vec<(&'static str, String)> {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if pairs.is_empty() {
            Vec::new()
        } else {
            vec![("cookie", pairs.join("; "))]
        }
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for value in answer.headers.get_all(header::SET_COOKIE) {
            let pair = value.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

fn encode(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}
