//! Metadata on how a client's requests come and answers go: request objects (RFC 9101),
//! pushed requests (RFC 9126), resources (RFC 8707), introspection (RFC 9701).

use std::str::FromStr;

use durward_jose::{
    Algorithm,
    jwe::{ContentEncryption, EncryptionKey, KeyManagement},
};
use durward_model::{Configuration, client::ClientMetadata};

use super::invalid;
use crate::{
    authorize::carriage::MAX_REQUEST_URI_BYTES, error::Error, keyring::ALGORITHMS,
    par::MAX_LIFETIME_SECONDS, remote::check_address, resource::is_resource,
};

/// Most addresses of request objects, and most resources, that a client may register.
const MAX_ADDRESSES: usize = 64;

/// Checks them.
///
/// # Errors
/// `invalid_client_metadata`.
pub(super) fn check(metadata: &ClientMetadata, configuration: &Configuration) -> Result<(), Error> {
    check_signing(metadata)?;
    check_encryption(metadata)?;
    check_addresses(metadata, configuration)?;
    match metadata.par_lifetime {
        Some(seconds) if !(1..=MAX_LIFETIME_SECONDS).contains(&seconds) => Err(invalid(format!(
            "par_lifetime must be from 1 to {MAX_LIFETIME_SECONDS} seconds"
        ))),
        _ => Ok(()),
    }
}

fn check_signing(metadata: &ClientMetadata) -> Result<(), Error> {
    let by_client = [
        (
            "request_object_signing_alg",
            &metadata.request_object_signing_alg,
        ),
        (
            "backchannel_authentication_request_signing_alg",
            &metadata.backchannel_authentication_request_signing_alg,
        ),
    ];
    for (name, value) in by_client {
        let Some(value) = value else { continue };
        let known = Algorithm::from_str(value).is_ok_and(|a| Algorithm::ASYMMETRIC.contains(&a));
        if !known {
            return Err(invalid(format!("{name} is not supported")));
        }
    }
    let signs = metadata.require_signed_request_object
        || by_client.iter().any(|(_, value)| value.is_some());
    if signs && metadata.jwks.is_none() && metadata.jwks_uri.is_none() {
        return Err(invalid("signed requests need jwks or jwks_uri"));
    }
    let ours = metadata.introspection_signed_response_alg.as_deref();
    let known = ours.is_none_or(|name| {
        Algorithm::from_str(name).is_ok_and(|algorithm| ALGORITHMS.contains(&algorithm))
    });
    if known {
        Ok(())
    } else {
        Err(invalid(
            "introspection_signed_response_alg must be RS256, PS256, ES256 or EdDSA",
        ))
    }
}

fn check_encryption(metadata: &ClientMetadata) -> Result<(), Error> {
    let pairs = [
        (
            "request_object_encryption",
            &metadata.request_object_encryption_alg,
            &metadata.request_object_encryption_enc,
        ),
        (
            "introspection_encrypted_response",
            &metadata.introspection_encrypted_response_alg,
            &metadata.introspection_encrypted_response_enc,
        ),
    ];
    for (name, alg, enc) in pairs {
        if alg
            .as_deref()
            .is_some_and(|alg| KeyManagement::from_str(alg).is_err())
        {
            return Err(invalid(format!("{name}_alg is not supported")));
        }
        if enc
            .as_deref()
            .is_some_and(|enc| ContentEncryption::from_str(enc).is_err())
        {
            return Err(invalid(format!("{name}_enc is not supported")));
        }
        if enc.is_some() && alg.is_none() {
            return Err(invalid(format!("{name}_enc needs {name}_alg")));
        }
    }
    let Some(alg) = &metadata.introspection_encrypted_response_alg else {
        return Ok(());
    };
    let lacks = || {
        invalid("introspection_encrypted_response_alg needs a key for it in jwks or at jwks_uri")
    };
    match metadata.jwks.as_ref().map(|jwks| jwks.as_object()) {
        None if metadata.jwks_uri.is_some() => Ok(()),
        Some(Some(jwks)) => {
            let alg = KeyManagement::from_str(alg).map_err(|_| lacks())?;
            let found = EncryptionKey::find(jwks, alg);
            found.ok().flatten().map(drop).ok_or_else(lacks)
        }
        _ => Err(lacks()),
    }
}

fn check_addresses(metadata: &ClientMetadata, configuration: &Configuration) -> Result<(), Error> {
    // Types need not exist yet: a script may come later.
    let types = &metadata.authorization_details_types;
    if types.iter().any(String::is_empty) {
        return Err(invalid("authorization_details_types: a type is empty"));
    }
    let resources = metadata.resources.iter().flatten();
    let resources: Vec<&String> = resources.chain(&metadata.resource_identifiers).collect();
    if metadata.request_uris.len() > MAX_ADDRESSES || resources.len() > MAX_ADDRESSES {
        return Err(invalid("too many addresses"));
    }
    for uri in &metadata.request_uris {
        let allowed = uri.len() <= MAX_REQUEST_URI_BYTES
            && check_address(uri, &configuration.remote_document_http).is_ok()
            && uri.split_once('#').is_none_or(|(_, hash)| is_hash(hash));
        if !allowed {
            return Err(invalid(
                "request_uris must be https, at most 512 characters; a fragment is the SHA-256 of the object in base64url",
            ));
        }
    }
    if resources.iter().all(|resource| is_resource(resource)) {
        Ok(())
    } else {
        Err(invalid(
            "resources and resource_identifiers must be absolute URIs without a fragment",
        ))
    }
}

fn is_hash(text: &str) -> bool {
    durward_jose::base64url::decode(text).is_some_and(|bytes| bytes.len() == 32)
}
