//! `/userinfo`, `/introspection`, `/revoke`: what a token is worth, and its end.

use durward_testkit::{
    app::Site,
    clients::{OTHER, WEB, basic, basic_with},
};

use crate::HERE;

#[tokio::test]
async fn userinfo_by_header_and_by_form() {
    let mut site = Site::new().await;
    let token = site.world.web_tokens().await.access_token;
    let (path, bearer) = (site.path("/userinfo"), format!("Bearer {token}"));
    site.get(&path, Some(&bearer)).await;
    site.post("/userinfo", None, &[("access_token", &token)])
        .await;
    site.post("/userinfo", Some(&bearer), &[]).await;
    site.matches(HERE, "base/userinfo", "claims");
}

#[tokio::test]
async fn userinfo_refusals() {
    let mut site = Site::new().await;
    let path = site.path("/userinfo");
    site.get(&path, None).await;
    site.get(&path, Some("Bearer unknown")).await;
    site.get(&path, Some("Basic eDp5")).await;
    let narrow = site
        .world
        .web_tokens_for(&[("scope", "profile")])
        .await
        .access_token;
    let bearer = format!("Bearer {narrow}");
    site.get(&path, Some(&bearer)).await;
    site.post("/userinfo", Some(&bearer), &[("access_token", &narrow)])
        .await;
    let in_query = format!("{path}?access_token={narrow}");
    site.get(&in_query, None).await;
    site.matches(HERE, "base/userinfo", "refusals");
}

#[tokio::test]
async fn introspection() {
    let mut site = Site::new().await;
    let token = site.world.web_tokens().await.access_token;
    let web = basic(WEB);
    site.post("/introspection", Some(&web), &[("token", &token)])
        .await;
    site.post("/introspection", Some(&web), &[("token", "unknown")])
        .await;
    site.post(
        "/introspection",
        Some(&basic_with(WEB, "wrong")),
        &[("token", &token)],
    )
    .await;
    site.post("/introspection", Some(&web), &[]).await;
    site.matches(HERE, "base/introspection", "answers");
}

#[tokio::test]
async fn revocation() {
    let mut site = Site::new().await;
    let tokens = site.world.web_tokens().await;
    let token = [("token", tokens.access_token.as_str())];
    site.post("/revoke", Some(&basic(OTHER)), &token).await;
    site.post("/revoke", Some(&basic_with(WEB, "wrong")), &token)
        .await;
    assert!(site.world.is_active(&tokens.access_token).await);
    site.post("/revoke", Some(&basic(WEB)), &token).await;
    assert!(!site.world.is_active(&tokens.access_token).await);
    site.post("/revoke", Some(&basic(WEB)), &token).await;
    site.matches(HERE, "base/revoke", "answers");
}

/// RFC 9701: the answer as JWT for those who accept nothing else. Its signature differs
/// each time, so it is no transcript.
#[tokio::test]
async fn introspection_as_jwt() {
    let mut site = Site::new().await;
    let token = site.world.web_tokens().await.access_token;
    let path = site.path("/introspection");
    let body = format!("token={token}");
    for (accept, jwt) in [
        ("application/token-introspection+jwt", true),
        (
            "application/json;q=0.5, Application/Token-Introspection+JWT;q=1",
            true,
        ),
        ("application/json", false),
        ("*/*", false),
    ] {
        let headers = [("authorization", basic(WEB)), ("accept", accept.to_owned())];
        let answer = site
            .exchange(axum::http::Method::POST, &path, &headers, Some(&body))
            .await;
        let expected = if jwt {
            "application/token-introspection+jwt"
        } else {
            "application/json"
        };
        assert_eq!(answer.headers["content-type"], expected, "{accept}");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.body.split('.').count() == 3, jwt, "{}", answer.body);
    }
}
