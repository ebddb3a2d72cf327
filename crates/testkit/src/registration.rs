//! Clients that register themselves, and the statements that they show.

use std::sync::Arc;

use durward_jose::SigningKey;
use durward_model::Client;
use durward_protocol::{
    ClientCertificate, Code,
    client_registration::{
        self, BodyKind, RegisterError, Registered, Request,
        access::{TokenGrant, new_token},
    },
    visit::Visit,
};
use durward_store::Change;
use serde_json::{Map, Value, json};

use crate::{World, clock::START, world::ISSUER};

/// Redirect URI of a client that registers.
pub const NEW_URI: &str = "https://new.example/cb";

/// Metadata of an ordinary web application.
pub fn web_metadata() -> Value {
    json!({ "client_name": "New", "redirect_uris": [NEW_URI] })
}

/// A software statement of these claims.
pub fn statement(key: &SigningKey, claims: &Value) -> String {
    key.sign("JWT", claims).unwrap()
}

/// A signed registration request: what a request is for us, and these members.
pub fn signed(key: &SigningKey, jti: &str, members: &Value) -> String {
    let mut claims = json!({
        "iss": "software-1", "aud": ISSUER, "jti": jti,
        "iat": START.seconds(), "exp": START.seconds() + 300,
    });
    let all = claims.as_object_mut().unwrap();
    all.extend(members.as_object().unwrap().clone());
    key.sign("JWT", &claims).unwrap()
}

/// How a request comes.
#[derive(Debug, Clone, Default)]
pub struct From {
    /// `Authorization: Bearer`.
    pub bearer: Option<String>,
    /// `client_id` of the query.
    pub client_id: Option<String>,
    /// Address; `192.0.2.1` if empty.
    pub address: String,
    /// Client certificate of the connection.
    pub certificate: Option<ClientCertificate>,
}

impl From {
    /// From who holds this registration.
    pub fn owner(registered: &Registered) -> Self {
        Self {
            bearer: Some(member(registered, "registration_access_token")),
            client_id: Some(member(registered, "client_id")),
            ..Self::default()
        }
    }

    fn visit(&self, method: &str) -> Visit {
        let address = match self.address.as_str() {
            "" => "192.0.2.1",
            other => other,
        };
        Visit {
            method: method.to_owned(),
            remote_addr: address.to_owned(),
            headers: vec![("user-agent".to_owned(), "test".to_owned())],
            certificate: self.certificate.clone().map(Arc::new),
        }
    }
}

/// A member of the answer that is text.
#[track_caller]
pub fn member(registered: &Registered, name: &str) -> String {
    let found = registered.members.get(name).and_then(Value::as_str);
    found
        .unwrap_or_else(|| panic!("no {name}: {:?}", registered.members))
        .to_owned()
}

/// The code of a refusal.
#[track_caller]
pub fn refused_with<T: std::fmt::Debug>(outcome: Result<T, RegisterError>) -> Code {
    match outcome.unwrap_err() {
        RegisterError::Error(error) => error.refusal().expect("no refusal").code,
        RegisterError::Shaped(shaped) => panic!("{shaped:?}"),
    }
}

fn request<'a>(from: &'a From, visit: &'a Visit, body: &'a [u8], kind: BodyKind) -> Request<'a> {
    Request {
        body,
        kind,
        bearer: from.bearer.as_deref(),
        visit,
        client_id: from.client_id.as_deref(),
    }
}

impl World {
    /// `POST` of JSON.
    ///
    /// # Errors
    /// As the rule.
    pub async fn register(&self, metadata: &Value) -> Result<Registered, RegisterError> {
        self.register_from(&From::default(), metadata).await
    }

    /// `POST` of whatever it is.
    ///
    /// # Errors
    /// As the rule.
    pub async fn register_bytes(
        &self,
        body: &[u8],
        kind: BodyKind,
    ) -> Result<Registered, RegisterError> {
        let from = From::default();
        let visit = from.visit("POST");
        let request = request(&from, &visit, body, kind);
        client_registration::create(&self.provider, &request).await
    }

    /// The same from somewhere.
    ///
    /// # Errors
    /// As the rule.
    pub async fn register_from(
        &self,
        from: &From,
        metadata: &Value,
    ) -> Result<Registered, RegisterError> {
        let visit = from.visit("POST");
        let body = metadata.to_string();
        let request = request(from, &visit, body.as_bytes(), BodyKind::Json);
        client_registration::create(&self.provider, &request).await
    }

    /// `POST` of a JWT.
    ///
    /// # Errors
    /// As the rule.
    pub async fn register_signed(&self, jwt: &str) -> Result<Registered, RegisterError> {
        self.register_bytes(jwt.as_bytes(), BodyKind::Jwt).await
    }

    /// `PUT`.
    ///
    /// # Errors
    /// As the rule.
    pub async fn update_client(
        &self,
        from: &From,
        metadata: &Value,
    ) -> Result<Registered, RegisterError> {
        let visit = from.visit("PUT");
        let body = metadata.to_string();
        let request = request(from, &visit, body.as_bytes(), BodyKind::Json);
        client_registration::update(&self.provider, &request).await
    }

    /// `GET`.
    ///
    /// # Errors
    /// As the rule.
    pub async fn read_client(&self, from: &From) -> Result<Registered, RegisterError> {
        let visit = from.visit("GET");
        let request = request(from, &visit, &[], BodyKind::Json);
        client_registration::read(&self.provider, &request).await
    }

    /// `DELETE`.
    ///
    /// # Errors
    /// As the rule.
    pub async fn delete_client(&self, from: &From) -> Result<(), RegisterError> {
        let visit = from.visit("DELETE");
        let request = request(from, &visit, &[], BodyKind::Json);
        client_registration::delete(&self.provider, &request).await
    }

    /// Stores an initial access token and tells it.
    pub async fn initial_access_token(&self, grant: TokenGrant) -> String {
        let (token, text) = new_token(&self.provider, grant);
        self.store
            .apply(vec![Change::insert(&token)])
            .await
            .unwrap();
        text
    }

    /// What is stored of a client.
    pub async fn stored_client(&self, registered: &Registered) -> Client {
        let id = durward_model::ClientId::new(member(registered, "client_id"));
        self.store.find_client(&id).await.unwrap().unwrap().value
    }
}

/// Both, the second winning.
pub fn and(one: &Value, other: &Value) -> Value {
    let mut all: Map<String, Value> = one.as_object().unwrap().clone();
    all.extend(other.as_object().unwrap().clone());
    Value::Object(all)
}
