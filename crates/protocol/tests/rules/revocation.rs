//! Revocation (RFC 7009): what ends, what does not, and what strangers can do.

use durward_protocol::{Code, revocation};
use durward_testkit::{
    World,
    clients::{NATIVE, OTHER, WEB, basic_with},
    flow::{VERIFIER, native_request, parameters, refusal},
};

#[tokio::test]
async fn a_revoked_refresh_token_takes_its_grant_along() {
    let world = World::new().await;
    let tokens = world.web_tokens().await;
    let refresh = tokens.refresh_token.unwrap();
    world.revoke(WEB, &refresh).await.unwrap();
    assert_eq!(refusal(world.refresh(&refresh).await), Code::InvalidGrant);
    assert!(!world.is_active(&tokens.access_token).await);
}

#[tokio::test]
async fn a_rotated_refresh_token_still_revokes_its_family() {
    let world = World::new().await;
    let old = world.web_tokens().await.refresh_token.unwrap();
    let new = world.refresh(&old).await.unwrap();
    world.revoke(WEB, &old).await.unwrap();
    assert!(!world.is_active(&new.access_token).await);
}

#[tokio::test]
async fn a_revoked_access_token_ends_alone() {
    let world = World::new().await;
    for jwt in [true, false] {
        world
            .change_client(WEB, |client| client.metadata.access_token_as_jwt = jwt)
            .await;
        let tokens = world.web_tokens().await;
        world.revoke(WEB, &tokens.access_token).await.unwrap();
        assert!(!world.is_active(&tokens.access_token).await);
        let next = world.refresh(&tokens.refresh_token.unwrap()).await.unwrap();
        assert!(world.is_active(&next.access_token).await);
    }
}

#[tokio::test]
async fn a_foreign_token_is_left_alone_and_nothing_is_told() {
    let world = World::new().await;
    for jwt in [true, false] {
        world
            .change_client(WEB, |client| client.metadata.access_token_as_jwt = jwt)
            .await;
        let tokens = world.web_tokens().await;
        let refresh = tokens.refresh_token.unwrap();
        world.revoke(OTHER, &tokens.access_token).await.unwrap();
        world.revoke(OTHER, &refresh).await.unwrap();
        assert!(world.is_active(&tokens.access_token).await);
        assert!(world.refresh(&refresh).await.is_ok());
    }
}

#[tokio::test]
async fn unknown_and_dead_tokens_are_answered_alike() {
    let world = World::new().await;
    let tokens = world.web_tokens().await;
    world.revoke(WEB, "unknown").await.unwrap();
    world.revoke(WEB, "a.b.c").await.unwrap();
    for _ in 0..2 {
        world.revoke(WEB, &tokens.access_token).await.unwrap();
    }
    world.clock.advance_seconds(100_000);
    world.revoke(WEB, &tokens.access_token).await.unwrap();
}

#[tokio::test]
async fn only_an_authenticated_client_may_ask() {
    let world = World::new().await;
    let tokens = world.web_tokens().await;
    let request = parameters(&[("token", &tokens.access_token)]);
    let wrong = basic_with(WEB, "wrong");
    let result = revocation::answer(&world.provider, Some(wrong.as_str()), &request).await;
    assert_eq!(refusal(result), Code::InvalidClient);
    assert_eq!(
        refusal(revocation::answer(&world.provider, None, &request).await),
        Code::InvalidClient
    );
    assert!(world.is_active(&tokens.access_token).await);
}

#[tokio::test]
async fn a_public_client_revokes_its_own() {
    let world = World::new().await;
    let code = world.code_for(&native_request()).await;
    let exchange = [
        ("grant_type", "authorization_code"),
        ("client_id", NATIVE),
        ("code", &code),
        ("redirect_uri", "http://127.0.0.1:51004/cb"),
        ("code_verifier", VERIFIER),
    ];
    let tokens = world.token(None, &exchange).await.unwrap();
    let request = parameters(&[("token", &tokens.access_token), ("client_id", NATIVE)]);
    revocation::answer(&world.provider, None, &request)
        .await
        .unwrap();
    assert!(!world.is_active(&tokens.access_token).await);
}
