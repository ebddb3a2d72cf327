//! Authentication by the certificate of the connection (RFC 8705, section 2).
//!
//! That the caller holds the certificate's key is known already; here is decided whether
//! it is this client's certificate.

use durward_jose::{Jwk, PublicKey};
use durward_model::{Client, client::AuthMethod};
use serde_json::{Map, Value};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::refused;
use crate::{
    ClientCertificate, Provider, client_certificate::RegisteredSubject, client_keys,
    client_registration::certificate_may_speak_for, error::Error, visit::Visit,
};

/// Checks the certificate of the connection for a client whose method it is.
///
/// # Errors
/// `invalid_client`.
pub(super) async fn check(
    provider: &Provider,
    client: &Client,
    visit: &Visit,
) -> Result<(), Error> {
    let certificate = visit
        .certificate()
        .ok_or_else(|| refused("no client certificate came along"))?;
    if !certificate.is_valid_at(provider.now()) {
        return Err(refused("the certificate has expired, or is not valid yet"));
    }
    match client.metadata.token_endpoint_auth_method {
        AuthMethod::TlsClientAuth => check_subject(provider, client, certificate)?,
        AuthMethod::SelfSignedTlsClientAuth => check_key(provider, client, certificate).await?,
        _ => return Err(refused("not the registered authentication method")),
    }
    // Who is named otherwise than by the client_id is let in by the script, as with Jans.
    if certificate.common_name() != Some(client.client_id.as_str())
        && !certificate_may_speak_for(provider, visit, client, certificate).await
    {
        return Err(refused(
            "a script does not take this certificate for the client",
        ));
    }
    Ok(())
}

/// Section 2.1: an authority vouches for it, and it names whom the client registered.
fn check_subject(
    provider: &Provider,
    client: &Client,
    certificate: &ClientCertificate,
) -> Result<(), Error> {
    if !certificate.is_vouched_for(provider.now()) {
        return Err(refused("no authority vouches for the certificate"));
    }
    let registered = RegisteredSubject::only_of(&client.metadata).map_err(refused)?;
    if registered.is_named_by(certificate) {
        Ok(())
    } else {
        Err(refused(format!(
            "the certificate of '{}' does not name the client",
            certificate.subject()
        )))
    }
}

/// Section 2.2: its key is one of the client's own.
async fn check_key(
    provider: &Provider,
    client: &Client,
    certificate: &ClientCertificate,
) -> Result<(), Error> {
    let key = certificate
        .public_key()
        .ok_or_else(|| refused("the certificate's key is of a kind that is not supported"))?;
    let is_its_own = |keys: &Map<String, Value>| holds(keys, key, certificate);
    if client_keys::some_set(provider, client, is_its_own)
        .await
        .map_err(refused)?
    {
        Ok(())
    } else {
        Err(refused("the certificate's key is none of the client's"))
    }
}

/// Does a set hold the key, and, where it holds certificates for it too, this one?
fn holds(set: &Map<String, Value>, key: &PublicKey, certificate: &ClientCertificate) -> bool {
    let elements = set.get("keys").and_then(Value::as_array);
    let objects = elements.into_iter().flatten().filter_map(Value::as_object);
    objects
        .filter(|object| Jwk::from_object(object).is_ok_and(|known| known.key == *key))
        .any(|object| is_certified(object, certificate))
}

/// `x5c` and `x5t#S256` (RFC 7517, sections 4.7 and 4.9) say which certificate the key is in.
fn is_certified(object: &Map<String, Value>, certificate: &ClientCertificate) -> bool {
    let chain = object.get("x5c").is_none_or(|chain| {
        chain
            .get(0)
            .and_then(Value::as_str)
            .and_then(|first| STANDARD.decode(first).ok())
            .is_some_and(|der| der == certificate.der())
    });
    let thumbprint = object
        .get("x5t#S256")
        .is_none_or(|known| known.as_str() == Some(certificate.thumbprint().as_str()));
    chain && thumbprint
}
