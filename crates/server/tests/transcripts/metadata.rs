//! Discovery, keys, files of the pages, health.

use axum::http::StatusCode;
use durward_protocol::script_keeping::{Draft, Which};
use durward_script::EngineError;
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

/// A script of that type and name is enabled, and cannot be loaded.
async fn break_script(site: &Site, script_type: &str, name: &str) {
    let world = &site.world;
    world.engine.always(name, true);
    let draft = Draft {
        name: name.to_owned(),
        script_type: script_type.to_owned(),
        text: name.to_owned(),
        level: 1,
        enabled: true,
        ..Draft::default()
    };
    world.keeper().save(draft).await.unwrap();
    let gone = EngineError::Crashed("the host is gone".to_owned());
    world.engine.cannot_open(name, gone);
    world.loader.refresh().await.unwrap();
}

#[tokio::test]
async fn a_node_whose_vetting_scripts_cannot_serve_is_not_ready() {
    let mut site = Site::new().await;
    break_script(&site, "ciba_end_user_notification", "push").await;
    let decorating = site.get("/health/ready", None).await;
    assert_eq!(decorating.status, StatusCode::OK, "it vets nothing");
    break_script(&site, "authz_detail", "payment").await;
    let vetting = site.get("/health/ready", None).await;
    assert_eq!(vetting.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(site.get("/health/live", None).await.status, StatusCode::OK);
    // The next save of the script heals it.
    site.world.engine.always("payment", true);
    site.world
        .save_script_of("authz_detail", "payment", 1, "payment")
        .await
        .unwrap();
    let healed = site.get("/health/ready", None).await;
    assert_eq!(healed.status, StatusCode::OK);
    break_script(&site, "client_registration", "gate").await;
    let broken = site.get("/health/ready", None).await;
    assert_eq!(broken.status, StatusCode::SERVICE_UNAVAILABLE);
    let keeper = site.world.keeper();
    keeper
        .set_enabled(Which::Name("gate"), false)
        .await
        .unwrap();
    site.world.loader.refresh().await.unwrap();
    let disabled = site.get("/health/ready", None).await;
    assert_eq!(disabled.status, StatusCode::OK, "it should not serve");
    site.matches(HERE, "health", "vetting");
}
