//! The client information response (RFC 7591 section 3.2.1, RFC 7592 section 3): every
//! value as it is registered.

use durward_model::Client;
use durward_script::types::client_registration::{AnswerTo, Context, modified};
use serde_json::{Map, Value, json};

use super::{Request, members_of, scripts};
use crate::Provider;

/// An answer to a registration, an update or a read.
#[derive(Debug, Clone, PartialEq)]
pub struct Registered {
    /// The members.
    pub members: Map<String, Value>,
}

/// Secrets that are told with an answer, and never again.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// `client_secret`, if it is new.
    pub client_secret: Option<String>,
    /// `registration_access_token`.
    pub access_token: Option<String>,
}

/// Tells a client what it is, as a script may change it.
pub(super) async fn tell(
    provider: &Provider,
    request: &Request<'_>,
    to: AnswerTo,
    client: &Client,
    told: Told,
) -> Registered {
    let members = information(provider, client, told);
    let flow = scripts::flow(provider, request);
    let context = || Context {
        client: Some(scripts::shown(client)),
        ..scripts::base(provider, request)
    };
    let changed = modified(&provider.scripts, to, &members, &flow, context).await;
    Registered {
        members: changed.unwrap_or(members),
    }
}

fn information(provider: &Provider, client: &Client, told: Told) -> Map<String, Value> {
    let mut members = members_of(&client.metadata);
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    let id = client.client_id.as_str();
    set("client_id", json!(id));
    set("client_id_issued_at", json!(client.issued_at.seconds()));
    let registration = client.registration.as_deref();
    if client.client_secret_hash.is_some() {
        let end = registration.and_then(|registration| registration.secret_expires_at);
        let seconds = end.map_or(0, durward_model::Timestamp::seconds);
        set("client_secret_expires_at", json!(seconds));
    }
    if let Some(secret) = told.client_secret {
        set("client_secret", json!(secret));
    }
    if let Some(statement) = registration.and_then(|known| known.software_statement.as_ref()) {
        set("software_statement", json!(statement));
    }
    if let Some(token) = told.access_token {
        let live = provider.live();
        let endpoint = live.configuration.endpoint("/register");
        let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
        set(
            "registration_client_uri",
            json!(format!("{endpoint}?client_id={id}")),
        );
        set("registration_access_token", json!(token));
    }
    members
}
