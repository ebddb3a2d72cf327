//! `prompt`, `max_age`, `id_token_hint`, and what a remembered consent allows.

use durward_protocol::{
    Code,
    authorize::{Step, Turn, interaction},
};
use durward_testkit::{
    World,
    clients::WEB,
    flow::{browser, interaction_of, member, refusal_by_redirect, web_request, with},
    users::{ALICE, ALICE_PASSWORD, BOB_PASSWORD},
};

fn name(turn: &Turn) -> &'static str {
    match turn.step {
        Step::Answer(_) => "answer",
        Step::Login(_) => "login",
        Step::Consent(_) => "consent",
        Step::Approval(_) | Step::Outcome(_) => "ciba",
        Step::Account => "account",
    }
}

#[tokio::test]
async fn none_shows_no_page() {
    let world = World::new().await;
    let request = with(&web_request(), &[("prompt", "none")]);
    let stranger = world.authorize(&mut browser(), &request).await;
    assert_eq!(refusal_by_redirect(stranger), Code::LoginRequired);

    let mut browser = world.alices_browser().await;
    assert_eq!(
        name(&world.authorize(&mut browser, &request).await.unwrap()),
        "answer"
    );

    let wider = with(&request, &[("scope", "openid profile email")]);
    let result = world.authorize(&mut browser, &wider).await;
    assert_eq!(refusal_by_redirect(result), Code::ConsentRequired);

    world.clock.advance_seconds(61);
    let stale = with(&request, &[("max_age", "60")]);
    assert_eq!(
        refusal_by_redirect(world.authorize(&mut browser, &stale).await),
        Code::LoginRequired
    );
}

#[tokio::test]
async fn login_asks_for_the_password_again_and_moves_auth_time() {
    let world = World::new().await;
    let mut browser = world.alices_browser().await;
    world.clock.advance_seconds(100);
    let request = with(&web_request(), &[("prompt", "login")]);
    let turn = world.authorize(&mut browser, &request).await.unwrap();
    assert_eq!(name(&turn), "login");
    let id = interaction_of(&turn);
    let again = interaction::resume(&world.provider, &id, &browser)
        .await
        .unwrap();
    assert_eq!(name(&again), "login", "coming back is not logging in");

    world
        .log_in(&mut browser, &id, "alice", ALICE_PASSWORD)
        .await
        .unwrap();
    let Step::Answer(answer) = interaction::resume(&world.provider, &id, &browser)
        .await
        .unwrap()
        .step
    else {
        panic!("no answer");
    };
    let tokens = world.exchange(&member(&answer, "code")).await.unwrap();
    let claims = durward_testkit::claims_of(&tokens.id_token.unwrap());
    assert_eq!(claims["auth_time"], world.provider.now().seconds());
    // The proof was for that request alone.
    assert_eq!(
        name(&world.authorize(&mut browser, &request).await.unwrap()),
        "login"
    );
}

#[tokio::test]
async fn consent_asks_again_although_it_is_remembered() {
    let world = World::new().await;
    let mut browser = world.alices_browser().await;
    assert_eq!(
        name(&world.authorize(&mut browser, &web_request()).await.unwrap()),
        "answer"
    );
    let request = with(&web_request(), &[("prompt", "consent")]);
    assert_eq!(
        name(&world.authorize(&mut browser, &request).await.unwrap()),
        "consent"
    );
}

#[tokio::test]
async fn select_account_lets_another_log_in() {
    let world = World::new().await;
    let mut browser = world.alices_browser().await;
    let request = with(&web_request(), &[("prompt", "select_account")]);
    let turn = world.authorize(&mut browser, &request).await.unwrap();
    assert_eq!(name(&turn), "login");
    let id = interaction_of(&turn);
    world
        .log_in(&mut browser, &id, "bob", BOB_PASSWORD)
        .await
        .unwrap();
    let turn = interaction::resume(&world.provider, &id, &browser)
        .await
        .unwrap();
    assert_eq!(name(&turn), "consent", "Alice's consent is not Bob's");
}

#[tokio::test]
async fn login_and_consent_together_ask_for_both() {
    let world = World::new().await;
    let mut browser = world.alices_browser().await;
    let request = with(&web_request(), &[("prompt", "login consent")]);
    let turn = world.authorize(&mut browser, &request).await.unwrap();
    let id = interaction_of(&turn);
    assert_eq!(name(&turn), "login");
    world
        .log_in(&mut browser, &id, "alice", ALICE_PASSWORD)
        .await
        .unwrap();
    assert_eq!(
        name(
            &interaction::resume(&world.provider, &id, &browser)
                .await
                .unwrap()
        ),
        "consent"
    );
}

#[tokio::test]
async fn max_age_counts_from_the_password() {
    let world = World::new().await;
    let mut browser = world.alices_browser().await;
    let request = with(&web_request(), &[("max_age", "60")]);
    world.clock.advance_seconds(60);
    assert_eq!(
        name(&world.authorize(&mut browser, &request).await.unwrap()),
        "answer"
    );
    world.clock.advance_ms(1);
    assert_eq!(
        name(&world.authorize(&mut browser, &request).await.unwrap()),
        "login"
    );
    assert_eq!(
        name(&world.authorize(&mut browser, &web_request()).await.unwrap()),
        "answer"
    );

    world
        .change_client(WEB, |client| client.metadata.default_max_age = Some(30))
        .await;
    assert_eq!(
        name(&world.authorize(&mut browser, &web_request()).await.unwrap()),
        "login"
    );
    let own = with(&web_request(), &[("max_age", "3600")]);
    assert_eq!(
        name(&world.authorize(&mut browser, &own).await.unwrap()),
        "answer"
    );
}

#[tokio::test]
async fn max_age_zero_always_asks_once() {
    let world = World::new().await;
    let mut browser = world.alices_browser().await;
    world.clock.advance_ms(1);
    let request = with(&web_request(), &[("max_age", "0")]);
    let turn = world.authorize(&mut browser, &request).await.unwrap();
    assert_eq!(name(&turn), "login");
    let id = interaction_of(&turn);
    world
        .log_in(&mut browser, &id, "alice", ALICE_PASSWORD)
        .await
        .unwrap();
    world.clock.advance_ms(1);
    assert_eq!(
        name(
            &interaction::resume(&world.provider, &id, &browser)
                .await
                .unwrap()
        ),
        "answer"
    );
}

#[tokio::test]
async fn a_hint_of_another_user_asks_for_that_user_and_no_other() {
    let world = World::new().await;
    let hint = world.web_tokens().await.id_token.unwrap();
    let request = with(&web_request(), &[("id_token_hint", &hint)]);
    let mut browser = world.alices_browser().await;
    assert_eq!(
        name(&world.authorize(&mut browser, &request).await.unwrap()),
        "answer"
    );

    // Bob's browser.
    let switch = with(&web_request(), &[("prompt", "login")]);
    let id = interaction_of(&world.authorize(&mut browser, &switch).await.unwrap());
    world
        .log_in(&mut browser, &id, "bob", BOB_PASSWORD)
        .await
        .unwrap();
    let none = with(&request, &[("prompt", "none")]);
    assert_eq!(
        refusal_by_redirect(world.authorize(&mut browser, &none).await),
        Code::LoginRequired
    );
    let id = interaction_of(&world.authorize(&mut browser, &request).await.unwrap());
    world
        .log_in(&mut browser, &id, "bob", BOB_PASSWORD)
        .await
        .unwrap();
    let turn = interaction::resume(&world.provider, &id, &browser)
        .await
        .unwrap();
    assert_eq!(name(&turn), "login", "Bob again is not Alice");
    world
        .log_in(&mut browser, &id, "alice", ALICE_PASSWORD)
        .await
        .unwrap();
    assert_eq!(
        name(
            &interaction::resume(&world.provider, &id, &browser)
                .await
                .unwrap()
        ),
        "answer"
    );
}

#[tokio::test]
async fn an_expired_hint_still_names_its_user_but_an_access_token_never_does() {
    let world = World::new().await;
    let tokens = world.web_tokens().await;
    world.clock.advance_seconds(10_000);
    let mut browser = world.alices_browser().await;
    let hint = tokens.id_token.unwrap();
    let request = with(&web_request(), &[("id_token_hint", &hint)]);
    assert_eq!(
        name(&world.authorize(&mut browser, &request).await.unwrap()),
        "answer"
    );
    let wrong = with(&web_request(), &[("id_token_hint", &tokens.access_token)]);
    assert_eq!(
        refusal_by_redirect(world.authorize(&mut browser, &wrong).await),
        Code::InvalidRequest
    );
}

#[tokio::test]
async fn consent_is_remembered_and_grows_only_by_what_was_allowed() {
    let world = World::new().await;
    let mut browser = world.alices_browser().await;
    let narrower = with(&web_request(), &[("scope", "profile")]);
    assert_eq!(
        name(&world.authorize(&mut browser, &narrower).await.unwrap()),
        "answer"
    );

    let wider = with(&web_request(), &[("scope", "openid profile email")]);
    let turn = world.authorize(&mut browser, &wider).await.unwrap();
    assert_eq!(name(&turn), "consent");
    let id = interaction_of(&turn);
    let denied = interaction::decide(&world.provider, &id, &browser, false).await;
    assert_eq!(refusal_by_redirect(denied), Code::AccessDenied);
    assert_eq!(
        name(&world.authorize(&mut browser, &wider).await.unwrap()),
        "consent",
        "a no is not a yes"
    );

    let mail = with(&web_request(), &[("scope", "email")]);
    let id = interaction_of(&world.authorize(&mut browser, &mail).await.unwrap());
    interaction::decide(&world.provider, &id, &browser, true)
        .await
        .unwrap();
    assert_eq!(
        name(&world.authorize(&mut browser, &wider).await.unwrap()),
        "answer"
    );
    let offline = with(&web_request(), &[("scope", "openid offline_access")]);
    assert_eq!(
        name(&world.authorize(&mut browser, &offline).await.unwrap()),
        "consent"
    );
}

#[tokio::test]
async fn the_session_of_a_disabled_user_is_no_session() {
    let world = World::new().await;
    let mut browser = world.alices_browser().await;
    world.change_user(ALICE, |user| user.disabled = true).await;
    assert_eq!(
        name(&world.authorize(&mut browser, &web_request()).await.unwrap()),
        "login"
    );
}

#[tokio::test]
async fn a_session_ends_with_its_lifetime() {
    let world = World::new().await;
    let mut browser = world.alices_browser().await;
    world.clock.advance_seconds(86_400);
    assert_eq!(
        name(&world.authorize(&mut browser, &web_request()).await.unwrap()),
        "login"
    );
}
