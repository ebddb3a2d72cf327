//! `/par`: pushing, using what was pushed, refusals; request objects at `/authorize`.

use axum::http::{Method, StatusCode};
use durward_testkit::{
    app::Site,
    clients::{OTHER, WEB, basic},
    flow::{web_request, with},
    request_objects::signed,
};
use serde_json::{Value, json};

use crate::HERE;

const ROUTE: &str = "base/par";

#[tokio::test]
async fn a_request_is_pushed_and_used_once() {
    let mut site = Site::new().await;
    let web = basic(WEB);
    let pushed = site.post("/par", Some(&web), &web_request()).await;
    assert_eq!(pushed.status, StatusCode::CREATED);
    let uri = pushed.text("request_uri");
    let request = [("client_id", WEB), ("request_uri", uri.as_str())];
    site.open_with("/authorize", &request).await;
    site.open_with("/authorize", &request).await;
    site.matches(HERE, ROUTE, "pushed_and_used");
}

#[tokio::test]
async fn what_is_refused_while_pushing() {
    let mut site = Site::new().await;
    let web = basic(WEB);
    site.post("/par", None, &web_request()).await;
    for others in [
        [("redirect_uri", "https://web.example.evil/cb")],
        [("response_type", "token")],
        [("scope", "admin")],
        [("request_uri", "urn:ietf:params:oauth:request_uri:x")],
        [("request", "a.b.c")],
        [("resource", "https://unknown.example/")],
    ] {
        site.post("/par", Some(&web), &with(&web_request(), &others))
            .await;
    }
    let path = site.path("/par");
    site.get(&path, Some(&web)).await;
    let headers = [("authorization", web)];
    let twice = "client_id=web&state=a&state=b";
    site.exchange(Method::POST, &path, &headers, Some(twice))
        .await;
    site.matches(HERE, ROUTE, "refusals");
}

#[tokio::test]
async fn a_request_that_is_too_large_is_413() {
    let mut site = Site::new().await;
    let path = site.path("/par");
    let large = format!("client_id=web&state={}", "x".repeat(65 * 1024));
    let answer = site.exchange(Method::POST, &path, &[], Some(&large)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_reference_of_another_client_or_none_is_a_page() {
    let mut site = Site::new().await;
    let web = basic(WEB);
    let uri = site
        .post("/par", Some(&web), &web_request())
        .await
        .text("request_uri");
    site.begin_transcript();
    for (client, uri) in [
        (OTHER, uri.as_str()),
        (WEB, "urn:ietf:params:oauth:request_uri:guess"),
    ] {
        let request = [("client_id", client), ("request_uri", uri)];
        let answer = site.open_with("/authorize", &request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    site.matches(HERE, ROUTE, "foreign_and_guessed");
}

/// Objects are checked by their own tests; signatures differ each time, so they are not
/// part of the transcript.
#[tokio::test]
async fn a_request_object_is_a_page_or_an_error() {
    let mut site = Site::new().await;
    site.world.give_web_a_key().await;
    let good = signed(&site.world.web_claims(&[]));
    let page = site
        .open_with("/authorize", &[("client_id", WEB), ("request", &good)])
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for claims in [
        site.world.web_claims(&[("exp", Value::Null)]),
        site.world.web_claims(&[("client_id", json!(OTHER))]),
    ] {
        let request = [
            ("client_id", WEB),
            ("request", &signed(&claims)),
            ("redirect_uri", "https://web.example/cb"),
            ("state", "outer"),
        ];
        let answer = site.open_with("/authorize", &request).await;
        assert_eq!(answer.parameter("error"), "invalid_request_object");
        assert_eq!(answer.parameter("iss"), durward_testkit::world::ISSUER);
        assert_eq!(answer.parameter("state"), "outer");
    }
    site.begin_transcript();
    for others in [
        [("request", "a.b.c")],
        [("request_uri", "https://evil.example/object")],
    ] {
        site.open_with("/authorize", &with(&web_request(), &others))
            .await;
    }
    site.matches(HERE, "base/authorize", "request_objects_refused");
}

/// By POST too: the object becomes part of a query of ours.
#[tokio::test]
async fn a_posted_request_object_works() {
    let mut site = Site::new().await;
    site.world.give_web_a_key().await;
    let object = signed(&site.world.web_claims(&[]));
    let path = site.path("/authorize");
    let answer = site
        .submit(&path, &[("client_id", WEB), ("request", &object)])
        .await;
    let page = site.open(&answer.location()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
}
