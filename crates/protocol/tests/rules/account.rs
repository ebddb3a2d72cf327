//! The account page: what it shows, what its forms end, whose forms count.

use durward_protocol::{
    Code,
    account::{self, Account, Request, Step},
    authentication::{Browser, find_session},
};
use durward_testkit::{
    World,
    clients::WEB,
    flow::{browser, interaction_of, member, refusal, refusal_by_redirect, web_request, with},
    users::{ALICE, BOB_PASSWORD},
};

#[track_caller]
fn page(step: Step) -> Account {
    match step {
        Step::Account(account) => *account,
        Step::Login(..) => panic!("it asks for a login"),
    }
}

async fn shown(world: &World, browser: &Browser) -> Account {
    page(account::show(&world.provider, browser).await.unwrap())
}

async fn apply(world: &World, browser: &Browser, token: &str, request: Request) -> bool {
    account::apply(&world.provider, browser, Some(token), &request)
        .await
        .unwrap()
}

async fn is_logged_in(world: &World, browser: &Browser) -> bool {
    let found = find_session(&world.provider, browser).await;
    found.unwrap().is_some()
}

#[tokio::test]
async fn a_stranger_logs_in_first() {
    let world = World::new().await;
    let step = account::show(&world.provider, &browser()).await.unwrap();
    assert!(matches!(step, Step::Login(_, Some(_))));
}

#[tokio::test]
async fn sessions_and_applications_are_shown_this_browsers_first() {
    let world = World::new().await;
    let (mut first, mut second) = (browser(), browser());
    world.walk(&mut first, &web_request()).await.unwrap();
    world.clock.advance_seconds(60);
    world.walk(&mut second, &web_request()).await.unwrap();
    let account = shown(&world, &first).await;
    assert_eq!(account.user.id.as_str(), ALICE);
    let own: Vec<bool> = account
        .sessions
        .iter()
        .map(|own| own.is_this_browser)
        .collect();
    assert_eq!(own, [true, false]);
    assert_eq!(account.sessions[0].clients, ["Web"]);
    let (client, consent) = &account.applications[0];
    assert_eq!(client.client_id.as_str(), WEB);
    assert_eq!(consent.scope.to_string(), "openid profile");
}

#[tokio::test]
async fn another_browsers_session_is_ended_and_this_one_stays() {
    let world = World::new().await;
    let (mut here, mut there) = (browser(), browser());
    world.walk(&mut here, &web_request()).await.unwrap();
    world.walk(&mut there, &web_request()).await.unwrap();
    let account = shown(&world, &here).await;
    let other = Request::EndSession(account.sessions[1].session.sid.clone());
    assert!(!apply(&world, &here, &account.form_token, other).await);
    assert!(is_logged_in(&world, &here).await);
    assert!(!is_logged_in(&world, &there).await);
    let own = Request::EndSession(account.sessions[0].session.sid.clone());
    assert!(apply(&world, &here, &account.form_token, own).await);
    assert!(!is_logged_in(&world, &here).await);
}

#[tokio::test]
async fn a_disconnected_application_has_nothing_left_and_must_ask_again() {
    for scope in ["openid profile", "openid offline_access"] {
        let world = World::new().await;
        let mut browser = browser();
        let request = web_request();
        let asked = with(&request, &[("scope", scope)]);
        let answer = world.walk(&mut browser, &asked).await.unwrap();
        let tokens = world.exchange(&member(&answer, "code")).await.unwrap();
        let account = shown(&world, &browser).await;
        let disconnect = Request::Disconnect(WEB.to_owned());
        apply(&world, &browser, &account.form_token, disconnect.clone()).await;
        assert!(!world.is_active(&tokens.access_token).await, "{scope}");
        let refreshed = world.refresh(&tokens.refresh_token.unwrap()).await;
        assert_eq!(refusal(refreshed), Code::InvalidGrant, "{scope}");
        let silent = with(&asked, &[("prompt", "none")]);
        let refused = refusal_by_redirect(world.authorize(&mut browser, &silent).await);
        assert_eq!(refused, Code::ConsentRequired, "{scope}");
        assert!(is_logged_in(&world, &browser).await);
        // Twice is once.
        apply(&world, &browser, &account.form_token, disconnect).await;
    }
}

#[tokio::test]
async fn forms_of_other_pages_and_sessions_of_others_do_not_count() {
    let world = World::new().await;
    let (mut alice, mut other) = (browser(), browser());
    world.walk(&mut alice, &web_request()).await.unwrap();
    world.walk(&mut other, &web_request()).await.unwrap();
    let theirs = shown(&world, &other).await;
    let request = Request::EndSession(theirs.sessions[0].session.sid.clone());
    let tokens = [
        None,
        Some(""),
        Some("guessed"),
        Some(theirs.form_token.as_str()),
    ];
    for token in tokens {
        let refused = account::apply(&world.provider, &alice, token, &request).await;
        assert_eq!(refusal(refused), Code::InvalidRequest, "{token:?}");
    }
    // Bob's page may not end Alice's session.
    let mut bob = browser();
    let turn = world.authorize(&mut bob, &web_request()).await.unwrap();
    let id = interaction_of(&turn);
    world
        .log_in(&mut bob, &id, "bob", BOB_PASSWORD)
        .await
        .unwrap();
    let bobs = shown(&world, &bob).await;
    assert!(!apply(&world, &bob, &bobs.form_token, request).await);
    assert!(is_logged_in(&world, &other).await);
}
