//! Refresh tokens: rotation, reuse, races, scope.

use std::sync::Arc;

use durward_protocol::Code;
use durward_testkit::{
    World, claims_of,
    clients::{OTHER, WEB, basic},
    flow::{refusal, with},
    users::ALICE,
};

#[tokio::test]
async fn each_use_gives_a_new_token_and_an_id_token_without_nonce() {
    let world = World::new().await;
    let first = world.web_tokens().await;
    world.clock.advance_seconds(200);
    let second = world
        .refresh(first.refresh_token.as_deref().unwrap())
        .await
        .unwrap();
    assert_ne!(first.refresh_token, second.refresh_token);
    assert_ne!(first.access_token, second.access_token);
    let (before, after) = (
        claims_of(&first.id_token.unwrap()),
        claims_of(&second.id_token.unwrap()),
    );
    assert_eq!(after.get("nonce"), None);
    for name in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(before[name], after[name], "{name}");
    }
    let third = world.refresh(&second.refresh_token.unwrap()).await.unwrap();
    assert!(world.is_active(&third.access_token).await);
}

#[tokio::test]
async fn a_token_used_twice_ends_its_whole_family() {
    let world = World::new().await;
    let first = world.web_tokens().await;
    let stolen = first.refresh_token.unwrap();
    let second = world.refresh(&stolen).await.unwrap();
    assert_eq!(refusal(world.refresh(&stolen).await), Code::InvalidGrant);
    assert_eq!(
        refusal(world.refresh(&second.refresh_token.unwrap()).await),
        Code::InvalidGrant
    );
    assert!(!world.is_active(&first.access_token).await);
    assert!(!world.is_active(&second.access_token).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_refreshes_at_once_one_succeeds_and_the_family_ends() {
    let world = Arc::new(World::new().await);
    let token = world.web_tokens().await.refresh_token.unwrap();
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (world, token) = (world.clone(), token.clone());
            tokio::spawn(async move { world.refresh(&token).await })
        })
        .collect();
    let mut won = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(tokens) => won.push(tokens),
            error => assert_eq!(refusal(error), Code::InvalidGrant),
        }
    }
    assert_eq!(won.len(), 1);
    let tokens = won.pop().unwrap();
    assert!(!world.is_active(&tokens.access_token).await);
    assert_eq!(
        refusal(world.refresh(&tokens.refresh_token.unwrap()).await),
        Code::InvalidGrant
    );
}

#[tokio::test]
async fn a_narrowed_access_token_does_not_narrow_the_grant() {
    let world = World::new().await;
    let first = world
        .web_tokens_for(&[("scope", "openid profile email")])
        .await;
    let narrow = world
        .token(
            Some(&basic(WEB)),
            &[
                ("grant_type", "refresh_token"),
                ("refresh_token", first.refresh_token.as_deref().unwrap()),
                ("scope", "email"),
            ],
        )
        .await
        .unwrap();
    assert_eq!(narrow.scope.to_string(), "email");
    assert_eq!(narrow.id_token, None);
    assert_eq!(
        world.introspect(&narrow.access_token).await["scope"],
        "email"
    );
    let whole = world.refresh(&narrow.refresh_token.unwrap()).await.unwrap();
    assert_eq!(whole.scope.to_string(), "openid profile email");
}

#[tokio::test]
async fn a_wider_scope_is_refused_and_costs_nothing() {
    let world = World::new().await;
    let token = world.web_tokens().await.refresh_token.unwrap();
    let base = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
    ];
    for scope in ["openid email", "email", "openid profile admin"] {
        let request = with(&base, &[("scope", scope)]);
        assert_eq!(
            refusal(world.token(Some(&basic(WEB)), &request).await),
            Code::InvalidScope
        );
    }
    assert!(world.refresh(&token).await.is_ok());
}

#[tokio::test]
async fn another_client_cannot_use_it_nor_end_it() {
    let world = World::new().await;
    let token = world.web_tokens().await.refresh_token.unwrap();
    let request = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
    ];
    assert_eq!(
        refusal(world.token(Some(&basic(OTHER)), &request).await),
        Code::InvalidGrant
    );
    assert!(world.refresh(&token).await.is_ok());
}

#[tokio::test]
async fn it_ends_with_its_lifetime_and_not_with_the_longer_one_of_id_tokens() {
    let world = World::configured(|configuration| {
        configuration.refresh_token_lifetime = 600;
        configuration.id_token_lifetime = 3_600;
    })
    .await;
    let tokens = world.web_tokens().await;
    world.clock.advance_ms(599_999);
    let next = world.refresh(&tokens.refresh_token.unwrap()).await.unwrap();
    world.clock.advance_seconds(600);
    assert_eq!(
        refusal(world.refresh(&next.refresh_token.unwrap()).await),
        Code::InvalidGrant
    );
}

#[tokio::test]
async fn the_lifetime_of_the_client_comes_before_the_servers() {
    let world = World::new().await;
    world
        .change_client(WEB, |client| {
            client.metadata.refresh_token_lifetime = Some(10);
        })
        .await;
    let tokens = world.web_tokens().await;
    world.clock.advance_seconds(10);
    assert_eq!(
        refusal(world.refresh(&tokens.refresh_token.unwrap()).await),
        Code::InvalidGrant
    );
}

#[tokio::test]
async fn a_disabled_user_gets_no_more_tokens() {
    let world = World::new().await;
    let tokens = world.web_tokens().await;
    world.change_user(ALICE, |user| user.disabled = true).await;
    assert_eq!(
        refusal(world.refresh(&tokens.refresh_token.unwrap()).await),
        Code::InvalidGrant
    );
}

#[tokio::test]
async fn tokens_do_not_pass_for_one_another() {
    let world = World::new().await;
    for jwt in [true, false] {
        world
            .change_client(WEB, |client| client.metadata.access_token_as_jwt = jwt)
            .await;
        let tokens = world.web_tokens().await;
        let id_token = tokens.id_token.unwrap();
        let refresh = tokens.refresh_token.unwrap();
        assert!(
            !world.is_active(&refresh).await,
            "a refresh token as an access token"
        );
        assert!(
            !world.is_active(&id_token).await,
            "an ID token as an access token"
        );
        for wrong in [&tokens.access_token, &id_token] {
            assert_eq!(refusal(world.refresh(wrong).await), Code::InvalidGrant);
            assert_eq!(refusal(world.exchange(wrong).await), Code::InvalidGrant);
        }
        assert_eq!(refusal(world.exchange(&refresh).await), Code::InvalidGrant);
    }
}

#[tokio::test]
async fn a_client_without_the_grant_gets_none() {
    let world = World::new().await;
    world
        .change_client(WEB, |client| {
            client.metadata.grant_types = vec!["authorization_code".to_owned()];
        })
        .await;
    assert_eq!(world.web_tokens().await.refresh_token, None);
}
