//! The crate as its users see it: published vectors, round trips, and the attacks a token endpoint has to survive.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod attacks;
mod claim_rules;
mod client_assertions;
mod encryption;
mod jwk_sets;
mod round_trips;
mod sealing;
mod vectors;

use durward_jose::{Algorithm, SigningKey, VerifyPolicy, base64url};
use serde_json::Value;
use std::{collections::HashMap, sync::LazyLock};

/// One key per algorithm, made once: RSA generation is slow.
static KEYS: LazyLock<HashMap<&str, SigningKey>> = LazyLock::new(|| {
    Algorithm::ASYMMETRIC
        .into_iter()
        .map(|algorithm| (algorithm.name(), SigningKey::generate(algorithm).unwrap()))
        .collect()
});

fn key(algorithm: Algorithm) -> &'static SigningKey {
    &KEYS[algorithm.name()]
}

fn any_public_key_algorithm() -> VerifyPolicy<'static> {
    VerifyPolicy::new(&Algorithm::ASYMMETRIC)
}

/// A token with this header and payload text, signed by whatever `sign` does with the signing input.
fn forge(header: &str, payload: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let input = format!(
        "{}.{}",
        base64url::encode(header),
        base64url::encode(payload)
    );
    let signature = base64url::encode(sign(input.as_bytes()));
    format!("{input}.{signature}")
}

/// A token with this header text whose ES256 signature by [`key`] is right, which [`SigningKey::sign`] would never make.
fn es256_with_header(header: &str, payload: &str) -> String {
    use aws_lc_rs::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
    };
    let pkcs8 = key(Algorithm::ES256).pkcs8();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).unwrap();
    forge(header, payload, |input| {
        let signature = pair.sign(&SystemRandom::new(), input).unwrap();
        signature.as_ref().to_vec()
    })
}

fn hs256(secret: &[u8]) -> impl Fn(&[u8]) -> Vec<u8> {
    use aws_lc_rs::hmac;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    move |input| hmac::sign(&key, input).as_ref().to_vec()
}

fn object(value: Value) -> serde_json::Map<String, Value> {
    match value {
        Value::Object(object) => object,
        other => panic!("not an object: {other}"),
    }
}
