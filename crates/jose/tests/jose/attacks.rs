//! Tokens that somebody hostile made: the checklist's JOSE items, one test per trick. Where possible the signature is right, so
//! that only the check in question can refuse.

use crate::{any_public_key_algorithm, es256_with_header, forge, hs256, key};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use durward_jose::{
    Algorithm, JoseError, JwkSet, SigningKey, VerifyPolicy, base64url,
    strict_json::StrictJsonError, unverified_claims, verify, verify_hs256,
};
use proptest::prelude::{ProptestConfig, any, proptest};
use serde_json::json;

/// Every key of ours, as an attacker would love it.
fn all_keys() -> JwkSet {
    Algorithm::ASYMMETRIC
        .into_iter()
        .map(|algorithm| key(algorithm).public_jwk().clone())
        .collect()
}

fn refusal(token: &str) -> JoseError {
    verify(token, &all_keys(), &any_public_key_algorithm()).unwrap_err()
}

/// The policy of a careless caller that allows shared secrets too.
fn everything_allowed() -> VerifyPolicy<'static> {
    VerifyPolicy::new(&Algorithm::ALL)
}

fn accepted(token: &str) -> bool {
    verify(token, &all_keys(), &everything_allowed()).is_ok()
}

#[test]
fn the_forged_tokens_below_would_pass_without_their_trick() {
    assert!(accepted(&es256_with_header(
        r#"{"alg":"ES256"}"#,
        r#"{"a":1}"#
    )));
}

#[test]
fn attack_21_alg_none() {
    for alg in ["none", "None", "NONE", "nOnE", "", "null"] {
        let header = format!(r#"{{"alg":"{alg}"}}"#);
        let signed = es256_with_header(&header, r#"{"a":1}"#);
        assert_eq!(refusal(&signed), JoseError::UnknownAlgorithm, "{alg}");
        let unsigned = forge(&header, r#"{"a":1}"#, |_| Vec::new());
        assert_eq!(refusal(&unsigned), JoseError::Malformed, "{alg}");
        let two_parts = unsigned.trim_end_matches('.');
        assert_eq!(refusal(two_parts), JoseError::Malformed, "{alg}");
    }
    for header in [
        r#"{"typ":"JWT"}"#,
        r#"{"alg":null}"#,
        r#"{"alg":["ES256"]}"#,
    ] {
        let token = es256_with_header(header, "{}");
        assert_eq!(refusal(&token), JoseError::MalformedHeader("alg"));
    }
}

#[test]
fn attack_21_public_key_as_hmac_secret() {
    for algorithm in Algorithm::ASYMMETRIC {
        let jwk = key(algorithm).public_jwk();
        let compact = serde_json::to_vec(jwk).unwrap();
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(&compact)
        );
        for secret in [compact.as_slice(), pem.as_bytes(), b""] {
            for alg in ["HS256", "HS384", "HS512"] {
                let header = format!(r#"{{"alg":"{alg}","kid":"{}"}}"#, key(algorithm).kid());
                let token = forge(&header, r#"{"a":1}"#, hs256(secret));
                let expected = if alg == "HS256" {
                    JoseError::AlgorithmNotAllowed(Algorithm::HS256)
                } else {
                    JoseError::UnknownAlgorithm
                };
                // Even a caller that allows HS256 cannot verify it with a key set.
                for policy in [any_public_key_algorithm(), everything_allowed()] {
                    assert_eq!(verify(&token, &all_keys(), &policy).unwrap_err(), expected);
                }
            }
        }
    }
}

#[test]
fn attack_21_key_or_its_address_in_the_header() {
    let attacker = SigningKey::generate(Algorithm::ES256).unwrap();
    let jwk = serde_json::to_string(attacker.public_jwk()).unwrap();
    for (member, value) in [
        ("jwk", jwk.as_str()),
        ("jku", "\"https://attacker.example/jwks\""),
        ("x5u", "\"https://attacker.example/cert\""),
        ("x5c", "[\"MIIB\"]"),
        ("jwk", "null"),
    ] {
        let header = format!(r#"{{"alg":"ES256","{member}":{value}}}"#);
        let token = es256_with_header(&header, "{}");
        assert_eq!(refusal(&token), JoseError::RefusedHeader(member));
    }
}

#[test]
fn attack_21_crit_b64_and_zip() {
    for (member, header) in [
        ("crit", r#"{"alg":"ES256","crit":["exp"],"exp":1}"#),
        ("crit", r#"{"alg":"ES256","crit":[]}"#),
        ("crit", r#"{"alg":"ES256","crit":["b64"],"b64":false}"#),
        ("b64", r#"{"alg":"ES256","b64":false}"#),
        ("b64", r#"{"alg":"ES256","b64":true}"#),
        ("zip", r#"{"alg":"ES256","zip":"DEF"}"#),
    ] {
        let token = es256_with_header(header, "{}");
        assert_eq!(
            refusal(&token),
            JoseError::RefusedHeader(member),
            "{header}"
        );
    }
}

#[test]
fn attack_21_algorithm_that_is_not_the_keys() {
    // An RSA key published for RS256 must not verify PS256, nor the other way round.
    let rs = key(Algorithm::RS256);
    let ps = SigningKey::from_pkcs8(Algorithm::PS256, rs.pkcs8()).unwrap();
    let token = ps.sign("JWT", &json!({})).unwrap();
    let set = JwkSet::from(rs.public_jwk().clone());
    let policy = any_public_key_algorithm();
    assert_eq!(
        verify(&token, &set, &policy).unwrap_err(),
        JoseError::NoMatchingKey
    );
    // Published without `alg` the same key serves both, as far as the policy allows.
    let mut open = rs.public_jwk().clone();
    open.alg = None;
    let set = JwkSet::from(open);
    assert!(verify(&token, &set, &policy).is_ok());
    assert_eq!(
        verify(&token, &set, &VerifyPolicy::new(&[Algorithm::RS256])).unwrap_err(),
        JoseError::AlgorithmNotAllowed(Algorithm::PS256)
    );
}

#[test]
fn attack_21_kid_of_another_key() {
    let header = format!(
        r#"{{"alg":"ES256","kid":"{}"}}"#,
        key(Algorithm::ES384).kid()
    );
    assert_eq!(
        refusal(&es256_with_header(&header, "{}")),
        JoseError::NoMatchingKey
    );
    for kid in ["../../etc/passwd", "' or 1=1 --", "", "\\u0000"] {
        let header = format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#);
        let token = es256_with_header(&header, "{}");
        assert_eq!(refusal(&token), JoseError::NoMatchingKey, "{kid}");
    }
    for kid in ["1", "null", "{}", "[\"a\"]"] {
        let header = format!(r#"{{"alg":"ES256","kid":{kid}}}"#);
        let token = es256_with_header(&header, "{}");
        assert_eq!(refusal(&token), JoseError::MalformedHeader("kid"), "{kid}");
    }
}

#[test]
fn attack_21_signatures_of_the_wrong_shape() {
    let header = r#"{"alg":"ES256"}"#;
    // All zeros passed in a well-known Java library.
    for bytes in [0, 1, 63, 64, 65, 96, 256] {
        let token = forge(header, "{}", |_| vec![0; bytes]);
        let expected = if bytes == 0 {
            JoseError::Malformed
        } else {
            JoseError::BadSignature
        };
        assert_eq!(refusal(&token), expected, "{bytes}");
    }
    // A right signature in ASN.1 instead of the fixed form.
    let pkcs8 = key(Algorithm::ES256).pkcs8();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8).unwrap();
    let token = forge(header, "{}", |input| {
        let signature = pair.sign(&SystemRandom::new(), input).unwrap();
        signature.as_ref().to_vec()
    });
    assert_eq!(refusal(&token), JoseError::BadSignature);
}

#[test]
fn attack_21_every_bit_flip_in_every_part() {
    for algorithm in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256] {
        let token = key(algorithm)
            .sign("JWT", &json!({"sub": "alice"}))
            .unwrap();
        assert!(accepted(&token));
        for position in 0..token.len() {
            for bit in 0..7 {
                let mut bytes = token.clone().into_bytes();
                bytes[position] ^= 1_u8 << bit;
                let flipped = String::from_utf8(bytes).unwrap();
                assert!(!accepted(&flipped), "{algorithm}: {position}/{bit}");
            }
        }
    }
}

#[test]
fn attack_21_truncated_and_extended() {
    let token = key(Algorithm::ES256)
        .sign("JWT", &json!({"sub": "alice"}))
        .unwrap();
    for end in 0..token.len() {
        assert!(!accepted(&token[..end]), "{end}");
        assert!(
            unverified_claims(&token[..end], 4096).is_ok() == (end > token.rfind('.').unwrap() + 1)
        );
    }
    for extended in [
        format!("{token}A"),
        format!("{token}AA"),
        format!("{token}."),
        format!("{token}.{token}"),
        format!(".{token}"),
        format!("{token}\n"),
        format!(" {token}"),
    ] {
        assert!(!accepted(&extended), "{extended}");
    }
    // The five parts of a JWE are not mistaken for a signature.
    assert_eq!(refusal("e30.e30.e30.e30.e30"), JoseError::Malformed);
}

#[test]
fn attack_21_padding_and_other_alphabets() {
    let token = key(Algorithm::ES256)
        .sign("JWT", &json!({"sub": "??>>"}))
        .unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    for position in 0..3 {
        for suffix in ["=", "==", "\n", " ", "%3D"] {
            let mut changed: Vec<String> = parts.iter().map(|&part| part.to_owned()).collect();
            changed[position].push_str(suffix);
            assert!(!accepted(&changed.join(".")), "{position} {suffix:?}");
        }
    }
    // 64 bytes leave four spare bits in the last character: only the spelling with all of them zero is one.
    let (body, last) = token.split_at(token.len() - 1);
    assert!("AQgw".contains(last));
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars() {
        let respelled = format!("{body}{other}");
        assert_eq!(accepted(&respelled), respelled == token, "{other}");
        if !"AQgw".contains(other) {
            assert_eq!(refusal(&respelled), JoseError::Malformed, "{other}");
        }
    }
    // The header of this token needs both characters in which the two alphabets differ.
    let token = es256_with_header(r#"{"alg":"ES256","x":"?>?>?~~~"}"#, "{}");
    assert!(accepted(&token));
    let (header, rest) = token.split_once('.').unwrap();
    let standard = STANDARD.encode(base64url::decode(header).unwrap());
    assert!(standard.contains(['+', '/']), "{standard}");
    assert_eq!(refusal(&format!("{standard}.{rest}")), JoseError::Malformed);
}

#[test]
fn attack_21_duplicate_members() {
    let twice = |name: &str| JoseError::Json(StrictJsonError::DuplicateMember(name.to_owned()));
    for (header, payload, name) in [
        (r#"{"alg":"ES256","alg":"none"}"#, "{}", "alg"),
        (r#"{"alg":"ES256","\u0061lg":"ES256"}"#, "{}", "alg"),
        (r#"{"alg":"ES256","kid":"a","kid":"b"}"#, "{}", "kid"),
        (r#"{"alg":"ES256"}"#, r#"{"sub":"a","sub":"b"}"#, "sub"),
        (r#"{"alg":"ES256"}"#, r#"{"act":{"sub":1,"sub":1}}"#, "sub"),
    ] {
        let token = es256_with_header(header, payload);
        assert_eq!(refusal(&token), twice(name), "{header} {payload}");
        let unverified = unverified_claims(&token, 4096).unwrap_err();
        assert_eq!(unverified, twice(name));
    }
}

#[test]
fn attack_21_nesting_and_size() {
    let header = r#"{"alg":"ES256"}"#;
    let nested = |depth: usize| {
        let arrays = depth - 1;
        format!(r#"{{"a":{}{}}}"#, "[".repeat(arrays), "]".repeat(arrays))
    };
    assert!(accepted(&es256_with_header(header, &nested(16))));
    let deep = JoseError::Json(StrictJsonError::TooDeep);
    assert_eq!(refusal(&es256_with_header(header, &nested(17))), deep);
    assert_eq!(refusal(&es256_with_header(header, &nested(20_000))), deep);
    let deep_header = format!(r#"{{"alg":"ES256",{}"#, &nested(17)[1..]);
    assert_eq!(refusal(&es256_with_header(&deep_header, "{}")), deep);

    let filler = |bytes: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(bytes));
    assert!(accepted(&es256_with_header(header, &filler(48_000))));
    let large = es256_with_header(header, &filler(50_000));
    assert_eq!(refusal(&large), JoseError::TooLarge);
    let huge = "A".repeat(64 << 20);
    assert_eq!(refusal(&huge), JoseError::TooLarge);
    let wide_header = format!(r#"{{"alg":"ES256",{}"#, &filler(9000)[1..]);
    let too_large = JoseError::Json(StrictJsonError::TooLarge);
    assert_eq!(refusal(&es256_with_header(&wide_header, "{}")), too_large);
}

#[test]
fn attack_21_payload_that_is_not_an_object() {
    for payload in ["[]", "\"x\"", "1", "null", "{} {}", "{", "\u{feff}{}", " "] {
        let token = es256_with_header(r#"{"alg":"ES256"}"#, payload);
        let refused = refusal(&token);
        assert!(
            matches!(refused, JoseError::Json(_)),
            "{payload}: {refused}"
        );
    }
    let valid = es256_with_header(r#"{"alg":"ES256"}"#, " {} ");
    assert!(accepted(&valid));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_is_refused_without_panic(text in any::<String>()) {
        let _ = unverified_claims(&text, 4096);
        assert!(!accepted(&text));
        assert!(verify_hs256(&text, &[1; 32], &everything_allowed()).is_err());
    }

    #[test]
    fn arbitrary_parts_are_refused_without_panic(
        header in any::<String>(), payload in any::<Vec<u8>>(), signature in any::<Vec<u8>>(), alg in 0..10_usize,
    ) {
        let known = json!({"alg": Algorithm::ALL[alg], "x": header}).to_string();
        for header in [header.as_str(), &known] {
            let token = [header.as_bytes(), &payload, &signature].map(base64url::encode).join(".");
            let _ = unverified_claims(&token, 4096);
            assert!(!accepted(&token));
        }
    }
}
