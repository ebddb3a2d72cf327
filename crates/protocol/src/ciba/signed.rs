//! Signed authentication requests (CIBA Core 1.0, section 7.1.1): everything but client
//! authentication in one JWT.

use durward_model::Client;

use crate::{
    Parameters, Provider, client_auth,
    error::{Code, Error},
    request_object::{self, ObjectRules},
};

/// Parameters that may stand beside the object.
const OUTSIDE: [&str; 2] = ["request", "client_id"];

/// The request's parameters, out of the object if there is one.
///
/// # Errors
/// `invalid_request`: for an object that is not valid, for anything beside it, for a
/// plain request of a client that is registered to sign.
pub(super) async fn open(
    provider: &Provider,
    client: &Client,
    parameters: &Parameters,
) -> Result<Parameters, Error> {
    if parameters.find("request_uri").is_some() {
        return Err(Code::InvalidRequest.because("'request_uri' is not for this endpoint"));
    }
    let metadata = &client.metadata;
    let algorithm = metadata
        .backchannel_authentication_request_signing_alg
        .as_deref();
    let Some(object) = parameters.find("request") else {
        return match algorithm {
            Some(_) => Err(Code::InvalidRequest.because("this client must sign its requests")),
            None => Ok(parameters.clone()),
        };
    };
    let beside = parameters
        .without(&client_auth::PARAMETERS)
        .without(&OUTSIDE);
    if beside.pairs().next().is_some() {
        return Err(Code::InvalidRequest.because("a signed request has no parameters beside it"));
    }
    let rules = ObjectRules {
        refusal: Code::InvalidRequest,
        algorithm,
        required: &["iss", "aud", "exp", "iat", "nbf", "jti"],
        may_be_encrypted: false,
        once: true,
    };
    request_object::open(provider, client, object, &rules).await
}
