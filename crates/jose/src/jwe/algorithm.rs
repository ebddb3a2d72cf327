//! Names of the ways to encrypt that this server knows (RFC 7518 sections 4.1 and 5.1). `RSA1_5`, `dir`, `PBES2` and keys
//! wrapped under a shared secret have no variant, so no code path can represent them.

use super::KeyFamily;
use std::str::FromStr;

/// `alg`: how the content key comes to the recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyManagement {
    /// RSA-OAEP with SHA-256 and MGF1 with SHA-256.
    RsaOaep256,
    /// The agreed key is the content key.
    EcdhEs,
    /// The agreed key wraps the content key with AES-128.
    EcdhEsA128Kw,
    /// The agreed key wraps the content key with AES-256.
    EcdhEsA256Kw,
}

/// `enc`: how the content is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentEncryption {
    /// AES-128 in GCM.
    A128Gcm,
    /// AES-256 in GCM.
    A256Gcm,
    /// AES-128 in CBC with HMAC SHA-256.
    A128CbcHs256,
    /// AES-256 in CBC with HMAC SHA-512.
    A256CbcHs512,
}

/// The name is not one that is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown or unsupported encryption algorithm")]
pub struct UnknownEncryption;

impl KeyManagement {
    /// All, in the order in which metadata should list them.
    pub const ALL: [Self; 4] = [
        Self::RsaOaep256,
        Self::EcdhEs,
        Self::EcdhEsA128Kw,
        Self::EcdhEsA256Kw,
    ];

    /// The exact `alg` value.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RsaOaep256 => "RSA-OAEP-256",
            Self::EcdhEs => "ECDH-ES",
            Self::EcdhEsA128Kw => "ECDH-ES+A128KW",
            Self::EcdhEsA256Kw => "ECDH-ES+A256KW",
        }
    }

    /// The kind of key it needs.
    pub const fn family(self) -> KeyFamily {
        match self {
            Self::RsaOaep256 => KeyFamily::Rsa,
            Self::EcdhEs | Self::EcdhEsA128Kw | Self::EcdhEsA256Kw => KeyFamily::P256,
        }
    }
}

impl ContentEncryption {
    /// All, in the order in which metadata should list them.
    pub const ALL: [Self; 4] = [
        Self::A256Gcm,
        Self::A128Gcm,
        Self::A256CbcHs512,
        Self::A128CbcHs256,
    ];

    /// The exact `enc` value.
    pub const fn name(self) -> &'static str {
        match self {
            Self::A128Gcm => "A128GCM",
            Self::A256Gcm => "A256GCM",
            Self::A128CbcHs256 => "A128CBC-HS256",
            Self::A256CbcHs512 => "A256CBC-HS512",
        }
    }

    /// Length of the content key, in bytes.
    pub const fn key_bytes(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A256Gcm | Self::A128CbcHs256 => 32,
            Self::A256CbcHs512 => 64,
        }
    }
}

impl FromStr for KeyManagement {
    type Err = UnknownEncryption;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|known| known.name() == name)
            .ok_or(UnknownEncryption)
    }
}

impl FromStr for ContentEncryption {
    type Err = UnknownEncryption;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|known| known.name() == name)
            .ok_or(UnknownEncryption)
    }
}
