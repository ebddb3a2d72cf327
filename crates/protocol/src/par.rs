//! Pushed authorization requests (RFC 9126): a client sends its request by itself, where
//! nobody can change it, and gives the browser no more than a reference.
//!
//! The reference is a secret, works once, and only for the client that pushed.

use durward_model::{Client, PushedRequest, SecretHash};
use durward_store::{Change, StoreError};
use serde::Serialize;

use crate::{
    Parameters, Provider,
    authorization_details::{Asking, vetting},
    authorize::{carriage, request::AuthorizeRequest, target::Target},
    client_auth,
    error::{Code, Error},
    visit::Caller,
};

/// What every `request_uri` of ours begins with (section 2.2).
pub(crate) const URN: &str = "urn:ietf:params:oauth:request_uri:";

/// Longest life of a pushed request that a client may be registered with, seconds
/// (section 2.2).
pub(crate) const MAX_LIFETIME_SECONDS: i64 = 600;

/// A successful answer (section 2.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pushed {
    /// Names the request from now on: 256 random bits.
    pub request_uri: String,
    /// Seconds until it expires.
    pub expires_in: i64,
}

/// Takes a request, checked in everything that the authorization endpoint would check
/// before it asks a person. Scripts are asked about its `authorization_details` now, so
/// that the client hears of a refusal, and again when the person is known.
///
/// # Errors
/// As the authorization endpoint's, but to the client; `invalid_client`.
pub async fn push<'a>(
    provider: &Provider,
    caller: impl Into<Caller<'a>>,
    parameters: &Parameters,
) -> Result<Pushed, Error> {
    let caller = caller.into();
    let client = client_auth::authenticate(provider, caller, parameters).await?;
    // Section 2.1: the one parameter that may not be pushed.
    if parameters.find("request_uri").is_some() {
        return Err(Code::InvalidRequest.because("'request_uri' cannot be pushed"));
    }
    let mut given = parameters.without(&client_auth::PARAMETERS);
    given.set("client_id", client.client_id.as_str());
    let (parameters, signed) = match given.find("request") {
        Some(object) => (
            carriage::open_pushed(provider, &client, object).await?,
            true,
        ),
        None => (given, false),
    };
    carriage::check_signed(&client, &provider.live().configuration, signed)?;
    let target = Target::load(provider, &parameters).await?;
    let request = AuthorizeRequest::parse(provider, &target, &parameters)?;
    let asking = Asking {
        provider,
        client: &client,
        user: None,
        parameters: &parameters,
        visit: caller.visit,
        is_authorization: true,
    };
    vetting::vet(&asking, &request.requested_details).await?;
    keep(provider, &client, &parameters).await
}

async fn keep(
    provider: &Provider,
    client: &Client,
    parameters: &Parameters,
) -> Result<Pushed, Error> {
    let secret = provider.new_secret();
    let configured = provider.live().configuration.par_lifetime;
    let expires_in = client.metadata.par_lifetime.unwrap_or(configured);
    let pushed = PushedRequest {
        hash: SecretHash::of(&secret),
        client_id: client.client_id.clone(),
        parameters: parameters.encode(),
        expires_at: provider.now().plus_seconds(expires_in),
    };
    provider.store.apply(vec![Change::insert(&pushed)]).await?;
    Ok(Pushed {
        request_uri: format!("{URN}{secret}"),
        expires_in,
    })
}

/// The request that a `request_uri` names, once (section 4).
///
/// # Errors
/// `invalid_request_uri` when it is unknown, used, expired or another client's: all the
/// same to whoever guesses.
pub(crate) async fn take(
    provider: &Provider,
    client_id: &str,
    request_uri: &str,
) -> Result<Parameters, Error> {
    let invalid = |cause: &str| {
        Code::InvalidRequestUri.hiding(
            "the request_uri is not valid: it is used, expired or unknown",
            cause,
        )
    };
    let secret = request_uri.strip_prefix(URN).unwrap_or_default();
    let hash = SecretHash::of(secret);
    let found = provider.store.find_pushed_request(&hash).await?;
    let pushed = found.ok_or_else(|| invalid("unknown or used"))?;
    if pushed.client_id.as_str() != client_id {
        return Err(invalid("pushed by another client"));
    }
    if provider.now() >= pushed.expires_at {
        return Err(invalid("expired"));
    }
    match provider.store.apply(vec![Change::remove(&pushed)]).await {
        Ok(()) => Parameters::parse(&pushed.parameters),
        Err(StoreError::Conflict { .. }) => Err(invalid("used at the same moment")),
        Err(error) => Err(error.into()),
    }
}
