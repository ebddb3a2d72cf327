//! `/bc-authorize`, `/bc-deviceRegistration`, the approval pages, and where they end.

use durward_model::client::grant_type;
use durward_testkit::{
    app::Site,
    ciba::ciba_request,
    clients::{CIBA, WEB, basic},
    flow::with,
    users::ALICE_PASSWORD,
};

use crate::{HERE, authorize::Walk as _};

#[tokio::test]
async fn a_request_from_its_beginning_to_its_tokens() {
    let mut site = Site::new().await;
    let ciba = basic(CIBA);
    let asked = site
        .post("/bc-authorize", Some(&ciba), &ciba_request())
        .await;
    let id = asked.text("auth_req_id");
    let poll = [
        ("grant_type", grant_type::CIBA),
        ("auth_req_id", id.as_str()),
    ];
    site.post("/token", Some(&ciba), &poll).await;
    site.post("/token", Some(&ciba), &poll).await;
    let page = site.open_with("/authorize", &[("auth_req_id", &id)]).await;
    let login = [
        ("decision", "login"),
        ("username", "alice"),
        ("password", ALICE_PASSWORD),
    ];
    let interaction = page.interaction();
    let next = site.decide(&interaction, &login).await.location();
    site.open(&next).await;
    let end = site
        .decide(&interaction, &[("decision", "allow")])
        .await
        .location();
    site.open(&end).await;
    site.post("/token", Some(&ciba), &poll).await;
    site.post("/token", Some(&ciba), &poll).await;
    site.matches(HERE, "base/bc-authorize", "whole_flow");
}

#[tokio::test]
async fn refusals_of_requests() {
    let mut site = Site::new().await;
    let ciba = basic(CIBA);
    for others in [
        [("login_hint", "nobody")],
        [("login_hint", "")],
        [("scope", "profile")],
        [("binding_message", "a\u{202e}b")],
        [("request", "a.b.c")],
    ] {
        site.post(
            "/bc-authorize",
            Some(&ciba),
            &with(&ciba_request(), &others),
        )
        .await;
    }
    site.post("/bc-authorize", Some(&basic(WEB)), &ciba_request())
        .await;
    site.post("/bc-authorize", None, &ciba_request()).await;
    for _ in 0..5 {
        site.world.asked().await;
    }
    site.post("/bc-authorize", Some(&ciba), &ciba_request())
        .await;
    site.matches(HERE, "base/bc-authorize", "refusals");
}

#[tokio::test]
async fn every_end_of_an_approval_has_a_page() {
    let mut site = Site::new().await;
    for outcome in [
        "approved",
        "denied",
        "expired",
        "answered_before",
        "not_for_this_account",
        "unknown",
        "<b>",
    ] {
        let encoded = outcome.replace('<', "%3C").replace('>', "%3E");
        site.open(&format!("/jans-auth/ciba/home.htm?outcome={encoded}"))
            .await;
    }
    site.matches(HERE, "jans-auth/ciba/home.htm", "outcomes");
}

#[tokio::test]
async fn the_link_of_another_users_request_ends_at_once() {
    let mut site = Site::new().await;
    let request = with(&ciba_request(), &[("login_hint", "bob")]);
    let id = site.world.ask(&request).await.unwrap().auth_req_id;
    site.world_login().await;
    let end = site
        .open_with("/authorize", &[("auth_req_id", &id)])
        .await
        .location();
    site.open(&end).await;
    site.matches(HERE, "base/authorize", "approval_of_another");
}

#[tokio::test]
async fn devices() {
    let mut site = Site::new().await;
    let tokens = site.world.web_tokens().await;
    let hint = tokens.id_token.unwrap();
    let good = [
        ("id_token_hint", hint.as_str()),
        ("device_registration_token", "device"),
    ];
    site.post("/bc-deviceRegistration", None, &good).await;
    site.post(
        "/bc-deviceRegistration",
        None,
        &with(&good, &[("id_token_hint", "a.b.c")]),
    )
    .await;
    site.post("/bc-deviceRegistration", None, &[]).await;
    site.matches(HERE, "base/bc-deviceRegistration", "answers");
}
