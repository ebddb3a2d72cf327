//! UserInfo: claims by scope, and tokens that are worth nothing there.

use durward_protocol::{Code, userinfo};
use durward_testkit::{
    World,
    clients::{SERVICE, WEB, secret},
    flow::refusal,
    users::ALICE,
};
use serde_json::{Value, json};

async fn claims_for(world: &World, scope: &str) -> Value {
    let token = world.web_tokens_for(&[("scope", scope)]).await.access_token;
    Value::Object(userinfo::answer(&world.provider, &token).await.unwrap())
}

#[tokio::test]
async fn claims_follow_the_scope_and_private_ones_stay() {
    let world = World::new().await;
    assert_eq!(claims_for(&world, "openid").await, json!({ "sub": ALICE }));
    assert_eq!(
        claims_for(&world, "openid profile").await,
        json!({ "sub": ALICE, "name": "Alice Liddell", "preferred_username": "alice", "given_name": "Alice" })
    );
    assert_eq!(
        claims_for(&world, "openid email").await,
        json!({ "sub": ALICE, "email": "alice@wonderland.example", "email_verified": true })
    );
}

#[tokio::test]
async fn a_token_without_openid_is_insufficient() {
    let world = World::new().await;
    let token = world
        .web_tokens_for(&[("scope", "profile")])
        .await
        .access_token;
    assert_eq!(
        refusal(userinfo::answer(&world.provider, &token).await),
        Code::InsufficientScope
    );
}

#[tokio::test]
async fn dead_and_wrong_tokens_are_invalid() {
    let world = World::new().await;
    let invalid = async |token: &str, why: &str| {
        assert_eq!(
            refusal(userinfo::answer(&world.provider, token).await),
            Code::InvalidToken,
            "{why}"
        );
    };
    let tokens = world.web_tokens().await;
    invalid("", "empty").await;
    invalid("unknown", "unknown").await;
    invalid(&tokens.id_token.unwrap(), "an ID token").await;
    invalid(&tokens.refresh_token.unwrap(), "a refresh token").await;
    world.revoke(WEB, &tokens.access_token).await.unwrap();
    invalid(&tokens.access_token, "revoked").await;

    let expired = world.web_tokens().await.access_token;
    world.clock.advance_seconds(300);
    invalid(&expired, "expired").await;

    let disabled = world.web_tokens().await.access_token;
    world.change_user(ALICE, |user| user.disabled = true).await;
    invalid(&disabled, "of a disabled user").await;
}

#[tokio::test]
async fn a_token_without_a_user_has_no_claims() {
    let world = World::new().await;
    let request = [
        ("grant_type", "client_credentials"),
        ("client_id", SERVICE),
        ("client_secret", &secret(SERVICE)),
    ];
    let token = world.token(None, &request).await.unwrap().access_token;
    assert_eq!(
        refusal(userinfo::answer(&world.provider, &token).await),
        Code::InsufficientScope
    );
}
