//! PKCE in every pairing (RFC 7636, RFC 9700 section 2.1.1).

use durward_protocol::Code;
use durward_testkit::{
    World,
    clients::{NATIVE, NATIVE_URI, WEB, WEB_URI, basic},
    flow::{
        CHALLENGE, VERIFIER, browser, native_request, refusal, refusal_by_redirect, web_request,
        with,
    },
};

async fn challenge_is_refused(world: &World, base: &[(&str, &str)], others: &[(&str, &str)]) {
    let request = with(base, others);
    let result = world.authorize(&mut browser(), &request).await;
    assert_eq!(
        refusal_by_redirect(result),
        Code::InvalidRequest,
        "{others:?}"
    );
}

#[tokio::test]
async fn a_public_client_cannot_begin_without_s256() {
    let world = World::new().await;
    for others in [
        vec![("code_challenge", ""), ("code_challenge_method", "")],
        vec![("code_challenge", "")],
        vec![("code_challenge_method", "")],
        vec![("code_challenge_method", "plain")],
        vec![("code_challenge_method", "s256")],
        vec![("code_challenge_method", "S512")],
        vec![("code_challenge", "short")],
        vec![(
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=",
        )],
        vec![(
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
        )],
    ] {
        challenge_is_refused(&world, &native_request(), &others).await;
    }
}

#[tokio::test]
async fn a_confidential_client_may_do_without_unless_it_must() {
    let world = World::new().await;
    assert!(
        world
            .authorize(&mut browser(), &web_request())
            .await
            .is_ok()
    );
    world
        .change_client(WEB, |client| client.metadata.require_pkce = true)
        .await;
    challenge_is_refused(&world, &web_request(), &[]).await;
}

#[tokio::test]
async fn the_verifier_must_fit_and_a_wrong_one_gives_nothing() {
    let world = World::new().await;
    let code = world.code_for(&native_request()).await;
    let request = [
        ("grant_type", "authorization_code"),
        ("client_id", NATIVE),
        ("code", code.as_str()),
        ("redirect_uri", "http://127.0.0.1:51004/cb"),
    ];
    let other_verifier = "x".repeat(43);
    for verifier in [
        "",
        CHALLENGE,
        "short",
        other_verifier.as_str(),
        &"x".repeat(129),
    ] {
        let tried = with(&request, &[("code_verifier", verifier)]);
        assert_eq!(
            refusal(world.token(None, &tried).await),
            Code::InvalidGrant,
            "{verifier}"
        );
    }
    let fitting = with(&request, &[("code_verifier", VERIFIER)]);
    assert!(world.token(None, &fitting).await.is_ok());
}

#[tokio::test]
async fn a_confidential_client_that_sent_a_challenge_cannot_leave_the_verifier_out() {
    let world = World::new().await;
    let pkce = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let code = world.code_for(&with(&web_request(), &pkce)).await;
    assert_eq!(refusal(world.exchange(&code).await), Code::InvalidGrant);
}

#[tokio::test]
async fn a_verifier_without_a_challenge_tells_of_a_stripped_one() {
    let world = World::new().await;
    let code = world.code_for(&web_request()).await;
    let request = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", WEB_URI),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(
        refusal(world.token(Some(&basic(WEB)), &request).await),
        Code::InvalidGrant
    );
}

#[tokio::test]
async fn plain_works_only_where_it_is_allowed_and_is_never_taken_for_s256() {
    let world = World::configured(|configuration| configuration.allow_plain_pkce = true).await;
    let plain = with(
        &native_request(),
        &[
            ("code_challenge", VERIFIER),
            ("code_challenge_method", "plain"),
            ("redirect_uri", NATIVE_URI),
        ],
    );
    let code = world.code_for(&plain).await;
    let request = [
        ("grant_type", "authorization_code"),
        ("client_id", NATIVE),
        ("code", code.as_str()),
        ("redirect_uri", NATIVE_URI),
        ("code_verifier", VERIFIER),
    ];
    assert!(world.token(None, &request).await.is_ok());

    // The challenge of S256 shown as the verifier of a downgraded request.
    let code = world.code_for(&native_request()).await;
    let downgraded = with(
        &request,
        &[
            ("code", &code),
            ("code_verifier", CHALLENGE),
            ("redirect_uri", "http://127.0.0.1:51004/cb"),
        ],
    );
    assert_eq!(
        refusal(world.token(None, &downgraded).await),
        Code::InvalidGrant
    );
}
