//! Access tokens for the config API: how a caller comes by one, and gives it back.

use durward_model::Clock as _;
use reqwest::{RequestBuilder, header::CONTENT_TYPE};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::{
    Answer, Target,
    transport::{Endpoints, Transport},
};
use crate::{failure::Failure, system::SystemClock};

/// A token that ends within so many seconds is not begun with.
const LEEWAY_SECONDS: i64 = 20;

/// How long a token lives whose server does not say (RFC 6749, section 5.1): not to be relied on.
const UNKNOWN_LIFETIME_SECONDS: i64 = 60;

/// How a caller comes by an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// It is given.
    Token(String),
    /// A client and its secret (RFC 6749, section 4.4; `client_secret_basic`).
    Secret {
        /// Its id.
        client_id: String,
        /// Its secret.
        client_secret: String,
    },
    /// A client and the certificate of the connection (RFC 8705, section 2).
    Certificate {
        /// Its id.
        client_id: String,
    },
}

/// An access token, and until when it is good.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_field_names)] // the specification's word
pub struct Token {
    /// What is sent.
    pub access_token: String,
    /// Seconds since 1970.
    pub expires_at: i64,
    /// What it allows, as far as the server says.
    #[serde(default)]
    pub scope: String,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the token: what is printed is kept by others.
        write!(f, "Token(until {}, {})", self.expires_at, self.scope)
    }
}

impl Token {
    /// Is it over, or as good as that?
    pub fn is_over(&self) -> bool {
        SystemClock.now().seconds() + LEEWAY_SECONDS >= self.expires_at
    }
}

/// The answer of a token endpoint (RFC 6749, section 5.1).
#[derive(Debug, Deserialize)]
struct Response {
    access_token: String,
    token_type: String,
    expires_in: Option<i64>,
    #[serde(default)]
    scope: String,
}

/// Fetches tokens of one server.
#[derive(Debug)]
pub struct TokenSource {
    grant: Grant,
    scope: String,
    endpoints: Endpoints,
    shows_certificate: bool,
}

impl TokenSource {
    /// As a target says.
    pub fn new(target: &Target, endpoints: Endpoints) -> Self {
        Self {
            grant: target.grant.clone(),
            scope: target.scope.clone(),
            endpoints,
            shows_certificate: target.certificate.is_some(),
        }
    }

    /// Is there a way to another token than the one that there was?
    pub fn can_renew(&self) -> bool {
        !matches!(self.grant, Grant::Token(_))
    }

    /// A new token.
    ///
    /// # Errors
    /// What the server says against it, with the next step.
    pub async fn fetch(&self, transport: &Transport) -> Result<Token, Failure> {
        if let Grant::Token(text) = &self.grant {
            return Ok(Token {
                access_token: text.clone(),
                expires_at: i64::MAX,
                scope: String::new(),
            });
        }
        let url = self.endpoints.token(self.shows_certificate)?;
        let mut fields = vec![("grant_type", "client_credentials")];
        if !self.scope.is_empty() {
            fields.push(("scope", &self.scope));
        }
        let answer = transport.send(self.form(transport, url, fields)).await?;
        self.read(answer)
    }

    /// Gives a token back (RFC 7009, section 2.1). A server without the endpoint forgets it
    /// when its time is over.
    ///
    /// # Errors
    /// The server does not take it back.
    pub async fn revoke(&self, transport: &Transport, token: &Token) -> Result<(), Failure> {
        if matches!(self.grant, Grant::Token(_)) {
            return Ok(());
        }
        let Some(url) = self.endpoints.revocation(self.shows_certificate)? else {
            return Ok(());
        };
        let fields = vec![
            ("token", token.access_token.as_str()),
            ("token_type_hint", "access_token"),
        ];
        let answer = transport.send(self.form(transport, url, fields)).await?;
        match answer.status {
            200 => Ok(()),
            _ => Err(self.refused(&answer)),
        }
    }

    /// A form, sent as the client.
    fn form<'a>(
        &'a self,
        transport: &Transport,
        url: Url,
        mut fields: Vec<(&'a str, &'a str)>,
    ) -> RequestBuilder {
        let mut request = transport
            .http
            .post(url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        match &self.grant {
            Grant::Secret {
                client_id,
                client_secret,
            } => request = request.basic_auth(encoded(client_id), Some(encoded(client_secret))),
            Grant::Certificate { client_id } => fields.push(("client_id", client_id)),
            Grant::Token(_) => {}
        }
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        request.body(body)
    }

    fn read(&self, answer: Answer) -> Result<Token, Failure> {
        if answer.status != 200 {
            return Err(self.refused(&answer));
        }
        let strange = || Failure::new("the server's token endpoint gave no access token");
        let response: Response = serde_json::from_value(answer.json).map_err(|_| strange())?;
        let is_visible = response
            .access_token
            .bytes()
            .all(|byte| byte.is_ascii_graphic());
        if !response.token_type.eq_ignore_ascii_case("bearer") || !is_visible {
            return Err(strange());
        }
        let lifetime = response.expires_in.unwrap_or(UNKNOWN_LIFETIME_SECONDS);
        Ok(Token {
            access_token: response.access_token,
            expires_at: SystemClock.now().seconds().saturating_add(lifetime),
            scope: response.scope,
        })
    }

    fn refused(&self, answer: &Answer) -> Failure {
        let text = |name: &str| answer.json.get(name).and_then(Value::as_str);
        let code = text("error").unwrap_or_default();
        let said = text("error_description").unwrap_or(code);
        match (code, &self.grant) {
            ("invalid_client", Grant::Certificate { client_id }) => Failure::new(format!(
                "the server does not take the certificate for the client '{client_id}'"
            ))
            .hint("is it registered with token_endpoint_auth_method tls_client_auth or self_signed_tls_client_auth?"),
            ("invalid_client", Grant::Secret { client_id, .. }) => Failure::new(format!(
                "the server does not take this secret for the client '{client_id}'"
            ))
            .hint("log in again with --client-secret-file; the client's token_endpoint_auth_method is client_secret_basic"),
            ("unauthorized_client", _) => Failure::new(format!("no access token: {said}"))
                .hint("the client needs client_credentials among its grant_types"),
            ("invalid_scope", _) => Failure::new(format!("no access token: {said}"))
                .hint("an operator gives scopes to a client: docs/setup/config_api.md"),
            ("", _) => Failure::new(format!(
                "no access token: the token endpoint answered with status {}",
                answer.status
            ))
            .hint("is the URL that of a Durward server?"),
            (code, _) => Failure::new(format!("no access token: {code}: {said}")),
        }
    }
}

/// As RFC 6749, section 2.3.1, has ids and secrets in an `Authorization` header.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
