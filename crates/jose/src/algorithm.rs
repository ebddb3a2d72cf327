//! The signature algorithms this server knows, and which key each one needs. No key material and no choice of policy per
//! client: callers name the algorithms they allow.

use aws_lc_rs::{digest, signature};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// A JWS signature algorithm (RFC 7518 section 3.1, RFC 8037).
///
/// `none` has no variant, so no code path can represent an unsigned token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RS384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RS512,
    /// RSASSA-PSS with SHA-256 and a salt as long as the digest.
    PS256,
    /// RSASSA-PSS with SHA-384 and a salt as long as the digest.
    PS384,
    /// RSASSA-PSS with SHA-512 and a salt as long as the digest.
    PS512,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// ECDSA on P-384 with SHA-384.
    ES384,
    /// Ed25519 (the only curve we accept under this name).
    EdDSA,
    /// HMAC with SHA-256: only for a shared client secret, never with a key set.
    HS256,
}

/// The kind of key an algorithm needs; two algorithms share a key only when these are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// RSA, 2048 to 8192 bits.
    Rsa,
    /// The NIST curve P-256.
    P256,
    /// The NIST curve P-384.
    P384,
    /// Edwards curve 25519.
    Ed25519,
    /// A shared secret; never found in a [`crate::JwkSet`].
    Secret,
}

/// The name is not one of [`Algorithm::ALL`]; `none` and every unknown name end here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown or unsupported signature algorithm")]
pub struct UnknownAlgorithm;

impl Algorithm {
    /// Every algorithm, in the order in which metadata should list them.
    pub const ALL: [Self; 10] = [
        Self::ES256,
        Self::PS256,
        Self::RS256,
        Self::EdDSA,
        Self::ES384,
        Self::PS384,
        Self::PS512,
        Self::RS384,
        Self::RS512,
        Self::HS256,
    ];

    /// Every algorithm with a public key: what a client's key set may be used with.
    pub const ASYMMETRIC: [Self; 9] = [
        Self::ES256,
        Self::PS256,
        Self::RS256,
        Self::EdDSA,
        Self::ES384,
        Self::PS384,
        Self::PS512,
        Self::RS384,
        Self::RS512,
    ];

    /// The exact `alg` value of RFC 7518 and RFC 8037.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::PS256 => "PS256",
            Self::PS384 => "PS384",
            Self::PS512 => "PS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::EdDSA => "EdDSA",
            Self::HS256 => "HS256",
        }
    }

    /// The kind of key this algorithm signs and verifies with.
    pub const fn key_type(self) -> KeyType {
        match self {
            Self::RS256 | Self::RS384 | Self::RS512 | Self::PS256 | Self::PS384 | Self::PS512 => {
                KeyType::Rsa
            }
            Self::ES256 => KeyType::P256,
            Self::ES384 => KeyType::P384,
            Self::EdDSA => KeyType::Ed25519,
            Self::HS256 => KeyType::Secret,
        }
    }

    /// The digest of `at_hash` and `c_hash` (OIDC Core section 3.1.3.6): that of the algorithm; SHA-512 for
    /// Ed25519, which hashes with it internally.
    pub(crate) fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::RS256 | Self::PS256 | Self::ES256 | Self::HS256 => &digest::SHA256,
            Self::RS384 | Self::PS384 | Self::ES384 => &digest::SHA384,
            Self::RS512 | Self::PS512 | Self::EdDSA => &digest::SHA512,
        }
    }

    /// How RSA signs under this algorithm; nothing when it is not an RSA algorithm.
    pub(crate) fn rsa_signing(self) -> Option<&'static signature::RsaSignatureEncoding> {
        Some(match self {
            Self::RS256 => &signature::RSA_PKCS1_SHA256,
            Self::RS384 => &signature::RSA_PKCS1_SHA384,
            Self::RS512 => &signature::RSA_PKCS1_SHA512,
            Self::PS256 => &signature::RSA_PSS_SHA256,
            Self::PS384 => &signature::RSA_PSS_SHA384,
            Self::PS512 => &signature::RSA_PSS_SHA512,
            Self::ES256 | Self::ES384 | Self::EdDSA | Self::HS256 => return None,
        })
    }

    /// How RSA verifies under this algorithm, 2048 to 8192 bits; nothing when it is not an RSA algorithm.
    pub(crate) fn rsa_verifying(self) -> Option<&'static signature::RsaParameters> {
        Some(match self {
            Self::RS256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Self::RS384 => &signature::RSA_PKCS1_2048_8192_SHA384,
            Self::RS512 => &signature::RSA_PKCS1_2048_8192_SHA512,
            Self::PS256 => &signature::RSA_PSS_2048_8192_SHA256,
            Self::PS384 => &signature::RSA_PSS_2048_8192_SHA384,
            Self::PS512 => &signature::RSA_PSS_2048_8192_SHA512,
            Self::ES256 | Self::ES384 | Self::EdDSA | Self::HS256 => return None,
        })
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Names are case-sensitive (RFC 7515 section 4.1.1): `es256` is unknown.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
            .ok_or(UnknownAlgorithm)
    }
}

impl Serialize for Algorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Algorithm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn names_parse_and_print_exactly() {
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
            let json = serde_json::to_string(&algorithm).unwrap();
            assert_eq!(json, format!("\"{}\"", algorithm.name()));
            assert_eq!(serde_json::from_str::<Algorithm>(&json).unwrap(), algorithm);
        }
        for wrong in ["none", "None", "es256", "ES256 ", "", "HS512", "RSA1_5"] {
            assert_eq!(wrong.parse::<Algorithm>(), Err(UnknownAlgorithm), "{wrong}");
        }
    }

    #[test]
    fn asymmetric_is_all_but_the_shared_secret() {
        let public: Vec<_> = Algorithm::ALL
            .into_iter()
            .filter(|algorithm| algorithm.key_type() != KeyType::Secret)
            .collect();
        assert_eq!(public, Algorithm::ASYMMETRIC);
    }
}
