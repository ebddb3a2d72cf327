//! Clients that sign their requests, and what they sign.

use durward_jose::jwe::{ContentEncryption, KeyManagement, encrypt};
use durward_protocol::{
    Error,
    par::{self, Pushed},
};
use serde_json::{Value, json};

use crate::{World, clients, flow, keys, world::ISSUER};

/// The claims of a request object of `client_id` with these parameters, good for a minute.
pub fn claims(client_id: &str, pairs: &[(&str, &str)], now_seconds: i64) -> Value {
    let mut claims = json!({
        "iss": client_id,
        "aud": ISSUER,
        "client_id": client_id,
        "iat": now_seconds,
        "nbf": now_seconds,
        "exp": now_seconds + 60,
        "jti": "object-1",
    });
    for (name, value) in pairs {
        claims[*name] = json!(value);
    }
    claims
}

/// Signed by the key of [`keys::client_key`].
pub fn signed(claims: &Value) -> String {
    keys::client_key()
        .sign("oauth-authz-req+jwt", claims)
        .unwrap()
}

impl World {
    /// The web application has a key from now on.
    pub async fn give_web_a_key(&self) {
        let jwks = json!({ "keys": [keys::client_key().public_jwk()] });
        self.change_client(clients::WEB, |client| client.metadata.jwks = Some(jwks))
            .await;
    }

    /// The claims of the web application's usual request, with others in place of or
    /// besides them; null takes one away.
    pub fn web_claims(&self, others: &[(&str, Value)]) -> Value {
        let now = self.provider.now().seconds();
        let mut claims = claims(clients::WEB, &flow::web_request(), now);
        let members = claims.as_object_mut().unwrap();
        for (name, value) in others {
            if value.is_null() {
                members.remove(*name);
            } else {
                members.insert((*name).to_owned(), value.clone());
            }
        }
        claims
    }

    /// Any bytes, encrypted for the server.
    pub fn encrypted(&self, inside: &[u8], alg: KeyManagement, enc: ContentEncryption) -> String {
        let live = self.provider.live();
        let keys = live.keys.encryption_keys(self.provider.now());
        let key = keys.into_iter().find(|key| key.allows(alg)).unwrap();
        encrypt(inside, key, alg, enc, ("JWT", "JWT")).unwrap()
    }

    /// The web application pushes a request.
    ///
    /// # Errors
    /// As the rule.
    pub async fn push(&self, pairs: &[(&str, &str)]) -> Result<Pushed, Error> {
        let authorization = clients::basic(clients::WEB);
        par::push(
            &self.provider,
            Some(authorization.as_str()),
            &flow::parameters(pairs),
        )
        .await
    }
}
