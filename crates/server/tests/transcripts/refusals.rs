//! What every route refuses alike: paths, methods, bodies, features that are off.

use axum::http::{Method, StatusCode};
use durward_server::ROUTES;
use durward_testkit::{
    app::Site,
    clients::{WEB, basic},
};

use crate::HERE;

#[tokio::test]
async fn unknown_paths_methods_and_bodies() {
    let mut site = Site::new().await;
    site.get("/nothing", None).await;
    let token = site.path("/token");
    site.get(&token, None).await;
    let json = [("content-type", "application/json".to_owned())];
    site.exchange(Method::POST, &token, &json, Some("{}")).await;
    let auth = [("authorization", basic(WEB))];
    let answer = site
        .exchange(Method::POST, &token, &auth, Some("grant_type=%ff"))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    site.matches(HERE, "refusals", "paths_methods_bodies");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let mut site = Site::new().await;
    let token = site.path("/token");
    let large = format!("grant_type={}", "x".repeat(65 * 1024));
    let answer = site.exchange(Method::POST, &token, &[], Some(&large)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_feature_that_is_off_does_not_exist() {
    let mut site = Site::configured(|configuration| configuration.feature_flags.clear()).await;
    for route in ROUTES {
        for method in route.methods {
            let path = format!("{}{}", route.place.prefix(&site.path("")), route.path);
            let path = path.replace("{id}", "x").replace("{name}", "durward.css");
            let method: Method = method.parse().unwrap();
            let answer = site.exchange(method, &path, &[], Some("")).await;
            let gone = answer.status == StatusCode::NOT_FOUND;
            assert_eq!(gone, route.feature.is_some(), "{path}");
        }
    }
}

#[tokio::test]
async fn every_answer_carries_its_request_id() {
    let mut site = Site::new().await;
    let mut seen = std::collections::BTreeSet::new();
    for path in [
        "/health/live",
        "/nothing",
        "/.well-known/openid-configuration",
    ] {
        let answer = site.get(path, None).await;
        seen.insert(answer.headers["x-request-id"].to_str().unwrap().to_owned());
    }
    assert_eq!(seen.len(), 3);
}
