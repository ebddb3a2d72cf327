//! Claim rules as values: audiences, times and the `id_token_hint` that may be old.

use crate::object;
use durward_jose::{AudienceRule, ClaimError, ClaimRules, Expiry};
use proptest::prelude::{any, proptest};
use serde_json::{Value, json};

const NOW: u64 = 1_800_000_000;

fn check(rules: &ClaimRules<'_>, claims: Value) -> Result<(), ClaimError> {
    rules.check(&object(claims))
}

#[test]
fn without_rules_only_times_count() {
    let rules = ClaimRules::at(NOW);
    assert_eq!(check(&rules, json!({})), Ok(()));
    assert_eq!(
        check(&rules, json!({"exp": NOW + 1, "nbf": NOW, "iat": NOW})),
        Ok(())
    );
    assert_eq!(check(&rules, json!({"exp": NOW})), Err(ClaimError::Expired));
    assert_eq!(
        check(&rules, json!({"nbf": NOW + 1})),
        Err(ClaimError::NotYetValid)
    );
    assert_eq!(
        check(&rules, json!({"iat": NOW + 1})),
        Err(ClaimError::IssuedInFuture)
    );
}

#[test]
fn leeway_counts_both_ways() {
    let rules = ClaimRules {
        leeway_seconds: 5,
        ..ClaimRules::at(NOW)
    };
    assert_eq!(
        check(
            &rules,
            json!({"exp": NOW - 4, "nbf": NOW + 5, "iat": NOW + 5})
        ),
        Ok(())
    );
    assert_eq!(
        check(&rules, json!({"exp": NOW - 5})),
        Err(ClaimError::Expired)
    );
    assert_eq!(
        check(&rules, json!({"nbf": NOW + 6})),
        Err(ClaimError::NotYetValid)
    );
}

#[test]
fn an_id_token_hint_may_be_expired_but_not_forged_ahead() {
    let rules = ClaimRules {
        issuer: Some("https://as.example"),
        audience: AudienceRule::AnyOf(&["client-1"]),
        expiry: Expiry::Ignore,
        required: &["sub"],
        max_lifetime_seconds: Some(1),
        ..ClaimRules::at(NOW)
    };
    let hint = json!({"iss": "https://as.example", "aud": ["x", "client-1"], "sub": "a", "exp": 1});
    assert_eq!(check(&rules, hint.clone()), Ok(()));
    let mut ahead = hint;
    ahead["iat"] = json!(NOW + 1);
    assert_eq!(check(&rules, ahead), Err(ClaimError::IssuedInFuture));
}

#[test]
fn any_of_several_audiences() {
    let rules = ClaimRules {
        audience: AudienceRule::AnyOf(&["a", "b"]),
        ..ClaimRules::at(NOW)
    };
    for good in [json!("a"), json!(["b"]), json!(["x", "a"])] {
        assert_eq!(check(&rules, json!({ "aud": good })), Ok(()), "{good}");
    }
    for other in [json!("ab"), json!([]), json!(["x"]), json!("")] {
        let outcome = check(&rules, json!({ "aud": other }));
        assert_eq!(outcome, Err(ClaimError::WrongAudience), "{other}");
    }
    for wrong in [json!(["a", 1]), json!(null), json!({"a": "a"})] {
        let outcome = check(&rules, json!({ "aud": wrong }));
        assert_eq!(outcome, Err(ClaimError::Malformed("aud")), "{wrong}");
    }
}

#[test]
fn times_of_the_wrong_type_are_refused() {
    let rules = ClaimRules::at(NOW);
    for name in ["exp", "nbf", "iat"] {
        for wrong in [
            json!("1800000060"),
            json!(-1),
            json!(-0.5),
            json!(1e300),
            json!(null),
            json!([1]),
        ] {
            let mut claims = json!({});
            claims[name] = wrong.clone();
            let outcome = check(&rules, claims);
            assert_eq!(outcome, Err(ClaimError::Malformed(name)), "{wrong}");
        }
    }
    assert_eq!(check(&rules, json!({"exp": 1_800_000_001.5})), Ok(()));
    assert_eq!(
        check(&rules, json!({"exp": 1_800_000_000.9})),
        Err(ClaimError::Expired)
    );
}

#[test]
fn required_claims_of_any_name() {
    let rules = ClaimRules {
        required: &["events"],
        ..ClaimRules::at(NOW)
    };
    let missing = Err(ClaimError::Missing("events".to_owned()));
    assert_eq!(check(&rules, json!({})), missing);
    assert_eq!(check(&rules, json!({"events": null})), missing);
    assert_eq!(check(&rules, json!({"events": {}})), Ok(()));
}

proptest! {
    #[test]
    fn no_time_overflows(now in any::<u64>(), leeway in any::<u64>(), exp in any::<u64>(), iat in any::<u64>(), longest in any::<u64>()) {
        let rules = ClaimRules {
            leeway_seconds: leeway,
            max_lifetime_seconds: Some(longest),
            ..ClaimRules::at(now)
        };
        let expired = u128::from(exp) + u128::from(leeway) <= u128::from(now);
        let outcome = check(&rules, json!({"exp": exp, "iat": iat}));
        if outcome.is_ok() {
            assert!(!expired);
        }
    }
}
