//! Known attacks on the front channel and on codes, tried with `authorization_details`:
//! whoever gets through would have somebody's payment.

use axum::http::{Method, StatusCode};
use durward_testkit::{
    app::{Answer, Site},
    clients::{NATIVE, NATIVE_URI, WEB, WEB_URI, basic},
    details::{PAY, array, detailed, texts_of},
    flow::{CHALLENGE, VERIFIER, with},
};

use url::form_urlencoded;

use crate::authorize::Walk as _;

/// Alice is logged in; the next request asks only for what is in it.
async fn site() -> Site {
    let mut site = Site::new().await;
    site.world.offer_details().await;
    site.world_login().await;
    site
}

/// Asks with `PAY`, and allows it.
async fn allowed(site: &mut Site, others: &[(&str, &str)]) -> Answer {
    let details = array(&[PAY]);
    let page = site
        .open_with("/authorize", &detailed(&details, others))
        .await;
    let keep = [
        ("decision", "allow"),
        ("choose", "details"),
        ("detail_0", "on"),
    ];
    site.decide(&page.interaction(), &keep).await
}

async fn redeem(site: &mut Site, code: &str, others: &[(&str, &str)]) -> Answer {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", WEB_URI),
    ];
    site.post("/token", Some(&basic(WEB)), &with(&pairs, others))
        .await
}

#[tokio::test]
async fn attack_9_forged_hosts_change_neither_issuer_nor_addresses() {
    let mut site = site().await;
    let forged: Vec<(&str, String)> = [
        ("host", "evil.example"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-prefix", "/evil"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into();
    let told = site
        .exchange(
            Method::GET,
            "/.well-known/openid-configuration",
            &forged,
            None,
        )
        .await;
    assert_eq!(told.text("issuer"), "https://op.example");
    let asked = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(detailed("[1]", &[]))
        .finish();
    let asked = format!("{}?{asked}", site.path("/authorize"));
    for path in ["/.well-known/openid-configuration".to_owned(), asked] {
        let answer = site.exchange(Method::GET, &path, &forged, None).await;
        let heard = format!("{:?}{}", answer.headers, answer.body);
        assert!(!heard.contains("evil"), "{heard}");
        assert!(
            heard.contains("https://op.example") || heard.contains("iss="),
            "{heard}"
        );
    }
}

#[tokio::test]
async fn attack_11_a_code_travels_only_in_the_mode_that_was_asked_for() {
    for (mode, mark) in [("query", "?"), ("fragment", "#")] {
        let mut site = site().await;
        let answer = allowed(&mut site, &[("response_mode", mode)]).await;
        let location = answer.location();
        assert!(
            location.starts_with(&format!("{WEB_URI}{mark}")),
            "{location}"
        );
        assert_eq!(location.matches("code=").count(), 1);
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
    }
    let mut site = site().await;
    let answer = allowed(&mut site, &[("response_mode", "form_post")]).await;
    assert!(!answer.headers.contains_key("location"));
    assert!(answer.body.contains(r#"method="post""#));
    for unknown in ["web_message", "query.jwt", "FRAGMENT"] {
        let details = array(&[PAY]);
        let request = detailed(&details, &[("response_mode", unknown)]);
        let refused = site.open_with("/authorize", &request).await;
        assert_eq!(refused.parameter("error"), "invalid_request", "{unknown}");
    }
}

#[tokio::test]
async fn attack_13_state_and_details_are_text_on_the_page_that_posts_them() {
    let mut site = site().await;
    let state = "\"><script>alert(1)</script>";
    let posted = allowed(
        &mut site,
        &[("response_mode", "form_post"), ("state", state)],
    )
    .await;
    assert_eq!(posted.status, StatusCode::OK);
    assert!(!posted.body.contains("<script>alert"), "{}", posted.body);
    assert!(posted.body.contains("script&"), "it is there, escaped");
    let policy = posted.headers["content-security-policy"].to_str().unwrap();
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    let hostile = array(&[r#"{"type":"payment","x":"</script><script>alert(2)</script>"}"#]);
    let page = site.open_with("/authorize", &detailed(&hostile, &[])).await;
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
}

#[tokio::test]
async fn attack_17_a_challenge_cannot_be_dropped_weakened_or_added() {
    let begun = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    // Begun with one: no verifier, a wrong one, the challenge itself.
    for verifier in ["", CHALLENGE, &VERIFIER.replace('d', "e")] {
        let mut site = site().await;
        let code = allowed(&mut site, &begun).await.parameter("code");
        let answer = redeem(&mut site, &code, &[("code_verifier", verifier)]).await;
        assert_eq!(answer.text("error"), "invalid_grant", "{verifier}");
    }
    // Begun without one: a verifier means that somebody else began.
    let mut site = site().await;
    let code = allowed(&mut site, &[]).await.parameter("code");
    let answer = redeem(&mut site, &code, &[("code_verifier", VERIFIER)]).await;
    assert_eq!(answer.text("error"), "invalid_grant");
    // No method but S256.
    for method in ["plain", "s256", ""] {
        let details = array(&[PAY]);
        let request = with(
            &detailed(&details, &begun),
            &[
                ("client_id", NATIVE),
                ("redirect_uri", NATIVE_URI),
                ("code_challenge_method", method),
            ],
        );
        let refused = site.open_with("/authorize", &request).await;
        assert_eq!(refused.parameter("error"), "invalid_request", "{method}");
    }
    // And as it is meant to be; it was allowed above.
    let details = array(&[PAY]);
    let request = detailed(&details, &begun);
    let answer = site.open_with("/authorize", &request).await;
    let code = answer.parameter("code");
    let answer = redeem(&mut site, &code, &[("code_verifier", VERIFIER)]).await;
    assert_eq!(texts_of(&answer.body), [PAY]);
}

/// `DPoP` is not offered: nothing may look as if it had been checked.
#[tokio::test]
async fn attack_23_a_proof_that_nobody_checks_binds_nothing() {
    let mut site = site().await;
    let told = site.open("/.well-known/openid-configuration").await.json();
    assert!(told.get("dpop_signing_alg_values_supported").is_none());
    let code = allowed(&mut site, &[]).await.parameter("code");
    let body = format!(
        "grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fweb.example%2Fcb"
    );
    let headers = [
        ("authorization", basic(WEB)),
        ("dpop", "e30.e30.AAAA".to_owned()),
    ];
    let path = site.path("/token");
    let answer = site
        .exchange(Method::POST, &path, &headers, Some(&body))
        .await;
    assert_eq!(answer.text("token_type"), "Bearer");
    let token = answer.text("access_token");
    let told = site
        .post("/introspection", Some(&basic(WEB)), &[("token", &token)])
        .await
        .json();
    assert!(told.get("cnf").is_none(), "{told}");
}
