//! The user's side of CIBA: only the user who was named, only once, only in time.

use std::sync::Arc;

use durward_model::CibaStatus;
use durward_protocol::{
    Code,
    authorize::{Step, interaction},
    ciba::approval::ApprovalOutcome,
};
use durward_testkit::{
    World,
    clients::CIBA,
    flow::{browser, interaction_of, refusal, refusal_by_page},
    users::{ALICE, ALICE_PASSWORD, BOB_PASSWORD},
};

async fn is_pending(world: &World, id: &str) -> bool {
    world.stored_request(id).await.unwrap().status == CibaStatus::Pending
}

#[tokio::test]
async fn the_page_shows_who_asks_for_what() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    let mut browser = world.alices_browser().await;
    let turn = world
        .authorize(&mut browser, &[("auth_req_id", &id)])
        .await
        .unwrap();
    let Step::Approval(page) = turn.step else {
        panic!("no approval page")
    };
    assert_eq!(page.user.id.as_str(), ALICE);
    assert_eq!(page.client.client_id.as_str(), CIBA);
    assert_eq!(page.request.binding_message.as_deref(), Some("W4SCT"));
    assert_eq!(page.request.scope.to_string(), "openid profile");
    assert!(is_pending(&world, &id).await, "looking is not answering");
}

#[tokio::test]
async fn another_user_can_neither_see_nor_answer() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    let bob = ("bob", BOB_PASSWORD);
    for allowed in [true, false] {
        let outcome = world
            .answer_as(&mut browser(), &id, bob, allowed)
            .await
            .unwrap();
        assert_eq!(outcome, ApprovalOutcome::NotForThisAccount);
    }
    assert!(is_pending(&world, &id).await);
}

#[tokio::test]
async fn a_page_of_alice_is_worthless_once_bob_has_logged_in() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    let mut browser = world.alices_browser().await;
    let turn = world
        .authorize(&mut browser, &[("auth_req_id", &id)])
        .await
        .unwrap();
    let page = interaction_of(&turn);
    world
        .log_in(&mut browser, &page, "bob", BOB_PASSWORD)
        .await
        .unwrap();
    let turn = interaction::decide(&world.provider, &page, &browser, true)
        .await
        .unwrap();
    assert!(matches!(
        turn.step,
        Step::Outcome(ApprovalOutcome::NotForThisAccount)
    ));
    assert!(is_pending(&world, &id).await);
}

#[tokio::test]
async fn without_a_login_nothing_is_answered() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    let mut browser = browser();
    let turn = world
        .authorize(&mut browser, &[("auth_req_id", &id)])
        .await
        .unwrap();
    assert!(matches!(turn.step, Step::Login(_)));
    let page = interaction_of(&turn);
    let _ = interaction::decide(&world.provider, &page, &browser, true).await;
    assert!(is_pending(&world, &id).await);
}

#[tokio::test]
async fn the_page_is_bound_to_its_browser() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    let mut alice = world.alices_browser().await;
    let page = interaction_of(
        &world
            .authorize(&mut alice, &[("auth_req_id", &id)])
            .await
            .unwrap(),
    );
    let mut forged = alice.clone();
    forged.browser_cookie = Some("another".to_owned());
    let result = interaction::decide(&world.provider, &page, &forged, true).await;
    assert_eq!(refusal_by_page(result), Code::InvalidRequest);
    assert!(is_pending(&world, &id).await);
}

#[tokio::test]
async fn an_answer_counts_once() {
    let world = World::new().await;
    for (first, second) in [(true, false), (false, true)] {
        let id = world.asked().await.auth_req_id;
        let mut browser = world.alices_browser().await;
        world
            .answer_as_alice(&mut browser, &id, first)
            .await
            .unwrap();
        let status = world.stored_request(&id).await.unwrap().status;
        let outcome = world
            .answer_as_alice(&mut browser, &id, second)
            .await
            .unwrap();
        assert_eq!(outcome, ApprovalOutcome::AnsweredBefore);
        assert_eq!(world.stored_request(&id).await.unwrap().status, status);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn yes_and_no_at_the_same_instant_are_one_answer() {
    let world = Arc::new(World::new().await);
    for _ in 0..5 {
        let id = world.asked().await.auth_req_id;
        let mut pages = Vec::new();
        for _ in 0..8 {
            let mut browser = world.alices_browser().await;
            let turn = world
                .authorize(&mut browser, &[("auth_req_id", &id)])
                .await
                .unwrap();
            pages.push((interaction_of(&turn), browser));
        }
        let tasks: Vec<_> = pages
            .into_iter()
            .enumerate()
            .map(|(index, (page, browser))| {
                let world = world.clone();
                tokio::spawn(async move {
                    let allowed = index % 2 == 0;
                    let turn = interaction::decide(&world.provider, &page, &browser, allowed).await;
                    match turn.unwrap().step {
                        Step::Outcome(outcome) => outcome,
                        other => panic!("{other:?}"),
                    }
                })
            })
            .collect();
        let mut outcomes = Vec::new();
        for task in tasks {
            outcomes.push(task.await.unwrap());
        }
        outcomes.retain(|outcome| *outcome != ApprovalOutcome::AnsweredBefore);
        assert_eq!(outcomes.len(), 1, "{outcomes:?}");
        let status = world.stored_request(&id).await.unwrap().status;
        let approved = matches!(status, CibaStatus::Approved { .. });
        assert_eq!(approved, outcomes[0] == ApprovalOutcome::Approved);
    }
}

#[tokio::test]
async fn too_late_is_told_and_changes_nothing() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    let mut browser = world.alices_browser().await;
    let page = interaction_of(
        &world
            .authorize(&mut browser, &[("auth_req_id", &id)])
            .await
            .unwrap(),
    );
    world.clock.advance_seconds(300);
    let turn = interaction::decide(&world.provider, &page, &browser, true)
        .await
        .unwrap();
    assert!(matches!(turn.step, Step::Outcome(ApprovalOutcome::Expired)));
    assert!(is_pending(&world, &id).await);
    let outcome = world
        .answer_as_alice(&mut browser, &id, true)
        .await
        .unwrap();
    assert_eq!(outcome, ApprovalOutcome::Expired);
}

#[tokio::test]
async fn an_unknown_request_and_one_of_a_disabled_client_are_unknown() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    let mut browser = world.alices_browser().await;
    let outcome = world
        .answer_as_alice(&mut browser, "guess", true)
        .await
        .unwrap();
    assert_eq!(outcome, ApprovalOutcome::Unknown);
    world
        .change_client(CIBA, |client| client.disabled = true)
        .await;
    let outcome = world
        .answer_as_alice(&mut browser, &id, true)
        .await
        .unwrap();
    assert_eq!(outcome, ApprovalOutcome::Unknown);
}

#[tokio::test]
async fn a_disabled_user_cannot_answer() {
    let world = World::new().await;
    let id = world.asked().await.auth_req_id;
    let mut browser = world.alices_browser().await;
    let page = interaction_of(
        &world
            .authorize(&mut browser, &[("auth_req_id", &id)])
            .await
            .unwrap(),
    );
    world.change_user(ALICE, |user| user.disabled = true).await;
    let _ = interaction::decide(&world.provider, &page, &browser, true).await;
    assert!(is_pending(&world, &id).await);
    let login = world
        .log_in(&mut browser, &page, "alice", ALICE_PASSWORD)
        .await;
    assert_eq!(refusal(login), Code::AccessDenied);
}

#[tokio::test]
async fn only_links_that_name_our_own_client_and_page_are_followed() {
    let world = World::configured(|configuration| {
        configuration.backchannel_client_id = "approval-links".to_owned();
        configuration.backchannel_redirect_uri = "https://op.example/outcome".to_owned();
    })
    .await;
    let id = world.asked().await.auth_req_id;
    let good = [
        ("auth_req_id", id.as_str()),
        ("client_id", "approval-links"),
        ("redirect_uri", "https://op.example/outcome"),
    ];
    assert!(world.authorize(&mut browser(), &good).await.is_ok());
    for (name, value) in [
        ("client_id", "web"),
        ("redirect_uri", "https://evil.example/"),
    ] {
        let link = durward_testkit::with(&good, &[(name, value)]);
        let result = world.authorize(&mut browser(), &link).await;
        assert_eq!(refusal_by_page(result), Code::InvalidRequest, "{name}");
    }
}
