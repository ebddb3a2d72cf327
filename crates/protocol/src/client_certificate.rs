//! A client certificate of a connection (RFC 8705): who it names, whose key it holds,
//! whether an authority of ours vouches for it.
//!
//! Whoever makes one has made sure that the other side holds its key: a TLS listener by
//! the handshake, a trusted proxy by its word. Not here: chains (durward-server, which
//! has a TLS library), what a certificate may do (`client_auth`, `certificate_binding`).

mod name;
mod subject;

use std::net::IpAddr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use durward_jose::{PublicKey, digest};
use durward_model::Timestamp;
use x509_parser::{
    certificate::X509Certificate,
    extensions::GeneralName,
    prelude::FromDer as _,
    public_key::PublicKey as FoundKey,
    x509::{SubjectPublicKeyInfo, X509Name},
};

pub use name::{Name, NameError};
pub use subject::{RegisteredSubject, SUBJECT_MEMBERS};

/// Largest certificate that is looked into, bytes of DER.
pub const MAX_BYTES: usize = 16 * 1024;

/// `commonName` (RFC 4519, section 2.3).
const COMMON_NAME: &str = "2.5.4.3";

/// A certificate that was read; of its owner nothing is believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    der: Vec<u8>,
    is_vouched_for: bool,
    subject: Name,
    common_name: Option<String>,
    alternative: AlternativeNames,
    begins: Timestamp,
    ends: Timestamp,
    public_key: Option<PublicKey>,
}

/// `subjectAltName` (RFC 5280, section 4.2.1.6), as far as clients are named by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AlternativeNames {
    pub dns: Vec<String>,
    pub uris: Vec<String>,
    pub addresses: Vec<IpAddr>,
    pub emails: Vec<String>,
}

/// Why a certificate is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Longer than [`MAX_BYTES`].
    #[error("the certificate is larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// Not a certificate, or not only one.
    #[error("the certificate cannot be read")]
    Malformed,
    /// A name in it can be taken for another one.
    #[error("the certificate names somebody in a way that is not accepted: {0}")]
    Name(#[from] NameError),
}

impl ClientCertificate {
    /// Reads DER. `is_vouched_for` says that a chain leads from it to an authority of ours.
    ///
    /// # Errors
    /// Whatever is not exactly one well-formed certificate with clear names.
    pub fn parse(der: &[u8], is_vouched_for: bool) -> Result<Self, CertificateError> {
        if der.len() > MAX_BYTES {
            return Err(CertificateError::TooLarge);
        }
        let (rest, found) =
            X509Certificate::from_der(der).map_err(|_| CertificateError::Malformed)?;
        if !rest.is_empty() {
            return Err(CertificateError::Malformed);
        }
        let alternative = found
            .subject_alternative_name()
            .map_err(|_| CertificateError::Malformed)?;
        let alternative = match alternative {
            Some(extension) => AlternativeNames::of(&extension.value.general_names)?,
            None => AlternativeNames::default(),
        };
        let validity = found.validity();
        Ok(Self {
            der: der.to_owned(),
            is_vouched_for,
            subject: Name::of(found.subject())?,
            common_name: common_name(found.subject()),
            alternative,
            begins: Timestamp::from_seconds(validity.not_before.timestamp()),
            ends: Timestamp::from_seconds(validity.not_after.timestamp()),
            public_key: public_key(found.public_key()),
        })
    }

    /// Does an authority of ours vouch for it, now?
    pub fn is_vouched_for(&self, now: Timestamp) -> bool {
        self.is_vouched_for && self.is_valid_at(now)
    }

    /// Is `now` within its validity (RFC 5280, section 4.1.2.5)? Both ends are.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        (self.begins.seconds()..=self.ends.seconds()).contains(&now.seconds())
    }

    /// The certificate itself.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// As PEM (RFC 7468), which is how scripts see it.
    pub fn pem(&self) -> String {
        let text = STANDARD.encode(&self.der);
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = after;
        }
        pem.push_str("-----END CERTIFICATE-----\n");
        pem
    }

    /// `x5t#S256` (RFC 8705, section 3.1).
    pub fn thumbprint(&self) -> String {
        digest::sha256_base64url(&self.der)
    }

    /// Its subject.
    pub fn subject(&self) -> &Name {
        &self.subject
    }

    /// Its one common name to the letter; none where there are several.
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// Its key; none of a kind that we do not know.
    pub fn public_key(&self) -> Option<&PublicKey> {
        self.public_key.as_ref()
    }

    pub(crate) fn alternative(&self) -> &AlternativeNames {
        &self.alternative
    }
}

impl AlternativeNames {
    fn of(names: &[GeneralName<'_>]) -> Result<Self, CertificateError> {
        let mut found = Self::default();
        for name in names {
            match name {
                GeneralName::DNSName(text) => found.dns.push(clear(text)?),
                GeneralName::URI(text) => found.uris.push(clear(text)?),
                GeneralName::RFC822Name(text) => found.emails.push(clear(text)?),
                GeneralName::IPAddress(octets) => found.addresses.push(address(octets)?),
                GeneralName::Invalid(..) => return Err(CertificateError::Malformed),
                _ => {} // no client is registered by these
            }
        }
        Ok(found)
    }
}

/// Text without a character that ends or hides what stands behind it.
fn clear(text: &str) -> Result<String, CertificateError> {
    if text.is_ascii() && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(NameError::Unclear.into())
    }
}

fn address(octets: &[u8]) -> Result<IpAddr, CertificateError> {
    let four = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    let sixteen = <[u8; 16]>::try_from(octets).map(IpAddr::from);
    four.or(sixteen).map_err(|_| CertificateError::Malformed)
}

fn common_name(subject: &X509Name<'_>) -> Option<String> {
    let mut found = subject
        .iter_attributes()
        .filter(|attribute| attribute.attr_type().to_id_string() == COMMON_NAME);
    let only = found.next()?;
    match found.next() {
        None => only.as_str().ok().map(str::to_owned),
        Some(_) => None,
    }
}

fn public_key(found: &SubjectPublicKeyInfo<'_>) -> Option<PublicKey> {
    /// `id-Ed25519` (RFC 8410, section 3).
    const ED25519: &str = "1.3.101.112";
    /// `secp256r1` and `secp384r1` (RFC 5480, section 2.1.1.1).
    const P256: &str = "1.2.840.10045.3.1.7";
    const P384: &str = "1.3.132.0.34";
    match found.parsed().ok()? {
        FoundKey::RSA(key) => PublicKey::rsa(unsigned(key.modulus), unsigned(key.exponent)).ok(),
        FoundKey::EC(point) => {
            let curve = found.algorithm.parameters.as_ref()?.as_oid().ok()?;
            let (4, coordinates) = point.data().split_first()? else {
                return None;
            };
            let (x, y) = coordinates.split_at(coordinates.len() / 2);
            match curve.to_id_string().as_str() {
                P256 => PublicKey::p256(x, y).ok(),
                P384 => PublicKey::p384(x, y).ok(),
                _ => None,
            }
        }
        FoundKey::Unknown(octets) if found.algorithm.algorithm.to_id_string() == ED25519 => {
            PublicKey::ed25519(octets.to_owned()).ok()
        }
        _ => None,
    }
}

/// A DER integer without the zero that says that it is not negative.
fn unsigned(octets: &[u8]) -> Vec<u8> {
    match octets {
        [0, rest @ ..] => rest.to_owned(),
        other => other.to_owned(),
    }
}
