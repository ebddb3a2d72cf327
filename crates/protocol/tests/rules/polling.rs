//! Polling: pacing, ends, and who may poll (CIBA Core 1.0, section 11).

use std::sync::Arc;

use durward_jose::{Algorithm, half_hash};
use durward_model::{
    CibaStatus,
    client::{ClientMetadata, grant_type},
};
use durward_protocol::{Code, ciba::approval::ApprovalOutcome};
use durward_testkit::{
    World, claims_of,
    clients::{self, CIBA},
    flow::{browser, refusal},
    users::ALICE,
};

async fn approved(world: &World) -> String {
    let id = world.asked().await.auth_req_id;
    let outcome = world
        .answer_as_alice(&mut browser(), &id, true)
        .await
        .unwrap();
    assert_eq!(outcome, ApprovalOutcome::Approved);
    id
}

#[tokio::test]
async fn an_approved_request_becomes_tokens() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    assert_eq!(refusal(world.poll(&id).await), Code::AuthorizationPending);
    world.clock.advance_seconds(10);
    let approved_at = world.provider.now().seconds();
    world
        .answer_as_alice(&mut browser(), &id, true)
        .await
        .unwrap();
    world.clock.advance_seconds(3);
    let tokens = world.poll(&id).await.unwrap();
    assert_eq!(tokens.scope.to_string(), "openid profile");
    assert!(tokens.refresh_token.is_some());
    let claims = claims_of(&tokens.id_token.unwrap());
    assert_eq!(claims["sub"], ALICE);
    assert_eq!(claims["aud"], CIBA);
    assert_eq!(claims["auth_time"], approved_at);
    assert_eq!(
        claims["at_hash"],
        half_hash(Algorithm::RS256, &tokens.access_token)
    );
    assert_eq!(claims.get("nonce"), None);
    assert!(world.is_active(&tokens.access_token).await);
}

#[tokio::test]
async fn the_first_poll_is_never_too_early() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    assert_eq!(refusal(world.poll(&id).await), Code::AuthorizationPending);
}

#[tokio::test]
async fn polling_too_fast_slows_down_by_five_seconds_each_time() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    assert_eq!(refusal(world.poll(&id).await), Code::AuthorizationPending);
    world.clock.advance_ms(1_999);
    assert_eq!(refusal(world.poll(&id).await), Code::SlowDown);
    for interval in [7, 12, 17] {
        let stored = world.stored_request(&id).await.unwrap();
        assert_eq!(stored.interval_seconds, interval);
        world.clock.advance_ms(interval * 1_000 - 1);
        assert_eq!(refusal(world.poll(&id).await), Code::SlowDown, "{interval}");
    }
    world.clock.advance_seconds(22);
    assert_eq!(refusal(world.poll(&id).await), Code::AuthorizationPending);
    world.clock.advance_seconds(22);
    assert_eq!(refusal(world.poll(&id).await), Code::AuthorizationPending);
}

#[tokio::test]
async fn an_answer_is_told_even_to_a_hasty_poll() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    assert_eq!(refusal(world.poll(&id).await), Code::AuthorizationPending);
    world
        .answer_as_alice(&mut browser(), &id, true)
        .await
        .unwrap();
    assert!(world.poll(&id).await.is_ok());
}

#[tokio::test]
async fn a_request_expires_answered_or_not() {
    let world = World::new().await;
    let pending = world.asked().await.auth_req_id;
    let answered = approved(&world).await;
    world.clock.advance_ms(299_999);
    assert_eq!(
        refusal(world.poll(&pending).await),
        Code::AuthorizationPending
    );
    world.clock.advance_ms(1);
    assert_eq!(refusal(world.poll(&pending).await), Code::ExpiredToken);
    assert_eq!(refusal(world.poll(&answered).await), Code::ExpiredToken);
}

#[tokio::test]
async fn a_denied_request_is_access_denied() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    let outcome = world
        .answer_as_alice(&mut browser(), &id, false)
        .await
        .unwrap();
    assert_eq!(outcome, ApprovalOutcome::Denied);
    for _ in 0..2 {
        assert_eq!(refusal(world.poll(&id).await), Code::AccessDenied);
    }
}

#[tokio::test]
async fn unknown_guessed_and_foreign_requests_are_invalid_and_unharmed() {
    let world = World::new().await;
    let id = approved(&world).await;
    let twin = ClientMetadata {
        grant_types: vec![grant_type::CIBA.to_owned()],
        backchannel_token_delivery_mode: Some("poll".to_owned()),
        scope: durward_model::Scope::parse("openid"),
        ..ClientMetadata::default()
    };
    world.add_client("ciba-2", twin).await;
    assert_eq!(
        refusal(world.poll_as("ciba-2", &id).await),
        Code::InvalidGrant
    );
    for guess in ["x", &id[..42], &format!("{id}A"), &id.to_lowercase()] {
        assert_eq!(
            refusal(world.poll(guess).await),
            Code::InvalidGrant,
            "{guess}"
        );
    }
    assert!(world.poll(&id).await.is_ok());
    let unnamed = [("grant_type", grant_type::CIBA)];
    let result = world.token(Some(&clients::basic(CIBA)), &unnamed).await;
    assert_eq!(refusal(result), Code::InvalidRequest);
}

#[tokio::test]
async fn a_request_redeemed_twice_ends_what_the_first_time_gave() {
    let world = World::new().await;
    let id = approved(&world).await;
    let tokens = world.poll(&id).await.unwrap();
    assert!(world.is_active(&tokens.access_token).await);
    assert_eq!(refusal(world.poll(&id).await), Code::InvalidGrant);
    assert!(!world.is_active(&tokens.access_token).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_polls_at_once_one_redeems() {
    let world = Arc::new(World::new().await);
    let id = approved(&world).await;
    let before = world.grants().await.len();
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let (world, id) = (world.clone(), id.clone());
            tokio::spawn(async move { world.poll(&id).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => won += 1,
            error => assert_eq!(refusal(error), Code::InvalidGrant),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(world.grants().await.len(), before + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_approval_is_never_lost_among_polls() {
    let world = Arc::new(World::new().await);
    for _ in 0..5 {
        let id = world.asked().await.auth_req_id;
        let polls: Vec<_> = (0..8)
            .map(|_| {
                let (world, id) = (world.clone(), id.clone());
                tokio::spawn(async move {
                    for _ in 0..5 {
                        if let Ok(tokens) = world.poll(&id).await {
                            return Some(tokens);
                        }
                    }
                    None
                })
            })
            .collect();
        let outcome = world
            .answer_as_alice(&mut browser(), &id, true)
            .await
            .unwrap();
        assert_eq!(outcome, ApprovalOutcome::Approved);
        let mut redeemed = 0;
        for poll in polls {
            redeemed += usize::from(poll.await.unwrap().is_some());
        }
        let status = world.stored_request(&id).await.unwrap().status;
        match redeemed {
            0 => assert!(
                world.poll(&id).await.is_ok(),
                "approved and not yet redeemed: {status:?}"
            ),
            1 => assert!(matches!(status, CibaStatus::Redeemed { .. })),
            more => panic!("redeemed {more} times"),
        }
    }
}

#[tokio::test]
async fn a_user_who_was_disabled_after_the_approval_gets_the_client_nothing() {
    let world = World::new().await;
    let id = approved(&world).await;
    world.change_user(ALICE, |user| user.disabled = true).await;
    let before = world.grants().await.len();
    assert_eq!(refusal(world.poll(&id).await), Code::AccessDenied);
    assert_eq!(world.grants().await.len(), before);
}

#[tokio::test]
async fn a_client_that_was_disabled_meanwhile_gets_nothing() {
    let world = World::new().await;
    let id = approved(&world).await;
    world
        .change_client(CIBA, |client| client.disabled = true)
        .await;
    assert_eq!(refusal(world.poll(&id).await), Code::InvalidClient);
}

#[tokio::test]
async fn a_refresh_of_ciba_tokens_works_like_any_other() {
    let world = World::new().await;
    let id = approved(&world).await;
    let tokens = world.poll(&id).await.unwrap();
    let token = tokens.refresh_token.unwrap();
    let request = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
    ];
    let basic = clients::basic(CIBA);
    let next = world.token(Some(&basic), &request).await.unwrap();
    assert!(world.is_active(&next.access_token).await);
    assert_eq!(
        refusal(world.token(Some(&basic), &request).await),
        Code::InvalidGrant
    );
    assert!(!world.is_active(&next.access_token).await);
}

#[tokio::test]
async fn where_ciba_is_off_its_grant_does_not_exist() {
    let world = World::new().await;
    let id = approved(&world).await;
    world
        .reconfigure(|configuration| configuration.feature_flags.retain(|flag| flag != "ciba"))
        .await;
    assert_eq!(refusal(world.poll(&id).await), Code::UnsupportedGrantType);
}

#[tokio::test]
async fn a_clock_that_was_set_back_makes_no_poll_hasty() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    assert_eq!(refusal(world.poll(&id).await), Code::AuthorizationPending);
    world.clock.advance_seconds(-24 * 3_600);
    assert_eq!(refusal(world.poll(&id).await), Code::AuthorizationPending);
    assert_eq!(refusal(world.poll(&id).await), Code::SlowDown);
}
