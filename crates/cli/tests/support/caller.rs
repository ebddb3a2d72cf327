//! A program that calls the server: forms in, status, headers and text out.

use reqwest::{Client, RequestBuilder, header::HeaderMap, redirect};
use serde_json::Value;
use url::form_urlencoded;

use super::home::{Credentials, Home};

/// A caller of one server.
#[derive(Debug, Clone)]
pub struct Caller {
    http: Client,
    base: String,
    issuer: String,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub version: reqwest::Version,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A text member of the JSON body.
    pub fn text(&self, name: &str) -> String {
        self.json()[name]
            .as_str()
            .unwrap_or_else(|| panic!("no '{name}': {self:?}"))
            .to_owned()
    }

    /// `error` of the JSON body.
    pub fn error(&self) -> String {
        self.text("error")
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The cryptography that HTTP clients of this process use.
pub fn prepare_tls() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// A client without redirects.
pub fn plain_client() -> reqwest::ClientBuilder {
    prepare_tls();
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
}

impl Caller {
    /// A caller of that home's server.
    pub fn new(home: &Home) -> Self {
        Self::with(home, plain_client().build().unwrap())
    }

    /// The same with a client of one's own.
    pub fn with(home: &Home, http: Client) -> Self {
        Self::at(home, &home.url(""), http)
    }

    /// The same at another base URL of the server.
    pub fn at(home: &Home, base: &str, http: Client) -> Self {
        Self {
            http,
            base: base.to_owned(),
            issuer: home.issuer(),
        }
    }

    /// Issuer identifier.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// URL under the base path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A request that is not sent yet.
    pub fn request(&self, method: reqwest::Method, url: &str) -> RequestBuilder {
        self.http.request(method, url)
    }

    /// GET of any URL.
    pub async fn get(&self, url: &str) -> reqwest::Result<Answer> {
        read(self.http.get(url)).await
    }

    /// A form to a path under the base path, as a client or as nobody.
    pub async fn post(
        &self,
        path: &str,
        client: Option<&Credentials>,
        fields: &[(&str, &str)],
    ) -> reqwest::Result<Answer> {
        let mut request = form(self.http.post(self.url(path)), fields);
        if let Some(client) = client {
            request = request.basic_auth(&client.id, Some(&client.secret));
        }
        read(request).await
    }

    /// An access token of the client's own.
    pub async fn client_credentials(&self, client: &Credentials) -> reqwest::Result<Answer> {
        let fields = [("grant_type", "client_credentials"), ("scope", "orders")];
        self.post("/token", Some(client), &fields).await
    }

    /// A backchannel authentication request.
    pub async fn ciba(
        &self,
        client: &Credentials,
        user: &str,
        binding_message: &str,
    ) -> reqwest::Result<Answer> {
        let fields = [
            ("scope", "openid profile"),
            ("login_hint", user),
            ("binding_message", binding_message),
        ];
        self.post("/bc-authorize", Some(client), &fields).await
    }

    /// A poll for a backchannel authentication request.
    pub async fn poll(&self, client: &Credentials, auth_req_id: &str) -> reqwest::Result<Answer> {
        let fields = [
            ("grant_type", "urn:openid:params:grant-type:ciba"),
            ("auth_req_id", auth_req_id),
        ];
        self.post("/token", Some(client), &fields).await
    }

    /// Exchanges a code.
    pub async fn exchange(&self, client: &Credentials, code: &str) -> reqwest::Result<Answer> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", super::home::REDIRECT_URI),
        ];
        self.post("/token", Some(client), &fields).await
    }

    /// Exchanges a refresh token.
    pub async fn refresh(&self, client: &Credentials, token: &str) -> reqwest::Result<Answer> {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post("/token", Some(client), &fields).await
    }

    /// Is an access token active?
    pub async fn is_active(&self, client: &Credentials, token: &str) -> reqwest::Result<bool> {
        let answer = self
            .post("/introspection", Some(client), &[("token", token)])
            .await?;
        Ok(answer.json()["active"] == true)
    }
}

/// Puts fields into a request's body.
pub fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
}

/// Sends a request and reads the answer.
pub async fn read(request: RequestBuilder) -> reqwest::Result<Answer> {
    let answer = request.send().await?;
    Ok(Answer {
        status: answer.status().as_u16(),
        version: answer.version(),
        headers: answer.headers().clone(),
        body: answer.text().await?,
    })
}
