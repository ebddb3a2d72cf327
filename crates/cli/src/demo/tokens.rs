//! What a client does with the tokens that it receives: look into them, and
//! check the ID token before believing it (OpenID Connect Core 1.0, section 3.1.3.7).

use durward_jose::{
    Algorithm, AudienceRule, ClaimRules, JwkSet, TypRule, Verified, VerifyPolicy, base64url,
    half_hash, verify,
};
use serde_json::{Map, Value};

/// How far the two clocks may be apart, seconds.
const LEEWAY_SECONDS: u64 = 5;

/// What an ID token is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// `issuer` of the server's metadata.
    pub issuer: &'a str,
    /// Our `client_id`.
    pub client_id: &'a str,
    /// Now, in seconds since 1970.
    pub now_seconds: u64,
}

/// Header and claims of a JWT as JSON, unchecked, for showing.
pub fn unverified_parts(token: &str) -> Option<(Value, Value)> {
    let mut parts = token.split('.');
    let mut part = || {
        let bytes = base64url::decode(parts.next()?)?;
        serde_json::from_slice::<Value>(&bytes)
            .ok()
            .filter(Value::is_object)
    };
    Some((part()?, part()?))
}

/// The signature of a JWT of this type, against the server's keys.
///
/// # Errors
/// A sentence.
pub fn check_signature(token: &str, jwks: &JwkSet, typ: &str) -> Result<Verified, String> {
    let types = [typ];
    let policy = VerifyPolicy {
        typ: TypRule::OneOf(&types),
        ..VerifyPolicy::new(&Algorithm::ASYMMETRIC)
    };
    verify(token, jwks, &policy).map_err(|error| error.to_string())
}

/// `iss`, `aud`, times, and that `sub` and `auth_time` are there.
///
/// # Errors
/// A sentence.
pub fn check_claims(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), String> {
    let rules = ClaimRules {
        issuer: Some(expected.issuer),
        audience: AudienceRule::Exactly(expected.client_id),
        required: &["sub", "exp", "iat", "auth_time", "at_hash"],
        leeway_seconds: LEEWAY_SECONDS,
        ..ClaimRules::at(expected.now_seconds)
    };
    rules.check(claims).map_err(|error| error.to_string())
}

/// Whether `at_hash` belongs to the access token (section 3.1.3.6).
pub fn matches_access_token(id_token: &Verified, access_token: &str) -> bool {
    let expected = half_hash(id_token.header.alg, access_token);
    id_token.claims.get("at_hash").and_then(Value::as_str) == Some(&expected)
}

/// All checks of an ID token at once.
///
/// # Errors
/// A sentence.
pub fn check_id_token(
    id_token: &str,
    access_token: &str,
    jwks: &JwkSet,
    expected: &Expected<'_>,
) -> Result<Verified, String> {
    let verified = check_signature(id_token, jwks, "JWT")?;
    check_claims(&verified.claims, expected)?;
    if matches_access_token(&verified, access_token) {
        Ok(verified)
    } else {
        Err("at_hash does not belong to the access token".to_owned())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use durward_jose::SigningKey;
    use serde_json::json;

    use super::*;

    const EXPECTED: Expected<'static> = Expected {
        issuer: "http://localhost:1",
        client_id: "shop",
        now_seconds: 1_000,
    };

    fn token(key: &SigningKey, aud: &str) -> String {
        let at_hash = half_hash(Algorithm::ES256, "access");
        let claims = json!({
            "iss": "http://localhost:1", "aud": aud, "sub": "s", "exp": 1_100, "iat": 999,
            "auth_time": 990, "at_hash": at_hash,
        });
        key.sign("JWT", &claims).unwrap()
    }

    #[test]
    fn only_our_own_id_token_is_believed() {
        let key = SigningKey::generate(Algorithm::ES256).unwrap();
        let other = SigningKey::generate(Algorithm::ES256).unwrap();
        let jwks = JwkSet::from(key.public_jwk().clone());
        let check = |token: &str, access: &str| check_id_token(token, access, &jwks, &EXPECTED);
        assert!(check(&token(&key, "shop"), "access").is_ok());
        assert!(check(&token(&key, "shop"), "another").is_err());
        assert!(check(&token(&key, "another"), "access").is_err());
        assert!(check(&token(&other, "shop"), "access").is_err());
    }

    #[test]
    fn opaque_tokens_have_no_parts() {
        assert_eq!(unverified_parts("Vb3k1cZ0bTs8"), None);
        assert_eq!(unverified_parts("a.b.c"), None);
    }
}
