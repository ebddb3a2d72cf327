//! What metadata has to be like, whoever registers the client (RFC 7591 section 2,
//! OpenID Registration 1.0 section 2, RFC 8252).
//!
//! Not here: what a client may have at most (`policy`), documents that are fetched.

use std::str::FromStr as _;

use durward_jose::{
    Algorithm, JwkSet,
    jwe::{EncryptionKey, KeyManagement},
};
use durward_model::{
    Configuration,
    client::{ApplicationType, AuthMethod, ClientMetadata, grant_type},
};
use url::{Host, Url};

use super::{invalid, requests};
use crate::{
    client_certificate::RegisteredSubject,
    error::{Code, Error},
    keyring::ALGORITHMS,
    remote::check_address,
    token::GRANTS,
    web_address,
};

/// Longest address and other text in metadata, bytes.
const MAX_TEXT_BYTES: usize = 2_048;

/// Longest life of a client's access tokens, seconds: a JWT cannot be called back everywhere, and
/// the key that signed it stays published as long.
pub(crate) const MAX_ACCESS_TOKEN_LIFETIME_SECONDS: i64 = 30 * 24 * 3_600;

/// Longest life of a client's refresh tokens, seconds.
const MAX_REFRESH_TOKEN_LIFETIME_SECONDS: i64 = 3_660 * 24 * 3_600;

/// Most elements of a list in metadata.
const MAX_ELEMENTS: usize = 64;

/// Checks metadata.
///
/// # Errors
/// `invalid_redirect_uri`, `invalid_client_metadata`.
pub fn check(metadata: &ClientMetadata, configuration: &Configuration) -> Result<(), Error> {
    check_sizes(metadata)?;
    check_grants(metadata, configuration)?;
    for uri in &metadata.redirect_uris {
        check_redirect_uri(uri, metadata.application_type)?;
    }
    check_logout(metadata)?;
    check_algorithms(metadata)?;
    check_keys(metadata, configuration)?;
    check_certificate(metadata)?;
    requests::check(metadata, configuration)?;
    check_lifetimes(metadata)?;
    if metadata.subject_type != "public" {
        return Err(invalid("subject_type must be public"));
    }
    let uris = [
        &metadata.client_uri,
        &metadata.logo_uri,
        &metadata.policy_uri,
        &metadata.tos_uri,
    ];
    for uri in uris.into_iter().flatten() {
        let parsed =
            web_address::parse(uri).ok_or_else(|| invalid("a page of the client is not a URL"))?;
        if !matches!(parsed.scheme(), "https" | "http") {
            return Err(invalid("pages of the client must be http or https"));
        }
    }
    Ok(())
}

/// Nothing in metadata is endless, and texts for people hold nothing that hides or moves other text.
fn check_sizes(metadata: &ClientMetadata) -> Result<(), Error> {
    let members = serde_json::to_value(metadata).unwrap_or_default();
    for (name, value) in members.as_object().into_iter().flatten() {
        let texts: Vec<&str> = match value {
            serde_json::Value::Array(items) if items.len() > MAX_ELEMENTS => {
                return Err(invalid(format!(
                    "{name} has more than {MAX_ELEMENTS} elements"
                )));
            }
            serde_json::Value::Array(items) => {
                items.iter().filter_map(serde_json::Value::as_str).collect()
            }
            serde_json::Value::String(text) => vec![text],
            _ => continue,
        };
        if texts.iter().any(|text| text.len() > MAX_TEXT_BYTES) {
            return Err(invalid(format!(
                "{name} is longer than {MAX_TEXT_BYTES} bytes"
            )));
        }
        if texts.iter().any(|text| text.chars().any(hides)) {
            return Err(invalid(format!("{name} holds characters that it may not")));
        }
    }
    Ok(())
}

/// Control characters, and those that change the direction of what stands around them.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn check_lifetimes(metadata: &ClientMetadata) -> Result<(), Error> {
    let lifetimes = [
        (
            "access_token_lifetime",
            metadata.access_token_lifetime,
            MAX_ACCESS_TOKEN_LIFETIME_SECONDS,
        ),
        (
            "refresh_token_lifetime",
            metadata.refresh_token_lifetime,
            MAX_REFRESH_TOKEN_LIFETIME_SECONDS,
        ),
    ];
    for (name, seconds, most) in lifetimes {
        if seconds.is_some_and(|seconds| !(1..=most).contains(&seconds)) {
            return Err(invalid(format!("{name} must be from 1 to {most} seconds")));
        }
    }
    Ok(())
}

fn check_grants(metadata: &ClientMetadata, configuration: &Configuration) -> Result<(), Error> {
    let uses = |name: &str| metadata.grant_types.iter().any(|grant| grant == name);
    if let Some(unknown) = metadata
        .grant_types
        .iter()
        .find(|g| !GRANTS.contains(&g.as_str()))
    {
        return Err(invalid(format!(
            "grant_types: '{unknown}' is not supported"
        )));
    }
    let public = metadata.token_endpoint_auth_method == AuthMethod::None;
    if public && (uses(grant_type::CLIENT_CREDENTIALS) || uses(grant_type::CIBA)) {
        return Err(invalid(
            "grant_types: public clients cannot use client_credentials or CIBA",
        ));
    }
    if uses(grant_type::AUTHORIZATION_CODE) && metadata.redirect_uris.is_empty() {
        return Err(Code::InvalidRedirectUri.because("redirect_uris is empty"));
    }
    if metadata
        .response_types
        .iter()
        .any(|response_type| response_type != "code")
    {
        return Err(invalid("response_types: only 'code' is supported"));
    }
    if uses(grant_type::CIBA) {
        let modes = &configuration.backchannel_token_delivery_modes_supported;
        let mode = metadata.backchannel_token_delivery_mode.as_ref();
        if !mode.is_some_and(|mode| modes.contains(mode)) {
            return Err(invalid(format!(
                "backchannel_token_delivery_mode must be one of: {}",
                modes.join(", ")
            )));
        }
    }
    Ok(())
}

/// Addresses of logout: pages like redirect URIs; a frame's address on the origin of
/// one of them (Front-Channel Logout 1.0, section 2), where its cookies are.
fn check_logout(metadata: &ClientMetadata) -> Result<(), Error> {
    for uri in &metadata.post_logout_redirect_uris {
        check_redirect_uri(uri, metadata.application_type)
            .map_err(|_| invalid(format!("post_logout_redirect_uris: '{uri}' is not allowed")))?;
    }
    let named = [
        ("frontchannel_logout_uri", &metadata.frontchannel_logout_uri),
        ("backchannel_logout_uri", &metadata.backchannel_logout_uri),
    ];
    for (name, uri) in named {
        let Some(uri) = uri else { continue };
        check_redirect_uri(uri, ApplicationType::Web)
            .map_err(|_| invalid(format!("{name} must be https, without a fragment")))?;
    }
    let origin = |uri: &String| Url::parse(uri).ok().map(|uri| uri.origin());
    let Some(front) = &metadata.frontchannel_logout_uri else {
        return Ok(());
    };
    if metadata
        .redirect_uris
        .iter()
        .any(|uri| origin(uri) == origin(front))
    {
        Ok(())
    } else {
        Err(invalid(
            "frontchannel_logout_uri must be on the scheme, host and port of a redirect_uri",
        ))
    }
}

/// Redirect URIs: absolute, no fragment, https for web (http on loopback while
/// developing), custom schemes with a dot or loopback for native (RFC 8252).
fn check_redirect_uri(uri: &str, application_type: ApplicationType) -> Result<(), Error> {
    let refuse = |why: &str| Code::InvalidRedirectUri.because(format!("redirect_uri {why}"));
    let parsed = web_address::parse(uri).ok_or_else(|| refuse("is not an absolute URI"))?;
    if uri.contains('#') {
        return Err(refuse("has a fragment"));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(refuse("holds user information"));
    }
    let allowed = match (parsed.scheme(), application_type) {
        ("https", _) => parsed.host().is_some(),
        ("http", _) => is_loopback(&parsed),
        (scheme, ApplicationType::Native) => scheme.contains('.'),
        _ => false,
    };
    if allowed {
        Ok(())
    } else {
        Err(refuse(
            "has a scheme that this kind of application may not use",
        ))
    }
}

/// Is it an address of the machine that the browser runs on?
pub(super) fn is_on_loopback(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|uri| is_loopback(&uri))
}

fn is_loopback(uri: &Url) -> bool {
    match uri.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn check_algorithms(metadata: &ClientMetadata) -> Result<(), Error> {
    let signing = [
        (
            "id_token_signed_response_alg",
            Some(&metadata.id_token_signed_response_alg),
        ),
        (
            "access_token_signing_alg",
            metadata.access_token_signing_alg.as_ref(),
        ),
    ];
    for (name, value) in signing {
        let known = value.is_none_or(|value| {
            Algorithm::from_str(value).is_ok_and(|algorithm| ALGORITHMS.contains(&algorithm))
        });
        if !known {
            return Err(invalid(format!(
                "{name} must be RS256, PS256, ES256 or EdDSA"
            )));
        }
    }
    let assertion = metadata.token_endpoint_auth_signing_alg.as_deref();
    let known = assertion.is_none_or(|name| {
        Algorithm::from_str(name).is_ok_and(|a| Algorithm::ASYMMETRIC.contains(&a))
    });
    if known {
        Ok(())
    } else {
        Err(invalid("token_endpoint_auth_signing_alg is not supported"))
    }
}

/// `jwks` or `jwks_uri`, never both (RFC 7591, section 2).
fn check_keys(metadata: &ClientMetadata, configuration: &Configuration) -> Result<(), Error> {
    if let Some(address) = &metadata.jwks_uri {
        if metadata.jwks.is_some() {
            return Err(invalid("jwks and jwks_uri exclude each other"));
        }
        return check_address(address, &configuration.remote_document_http)
            .map(drop)
            .map_err(|_| invalid("jwks_uri must be https, without user information"));
    }
    let needs_signing = match metadata.token_endpoint_auth_method {
        AuthMethod::PrivateKeyJwt => Some("private_key_jwt"),
        AuthMethod::SelfSignedTlsClientAuth => Some("self_signed_tls_client_auth"),
        _ => None,
    };
    let Some(jwks) = &metadata.jwks else {
        return match needs_signing {
            Some(method) => Err(invalid(format!("{method} needs jwks or jwks_uri"))),
            None => Ok(()),
        };
    };
    let set = jwks
        .as_object()
        .ok_or_else(|| invalid("jwks is not an object"))?;
    let signing = JwkSet::from_object(set).map_err(|error| invalid(format!("jwks: {error}")))?;
    let for_us = KeyManagement::ALL
        .iter()
        .any(|alg| matches!(EncryptionKey::find(set, *alg), Ok(Some(_))));
    if signing.keys.is_empty() && (needs_signing.is_some() || !for_us) {
        Err(invalid("jwks holds no usable key"))
    } else {
        Ok(())
    }
}

/// What the certificate is to name (RFC 8705, section 2.1.2): of its form, and one of them
/// where the client authenticates by it.
fn check_certificate(metadata: &ClientMetadata) -> Result<(), Error> {
    if metadata.token_endpoint_auth_method == AuthMethod::TlsClientAuth {
        RegisteredSubject::only_of(metadata).map(drop)
    } else {
        RegisteredSubject::all_of(metadata).map(drop)
    }
    .map_err(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_uris_are_held_to_their_application_type() {
        use ApplicationType::{Native, Web};
        for (uri, kind) in [
            ("https://app.example/cb", Web),
            ("http://127.0.0.1:8080/cb", Web),
            ("http://localhost/cb", Web),
            ("com.example.app:/cb", Native),
            ("http://127.0.0.1/cb", Native),
        ] {
            assert!(check_redirect_uri(uri, kind).is_ok(), "{uri}");
        }
        for (uri, kind) in [
            ("http://app.example/cb", Web),
            ("javascript:alert(1)", Web),
            ("javascript:alert(1)", Native),
            ("data:text/html,x", Native),
            ("https://app.example/cb#x", Web),
            ("https://a@b.example/cb", Web),
            ("https://app.example\\@evil/cb", Web),
            ("https:app.example/cb", Web),
            ("http:/localhost/cb", Native),
            ("/cb", Web),
            ("myapp:/cb", Native),
            ("http://localhost.evil/cb", Native),
        ] {
            assert!(check_redirect_uri(uri, kind).is_err(), "{uri}");
        }
    }
}
