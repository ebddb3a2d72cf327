//! Pages: bound to one browser, answered once, alive for a while, not to be jumped over.

use durward_model::Session;
use durward_protocol::{
    Code,
    authentication::{Browser, find_session},
    authorize::{Step, interaction},
};
use durward_store::{Entity, Kind};
use durward_testkit::{
    World,
    clients::WEB,
    flow::{
        browser, interaction_of, refusal, refusal_by_page, refusal_by_redirect, web_request, with,
    },
    users::{ALICE, ALICE_PASSWORD, BOB_PASSWORD},
};

async fn at_login(world: &World, browser: &mut Browser) -> String {
    interaction_of(&world.authorize(browser, &web_request()).await.unwrap())
}

async fn at_consent(world: &World, browser: &mut Browser) -> String {
    let id = at_login(world, browser).await;
    world
        .log_in(browser, &id, "alice", ALICE_PASSWORD)
        .await
        .unwrap();
    let turn = interaction::resume(&world.provider, &id, browser)
        .await
        .unwrap();
    assert!(matches!(turn.step, Step::Consent(_)));
    id
}

#[tokio::test]
async fn a_page_works_only_in_the_browser_that_it_was_made_for() {
    let world = World::new().await;
    let mut victim = browser();
    let id = at_consent(&world, &mut victim).await;
    let session = victim.session_cookie.clone();
    for cookie in [
        None,
        Some(String::new()),
        Some("another".to_owned()),
        Some(id.clone()),
    ] {
        let mut attacker = Browser {
            session_cookie: session.clone(),
            browser_cookie: cookie,
            ..browser()
        };
        let shown = interaction::resume(&world.provider, &id, &attacker).await;
        assert_eq!(refusal_by_page(shown), Code::InvalidRequest);
        let decided = interaction::decide(&world.provider, &id, &attacker, true).await;
        assert_eq!(refusal_by_page(decided), Code::InvalidRequest);
        let login = world.log_in(&mut attacker, &id, "bob", BOB_PASSWORD).await;
        assert_eq!(refusal(login), Code::InvalidRequest);
        let change = interaction::change_account(&world.provider, &id, &attacker).await;
        assert_eq!(refusal(change), Code::InvalidRequest);
    }
    assert!(
        interaction::decide(&world.provider, &id, &victim, true)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_empty_browser_cookie_binds_nothing() {
    let world = World::new().await;
    let mut empty = Browser {
        browser_cookie: Some(String::new()),
        ..browser()
    };
    let turn = world.authorize(&mut empty, &web_request()).await.unwrap();
    assert!(turn.browser_cookie.is_some(), "a new cookie is set");
    let id = interaction_of(&turn);
    let result = interaction::resume(&world.provider, &id, &browser()).await;
    assert_eq!(refusal_by_page(result), Code::InvalidRequest);
}

#[tokio::test]
async fn a_page_expires() {
    let world = World::new().await;
    let mut browser = browser();
    let id = at_consent(&world, &mut browser).await;
    world.clock.advance_seconds(1_800);
    for result in [
        interaction::resume(&world.provider, &id, &browser).await,
        interaction::decide(&world.provider, &id, &browser, true).await,
    ] {
        assert_eq!(refusal_by_page(result), Code::InvalidRequest);
    }
}

#[tokio::test]
async fn a_page_is_answered_once() {
    let world = World::new().await;
    let mut browser = browser();
    for first in [true, false] {
        let request = with(&web_request(), &[("prompt", "login consent")]);
        let id = interaction_of(&world.authorize(&mut browser, &request).await.unwrap());
        world
            .log_in(&mut browser, &id, "alice", ALICE_PASSWORD)
            .await
            .unwrap();
        let _ = interaction::decide(&world.provider, &id, &browser, first).await;
        let second = interaction::decide(&world.provider, &id, &browser, true).await;
        assert_eq!(refusal_by_page(second), Code::InvalidRequest);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_answered_by_many_at_once_gives_one_code() {
    let world = std::sync::Arc::new(World::new().await);
    let mut browser = browser();
    let id = at_consent(&world, &mut browser).await;
    let before = world.count(Kind::AuthorizationCode).await;
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (world, id, browser) = (world.clone(), id.clone(), browser.clone());
            tokio::spawn(async move {
                interaction::decide(&world.provider, &id, &browser, true)
                    .await
                    .is_ok()
            })
        })
        .collect();
    let mut answered = 0;
    for task in tasks {
        answered += usize::from(task.await.unwrap());
    }
    assert_eq!(answered, 1);
    assert_eq!(world.count(Kind::AuthorizationCode).await, before + 1);
}

#[tokio::test]
async fn a_decision_cannot_jump_over_the_login() {
    let world = World::new().await;
    let mut stranger = browser();
    let id = at_login(&world, &mut stranger).await;
    let turn = interaction::decide(&world.provider, &id, &stranger, true)
        .await
        .unwrap();
    assert!(matches!(turn.step, Step::Login(_)), "nobody is logged in");

    let mut browser = world.alices_browser().await;
    world.clock.advance_seconds(100);
    for others in [
        [("prompt", "login")],
        [("max_age", "10")],
        [("prompt", "select_account")],
    ] {
        let request = with(&web_request(), &others);
        let id = interaction_of(&world.authorize(&mut browser, &request).await.unwrap());
        let turn = interaction::decide(&world.provider, &id, &browser, true)
            .await
            .unwrap();
        assert!(matches!(turn.step, Step::Login(_)), "{others:?}");
    }
    assert_eq!(
        world.count(Kind::AuthorizationCode).await,
        1,
        "only that of Alice's own browser"
    );
}

#[tokio::test]
async fn denial_is_told_to_the_client() {
    let world = World::new().await;
    let mut browser = browser();
    let id = at_consent(&world, &mut browser).await;
    let denied = interaction::decide(&world.provider, &id, &browser, false).await;
    assert_eq!(refusal_by_redirect(denied), Code::AccessDenied);
    assert_eq!(world.count(Kind::Consent).await, 0);
    assert_eq!(world.count(Kind::AuthorizationCode).await, 0);
}

#[tokio::test]
async fn what_changed_while_the_page_was_open_counts() {
    let world = World::new().await;
    let mut browser = browser();
    let id = at_consent(&world, &mut browser).await;
    world.change_user(ALICE, |user| user.disabled = true).await;
    let turn = interaction::decide(&world.provider, &id, &browser, true)
        .await
        .unwrap();
    assert!(matches!(turn.step, Step::Login(_)));
    world.change_user(ALICE, |user| user.disabled = false).await;

    world
        .change_client(WEB, |client| client.disabled = true)
        .await;
    let result = interaction::decide(&world.provider, &id, &browser, true).await;
    assert_eq!(refusal_by_page(result), Code::UnauthorizedClient);
}

#[tokio::test]
async fn a_login_gives_a_new_session_and_ends_the_old_one() {
    let world = World::new().await;
    let mut browser = browser();
    browser.session_cookie = Some("planted by an attacker".to_owned());
    let id = at_login(&world, &mut browser).await;
    world
        .log_in(&mut browser, &id, "alice", ALICE_PASSWORD)
        .await
        .unwrap();
    let first = browser.clone();
    assert_ne!(
        first.session_cookie.as_deref(),
        Some("planted by an attacker")
    );
    let sid = find_session(&world.provider, &first)
        .await
        .unwrap()
        .unwrap()
        .session
        .sid;

    world
        .log_in(&mut browser, &id, "alice", ALICE_PASSWORD)
        .await
        .unwrap();
    assert_ne!(browser.session_cookie, first.session_cookie);
    assert!(
        find_session(&world.provider, &first)
            .await
            .unwrap()
            .is_none()
    );
    let second = find_session(&world.provider, &browser)
        .await
        .unwrap()
        .unwrap()
        .session
        .sid;
    assert_eq!(sid, second, "to its clients it is the same session");
    assert_eq!(world.count(Session::KIND).await, 1);
}

#[tokio::test]
async fn changing_the_account_ends_the_session_and_asks_for_a_login() {
    let world = World::new().await;
    let mut browser = browser();
    let id = at_consent(&world, &mut browser).await;
    interaction::change_account(&world.provider, &id, &browser)
        .await
        .unwrap();
    assert!(
        find_session(&world.provider, &browser)
            .await
            .unwrap()
            .is_none()
    );
    let turn = interaction::resume(&world.provider, &id, &browser)
        .await
        .unwrap();
    assert!(matches!(turn.step, Step::Login(_)));
}
