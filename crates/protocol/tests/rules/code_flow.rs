//! The code flow as it should go, and every way in which a code is refused.

use durward_jose::{Algorithm, half_hash};
use durward_protocol::Code;
use durward_testkit::{
    World, claims_of,
    clients::{self, OTHER, WEB, WEB_URI, basic},
    clock::START,
    flow::{browser, member, native_request, refusal, web_request, with},
    header_of,
    users::ALICE,
    world::ISSUER,
};
use serde_json::json;

#[tokio::test]
async fn a_code_becomes_tokens_whose_claims_are_right() {
    let world = World::new().await;
    let answer = world.walk(&mut browser(), &web_request()).await.unwrap();
    assert_eq!(answer.redirect_uri, WEB_URI);
    assert_eq!(member(&answer, "state"), "state-1");
    assert_eq!(member(&answer, "iss"), ISSUER);

    world.clock.advance_seconds(10);
    let tokens = world.exchange(&member(&answer, "code")).await.unwrap();
    assert_eq!(tokens.token_type, "Bearer");
    assert_eq!(tokens.expires_in, 300);
    assert_eq!(tokens.scope.to_string(), "openid profile");
    assert!(tokens.refresh_token.is_some());

    let id_token = tokens.id_token.unwrap();
    let claims = claims_of(&id_token);
    let now = START.seconds() + 10;
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["aud"], WEB);
    assert_eq!(claims["sub"], ALICE);
    assert_eq!(claims["iat"], now);
    assert_eq!(claims["exp"], now + 3_600);
    assert_eq!(claims["auth_time"], START.seconds());
    assert_eq!(claims["nonce"], "nonce-1");
    assert_eq!(claims["acr"], "simple_password_auth");
    assert_eq!(claims["amr"], json!(["pwd"]));
    assert_eq!(
        claims["at_hash"],
        half_hash(Algorithm::RS256, &tokens.access_token)
    );
    assert!(!claims["sid"].as_str().unwrap().is_empty());
    assert_eq!(header_of(&id_token).typ.as_deref(), Some("JWT"));
    world
        .provider
        .live()
        .keys
        .verify(&id_token, &["JWT"], world.provider.now())
        .unwrap();
}

#[tokio::test]
async fn a_request_without_openid_gets_no_id_token() {
    let world = World::new().await;
    let tokens = world.web_tokens_for(&[("scope", "profile")]).await;
    assert_eq!(tokens.id_token, None);
    assert_eq!(tokens.scope.to_string(), "profile");
}

#[tokio::test]
async fn id_tokens_are_signed_with_the_algorithm_of_their_client() {
    let world = World::new().await;
    for name in ["RS256", "PS256", "ES256", "EdDSA"] {
        world
            .change_client(WEB, |client| {
                client.metadata.id_token_signed_response_alg = name.to_owned();
            })
            .await;
        let tokens = world.web_tokens().await;
        let id_token = tokens.id_token.unwrap();
        let algorithm: Algorithm = name.parse().unwrap();
        assert_eq!(header_of(&id_token).alg, algorithm);
        assert_eq!(
            claims_of(&id_token)["at_hash"],
            half_hash(algorithm, &tokens.access_token)
        );
        world
            .provider
            .live()
            .keys
            .verify(&id_token, &["JWT"], world.provider.now())
            .unwrap();
    }
}

#[tokio::test]
async fn a_code_is_worth_nothing_to_another_client_and_stays_good_for_its_own() {
    let world = World::new().await;
    let code = world.code_for(&web_request()).await;
    let request = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", WEB_URI),
    ];
    assert_eq!(
        refusal(world.token(Some(&basic(OTHER)), &request).await),
        Code::InvalidGrant
    );
    assert!(
        world.exchange(&code).await.is_ok(),
        "a stranger could burn the code"
    );
}

#[tokio::test]
async fn the_redirect_uri_must_be_repeated_exactly() {
    let world = World::new().await;
    let code = world.code_for(&web_request()).await;
    for wrong in [
        "",
        "https://web.example/cb/",
        "https://WEB.example/cb",
        "https://other.example/cb",
    ] {
        let request = with(
            &[("grant_type", "authorization_code"), ("code", &code)],
            &[("redirect_uri", wrong)],
        );
        assert_eq!(
            refusal(world.token(Some(&basic(WEB)), &request).await),
            Code::InvalidGrant,
            "{wrong}"
        );
    }
    assert!(world.exchange(&code).await.is_ok());
}

#[tokio::test]
async fn a_redirect_uri_that_was_not_named_must_not_be_repeated() {
    let world = World::new().await;
    let code = world
        .code_for(&with(&web_request(), &[("redirect_uri", "")]))
        .await;
    assert_eq!(refusal(world.exchange(&code).await), Code::InvalidGrant);
    let request = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
    ];
    assert!(world.token(Some(&basic(WEB)), &request).await.is_ok());
}

#[tokio::test]
async fn a_native_application_repeats_the_port_that_it_chose() {
    let world = World::new().await;
    let code = world.code_for(&native_request()).await;
    let request = [
        ("grant_type", "authorization_code"),
        ("client_id", clients::NATIVE),
        ("code", &code),
        ("code_verifier", durward_testkit::flow::VERIFIER),
    ];
    let registered = with(&request, &[("redirect_uri", clients::NATIVE_URI)]);
    assert_eq!(
        refusal(world.token(None, &registered).await),
        Code::InvalidGrant
    );
    let chosen = with(&request, &[("redirect_uri", "http://127.0.0.1:51004/cb")]);
    assert!(world.token(None, &chosen).await.is_ok());
}

#[tokio::test]
async fn a_code_expires_to_the_millisecond() {
    let world = World::new().await;
    let code = world.code_for(&web_request()).await;
    world.clock.advance_ms(60_000);
    assert_eq!(refusal(world.exchange(&code).await), Code::InvalidGrant);

    let code = world.code_for(&web_request()).await;
    world.clock.advance_ms(59_999);
    assert!(world.exchange(&code).await.is_ok());
}

#[tokio::test]
async fn an_unknown_truncated_or_extended_code_is_refused() {
    let world = World::new().await;
    let code = world.code_for(&web_request()).await;
    for wrong in [
        "x".to_owned(),
        code[..code.len() - 1].to_owned(),
        format!("{code}A"),
        code.to_lowercase(),
    ] {
        assert_eq!(
            refusal(world.exchange(&wrong).await),
            Code::InvalidGrant,
            "{wrong}"
        );
    }
    assert!(world.exchange(&code).await.is_ok());
}

#[tokio::test]
async fn a_code_of_a_user_who_was_disabled_meanwhile_is_refused() {
    let world = World::new().await;
    let code = world.code_for(&web_request()).await;
    world.change_user(ALICE, |user| user.disabled = true).await;
    assert_eq!(refusal(world.exchange(&code).await), Code::InvalidGrant);
}

#[tokio::test]
async fn a_code_of_a_client_that_was_disabled_meanwhile_is_refused() {
    let world = World::new().await;
    let code = world.code_for(&web_request()).await;
    world
        .change_client(WEB, |client| client.disabled = true)
        .await;
    assert_eq!(refusal(world.exchange(&code).await), Code::InvalidClient);
}

#[tokio::test]
async fn a_grant_type_that_is_unknown_or_not_the_clients_is_refused() {
    let world = World::new().await;
    let web = Some(basic(WEB));
    for (grant_type, code) in [
        ("password", Code::UnsupportedGrantType),
        ("implicit", Code::UnsupportedGrantType),
        ("client_credentials", Code::UnauthorizedClient),
        (
            "urn:openid:params:grant-type:ciba",
            Code::UnauthorizedClient,
        ),
    ] {
        let result = world
            .token(web.as_deref(), &[("grant_type", grant_type)])
            .await;
        assert_eq!(refusal(result), code, "{grant_type}");
    }
    assert_eq!(
        refusal(world.token(web.as_deref(), &[]).await),
        Code::InvalidRequest
    );
    let without_code = [("grant_type", "authorization_code")];
    assert_eq!(
        refusal(world.token(web.as_deref(), &without_code).await),
        Code::InvalidRequest
    );
}
