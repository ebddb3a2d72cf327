//! How an authorization request came: plain, pushed before (RFC 9126), or in a request
//! object, by value or by reference (RFC 9101). What comes out are its parameters, and
//! nothing of what stood beside an object or a reference is among them.

use std::sync::Arc;

use durward_jose::digest;
use durward_model::{Client, ClientId, Configuration};

use super::{AuthorizeError, target::Target};
use crate::{
    Parameters, Provider,
    error::{Code, Error},
    par,
    remote::{self, REQUEST_OBJECT},
    request_object::{self, ObjectRules},
};

/// Longest `request_uri`, bytes (RFC 9101, section 5.2.1).
pub(crate) const MAX_REQUEST_URI_BYTES: usize = 512;

/// What makes a request another one, of our own approval pages: never part of what a
/// client pushed or signed.
const OURS: [&str; 1] = ["auth_req_id"];

/// A request, out of whatever it came in.
#[derive(Debug)]
pub(super) struct Opened {
    /// Its parameters.
    pub(super) parameters: Parameters,
    carriage: Carriage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carriage {
    Plain,
    // Whether it had to be signed was checked when it was pushed.
    Pushed,
    Signed,
}

/// Opens a request.
///
/// # Errors
/// `invalid_request_uri`, `invalid_request_object` and their kin; by redirect only to
/// where the plain parameters beside it may be answered, by page for a pushed one.
pub(super) async fn open(
    provider: &Provider,
    parameters: &Parameters,
) -> Result<Opened, AuthorizeError> {
    match (parameters.find("request"), parameters.find("request_uri")) {
        (None, None) => Ok(Opened {
            parameters: parameters.clone(),
            carriage: Carriage::Plain,
        }),
        (None, Some(uri)) if is_pushed(provider, uri) => {
            let client_id = parameters.require("client_id")?;
            Ok(Opened {
                parameters: par::take(provider, client_id, uri).await?.without(&OURS),
                carriage: Carriage::Pushed,
            })
        }
        _ => match open_object(provider, parameters).await {
            Ok(inside) => Ok(Opened {
                parameters: inside.without(&OURS),
                carriage: Carriage::Signed,
            }),
            Err(error) => Err(AuthorizeError {
                target: Target::load(provider, parameters).await.ok().map(Box::new),
                error,
            }),
        },
    }
}

fn is_pushed(provider: &Provider, uri: &str) -> bool {
    uri.starts_with(par::URN) && provider.live().configuration.has_feature("par")
}

impl Opened {
    /// Refuses what came plainer than the server or its client lets it come.
    ///
    /// # Errors
    /// `invalid_request`.
    pub(super) fn check(
        &self,
        client: &Client,
        configuration: &Configuration,
    ) -> Result<(), Error> {
        let metadata = &client.metadata;
        let must_push = configuration.require_par || metadata.require_pushed_authorization_requests;
        if must_push && self.carriage != Carriage::Pushed {
            return Err(Code::InvalidRequest.because(
                "the request must be pushed to the pushed authorization request endpoint",
            ));
        }
        match self.carriage {
            Carriage::Pushed => Ok(()),
            Carriage::Plain => check_signed(client, configuration, false),
            Carriage::Signed => check_signed(client, configuration, true),
        }
    }
}

/// Refuses a request that is not signed although it must be (RFC 9101, section 10.5).
///
/// # Errors
/// `invalid_request`.
pub(crate) fn check_signed(
    client: &Client,
    configuration: &Configuration,
    signed: bool,
) -> Result<(), Error> {
    let must =
        configuration.force_signed_request_object || client.metadata.require_signed_request_object;
    if must && !signed {
        Err(Code::InvalidRequest.because("the request must be a signed request object"))
    } else {
        Ok(())
    }
}

async fn open_object(provider: &Provider, outside: &Parameters) -> Result<Parameters, Error> {
    let live = provider.live();
    let configuration = &live.configuration;
    let (by_value, by_reference) = (outside.find("request"), outside.find("request_uri"));
    if by_value.is_some() && by_reference.is_some() {
        return Err(Code::InvalidRequest.because("'request' and 'request_uri' exclude each other"));
    }
    if by_value.is_some() && !configuration.request_parameter_supported {
        return Err(Code::RequestNotSupported.because("the parameter 'request' is not supported"));
    }
    if by_reference.is_some() && !configuration.request_uri_parameter_supported {
        return Err(
            Code::RequestUriNotSupported.because("the parameter 'request_uri' is not supported")
        );
    }
    let client_id = ClientId::new(outside.require("client_id")?);
    let found = provider.store.find_client(&client_id).await?;
    let client = found
        .map(|found| found.value)
        .filter(|client| client.is_live(provider.now()))
        .ok_or_else(|| {
            Code::UnauthorizedClient.because("no client is registered under this client_id")
        })?;
    let fetched = match by_reference {
        Some(uri) => Some(fetch(provider, &client, uri).await?),
        None => None,
    };
    let object = fetched.as_deref().or(by_value).unwrap_or_default();
    // A person may load the page again: the object counts as often as it is shown.
    open_of(provider, &client, object.trim(), false).await
}

/// The parameters of an object that its client pushed: once.
///
/// # Errors
/// `invalid_request_object`.
pub(crate) async fn open_pushed(
    provider: &Provider,
    client: &Client,
    object: &str,
) -> Result<Parameters, Error> {
    if !provider.live().configuration.request_parameter_supported {
        return Err(Code::RequestNotSupported.because("the parameter 'request' is not supported"));
    }
    open_of(provider, client, object, true).await
}

async fn open_of(
    provider: &Provider,
    client: &Client,
    object: &str,
    once: bool,
) -> Result<Parameters, Error> {
    let rules = ObjectRules {
        refusal: Code::InvalidRequestObject,
        algorithm: client.metadata.request_object_signing_alg.as_deref(),
        required: &["iss", "aud", "exp", "client_id"],
        may_be_encrypted: true,
        once,
    };
    request_object::open(provider, client, object, &rules).await
}

/// An object from one of the addresses that the client registered (RFC 9101, section
/// 5.2.2): nowhere else, and what is there must be what a fragment says.
async fn fetch(provider: &Provider, client: &Client, uri: &str) -> Result<Arc<str>, Error> {
    let invalid = |cause: String| {
        Code::InvalidRequestUri.hiding("there is no request object for this request_uri", cause)
    };
    let registered = client
        .metadata
        .request_uris
        .iter()
        .any(|known| known == uri);
    if uri.len() > MAX_REQUEST_URI_BYTES || !registered {
        return Err(invalid("not registered".to_owned()));
    }
    let object = remote::text(provider, uri, &REQUEST_OBJECT)
        .await
        .map_err(|error| invalid(error.to_string()))?;
    match uri.split_once('#') {
        Some((_, hash)) if digest::sha256_base64url(object.as_bytes()) != hash => {
            Err(invalid("not what its address says".to_owned()))
        }
        _ => Ok(object),
    }
}
