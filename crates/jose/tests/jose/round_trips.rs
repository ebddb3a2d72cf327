//! What we sign verifies with what we publish, for every algorithm and every way a key can arrive.

use crate::{any_public_key_algorithm, key, object};
use base64::{Engine, engine::general_purpose::STANDARD};
use durward_jose::{
    Algorithm, JoseError, JwkSet, SigningError, SigningKey, TypRule, VerifyPolicy,
    sign_assertion_rs256, unverified_claims, unverified_header, verify, verify_hs256,
};
use serde_json::json;

fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<&str> = body
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

#[test]
fn every_algorithm_round_trips_through_published_json() {
    let claims = json!({"iss": "https://as.example", "n": 1.5, "list": [null, true, {"x": "é"}]});
    for algorithm in Algorithm::ASYMMETRIC {
        let token = key(algorithm).sign("at+jwt", &claims).unwrap();
        let published: JwkSet = [key(algorithm).public_jwk().clone()].into_iter().collect();
        let json = serde_json::to_vec(&published).unwrap();
        let set = JwkSet::parse(&json).unwrap();
        assert_eq!(set, published, "{algorithm}");
        let verified = verify(&token, &set, &VerifyPolicy::new(&[algorithm])).unwrap();
        assert_eq!(verified.claims, object(claims.clone()), "{algorithm}");
        assert_eq!(verified.header.alg, algorithm);
        assert_eq!(verified.header.typ.as_deref(), Some("at+jwt"));
        assert_eq!(
            verified.header.kid.as_deref(),
            Some(key(algorithm).kid()),
            "{algorithm}"
        );
    }
}

#[test]
fn a_stored_key_is_the_same_key() {
    for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
        let stored = SigningKey::from_pkcs8(algorithm, key(algorithm).pkcs8()).unwrap();
        assert_eq!(stored.public_jwk(), key(algorithm).public_jwk());
        assert_eq!(stored.kid(), stored.public_jwk().key.thumbprint());
        let token = stored.sign("JWT", &json!({})).unwrap();
        let set = key(algorithm).public_jwk().clone().into();
        verify(&token, &set, &any_public_key_algorithm()).unwrap();
    }
}

#[test]
fn keys_of_another_kind_or_broken_are_rejected() {
    for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
        for other in Algorithm::ASYMMETRIC {
            let same_kind = algorithm.key_type() == other.key_type();
            let read = SigningKey::from_pkcs8(other, key(algorithm).pkcs8());
            assert_eq!(read.is_ok(), same_kind, "{algorithm} as {other}");
        }
        let der = key(algorithm).pkcs8();
        let cut = SigningKey::from_pkcs8(algorithm, &der[..der.len() - 1]);
        assert_eq!(cut.unwrap_err(), SigningError::KeyRejected(algorithm));
    }
    assert_eq!(
        SigningKey::generate(Algorithm::HS256).unwrap_err(),
        SigningError::UnsupportedAlgorithm(Algorithm::HS256)
    );
}

#[test]
fn claims_must_be_an_object() {
    for claims in [json!([]), json!("text"), json!(null)] {
        let refused = key(Algorithm::EdDSA).sign("JWT", &claims).unwrap_err();
        assert_eq!(refused, SigningError::Claims);
    }
}

#[test]
fn a_service_account_key_signs_from_both_pem_labels() {
    let rsa = key(Algorithm::RS256);
    // In a 2048-bit PKCS#8 document the PKCS#1 key is what follows 26 bytes of wrapping.
    let pkcs1 = &rsa.pkcs8()[26..];
    let set = JwkSet::from(rsa.public_jwk().clone());
    let claims = json!({"iss": "robot@project.example", "scope": "messaging"});
    for text in [
        pem("PRIVATE KEY", rsa.pkcs8()),
        pem("RSA PRIVATE KEY", pkcs1),
    ] {
        let token = sign_assertion_rs256(&text, &claims, None).unwrap();
        let header = unverified_header(&token, 4096).unwrap();
        assert_eq!((header.alg, header.kid), (Algorithm::RS256, None));
        assert_eq!(header.typ.as_deref(), Some("JWT"));
        let verified = verify(&token, &set, &any_public_key_algorithm()).unwrap();
        assert_eq!(verified.claims, object(claims.clone()));

        let named = sign_assertion_rs256(&text, &claims, Some("key-1")).unwrap();
        let header = unverified_header(&named, 4096).unwrap();
        assert_eq!(header.kid.as_deref(), Some("key-1"));
    }
    for text in [
        "",
        "-----BEGIN PRIVATE KEY-----",
        &pem("ENCRYPTED PRIVATE KEY", rsa.pkcs8()),
        &pem("PRIVATE KEY", key(Algorithm::ES256).pkcs8()),
        &pem("PRIVATE KEY", b"not a key"),
    ] {
        assert!(
            sign_assertion_rs256(text, &claims, None).is_err(),
            "{text:.40}"
        );
    }
}

#[test]
fn an_imported_key_keeps_its_name() {
    let imported = SigningKey::from_pkcs8(Algorithm::ES256, key(Algorithm::ES256).pkcs8())
        .unwrap()
        .with_kid("old \"name\"");
    let token = imported.sign("JWT", &json!({})).unwrap();
    let set = imported.public_jwk().clone().into();
    let verified = verify(&token, &set, &any_public_key_algorithm()).unwrap();
    assert_eq!(verified.header.kid.as_deref(), Some("old \"name\""));
}

#[test]
fn debug_output_shows_no_private_key() {
    let shown = format!("{:?}", key(Algorithm::ES256));
    assert!(shown.contains(key(Algorithm::ES256).kid()));
    assert!(shown.len() < 120, "{shown}");
}

#[test]
fn keys_are_chosen_by_name_or_tried_in_turn() {
    let (first, second) = (
        SigningKey::generate(Algorithm::ES256).unwrap(),
        SigningKey::generate(Algorithm::ES256).unwrap(),
    );
    let token = second.sign("JWT", &json!({})).unwrap();
    let both: JwkSet = [first.public_jwk().clone(), second.public_jwk().clone()]
        .into_iter()
        .collect();
    let policy = any_public_key_algorithm();
    verify(&token, &both, &policy).unwrap();
    let only_first = first.public_jwk().clone().into();
    assert_eq!(
        verify(&token, &only_first, &policy).unwrap_err(),
        JoseError::NoMatchingKey
    );

    // Without a name in the token, every key of the right kind is tried.
    let nameless = crate::es256_with_header(r#"{"alg":"ES256"}"#, "{}");
    let mut keys = vec![first.public_jwk().clone(); 7];
    keys.push(key(Algorithm::ES256).public_jwk().clone());
    keys.push(key(Algorithm::RS256).public_jwk().clone());
    let eight: JwkSet = keys.iter().cloned().collect();
    verify(&nameless, &eight, &policy).unwrap();
    keys.push(second.public_jwk().clone());
    let nine: JwkSet = keys.into_iter().collect();
    assert_eq!(
        verify(&nameless, &nine, &policy).unwrap_err(),
        JoseError::TooManyCandidates
    );
}

#[test]
fn typ_is_compared_as_a_media_type() {
    let set = JwkSet::from(key(Algorithm::EdDSA).public_jwk().clone());
    let algorithms = [Algorithm::EdDSA];
    let check = |token: &str, typ| {
        let policy = VerifyPolicy {
            typ,
            ..VerifyPolicy::new(&algorithms)
        };
        verify(token, &set, &policy).map(|_| ())
    };
    let wanted = &["at+jwt"][..];
    for typ in [
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "Application/at+jwt",
    ] {
        let token = key(Algorithm::EdDSA).sign(typ, &json!({})).unwrap();
        check(&token, TypRule::OneOf(wanted)).unwrap();
        check(&token, TypRule::AbsentOrOneOf(wanted)).unwrap();
    }
    for typ in ["JWT", "", "at+jwt/x", "text/at+jwt", "application/x/at+jwt"] {
        let token = key(Algorithm::EdDSA).sign(typ, &json!({})).unwrap();
        check(&token, TypRule::Any).unwrap();
        for rule in [TypRule::OneOf(wanted), TypRule::AbsentOrOneOf(wanted)] {
            assert_eq!(check(&token, rule), Err(JoseError::WrongType), "{typ}");
        }
    }
    let set = JwkSet::from(key(Algorithm::ES256).public_jwk().clone());
    let untyped = crate::es256_with_header(r#"{"alg":"ES256"}"#, "{}");
    let algorithms = [Algorithm::ES256];
    let policy = |typ| VerifyPolicy {
        typ,
        ..VerifyPolicy::new(&algorithms)
    };
    verify(&untyped, &set, &policy(TypRule::AbsentOrOneOf(wanted))).unwrap();
    let refused = verify(&untyped, &set, &policy(TypRule::OneOf(wanted))).unwrap_err();
    assert_eq!(refused, JoseError::WrongType);
}

#[test]
fn a_shared_secret_verifies_and_a_short_one_is_refused() {
    let policy = VerifyPolicy::new(&[Algorithm::HS256]);
    let secret = [7; 32];
    let header = r#"{"alg":"HS256"}"#;
    let token = crate::forge(header, r#"{"iss":"c"}"#, crate::hs256(&secret));
    let verified = verify_hs256(&token, &secret, &policy).unwrap();
    assert_eq!(verified.claims["iss"], "c");
    assert_eq!(
        verify_hs256(&token, &[8; 32], &policy).unwrap_err(),
        JoseError::BadSignature
    );
    let token = crate::forge(header, "{}", crate::hs256(&secret[..31]));
    assert_eq!(
        verify_hs256(&token, &secret[..31], &policy).unwrap_err(),
        JoseError::WeakSecret
    );
    let signed = key(Algorithm::ES256).sign("JWT", &json!({})).unwrap();
    let either = VerifyPolicy::new(&Algorithm::ALL);
    assert_eq!(
        verify_hs256(&signed, &secret, &either).unwrap_err(),
        JoseError::AlgorithmNotAllowed(Algorithm::ES256)
    );
}

#[test]
fn unverified_claims_are_read_without_a_key() {
    let token = key(Algorithm::ES256)
        .sign("JWT", &json!({"iss": "client-1", "sub": "client-1"}))
        .unwrap();
    let claims = unverified_claims(&token, 4096).unwrap();
    assert_eq!(claims["iss"], "client-1");
    assert_eq!(
        unverified_claims(&token, 16).unwrap_err(),
        JoseError::TooLarge
    );
}
