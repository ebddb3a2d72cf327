//! Access tokens, JWT and opaque, as introspection judges them.

use durward_protocol::{Code, introspection};
use durward_testkit::{
    World, claims_of,
    clients::{NATIVE, OTHER, SERVICE, WEB, basic, secret},
    clock::START,
    flow::{parameters, refusal},
    header_of,
    users::ALICE,
    world::ISSUER,
};
use serde_json::json;

async fn opaque(world: &World) {
    world
        .change_client(WEB, |client| client.metadata.access_token_as_jwt = false)
        .await;
}

#[tokio::test]
async fn a_jwt_access_token_is_what_rfc_9068_says() {
    let world = World::new().await;
    let token = world.web_tokens().await.access_token;
    let claims = claims_of(&token);
    assert_eq!(header_of(&token).typ.as_deref(), Some("at+jwt"));
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["sub"], ALICE);
    assert_eq!(claims["client_id"], WEB);
    assert_eq!(claims["scope"], "openid profile");
    assert_eq!(claims["iat"], START.seconds());
    assert_eq!(claims["exp"], START.seconds() + 300);
    assert_eq!(claims["auth_time"], START.seconds());
    for name in ["aud", "jti", "acr"] {
        assert!(claims.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn jwt_access_tokens_are_signed_as_client_or_server_say() {
    let world = World::new().await;
    for name in ["RS256", "PS256", "ES256", "EdDSA"] {
        world
            .reconfigure(|configuration| {
                configuration.default_signature_algorithm = name.to_owned();
            })
            .await;
        let token = world.web_tokens().await.access_token;
        assert_eq!(header_of(&token).alg.name(), name);
        assert!(world.is_active(&token).await, "{name}");
    }
    world
        .change_client(WEB, |client| {
            client.metadata.access_token_signing_alg = Some("ES256".to_owned());
        })
        .await;
    assert_eq!(
        header_of(&world.web_tokens().await.access_token).alg.name(),
        "ES256"
    );
}

#[tokio::test]
async fn introspection_tells_the_same_of_both_kinds() {
    let world = World::new().await;
    let jwt = world.web_tokens().await.access_token;
    opaque(&world).await;
    let reference = world.web_tokens().await.access_token;
    assert!(!reference.contains('.'));
    for token in [jwt, reference] {
        let mut answer = world.introspect(&token).await;
        answer.as_object_mut().unwrap().remove("jti");
        assert_eq!(
            answer,
            json!({
                "active": true,
                "iss": ISSUER,
                "aud": ISSUER,
                "client_id": WEB,
                "sub": ALICE,
                "scope": "openid profile",
                "token_type": "Bearer",
                "iat": START.seconds(),
                "exp": START.seconds() + 300,
                "auth_time": START.seconds(),
                "acr": "simple_password_auth",
            })
        );
    }
}

#[tokio::test]
async fn an_inactive_token_is_answered_with_nothing_but_that() {
    let world = World::new().await;
    let token = world.web_tokens().await.access_token;
    world.clock.advance_seconds(300);
    assert_eq!(world.introspect(&token).await, json!({ "active": false }));
    assert_eq!(
        world.introspect("unknown").await,
        json!({ "active": false })
    );
}

#[tokio::test]
async fn a_token_lives_to_the_millisecond_before_its_end() {
    let world = World::new().await;
    for jwt in [true, false] {
        world
            .change_client(WEB, |client| client.metadata.access_token_as_jwt = jwt)
            .await;
        let token = world.web_tokens().await.access_token;
        world.clock.advance_ms(299_999);
        assert!(world.is_active(&token).await);
        world.clock.advance_ms(1);
        assert!(!world.is_active(&token).await);
    }
}

#[tokio::test]
async fn truncated_extended_and_flipped_tokens_are_inactive() {
    let world = World::new().await;
    for jwt in [true, false] {
        world
            .change_client(WEB, |client| client.metadata.access_token_as_jwt = jwt)
            .await;
        let token = world.web_tokens().await.access_token;
        assert!(world.is_active(&token).await);
        for at in [0, token.len() / 2, token.len() - 2] {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert!(
                !world.is_active(&String::from_utf8(bytes).unwrap()).await,
                "flipped at {at}"
            );
        }
        for changed in [
            token[..token.len() - 1].to_owned(),
            token[1..].to_owned(),
            format!("{token}A"),
            format!("{token}.A"),
            format!(" {token}"),
            token.to_uppercase(),
        ] {
            assert!(!world.is_active(&changed).await, "{changed}");
        }
    }
}

#[tokio::test]
async fn a_token_of_a_disabled_user_or_client_is_inactive_while_it_lasts() {
    let world = World::new().await;
    for jwt in [true, false] {
        world
            .change_client(WEB, |client| client.metadata.access_token_as_jwt = jwt)
            .await;
        let token = world.web_tokens().await.access_token;
        world.change_user(ALICE, |user| user.disabled = true).await;
        assert!(!world.is_active(&token).await);
        world.change_user(ALICE, |user| user.disabled = false).await;
        assert!(world.is_active(&token).await);

        world
            .change_client(WEB, |client| client.disabled = true)
            .await;
        let answer = world.introspect_as(OTHER, &token).await;
        assert_eq!(answer, json!({ "active": false }));
        world
            .change_client(WEB, |client| client.disabled = false)
            .await;
    }
}

#[tokio::test]
async fn a_token_revoked_while_its_user_was_disabled_does_not_come_back() {
    let world = World::new().await;
    for jwt in [true, false] {
        world
            .change_client(WEB, |client| client.metadata.access_token_as_jwt = jwt)
            .await;
        let token = world.web_tokens().await.access_token;
        world.change_user(ALICE, |user| user.disabled = true).await;
        world.revoke(WEB, &token).await.unwrap();
        world.change_user(ALICE, |user| user.disabled = false).await;
        assert!(!world.is_active(&token).await);
    }
}

#[tokio::test]
async fn another_issuers_token_under_our_keys_is_inactive() {
    let world = World::new().await;
    let token = world.web_tokens().await.access_token;
    world
        .reconfigure(|configuration| configuration.issuer = "https://moved.example".to_owned())
        .await;
    assert!(!world.is_active(&token).await);
}

#[tokio::test]
async fn a_resource_server_may_ask_about_tokens_of_others_but_nobody_without_credentials() {
    let world = World::new().await;
    let token = world.web_tokens().await.access_token;
    let service = parameters(&[
        ("token", &token),
        ("client_id", SERVICE),
        ("client_secret", &secret(SERVICE)),
    ]);
    let answer = introspection::answer(&world.provider, None, &service)
        .await
        .unwrap();
    assert_eq!(serde_json::to_value(answer).unwrap()["active"], true);

    let public = parameters(&[("token", &token), ("client_id", NATIVE)]);
    assert_eq!(
        refusal(introspection::answer(&world.provider, None, &public).await),
        Code::InvalidClient
    );
    let nobody = parameters(&[("token", &token)]);
    assert_eq!(
        refusal(introspection::answer(&world.provider, None, &nobody).await),
        Code::InvalidClient
    );
    let web = basic(WEB);
    let empty = introspection::answer(&world.provider, Some(web.as_str()), &parameters(&[])).await;
    assert_eq!(refusal(empty), Code::InvalidRequest);
}
