//! Client certificates over TLS (RFC 8705): any is let through the handshake if the other
//! side holds its key; who vouches for it is found out, and told with it.
//!
//! Not here: what certificates prove (durward-protocol), those that proxies hand over (`proxies`).

use std::sync::Arc;

use durward_model::Timestamp;
use durward_protocol::{
    ClientCertificate,
    client_certificate::{CertificateError, MAX_BYTES},
};
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{
        CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature,
        verify_tls13_signature,
    },
    pki_types::{CertificateDer, UnixTime},
    server::{
        VerifierBuilderError, WebPkiClientVerifier,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};

/// Most certificates of a chain, the client's own included.
pub const MAX_CHAIN: usize = 8;

/// Authorities whose certificates name clients; none vouches for nobody.
#[derive(Debug, Clone, Default)]
pub struct Authorities(Option<Arc<dyn ClientCertVerifier>>);

impl Authorities {
    /// Of trust anchors in DER.
    ///
    /// # Errors
    /// When there are none, or one cannot be an anchor.
    pub fn new(anchors: Vec<CertificateDer<'static>>) -> Result<Self, AuthoritiesError> {
        let mut roots = RootCertStore::empty();
        for anchor in anchors {
            roots.add(anchor)?;
        }
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), cryptography()).build()?;
        Ok(Self(Some(verifier)))
    }

    /// Are there any?
    pub fn are_there(&self) -> bool {
        self.0.is_some()
    }

    /// Does a chain lead from the first certificate over the others to one of them, valid `now`?
    fn vouch_for(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        now: Timestamp,
    ) -> bool {
        let Some(verifier) = &self.0 else {
            return false;
        };
        let seconds = u64::try_from(now.seconds()).unwrap_or(0);
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        match verifier.verify_client_cert(own, others, now) {
            Ok(_) => true,
            Err(error) => {
                tracing::debug!(%error, "no authority vouches for a client certificate");
                false
            }
        }
    }

    /// The certificate that a chain begins with; none of an empty one.
    ///
    /// # Errors
    /// What the client's own certificate must not be.
    pub fn read(
        &self,
        chain: &[CertificateDer<'_>],
        now: Timestamp,
    ) -> Result<Option<ClientCertificate>, CertificateError> {
        let Some((own, others)) = chain.split_first() else {
            return Ok(None);
        };
        check_sizes(own, others)?;
        let is_vouched_for = self.vouch_for(own, others, now);
        ClientCertificate::parse(own, is_vouched_for).map(Some)
    }
}

/// Why authorities are of no use.
#[derive(Debug, thiserror::Error)]
pub enum AuthoritiesError {
    /// Not a certificate that can be an anchor.
    #[error(transparent)]
    Anchor(#[from] Error),
    /// None at all.
    #[error(transparent)]
    Builder(#[from] VerifierBuilderError),
}

fn check_sizes(
    own: &CertificateDer<'_>,
    others: &[CertificateDer<'_>],
) -> Result<(), CertificateError> {
    let too_large = |der: &CertificateDer<'_>| der.len() > MAX_BYTES;
    if others.len() >= MAX_CHAIN || too_large(own) || others.iter().any(too_large) {
        return Err(CertificateError::TooLarge);
    }
    Ok(())
}

fn cryptography() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// Lets every readable certificate through whose key the other side signs the handshake
/// with, and also who has none: most requests need no certificate, and self-signed ones are
/// somebody's (RFC 8705, section 2.2).
#[derive(Debug)]
pub struct ProofOfPossession(WebPkiSupportedAlgorithms);

impl Default for ProofOfPossession {
    fn default() -> Self {
        Self(cryptography().signature_verification_algorithms)
    }
}

impl ClientCertVerifier for ProofOfPossession {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    /// No hints: whoever has a certificate shows it, whoever issued it.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let refuse = |error: CertificateError| Error::General(error.to_string());
        check_sizes(end_entity, intermediates).map_err(refuse)?;
        ClientCertificate::parse(end_entity, false).map_err(refuse)?;
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

#[cfg(test)]
mod tests;
