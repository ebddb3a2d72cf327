//! Tokens that count only with the certificate they were issued over (RFC 8705, sections 3 and 4).

use durward_model::{Client, Configuration};
use serde::Serialize;

use crate::{
    ClientCertificate,
    error::{Code, Error},
};

/// `cnf` of a token (RFC 7800, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Confirmation<'a> {
    /// RFC 8705, section 3.1.
    #[serde(rename = "x5t#S256")]
    pub certificate_thumbprint: &'a str,
}

/// What the tokens of a token request are bound to: always where the client registered it
/// so, and where it authenticated with a certificate unless the configuration says otherwise.
///
/// # Errors
/// `invalid_request` where they must be bound and there is no certificate.
pub fn binding(
    client: &Client,
    configuration: &Configuration,
    certificate: Option<&ClientCertificate>,
) -> Result<Option<String>, Error> {
    let metadata = &client.metadata;
    let by_method = metadata.token_endpoint_auth_method.is_mutual_tls()
        && configuration.tls_client_certificate_bound_access_tokens;
    if !metadata.tls_client_certificate_bound_access_tokens && !by_method {
        return Ok(None);
    }
    match certificate {
        Some(certificate) => Ok(Some(certificate.thumbprint())),
        None => Err(Code::InvalidRequest
            .because("tokens of this client are bound to its certificate, and it showed none")),
    }
}

/// Is what is bound to `thumbprint` shown by whom it was issued to?
pub fn is_shown(thumbprint: Option<&str>, certificate: Option<&ClientCertificate>) -> bool {
    match (thumbprint, certificate) {
        (None, _) => true,
        (Some(thumbprint), Some(certificate)) => certificate.thumbprint() == thumbprint,
        (Some(_), None) => false,
    }
}
