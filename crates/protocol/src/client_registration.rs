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
    Client, ClientId, SecretHash,
    client::{AuthMethod, ClientMetadata},
};
use durward_script::types::client_registration::Shaped;
use serde_json::{Map, Value};

pub use answers::Registered;
pub use create::create;
pub use management::{delete, read, update};
pub use rules::check;
pub use scripts::certificate_may_speak_for;

use crate::{
    Provider,
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
    /// The client certificate of the connection, once somebody verified it.
    pub certificate: Option<&'a ClientCertificate>,
}

/// What a registration's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// `application/json`.
    Json,
    /// `application/jwt` or `application/jose`: the metadata are claims.
    Jwt,
}

/// A client certificate that the listener, or a proxy that is trusted, vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// PEM.
    pub pem: String,
    /// Subject, as RFC 4514 writes it.
    pub subject_dn: String,
    /// SHA-256 of the DER, base64url.
    pub thumbprint: String,
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

/// Does the client authenticate with a shared secret?
fn needs_secret(metadata: &ClientMetadata) -> bool {
    matches!(
        metadata.token_endpoint_auth_method,
        AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost
    )
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
