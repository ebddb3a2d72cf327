//! Registering clients: by the command line, and by themselves (RFC 7591, RFC 7592,
//! OpenID Registration 1.0). One set of rules for both.
//!
//! A registration is read (`reading`), its software statement checked (`statement`),
//! negotiated downwards (`policy`), checked (`rules`), shown to scripts (`scripts`) and
//! stored with whatever it used up in one `apply` (`storing`). Not here: HTTP, fetching.

pub mod access;
mod answers;
mod create;
mod keys;
mod management;
mod members;
mod own_statement;
mod policy;
mod reading;
mod requests;
mod rules;
mod scripts;
mod signed_request;
mod statement;
mod storing;

use durward_jose::digest;
use durward_model::{
    Client, ClientId, SecretHash, Timestamp,
    client::{AuthMethod, ClientMetadata},
};
use durward_script::types::client_registration::Shaped;
use serde_json::{Map, Value};

pub use answers::Registered;
pub use create::create;
pub use management::{delete, read, update};
pub(crate) use rules::MAX_ACCESS_TOKEN_LIFETIME_SECONDS;
pub use rules::check;
pub use scripts::certificate_may_speak_for;
pub(crate) use scripts::{client_dn, scope_dn, scope_of};

use crate::{
    ClientCertificate, Provider,
    error::{Code, Error},
    visit::Visit,
};

/// A registration request, as it came.
#[derive(Debug)]
pub struct Request<'a> {
    /// The body.
    pub body: &'a [u8],
    /// What the body is.
    pub kind: BodyKind,
    /// `Authorization: Bearer`.
    pub bearer: Option<&'a str>,
    /// What scripts may see of it.
    pub visit: &'a Visit,
    /// `client_id` of the query, where a client is managed.
    pub client_id: Option<&'a str>,
}

impl Request<'_> {
    /// The certificate of the connection, where an authority vouches for it. One that
    /// anybody can make for himself says nothing about who registers.
    fn certificate(&self, provider: &Provider) -> Option<&ClientCertificate> {
        let certificate = self.visit.certificate();
        certificate.filter(|certificate| certificate.is_vouched_for(provider.now()))
    }
}

/// What a registration's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// `application/json`.
    Json,
    /// `application/jwt` or `application/jose`: the metadata are claims.
    Jwt,
}

/// Why there is no registration.
#[derive(Debug)]
pub enum RegisterError {
    /// As everywhere.
    Error(Error),
    /// A script answers the client in its own words.
    Shaped(Shaped),
}

impl<E: Into<Error>> From<E> for RegisterError {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

fn invalid(description: impl Into<String>) -> Error {
    Code::InvalidClientMetadata.because(description)
}

/// A new client and, once, its secret.
#[derive(Debug)]
pub struct NewClient {
    /// To be stored.
    pub client: Client,
    /// To be told now and never again.
    pub client_secret: Option<String>,
}

/// Makes a client of the metadata that an operator wrote. `client_id` and `client_secret`
/// may be given where an existing client moves over.
///
/// # Errors
/// `invalid_redirect_uri`, `invalid_client_metadata`.
pub fn new_client(
    provider: &Provider,
    members: &Map<String, Value>,
    client_id: Option<String>,
    client_secret: Option<String>,
) -> Result<NewClient, Error> {
    let live = provider.live();
    let metadata = members::parse(members, &live.configuration)?;
    check(&metadata, &live.configuration)?;
    provider.mutual_tls.check(&metadata)?;
    let needs_secret = needs_secret(&metadata);
    if client_secret
        .as_ref()
        .is_some_and(|secret| !needs_secret || secret.len() < 16)
    {
        return Err(invalid(
            "client_secret needs a secret method and at least 16 characters",
        ));
    }
    let client_secret =
        needs_secret.then(|| client_secret.unwrap_or_else(|| provider.new_secret()));
    let client = Client {
        client_id: ClientId::new(client_id.unwrap_or_else(|| provider.new_id())),
        client_secret_hash: client_secret.as_deref().map(SecretHash::of),
        issued_at: provider.now(),
        disabled: false,
        registration: None,
        metadata,
    };
    Ok(NewClient {
        client,
        client_secret,
    })
}

/// A client with other metadata in the place of what an operator, or the client itself, once
/// wrote. It keeps its secret as long as it needs one, unless another is given.
///
/// # Errors
/// As [`new_client`].
pub fn changed_client(
    provider: &Provider,
    before: &Client,
    members: &Map<String, Value>,
    client_secret: Option<String>,
) -> Result<NewClient, Error> {
    let id = before.client_id.as_str().to_owned();
    let given = client_secret.is_some();
    let new = new_client(provider, members, Some(id), client_secret)?;
    let mut client = Client {
        issued_at: before.issued_at,
        disabled: before.disabled,
        registration: before.registration.clone(),
        ..new.client
    };
    if let Some(registration) = client.registration.as_deref_mut() {
        policy::withhold(&mut client.metadata);
        if client.metadata != before.metadata {
            registration.digest = None; // it is no longer what others register as
        }
    }
    let keeps = !given && client.client_secret_hash.is_some();
    if keeps && before.client_secret_hash.is_some() {
        client
            .client_secret_hash
            .clone_from(&before.client_secret_hash);
        return Ok(NewClient {
            client,
            client_secret: None,
        });
    }
    let end = secret_end(provider);
    if let Some(registration) = client.registration.as_deref_mut() {
        registration.secret_expires_at = client.client_secret_hash.as_ref().and(end);
    }
    Ok(NewClient {
        client,
        // Whoever gave it knows it.
        client_secret: new.client_secret.filter(|_| !given),
    })
}

/// When a secret ends that a client which registered itself gets now; none for never.
fn secret_end(provider: &Provider) -> Option<Timestamp> {
    let live = provider.live();
    let seconds = live.configuration.dynamic_registration_secret_lifetime;
    (seconds > 0).then(|| provider.now().plus_seconds(seconds))
}

/// Does the client authenticate with a shared secret?
fn needs_secret(metadata: &ClientMetadata) -> bool {
    matches!(
        metadata.token_endpoint_auth_method,
        AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost
    )
}

/// One line for operators of what a client did about its own registration.
fn audit(what: &str, client: &Client) {
    let registration = client.registration.as_deref();
    tracing::info!(
        target: "audit",
        author = format!("client:{}", client.client_id),
        client = client.client_id.as_str(),
        source = registration.map(|known| known.source.as_str()),
        owner = registration.and_then(|known| known.owner.as_deref()),
        scope = %client.metadata.scope,
        "client {what} by itself"
    );
}

/// Metadata as JSON members.
fn members_of(metadata: &ClientMetadata) -> Map<String, Value> {
    match serde_json::to_value(metadata) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// A digest of a value, for comparing only.
fn digest_of(value: &Value) -> String {
    digest::sha256_base64url(value.to_string())
}
