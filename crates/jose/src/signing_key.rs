//! Private keys that sign: made, stored as PKCS#8, parsed once and then used for every token. Which key is current, and when
//! it is rotated, is decided elsewhere.

use crate::{
    Algorithm, Jwk, KeyType, PublicKey, base64url,
    pem::{self, PrivateKeyDer},
};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RsaKeyPair, RsaSignatureEncoding,
    },
};
use serde::Serialize;
use std::fmt;
use zeroize::Zeroizing;

/// Why a key could not be made, read or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// There are no signing keys for this algorithm (`HS256`).
    #[error("{0} has no signing keys here")]
    UnsupportedAlgorithm(Algorithm),
    /// Not a private key, not of the algorithm's kind, or its numbers don't fit together.
    #[error("private key is not usable with {0}")]
    KeyRejected(Algorithm),
    /// The claims do not serialise to a JSON object.
    #[error("claims are not a JSON object")]
    Claims,
    /// The cryptographic library failed; out of memory or a broken random source.
    #[error("signing failed")]
    Failed,
}

/// A private key bound to one algorithm, ready to sign. Cheap to share behind an `Arc`; signing takes `&self`.
pub struct SigningKey {
    algorithm: Algorithm,
    signer: Signer,
    pkcs8: Zeroizing<Vec<u8>>,
    public_jwk: Jwk,
    kid: String,
}

enum Signer {
    Rsa(RsaKeyPair, &'static RsaSignatureEncoding),
    // Boxed: the pair is several times the size of the others.
    Ecdsa(Box<EcdsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

#[derive(Serialize)]
struct HeaderOut<'a> {
    alg: Algorithm,
    typ: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

impl SigningKey {
    /// A new key; RSA gets 2048 bits, which every relying party accepts and which signs fast. The `kid` is the thumbprint.
    pub fn generate(algorithm: Algorithm) -> Result<Self, SigningError> {
        let rng = SystemRandom::new();
        let failed = |_| SigningError::Failed;
        match algorithm.key_type() {
            KeyType::Rsa => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
                Self::from_pkcs8(algorithm, der.as_ref())
            }
            KeyType::P256 => {
                let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &rng)
                    .map_err(failed)?;
                Self::from_pkcs8(algorithm, der.as_ref())
            }
            KeyType::P384 => {
                let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &rng)
                    .map_err(failed)?;
                Self::from_pkcs8(algorithm, der.as_ref())
            }
            KeyType::Ed25519 => {
                // Version 1, because OpenSSL's tools don't read version 2.
                let der = Ed25519KeyPair::generate_pkcs8v1(&rng).map_err(failed)?;
                Self::from_pkcs8(algorithm, der.as_ref())
            }
            KeyType::Secret => Err(SigningError::UnsupportedAlgorithm(algorithm)),
        }
    }

    /// A stored key from its PKCS#8 DER (RFC 5208). The `kid` is the RFC 7638 thumbprint; see [`SigningKey::with_kid`].
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, SigningError> {
        let rejected = || SigningError::KeyRejected(algorithm);
        let (signer, key) = match algorithm.key_type() {
            KeyType::Rsa => {
                let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| rejected())?;
                rsa_signer(algorithm, pair)?
            }
            KeyType::P256 => {
                let (pair, x, y) =
                    ecdsa_pair(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok_or_else(rejected)?;
                let key = PublicKey::p256(&x, &y).map_err(|_| rejected())?;
                (Signer::Ecdsa(Box::new(pair)), key)
            }
            KeyType::P384 => {
                let (pair, x, y) =
                    ecdsa_pair(&ECDSA_P384_SHA384_FIXED_SIGNING, pkcs8).ok_or_else(rejected)?;
                let key = PublicKey::p384(&x, &y).map_err(|_| rejected())?;
                (Signer::Ecdsa(Box::new(pair)), key)
            }
            KeyType::Ed25519 => {
                let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| rejected())?;
                let key = PublicKey::ed25519(pair.public_key().as_ref().to_vec())
                    .map_err(|_| rejected())?;
                (Signer::Ed25519(pair), key)
            }
            KeyType::Secret => return Err(SigningError::UnsupportedAlgorithm(algorithm)),
        };
        let kid = key.thumbprint();
        Ok(Self {
            algorithm,
            signer,
            pkcs8: Zeroizing::new(pkcs8.to_vec()),
            public_jwk: Jwk {
                key,
                kid: Some(kid.clone()),
                alg: Some(algorithm),
            },
            kid,
        })
    }

    /// A key from PEM text: `PRIVATE KEY` (PKCS#8), `RSA PRIVATE KEY` (PKCS#1) for the RSA algorithms, or `EC PRIVATE KEY`
    /// (SEC 1) for those of curves. Encrypted keys are refused.
    pub fn from_pem(algorithm: Algorithm, pem: &str) -> Result<Self, SigningError> {
        let rejected = || SigningError::KeyRejected(algorithm);
        match pem::private_key(pem).ok_or_else(rejected)? {
            PrivateKeyDer::Pkcs8(der) => Self::from_pkcs8(algorithm, &der),
            PrivateKeyDer::Pkcs1(der) => {
                let pair = RsaKeyPair::from_der(&der).map_err(|_| rejected())?;
                let pkcs8: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| SigningError::Failed)?;
                Self::from_pkcs8(algorithm, pkcs8.as_ref())
            }
            PrivateKeyDer::Sec1(der) => {
                let curve = match algorithm.key_type() {
                    KeyType::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
                    KeyType::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
                    _ => return Err(rejected()),
                };
                let pair =
                    EcdsaKeyPair::from_private_key_der(curve, &der).map_err(|_| rejected())?;
                let pkcs8 = pair.to_pkcs8v1().map_err(|_| SigningError::Failed)?;
                Self::from_pkcs8(algorithm, pkcs8.as_ref())
            }
        }
    }

    /// The same key under another name, for keys whose `kid` somebody else chose.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = kid.into();
        self.public_jwk.kid = Some(self.kid.clone());
        self
    }

    /// The algorithm this key signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The name that headers and the published key carry.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The private key as PKCS#8 DER, for sealing and storing. Our copy is wiped when the key is dropped; so must the caller's be.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The key to publish, with `kid`, `use` and `alg`.
    pub fn public_jwk(&self) -> &Jwk {
        &self.public_jwk
    }

    /// A compact JWS over `claims` with the header `alg`, `typ`, `kid` (RFC 7515 section 3.1). `header_typ` is the media type
    /// without `application/`: `JWT`, `at+jwt`, `logout+jwt`.
    pub fn sign<C: Serialize + ?Sized>(
        &self,
        header_typ: &str,
        claims: &C,
    ) -> Result<String, SigningError> {
        self.compact(header_typ, Some(&self.kid), claims)
    }

    fn compact<C: Serialize + ?Sized>(
        &self,
        typ: &str,
        kid: Option<&str>,
        claims: &C,
    ) -> Result<String, SigningError> {
        let header = HeaderOut {
            alg: self.algorithm,
            typ,
            kid,
        };
        let header = serde_json::to_vec(&header).map_err(|_| SigningError::Claims)?;
        let claims = serde_json::to_vec(claims).map_err(|_| SigningError::Claims)?;
        if claims.first() != Some(&b'{') {
            return Err(SigningError::Claims);
        }
        // Room for both parts in base64, the dots and an RSA signature, so that the text is never moved.
        let mut token = String::with_capacity((header.len() + claims.len()) * 4 / 3 + 384);
        base64url::encode_into(&header, &mut token);
        token.push('.');
        base64url::encode_into(&claims, &mut token);
        let signature = self.signature(token.as_bytes())?;
        token.push('.');
        base64url::encode_into(&signature, &mut token);
        Ok(token)
    }

    /// The signature of a JWS whose signing input (RFC 7515, section 5.1) somebody else made.
    pub fn signature(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        // The library takes a random source for compatibility and draws from its own.
        let rng = SystemRandom::new();
        match &self.signer {
            Signer::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &rng, message, &mut signature)
                    .map(|()| signature)
            }
            Signer::Ecdsa(pair) => pair
                .sign(&rng, message)
                .map(|signature| signature.as_ref().to_vec()),
            Signer::Ed25519(pair) => pair
                .try_sign(message)
                .map(|signature| signature.as_ref().to_vec()),
        }
        .map_err(|_| SigningError::Failed)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// One RS256 assertion with `typ` = `JWT` from a PEM key, as a Google service-account file holds it (`private_key`,
/// `private_key_id`). Without `kid` the header has none. Parses the key on each call: keep the access token it buys, not this.
pub fn sign_assertion_rs256<C: Serialize + ?Sized>(
    private_key_pem: &str,
    claims: &C,
    kid: Option<&str>,
) -> Result<String, SigningError> {
    SigningKey::from_pem(Algorithm::RS256, private_key_pem)?.compact("JWT", kid, claims)
}

fn rsa_signer(algorithm: Algorithm, pair: RsaKeyPair) -> Result<(Signer, PublicKey), SigningError> {
    let rejected = SigningError::KeyRejected(algorithm);
    let public = pair.public_key();
    let n = public.modulus().big_endian_without_leading_zero().to_vec();
    let e = public.exponent().big_endian_without_leading_zero().to_vec();
    let key = PublicKey::rsa(n, e).map_err(|_| rejected.clone())?;
    let encoding = algorithm.rsa_signing().ok_or(rejected)?;
    Ok((Signer::Rsa(pair, encoding), key))
}

/// The pair with the two coordinates of its public point.
fn ecdsa_pair(
    curve: &'static EcdsaSigningAlgorithm,
    pkcs8: &[u8],
) -> Option<(EcdsaKeyPair, Vec<u8>, Vec<u8>)> {
    let pair = EcdsaKeyPair::from_pkcs8(curve, pkcs8).ok()?;
    let coordinates = pair.public_key().as_ref().get(1..)?;
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    let (x, y) = (x.to_vec(), y.to_vec());
    Some((pair, x, y))
}
