//! Codes used twice: one after the other, and at the same instant.

use std::sync::Arc;

use durward_protocol::Code;
use durward_store::Kind;
use durward_testkit::{
    World,
    clients::{OTHER, WEB_URI, basic},
    flow::{refusal, web_request},
};

#[tokio::test]
async fn a_replayed_code_ends_every_token_that_it_gave() {
    let world = World::new().await;
    let code = world.code_for(&web_request()).await;
    let tokens = world.exchange(&code).await.unwrap();
    assert!(world.is_active(&tokens.access_token).await);

    assert_eq!(refusal(world.exchange(&code).await), Code::InvalidGrant);
    assert!(!world.is_active(&tokens.access_token).await);
    assert_eq!(
        refusal(world.refresh(&tokens.refresh_token.unwrap()).await),
        Code::InvalidGrant
    );
}

#[tokio::test]
async fn a_replay_after_the_code_expired_and_was_refreshed_still_ends_the_family() {
    let world = World::new().await;
    let code = world.code_for(&web_request()).await;
    let tokens = world.exchange(&code).await.unwrap();
    world.clock.advance_seconds(3_000);
    let refreshed = world.refresh(&tokens.refresh_token.unwrap()).await.unwrap();
    assert!(world.is_active(&refreshed.access_token).await);

    assert_eq!(refusal(world.exchange(&code).await), Code::InvalidGrant);
    assert!(!world.is_active(&refreshed.access_token).await);
    assert_eq!(
        refusal(world.refresh(&refreshed.refresh_token.unwrap()).await),
        Code::InvalidGrant
    );
}

#[tokio::test]
async fn a_stranger_who_replays_a_code_ends_nothing() {
    let world = World::new().await;
    let code = world.code_for(&web_request()).await;
    let tokens = world.exchange(&code).await.unwrap();
    let request = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", WEB_URI),
    ];
    assert_eq!(
        refusal(world.token(Some(&basic(OTHER)), &request).await),
        Code::InvalidGrant
    );
    assert!(world.is_active(&tokens.access_token).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_32_redemptions_at_once_one_succeeds_and_its_tokens_are_dead() {
    let world = Arc::new(World::new().await);
    for _ in 0..4 {
        let code = world.code_for(&web_request()).await;
        let grants_before = world.count(Kind::Grant).await;
        let refresh_before = world.count(Kind::RefreshToken).await;
        let tasks: Vec<_> = (0..32)
            .map(|_| {
                let (world, code) = (world.clone(), code.clone());
                tokio::spawn(async move { world.exchange(&code).await })
            })
            .collect();
        let mut won = Vec::new();
        for task in tasks {
            match task.await.unwrap() {
                Ok(tokens) => won.push(tokens),
                error => assert_eq!(refusal(error), Code::InvalidGrant),
            }
        }
        assert_eq!(won.len(), 1, "one redemption succeeds");
        assert_eq!(world.count(Kind::Grant).await, grants_before + 1);
        assert_eq!(world.count(Kind::RefreshToken).await, refresh_before + 1);
        let tokens = won.pop().unwrap();
        assert!(
            !world.is_active(&tokens.access_token).await,
            "the others were replays"
        );
        assert_eq!(
            refusal(world.refresh(&tokens.refresh_token.unwrap()).await),
            Code::InvalidGrant
        );
    }
}
