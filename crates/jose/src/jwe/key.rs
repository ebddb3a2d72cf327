//! Keys that tokens are encrypted with and opened with. Which one is current is decided elsewhere.

use super::{
    KeyManagement,
    agreement::{Agreed, Info},
};
use crate::{JwkError, PublicKey, jwk, jwk::object_of};
use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{
        KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
        PrivateDecryptingKey, PublicEncryptingKey,
    },
    signature::{KeyPair as _, RsaKeyPair, RsaPublicKeyComponents},
};
use serde_json::{Map, Value};
use std::fmt;
use zeroize::Zeroizing;

/// The kinds of keys for encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFamily {
    /// RSA, 2048 bits and more.
    Rsa,
    /// The NIST curve P-256.
    P256,
}

/// Not a usable private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a usable decryption key")]
pub struct KeyRejected;

/// A private key that opens tokens.
pub struct DecryptionKey {
    private: Private,
    pkcs8: Zeroizing<Vec<u8>>,
    public: EncryptionKey,
    kid: String,
}

enum Private {
    Rsa(OaepPrivateDecryptingKey),
    P256(PrivateKey),
}

impl DecryptionKey {
    /// A new key. The `kid` is the thumbprint.
    pub fn generate(family: KeyFamily) -> Result<Self, KeyRejected> {
        let pkcs8 = match family {
            KeyFamily::Rsa => {
                let key = PrivateDecryptingKey::generate(KeySize::Rsa2048);
                let der: Pkcs8V1Der<'_> =
                    key.and_then(|key| key.as_der()).map_err(|_| KeyRejected)?;
                Zeroizing::new(der.as_ref().to_vec())
            }
            KeyFamily::P256 => {
                let key = PrivateKey::generate(&ECDH_P256);
                let der: Pkcs8V1Der<'_> =
                    key.and_then(|key| key.as_der()).map_err(|_| KeyRejected)?;
                Zeroizing::new(der.as_ref().to_vec())
            }
        };
        Self::from_pkcs8(family, &pkcs8)
    }

    /// A stored key from its PKCS#8 DER.
    pub fn from_pkcs8(family: KeyFamily, pkcs8: &[u8]) -> Result<Self, KeyRejected> {
        let (private, key) = match family {
            KeyFamily::Rsa => rsa(pkcs8),
            KeyFamily::P256 => p256(pkcs8),
        }
        .ok_or(KeyRejected)?;
        let kid = key.thumbprint();
        Ok(Self {
            private,
            pkcs8: Zeroizing::new(pkcs8.to_vec()),
            public: EncryptionKey {
                key,
                kid: Some(kid.clone()),
                // One key on a curve serves several ways; an RSA key only one.
                alg: (family == KeyFamily::Rsa).then_some(KeyManagement::RsaOaep256),
            },
            kid,
        })
    }

    /// The same key under another name.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = kid.into();
        self.public.kid = Some(self.kid.clone());
        self
    }

    /// Its kind.
    pub fn family(&self) -> KeyFamily {
        match self.private {
            Private::Rsa(_) => KeyFamily::Rsa,
            Private::P256(_) => KeyFamily::P256,
        }
    }

    /// Its name.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The private key as PKCS#8 DER, for sealing and storing.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The key that others encrypt with.
    pub fn public(&self) -> &EncryptionKey {
        &self.public
    }

    /// What RSA-OAEP-256 hid, if this is such a key.
    pub(super) fn decrypt_rsa(&self, encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let Private::Rsa(key) = &self.private else {
            return None;
        };
        if encrypted.len() != key.key_size_bytes() {
            return None;
        }
        let mut out = Zeroizing::new(vec![0; key.min_output_size()]);
        let opened = key.decrypt(&OAEP_SHA256_MGF1SHA256, encrypted, &mut out, None);
        let bytes = opened.ok()?.len();
        out.truncate(bytes);
        Some(out)
    }

    /// The key agreed on, if this is a key for that.
    pub(super) fn agree(&self, info: &Info) -> Option<Agreed> {
        match &self.private {
            Private::P256(key) => Agreed::from(key, info),
            Private::Rsa(_) => None,
        }
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

fn rsa(pkcs8: &[u8]) -> Option<(Private, PublicKey)> {
    let private = PrivateDecryptingKey::from_pkcs8(pkcs8).ok()?;
    let pair = RsaKeyPair::from_pkcs8(pkcs8).ok()?;
    let public = pair.public_key();
    let n = public.modulus().big_endian_without_leading_zero().to_vec();
    let e = public.exponent().big_endian_without_leading_zero().to_vec();
    let key = PublicKey::rsa(n, e).ok()?;
    let private = OaepPrivateDecryptingKey::new(private).ok()?;
    Some((Private::Rsa(private), key))
}

fn p256(pkcs8: &[u8]) -> Option<(Private, PublicKey)> {
    let private = PrivateKey::from_private_key_der(&ECDH_P256, pkcs8).ok()?;
    let public = private.compute_public_key().ok()?;
    let coordinates = public.as_ref().get(1..)?;
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    let key = PublicKey::p256(x, y).ok()?;
    Some((Private::P256(private), key))
}

/// A public key that tokens are encrypted with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptionKey {
    key: PublicKey,
    kid: Option<String>,
    alg: Option<KeyManagement>,
}

impl EncryptionKey {
    /// Reads one key of a set. Keys for signatures, and of other kinds, are [`JwkError::Unsupported`].
    pub fn from_object(object: &Map<String, Value>) -> Result<Self, JwkError> {
        jwk::refuse_private(object)?;
        jwk::check_usage(
            object,
            "enc",
            &["wrapKey", "encrypt", "deriveKey", "deriveBits"],
        )?;
        let key = jwk::public_key(object)?;
        let alg = match jwk::text(object, "alg")? {
            None => None,
            Some(name) => Some(name.parse().map_err(|_| JwkError::Unsupported("alg"))?),
        };
        let kid = jwk::kid(object)?;
        Ok(Self { key, kid, alg })
    }

    /// The first key of a set that is for `alg`, if there is one.
    ///
    /// # Errors
    /// When the set or one of its keys is malformed.
    pub fn find(set: &Map<String, Value>, alg: KeyManagement) -> Result<Option<Self>, JwkError> {
        let keys = jwk::elements(set)?;
        // A key that says what it is for wins over one that does not.
        let mut second = None;
        for object in keys {
            match Self::from_object(object) {
                Ok(key) if key.allows(alg) && object.get("use").is_some() => return Ok(Some(key)),
                Ok(key) if key.allows(alg) => second = second.or(Some(key)),
                Ok(_) | Err(JwkError::Unsupported(_)) => {}
                Err(why) => return Err(why),
            }
        }
        Ok(second)
    }

    /// Whether it may be used that way.
    pub fn allows(&self, alg: KeyManagement) -> bool {
        let kind = match alg.family() {
            KeyFamily::Rsa => self.key.rsa_components().is_some(),
            KeyFamily::P256 => self.key.p256_point().is_some(),
        };
        kind && self.alg.is_none_or(|only| only == alg)
    }

    /// Its owner's name for it.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The key as JSON members, with `use` = `enc`.
    pub fn to_object(&self) -> Map<String, Value> {
        object_of(
            &self.key,
            "enc",
            self.kid(),
            self.alg.map(KeyManagement::name),
        )
    }

    pub(super) fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// A content key under RSA-OAEP-256.
    pub(super) fn encrypt_rsa(&self, cek: &[u8]) -> Option<Vec<u8>> {
        let (n, e) = self.key.rsa_components()?;
        let key: PublicEncryptingKey = RsaPublicKeyComponents { n, e }.try_into().ok()?;
        let key = OaepPublicEncryptingKey::new(key).ok()?;
        let mut out = vec![0; key.ciphertext_size()];
        let sealed = key.encrypt(&OAEP_SHA256_MGF1SHA256, cek, &mut out, None);
        let bytes = sealed.ok()?.len();
        out.truncate(bytes);
        Some(out)
    }
}
