//! A public key whose numbers have been checked, and the raw signature check. No JSON and no policy: see `jwk` and `verify`.

use crate::{Algorithm, JwkError, KeyType, base64url, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, EcdsaVerificationAlgorithm,
    ParsedPublicKey, RsaPublicKeyComponents, UnparsedPublicKey,
};

/// Shortest RSA modulus accepted, in bits (RFC 7518 section 3.3).
pub const RSA_MIN_BITS: usize = 2048;
/// Longest RSA modulus accepted, in bits: verifying costs the attacker nothing and us the square of it.
pub const RSA_MAX_BITS: usize = 8192;
/// Longest RSA public exponent, in bytes; everyone uses 65537.
const RSA_MAX_EXPONENT_BYTES: usize = 4;

/// A checked public key. The variants cannot be built outside this module, so holding one means that it is usable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(Material);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    // The point as 0x04, x, y, which is what the verifier reads.
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl PublicKey {
    /// An RSA key from its big-endian modulus and exponent, without leading zeros (RFC 7518 section 6.3.1).
    pub fn rsa(n: Vec<u8>, e: Vec<u8>) -> Result<Self, JwkError> {
        let (Some(&n_first), Some(&n_last)) = (n.first(), n.last()) else {
            return Err(JwkError::Malformed("n"));
        };
        let (Some(&e_first), Some(&e_last)) = (e.first(), e.last()) else {
            return Err(JwkError::Malformed("e"));
        };
        if n_first == 0 || n_last & 1 == 0 {
            return Err(JwkError::Malformed("n"));
        }
        if e_first == 0 || e_last & 1 == 0 || e == [1] || e.len() > RSA_MAX_EXPONENT_BYTES {
            return Err(JwkError::Malformed("e"));
        }
        let bits = n.len() * 8 - n_first.leading_zeros() as usize;
        if !(RSA_MIN_BITS..=RSA_MAX_BITS).contains(&bits) {
            return Err(JwkError::Unsupported("RSA key size"));
        }
        Ok(Self(Material::Rsa { n, e }))
    }

    /// A P-256 key from its coordinates, 32 bytes each; the point must be on the curve.
    pub fn p256(x: &[u8], y: &[u8]) -> Result<Self, JwkError> {
        curve_point(&ECDSA_P256_SHA256_FIXED, 32, x, y).map(|point| Self(Material::P256(point)))
    }

    /// A P-384 key from its coordinates, 48 bytes each; the point must be on the curve.
    pub fn p384(x: &[u8], y: &[u8]) -> Result<Self, JwkError> {
        curve_point(&ECDSA_P384_SHA384_FIXED, 48, x, y).map(|point| Self(Material::P384(point)))
    }

    /// An Ed25519 key from its 32 bytes (RFC 8037 section 2).
    pub fn ed25519(x: Vec<u8>) -> Result<Self, JwkError> {
        if x.len() != 32 || ParsedPublicKey::new(&ED25519, &x).is_err() {
            return Err(JwkError::Malformed("x"));
        }
        Ok(Self(Material::Ed25519(x)))
    }

    /// What kind of key this is.
    pub fn key_type(&self) -> KeyType {
        match self.0 {
            Material::Rsa { .. } => KeyType::Rsa,
            Material::P256(_) => KeyType::P256,
            Material::P384(_) => KeyType::P384,
            Material::Ed25519(_) => KeyType::Ed25519,
        }
    }

    /// Modulus and exponent of an RSA key.
    pub(crate) fn rsa_components(&self) -> Option<(&[u8], &[u8])> {
        match &self.0 {
            Material::Rsa { n, e } => Some((n, e)),
            _ => None,
        }
    }

    /// The point of a P-256 key as 0x04, x, y.
    pub(crate) fn p256_point(&self) -> Option<&[u8]> {
        match &self.0 {
            Material::P256(point) => Some(point),
            _ => None,
        }
    }

    /// Whether `signature` is this key's signature over `message`; false as well when the algorithm needs another kind of key.
    pub fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        if algorithm.key_type() != self.key_type() {
            return false;
        }
        let outcome = match &self.0 {
            Material::Rsa { n, e } => {
                let Some(parameters) = algorithm.rsa_verifying() else {
                    return false;
                };
                RsaPublicKeyComponents { n, e }.verify(parameters, message, signature)
            }
            Material::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            Material::P384(point) => {
                UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(message, signature)
            }
            Material::Ed25519(x) => UnparsedPublicKey::new(&ED25519, x).verify(message, signature),
        };
        outcome.is_ok()
    }

    /// The members that define the key, in the lexicographic order that RFC 7638 section 3.2 hashes them in.
    pub(crate) fn members(&self) -> Vec<(&'static str, String)> {
        let text = |value: &str| value.to_owned();
        match &self.0 {
            Material::Rsa { n, e } => vec![
                ("e", base64url::encode(e)),
                ("kty", text("RSA")),
                ("n", base64url::encode(n)),
            ],
            Material::P256(point) => curve_members("P-256", point),
            Material::P384(point) => curve_members("P-384", point),
            Material::Ed25519(x) => vec![
                ("crv", text("Ed25519")),
                ("kty", text("OKP")),
                ("x", base64url::encode(x)),
            ],
        }
    }

    /// The RFC 7638 thumbprint with SHA-256, unpadded base64url. Our own `kid`s are this, and so is a `cnf.jkt` (RFC 9449).
    pub fn thumbprint(&self) -> String {
        // No member can hold a character that JSON escapes.
        let members: Vec<String> = self
            .members()
            .into_iter()
            .map(|(name, value)| format!("\"{name}\":\"{value}\""))
            .collect();
        digest::sha256_base64url(format!("{{{}}}", members.join(",")))
    }
}

fn curve_point(
    curve: &'static EcdsaVerificationAlgorithm,
    coordinate_bytes: usize,
    x: &[u8],
    y: &[u8],
) -> Result<Vec<u8>, JwkError> {
    if x.len() != coordinate_bytes {
        return Err(JwkError::Malformed("x"));
    }
    if y.len() != coordinate_bytes {
        return Err(JwkError::Malformed("y"));
    }
    let point = [&[4], x, y].concat();
    // Parsing is what checks that the point is on the curve and not at infinity.
    match ParsedPublicKey::new(curve, &point) {
        Ok(_) => Ok(point),
        Err(_) => Err(JwkError::Malformed("point is not on the curve")),
    }
}

fn curve_members(curve: &str, point: &[u8]) -> Vec<(&'static str, String)> {
    let coordinates = point.get(1..).unwrap_or_default();
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    vec![
        ("crv", curve.to_owned()),
        ("kty", "EC".to_owned()),
        ("x", base64url::encode(x)),
        ("y", base64url::encode(y)),
    ]
}
