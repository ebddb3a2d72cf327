//! An access token as it is shown to an endpoint of ours, with what proves that its bearer
//! may: the certificate of the connection (RFC 8705, section 3).
//!
//! Not here: what the token is worth (`introspection`).

use crate::ClientCertificate;

/// A token and who shows it. Text alone is a token that is shown without a certificate.
#[derive(Debug, Clone, Copy)]
pub struct Bearer<'a> {
    /// The access token.
    pub token: &'a str,
    /// The certificate of the connection that it came over.
    pub certificate: Option<&'a ClientCertificate>,
}

impl<'a> From<&'a str> for Bearer<'a> {
    fn from(token: &'a str) -> Self {
        Self {
            token,
            certificate: None,
        }
    }
}

impl<'a> From<&'a String> for Bearer<'a> {
    fn from(token: &'a String) -> Self {
        token.as_str().into()
    }
}
