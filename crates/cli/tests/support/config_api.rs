//! A program that may do everything at the config API of a server.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::{
    caller::{Answer, Caller, plain_client, read},
    home::{Credentials, Home},
};

/// Where the config API is.
pub const API: &str = "/jans-config-api/api/v1";

/// Everything that the API has scopes for.
const SCOPE: &str = "https://jans.io/oauth/config/scripts.write \
    https://jans.io/oauth/config/scripts.delete \
    https://jans.io/oauth/jans-auth-server/config/properties.write \
    https://jans.io/oauth/config/openid/clients.write \
    https://jans.io/oauth/config/openid/clients.delete \
    https://jans.io/oauth/config/scopes.readonly https://jans.io/oauth/config/user.write \
    https://jans.io/oauth/jans-auth-server/session.readonly \
    https://jans.io/oauth/jans-auth-server/session.delete https://jans.io/oauth/config/jwks.write";

/// A client that may do everything at the API.
pub fn administrator(home: &Home) -> Credentials {
    home.client(&json!({
        "client_name": "Pipeline", "grant_types": ["client_credentials"], "response_types": [],
        "scope": SCOPE, "access_token_lifetime": 3600,
    }))
}

/// An access token of that client, from a server that serves.
pub async fn token(home: &Home, client: &Credentials) -> String {
    let fields = [("grant_type", "client_credentials")];
    let caller = Caller::new(home);
    let answer = caller.post("/token", Some(client), &fields).await;
    answer.unwrap().text("access_token")
}

/// The API with a token; it outlives restarts of the server.
#[derive(Clone)]
pub struct Api {
    http: Client,
    base: String,
    bearer: String,
}

impl Api {
    /// With a client of its own.
    pub async fn new(home: &Home) -> Self {
        let client = administrator(home);
        Self {
            http: plain_client().build().unwrap(),
            base: format!("{}{API}", home.issuer()),
            bearer: token(home, &client).await,
        }
    }

    /// Sends JSON to a path.
    pub async fn send(&self, method: Method, path: &str, body: &Value) -> reqwest::Result<Answer> {
        let request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.bearer)
            .header("content-type", "application/json")
            .body(body.to_string());
        read(request).await
    }

    /// Adds a script; its id.
    pub async fn add_script(&self, script: &Value) -> String {
        let answer = self.send(Method::POST, "/config/scripts", script).await;
        let answer = answer.unwrap();
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.text("inum")
    }

    /// Replaces a script, whatever it is by now.
    pub async fn put_script(&self, script: &Value) -> reqwest::Result<Answer> {
        self.send(Method::PUT, "/config/scripts", script).await
    }
}
