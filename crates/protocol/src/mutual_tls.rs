//! What this server takes of client certificates (RFC 8705): fixed at start, by listeners,
//! authorities and trusted proxies.
//!
//! Not here: the listeners themselves (durward-server), what a certificate proves
//! (`client_auth`).

use durward_model::client::{AuthMethod, ClientMetadata};

use crate::error::{Code, Error};

/// What there is; nothing by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MutualTls {
    /// Certificates come in: over a listener that asks for them, or from a trusted proxy.
    pub is_on: bool,
    /// There are authorities that can vouch for some.
    pub has_authorities: bool,
    /// Scheme, host and port of the listener that asks for certificates, where they are not
    /// the issuer's (RFC 8705, section 5).
    pub origin: Option<String>,
}

impl MutualTls {
    /// Client authentication methods that it makes possible, as metadata lists them.
    pub fn methods(&self) -> &'static [&'static str] {
        match (self.is_on, self.has_authorities) {
            (false, _) => &[],
            (true, false) => &["self_signed_tls_client_auth"],
            (true, true) => &["tls_client_auth", "self_signed_tls_client_auth"],
        }
    }

    /// Registers nobody for what is not there.
    ///
    /// # Errors
    /// `invalid_client_metadata`.
    pub fn check(&self, metadata: &ClientMetadata) -> Result<(), Error> {
        let refuse = |what: &str| {
            Err(Code::InvalidClientMetadata.because(format!("{what} is not offered here")))
        };
        match metadata.token_endpoint_auth_method {
            AuthMethod::TlsClientAuth if !(self.is_on && self.has_authorities) => {
                refuse("token_endpoint_auth_method: tls_client_auth")
            }
            AuthMethod::SelfSignedTlsClientAuth if !self.is_on => {
                refuse("token_endpoint_auth_method: self_signed_tls_client_auth")
            }
            _ if metadata.tls_client_certificate_bound_access_tokens && !self.is_on => {
                refuse("tls_client_certificate_bound_access_tokens")
            }
            _ => Ok(()),
        }
    }
}
