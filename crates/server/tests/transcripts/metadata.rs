//! Discovery, keys, files of the pages, health.

use axum::http::StatusCode;
use durward_testkit::app::Site;

use crate::HERE;

#[tokio::test]
async fn discovery_is_one_document_at_two_paths() {
    let mut site = Site::new().await;
    let openid = site
        .get("/.well-known/openid-configuration", None)
        .await
        .body;
    let oauth = site
        .get("/.well-known/oauth-authorization-server", None)
        .await
        .body;
    assert_eq!(openid, oauth);
    site.matches(HERE, "well-known", "discovery");
}

#[tokio::test]
async fn forged_hosts_change_nothing() {
    let mut site = Site::new().await;
    let path = "/.well-known/openid-configuration";
    let plain = site.get(path, None).await.body;
    let headers: Vec<(&str, String)> = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example;proto=http"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec();
    let forged = site
        .exchange(axum::http::Method::GET, path, &headers, None)
        .await
        .body;
    assert_eq!(plain, forged);
}

#[tokio::test]
async fn keys() {
    let mut site = Site::new().await;
    let path = site.path("/jwks");
    site.get(&path, None).await;
    site.matches(HERE, "base/jwks", "keys");
}

#[tokio::test]
async fn files_of_the_pages() {
    let mut site = Site::new().await;
    for name in [
        "durward.css",
        "mark.svg",
        "unknown",
        "..%2f..%2fetc%2fpasswd",
    ] {
        let path = site.path(&format!("/static/{name}"));
        site.get(&path, None).await;
    }
    site.matches(HERE, "base/static", "files");
}

#[tokio::test]
async fn health() {
    let mut site = Site::new().await;
    site.get("/health/live", None).await;
    site.get("/health/ready", None).await;
    site.app.drain();
    let draining = site.get("/health/ready", None).await;
    assert_eq!(draining.status, StatusCode::SERVICE_UNAVAILABLE);
    site.matches(HERE, "health", "answers");
}
