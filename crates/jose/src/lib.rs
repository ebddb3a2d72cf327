//! Keys, JWS, JWE, JWT, JWKS and sealing: a thin layer over `aws-lc-rs`, and the one place where algorithm policy lives.
//!
//! Not here: our domain (clients, grants), clocks (times are arguments), HTTP (key sets are bytes that somebody else fetched).
//! Randomness is drawn inside `aws-lc-rs` where a signature, a key or a nonce needs it; nothing else in this crate is random.
//!
//! ```
//! use durward_jose::{Algorithm, ClaimRules, SigningKey, TypRule, VerifyPolicy, verify};
//! use serde_json::json;
//!
//! let key = SigningKey::generate(Algorithm::ES256)?;
//! let token = key.sign("at+jwt", &json!({"iss": "https://as.example", "exp": 1_900_000_000_u64}))?;
//!
//! let policy = VerifyPolicy {
//!     typ: TypRule::OneOf(&["at+jwt"]),
//!     ..VerifyPolicy::new(&[Algorithm::ES256])
//! };
//! let verified = verify(&token, &key.public_jwk().clone().into(), &policy)?;
//! let rules = ClaimRules { issuer: Some("https://as.example"), ..ClaimRules::at(1_800_000_000) };
//! rules.check(&verified.claims)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod algorithm;
pub mod base64url;
pub mod claims;
pub mod digest;
pub mod jwe;
pub mod jwk;
mod pem;
pub mod public_key;
pub mod seal;
pub mod signing_key;
pub mod strict_json;
pub mod verify;

pub use algorithm::{Algorithm, KeyType, UnknownAlgorithm};
pub use claims::{AudienceRule, ClaimError, ClaimRules, Expiry};
pub use digest::half_hash;
pub use jwk::{Jwk, JwkError, JwkSet};
pub use public_key::PublicKey;
pub use seal::{SealError, SealingKey, SealingKeys};
pub use signing_key::{SigningError, SigningKey, sign_assertion_rs256};
pub use verify::{
    Header, JoseError, TypRule, Verified, VerifyPolicy, unverified_claims, unverified_header,
    verify, verify_hs256,
};
