//! `/interaction/{id}`: login, consent, denial, change of account, forged forms.

use axum::http::{Method, StatusCode};
use durward_testkit::{app::Site, flow::web_request, users::ALICE_PASSWORD};

use crate::HERE;

const ROUTE: &str = "base/interaction";

const LOGIN: [(&str, &str); 3] = [
    ("decision", "login"),
    ("username", "alice"),
    ("password", ALICE_PASSWORD),
];

async fn at_login(site: &mut Site) -> String {
    let id = site
        .open_with("/authorize", &web_request())
        .await
        .interaction();
    site.begin_transcript();
    id
}

async fn at_consent(site: &mut Site) -> String {
    let id = at_login(site).await;
    let next = site.decide(&id, &LOGIN).await.location();
    site.open(&next).await;
    site.begin_transcript();
    id
}

#[tokio::test]
async fn login_then_consent_then_code() {
    let mut site = Site::new().await;
    let id = at_login(&mut site).await;
    let next = site.decide(&id, &LOGIN).await.location();
    site.open(&next).await;
    site.decide(&id, &[("decision", "allow")]).await;
    site.matches(HERE, ROUTE, "login_consent_code");
}

#[tokio::test]
async fn a_wrong_password_shows_the_page_again() {
    let mut site = Site::new().await;
    let id = at_login(&mut site).await;
    for others in [
        [
            ("decision", "login"),
            ("username", "alice"),
            ("password", "wrong"),
        ],
        [
            ("decision", "login"),
            ("username", "alice"),
            ("password", ""),
        ],
    ] {
        site.decide(&id, &others).await;
    }
    site.matches(HERE, ROUTE, "wrong_password");
}

#[tokio::test]
async fn too_many_wrong_passwords_are_429() {
    let mut site = Site::new().await;
    let id = at_login(&mut site).await;
    for _ in 0..5 {
        site.decide(
            &id,
            &[
                ("decision", "login"),
                ("username", "alice"),
                ("password", "x"),
            ],
        )
        .await;
    }
    site.begin_transcript();
    site.decide(&id, &LOGIN).await;
    site.matches(HERE, ROUTE, "pause");
}

#[tokio::test]
async fn a_denial_is_told_to_the_client_and_a_second_answer_is_not_taken() {
    let mut site = Site::new().await;
    let id = at_consent(&mut site).await;
    site.decide(&id, &[("decision", "deny")]).await;
    site.decide(&id, &[("decision", "allow")]).await;
    site.matches(HERE, ROUTE, "denied");
}

#[tokio::test]
async fn another_account_can_be_chosen() {
    let mut site = Site::new().await;
    let id = at_consent(&mut site).await;
    let next = site
        .decide(&id, &[("decision", "switch_account")])
        .await
        .location();
    site.open(&next).await;
    site.matches(HERE, ROUTE, "switch_account");
}

#[tokio::test]
async fn forged_forms_are_refused() {
    let mut site = Site::new().await;
    let id = at_consent(&mut site).await;
    let path = site.path(&format!("/interaction/{id}"));
    // Without the token; without a decision.
    site.submit(&path, &[("decision", "allow")]).await;
    site.decide(&id, &[]).await;
    // From another site; in another browser.
    let body = format!("csrf_token={id}&decision=allow");
    let origin = ("origin", "https://evil.example".to_owned());
    site.exchange(Method::POST, &path, &[origin], Some(&body))
        .await;
    site.forget_cookies();
    let answer = site.decide(&id, &[("decision", "allow")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    site.matches(HERE, ROUTE, "forged");
}
