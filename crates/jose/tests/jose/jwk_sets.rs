//! Key sets that somebody else published, some of them with bad intent.

use crate::{any_public_key_algorithm, key};
use durward_jose::{
    Algorithm, Jwk, JwkError, JwkSet, base64url, strict_json::StrictJsonError, verify,
};
use proptest::prelude::{any, proptest};
use serde_json::{Value, json};

fn published(algorithm: Algorithm) -> Value {
    Value::Object(key(algorithm).public_jwk().to_object())
}

/// The published key with some members replaced; null removes one.
fn changed(algorithm: Algorithm, changes: Value) -> Result<Jwk, JwkError> {
    let mut jwk = key(algorithm).public_jwk().to_object();
    for (name, value) in crate::object(changes) {
        if value.is_null() {
            jwk.remove(&name);
        } else {
            jwk.insert(name, value);
        }
    }
    Jwk::parse(&serde_json::to_vec(&jwk).unwrap())
}

fn set_of(keys: &[Value]) -> Result<JwkSet, JwkError> {
    JwkSet::parse(&serde_json::to_vec(&json!({ "keys": keys })).unwrap())
}

#[test]
fn our_keys_publish_name_use_and_algorithm() {
    let jwk = published(Algorithm::ES256);
    assert_eq!(jwk["use"], "sig");
    assert_eq!(jwk["alg"], "ES256");
    assert_eq!(jwk["kty"], "EC");
    assert_eq!(
        jwk["kid"],
        key(Algorithm::ES256).public_jwk().key.thumbprint()
    );
    assert_eq!(jwk.as_object().unwrap().len(), 7);
}

#[test]
fn private_and_symmetric_members_refuse_the_whole_set() {
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        let mut leaked = published(Algorithm::RS256);
        leaked[member] = json!("AQAB");
        let outcome = set_of(&[published(Algorithm::ES256), leaked]);
        assert_eq!(outcome, Err(JwkError::PrivateMember(member)));
    }
    let secret = json!({"kty": "oct", "k": "c2VjcmV0"});
    assert_eq!(set_of(&[secret]), Err(JwkError::PrivateMember("k")));
    // Even where the key would have been ignored.
    let leaked = json!({"kty": "OKP", "crv": "X25519", "x": "AA", "d": "AA", "use": "enc"});
    assert_eq!(set_of(&[leaked]), Err(JwkError::PrivateMember("d")));
}

#[test]
fn unusable_keys_are_put_aside() {
    let mut for_encryption = published(Algorithm::RS256);
    for_encryption["use"] = json!("enc");
    let set = set_of(&[
        json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}),
        json!({"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"}),
        json!({"kty": "OKP", "crv": "X25519", "x": "AA"}),
        for_encryption,
        published(Algorithm::ES256),
    ])
    .unwrap();
    assert_eq!(set.keys.len(), 1);
    let reasons = ["kty", "crv", "crv", "use"].map(JwkError::Unsupported);
    assert_eq!(set.ignored, reasons);
    let token = key(Algorithm::ES256).sign("JWT", &json!({})).unwrap();
    verify(&token, &set, &any_public_key_algorithm()).unwrap();
    assert_eq!(
        serde_json::to_value(&set)
            .unwrap()
            .as_object()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn usage_is_honoured() {
    use JwkError::{Malformed, Unsupported};
    for (changes, expected) in [
        (json!({"use": null}), None),
        (json!({"key_ops": ["verify"]}), None),
        (json!({"key_ops": ["sign", "verify"]}), None),
        (
            json!({"key_ops": ["encrypt"]}),
            Some(Unsupported("key_ops")),
        ),
        (json!({"key_ops": []}), Some(Unsupported("key_ops"))),
        (
            json!({"key_ops": ["verify", "verify"]}),
            Some(Malformed("key_ops")),
        ),
        (json!({"key_ops": "verify"}), Some(Malformed("key_ops"))),
        (json!({"key_ops": [1]}), Some(Malformed("key_ops"))),
        (json!({"use": 1}), Some(Malformed("use"))),
        (json!({"alg": "RSA-OAEP-256"}), Some(Unsupported("alg"))),
        (json!({"alg": "none"}), Some(Unsupported("alg"))),
        (
            json!({"alg": "HS256"}),
            Some(Malformed("alg does not belong to kty and crv")),
        ),
        (
            json!({"alg": "ES384"}),
            Some(Malformed("alg does not belong to kty and crv")),
        ),
        (json!({"kid": 1}), Some(Malformed("kid"))),
        (json!({"kid": "x".repeat(513)}), Some(Malformed("kid"))),
        (
            json!({"x5c": ["junk"], "x5u": "https://evil.example", "new": {}}),
            None,
        ),
    ] {
        let outcome = changed(Algorithm::ES256, changes.clone());
        assert_eq!(outcome.err(), expected, "{changes}");
    }
}

#[test]
fn rsa_sizes_and_exponents() {
    let of_bits = |bits: usize| {
        let mut n = vec![0xff; bits.div_ceil(8)];
        n[0] = 0xff >> (n.len() * 8 - bits);
        changed(Algorithm::RS256, json!({"n": base64url::encode(n)})).map(|_| ())
    };
    let size = Err(JwkError::Unsupported("RSA key size"));
    for (bits, expected) in [
        (512, &size),
        (1024, &size),
        (2047, &size),
        (2048, &Ok(())),
        (3072, &Ok(())),
        (8192, &Ok(())),
        (8193, &size),
        (16384, &size),
    ] {
        assert_eq!(&of_bits(bits), expected, "{bits}");
    }
    let n = base64url::decode(published(Algorithm::RS256)["n"].as_str().unwrap()).unwrap();
    let padded = base64url::encode([&[0], &n[..]].concat());
    let even = base64url::encode([&n[..255], &[2]].concat());
    for bad in [
        json!(""),
        json!(padded),
        json!(even),
        json!(1),
        json!(null),
        json!("AA="),
    ] {
        let outcome = changed(Algorithm::RS256, json!({ "n": bad }));
        assert_eq!(outcome, Err(JwkError::Malformed("n")), "{bad}");
    }
    for bad in ["", "AQ", "Ag", "AAEAAQ", "AAAAAQ", "AQAAAAE"] {
        let outcome = changed(Algorithm::RS256, json!({ "e": bad }));
        assert_eq!(outcome, Err(JwkError::Malformed("e")), "{bad}");
    }
    assert!(changed(Algorithm::RS256, json!({"e": "Aw"})).is_ok());
}

#[test]
fn points_off_the_curve_are_refused() {
    for (algorithm, bytes) in [(Algorithm::ES256, 32), (Algorithm::ES384, 48)] {
        let off_curve = JwkError::Malformed("point is not on the curve");
        let one = base64url::encode([vec![0; bytes - 1], vec![1]].concat());
        let zero = base64url::encode(vec![0; bytes]);
        let large = base64url::encode(vec![0xff; bytes]);
        for (x, y) in [(&one, &one), (&zero, &zero), (&large, &large)] {
            let outcome = changed(algorithm, json!({"x": x, "y": y}));
            assert_eq!(outcome, Err(off_curve.clone()), "{algorithm} {x} {y}");
        }
        let short = base64url::encode(vec![1; bytes - 1]);
        for name in ["x", "y"] {
            for bad in [json!(short), json!(null), json!(7), json!("")] {
                let mut changes = json!({});
                changes[name] = bad;
                assert_eq!(changed(algorithm, changes), Err(JwkError::Malformed(name)));
            }
        }
    }
    let outcome = changed(Algorithm::EdDSA, json!({"x": "AQID"}));
    assert_eq!(outcome, Err(JwkError::Malformed("x")));
    // A point of one curve is not a point of the other.
    let outcome = changed(Algorithm::ES256, json!({"crv": "P-384"}));
    assert_eq!(outcome, Err(JwkError::Malformed("x")));
}

#[test]
fn sets_are_bounded_and_strict() {
    let many = |count| set_of(&vec![published(Algorithm::ES256); count]);
    assert_eq!(many(32).unwrap().keys.len(), 32);
    assert_eq!(many(33), Err(JwkError::TooManyKeys));
    assert_eq!(set_of(&[]).unwrap(), JwkSet::default());

    let twice = StrictJsonError::DuplicateMember("kty".to_owned());
    let text = br#"{"keys":[{"kty":"EC","kty":"RSA"}]}"#;
    assert_eq!(JwkSet::parse(text), Err(JwkError::Json(twice)));
    let huge = format!(r#"{{"keys":[],"x":"{}"}}"#, "x".repeat(JwkSet::MAX_BYTES));
    let too_large = JwkError::Json(StrictJsonError::TooLarge);
    assert_eq!(JwkSet::parse(huge.as_bytes()), Err(too_large));
    for text in [
        "{}",
        r#"{"keys":{}}"#,
        r#"{"keys":[1]}"#,
        r#"{"keys":null}"#,
    ] {
        let outcome = JwkSet::parse(text.as_bytes());
        assert_eq!(outcome, Err(JwkError::Malformed("keys")), "{text}");
    }
    for kty in [json!(null), json!(1)] {
        let outcome = changed(Algorithm::ES256, json!({ "kty": kty }));
        assert_eq!(outcome, Err(JwkError::Malformed("kty")));
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in any::<Vec<u8>>()) {
        assert!(JwkSet::parse(&text).is_err());
        assert!(Jwk::parse(&text).is_err());
    }

    #[test]
    fn arbitrary_numbers_never_panic(x in any::<Vec<u8>>(), y in any::<Vec<u8>>(), kind in 0..4_usize) {
        let (kty, crv) = [("EC", "P-256"), ("EC", "P-384"), ("OKP", "Ed25519"), ("RSA", "")][kind];
        let (x, y) = (base64url::encode(x), base64url::encode(y));
        let key = json!({"kty": kty, "crv": crv, "x": x, "y": y, "n": x, "e": y});
        let _ = Jwk::parse(key.to_string().as_bytes());
    }
}
