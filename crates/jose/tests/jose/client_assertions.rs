//! Client assertions (RFC 7523, audience rule of RFC 10070) and software statements (RFC 7591): signature and claims together.

use crate::{forge, hs256, key, object};
use durward_jose::{
    Algorithm, AudienceRule, ClaimError, ClaimRules, JoseError, JwkSet, SigningKey, VerifyPolicy,
    verify,
};
use serde_json::{Value, json};

const NOW: u64 = 1_800_000_000;
const ISSUER: &str = "https://as.example";

fn assertion_rules() -> ClaimRules<'static> {
    ClaimRules {
        issuer: Some("client-1"),
        subject: Some("client-1"),
        audience: AudienceRule::Exactly(ISSUER),
        required: &["exp", "jti"],
        leeway_seconds: 10,
        max_lifetime_seconds: Some(300),
        ..ClaimRules::at(NOW)
    }
}

/// A good assertion with some members replaced; null removes one.
fn assertion(changes: &Value) -> Value {
    let mut claims = json!({
        "iss": "client-1", "sub": "client-1", "aud": ISSUER, "jti": "j1", "iat": NOW, "exp": NOW + 60,
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
    }
    claims
}

fn check(changes: &Value) -> Result<(), ClaimError> {
    let token = key(Algorithm::PS256)
        .sign("JWT", &assertion(changes))
        .unwrap();
    let set = JwkSet::from(key(Algorithm::PS256).public_jwk().clone());
    let policy = VerifyPolicy::new(&[Algorithm::PS256]);
    let verified = verify(&token, &set, &policy).unwrap();
    assertion_rules().check(&verified.claims)
}

#[test]
fn a_good_assertion_passes() {
    assert_eq!(check(&json!({})), Ok(()));
    assert_eq!(check(&json!({"iat": null})), Ok(()));
}

#[test]
fn attack_25_audience_other_than_the_issuer_alone() {
    for aud in [
        json!("https://as.example/token"),
        json!("https://as.example/"),
        json!("HTTPS://as.example"),
        json!([ISSUER]),
        json!([ISSUER, "https://as.example/token"]),
        json!([]),
        json!({"x": ISSUER}),
        json!(1),
    ] {
        let outcome = check(&json!({ "aud": aud }));
        assert_eq!(outcome, Err(ClaimError::WrongAudience), "{aud}");
    }
    let missing = Err(ClaimError::Missing("aud".to_owned()));
    assert_eq!(check(&json!({"aud": null})), missing);
}

#[test]
fn attack_25_expiry_far_away_absent_or_past() {
    let too_long = Err(ClaimError::LifetimeTooLong);
    assert_eq!(check(&json!({"exp": NOW + 300})), Ok(()));
    assert_eq!(check(&json!({"exp": NOW + 301})), too_long);
    assert_eq!(check(&json!({"exp": u64::MAX})), too_long);
    assert_eq!(check(&json!({"exp": NOW + 310, "iat": null})), Ok(()));
    assert_eq!(check(&json!({"exp": NOW + 311, "iat": null})), too_long);
    // Moving `iat` ahead as well does not buy a longer life.
    let ahead = json!({"iat": NOW + 11, "exp": NOW + 300});
    assert_eq!(check(&ahead), Err(ClaimError::IssuedInFuture));
    assert_eq!(check(&json!({"exp": NOW - 9})), Ok(()));
    assert_eq!(check(&json!({"exp": NOW - 10})), Err(ClaimError::Expired));
    let missing = Err(ClaimError::Missing("exp".to_owned()));
    assert_eq!(check(&json!({"exp": null})), missing);
}

#[test]
fn attack_25_replay_needs_a_jti_to_be_seen() {
    let missing = Err(ClaimError::Missing("jti".to_owned()));
    assert_eq!(check(&json!({"jti": null})), missing);
    for jti in [json!(""), json!(1), json!(["j1"])] {
        let outcome = check(&json!({ "jti": jti }));
        assert_eq!(outcome, Err(ClaimError::Malformed("jti")), "{jti}");
    }
}

#[test]
fn attack_25_somebody_elses_assertion() {
    assert_eq!(
        check(&json!({"iss": "client-2"})),
        Err(ClaimError::WrongIssuer)
    );
    assert_eq!(
        check(&json!({"sub": "client-2"})),
        Err(ClaimError::WrongSubject)
    );
    assert_eq!(
        check(&json!({"sub": ["client-1"]})),
        Err(ClaimError::Malformed("sub"))
    );
}

/// The whole judgement on a software statement: the signature first, then who issued it and when.
fn judge_statement(statement: &str) -> Result<(), String> {
    let set = JwkSet::from(key(Algorithm::RS256).public_jwk().clone());
    // A careless policy on purpose: the key set alone has to keep HS256 out.
    let policy = VerifyPolicy::new(&[Algorithm::RS256, Algorithm::HS256]);
    let verified = verify(statement, &set, &policy).map_err(|error| error.to_string())?;
    let rules = ClaimRules {
        issuer: Some("https://directory.example"),
        required: &["exp", "jti"],
        ..ClaimRules::at(NOW)
    };
    rules
        .check(&verified.claims)
        .map_err(|error| error.to_string())
}

fn statement() -> Value {
    json!({"iss": "https://directory.example", "software_id": "s", "jti": "1", "exp": NOW + 60})
}

#[test]
fn a_good_software_statement_passes() {
    let good = key(Algorithm::RS256).sign("JWT", &statement()).unwrap();
    assert_eq!(judge_statement(&good), Ok(()));
}

#[test]
fn attack_33_statement_unsigned() {
    let text = statement().to_string();
    for header in [r#"{"alg":"none"}"#, r#"{"alg":"RS256"}"#] {
        let unsigned = forge(header, &text, |_| Vec::new());
        let malformed = JoseError::Malformed.to_string();
        assert_eq!(judge_statement(&unsigned), Err(malformed));
        let junk = forge(header, &text, |_| vec![0; 256]);
        assert!(judge_statement(&junk).is_err());
    }
}

#[test]
fn attack_33_statement_signed_with_another_key() {
    let other = SigningKey::generate(Algorithm::RS256).unwrap();
    let token = other.sign("JWT", &statement()).unwrap();
    let unknown = JoseError::NoMatchingKey.to_string();
    assert_eq!(judge_statement(&token), Err(unknown));
    // Under the right key's name it is found out by its signature.
    let token = other
        .with_kid(key(Algorithm::RS256).kid())
        .sign("JWT", &statement())
        .unwrap();
    let wrong = JoseError::BadSignature.to_string();
    assert_eq!(judge_statement(&token), Err(wrong));
}

#[test]
fn attack_33_statement_with_hs256_and_the_public_key() {
    let jwk = key(Algorithm::RS256).public_jwk();
    let secret = serde_json::to_vec(jwk).unwrap();
    let header = format!(
        r#"{{"alg":"HS256","kid":"{}"}}"#,
        key(Algorithm::RS256).kid()
    );
    let token = forge(&header, &statement().to_string(), hs256(&secret));
    let not_allowed = JoseError::AlgorithmNotAllowed(Algorithm::HS256).to_string();
    assert_eq!(judge_statement(&token), Err(not_allowed));
}

#[test]
fn attack_33_statement_of_wrong_issuer_expired_or_without_jti() {
    for (name, value, refusal) in [
        (
            "iss",
            json!("https://evil.example"),
            ClaimError::WrongIssuer,
        ),
        ("iss", Value::Null, ClaimError::Malformed("iss")),
        ("exp", json!(NOW), ClaimError::Expired),
        ("jti", Value::Null, ClaimError::Missing("jti".to_owned())),
    ] {
        let mut claims = object(statement());
        claims.insert(name.to_owned(), value);
        let token = key(Algorithm::RS256).sign("JWT", &claims).unwrap();
        assert_eq!(judge_statement(&token), Err(refusal.to_string()), "{name}");
    }
}
