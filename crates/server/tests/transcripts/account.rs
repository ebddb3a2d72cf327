//! `/account`: login, the page, ending sessions, forged forms.

use axum::http::{Method, StatusCode};
use durward_testkit::{app::Site, users::ALICE_PASSWORD};

use crate::{HERE, authorize::Walk as _};

const ROUTE: &str = "base/account";

/// The value that a field or button of that name has in a page.
fn value_of(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let begin = page.find(&mark).unwrap() + mark.len();
    page[begin..begin + page[begin..].find('"').unwrap()].to_owned()
}

#[tokio::test]
async fn a_stranger_logs_in_and_comes_to_the_page() {
    let mut site = Site::new().await;
    let path = site.path("/account");
    let id = site.open(&path).await.interaction();
    let login = [
        ("decision", "login"),
        ("username", "alice"),
        ("password", ALICE_PASSWORD),
    ];
    let next = site.decide(&id, &login).await.location();
    let next = site.open(&next).await.location();
    assert_eq!(next, path);
    let page = site.open(&next).await;
    assert!(page.body.contains("This browser"));
    site.matches(HERE, ROUTE, "login");
}

#[tokio::test]
async fn the_page_ends_what_it_shows() {
    let mut site = Site::new().await;
    site.world_login().await;
    let path = site.path("/account");
    let page = site.open(&path).await.body;
    let token = value_of(&page, "csrf_token");
    let disconnect = [("csrf_token", token.as_str()), ("disconnect", "web")];
    let answer = site.submit(&path, &disconnect).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = site.open(&path).await.body;
    assert!(page.contains("None so far."));
    let sid = value_of(&page, "end_session");
    let end = [
        ("csrf_token", token.as_str()),
        ("end_session", sid.as_str()),
    ];
    site.submit(&path, &end).await;
    let after = site.open(&path).await;
    assert!(after.body.contains("Sign in"), "it asks for a login");
    site.matches(HERE, ROUTE, "page");
}

#[tokio::test]
async fn forged_forms_are_refused() {
    let mut site = Site::new().await;
    site.world_login().await;
    let path = site.path("/account");
    let token = value_of(&site.open(&path).await.body, "csrf_token");
    site.begin_transcript();
    let guessed = [("csrf_token", "guessed"), ("disconnect", "web")];
    site.submit(&path, &guessed).await;
    site.submit(&path, &[("csrf_token", &token)]).await;
    let form = format!("csrf_token={token}&disconnect=web");
    let origin = [("origin", "https://evil.example".to_owned())];
    site.exchange(Method::POST, &path, &origin, Some(&form))
        .await;
    site.matches(HERE, ROUTE, "forged");
}
