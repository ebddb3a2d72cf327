//! `/token`: a conversation for each grant, and how refusals look.

use durward_testkit::{
    app::Site,
    clients::{NATIVE, SERVICE, WEB, WEB_URI, basic, basic_with, secret},
    flow::{VERIFIER, native_request, web_request},
};

use crate::HERE;

const ROUTE: &str = "base/token";

#[tokio::test]
async fn codes_and_refresh_tokens() {
    let mut site = Site::new().await;
    let code = site.world.code_for(&web_request()).await;
    let web = basic(WEB);
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", WEB_URI),
    ];
    let tokens = site.post("/token", Some(&web), &exchange).await;
    let refresh = tokens.text("refresh_token");
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.as_str()),
    ];
    site.post("/token", Some(&web), &refresh).await;
    site.post("/token", Some(&web), &refresh).await;
    site.post("/token", Some(&web), &exchange).await;
    site.matches(HERE, ROUTE, "code_and_refresh");
}

#[tokio::test]
async fn a_public_client_with_pkce() {
    let mut site = Site::new().await;
    let code = site.world.code_for(&native_request()).await;
    let exchange = [
        ("grant_type", "authorization_code"),
        ("client_id", NATIVE),
        ("code", &code),
        ("redirect_uri", "http://127.0.0.1:51004/cb"),
        ("code_verifier", VERIFIER),
    ];
    site.post("/token", None, &exchange).await;
    site.matches(HERE, ROUTE, "public_client");
}

#[tokio::test]
async fn client_credentials_by_form() {
    let mut site = Site::new().await;
    let secret = secret(SERVICE);
    let request = [
        ("grant_type", "client_credentials"),
        ("client_id", SERVICE),
        ("client_secret", &secret),
        ("scope", "payments"),
    ];
    site.post("/token", None, &request).await;
    site.matches(HERE, ROUTE, "client_credentials");
}

#[tokio::test]
async fn refusals() {
    let mut site = Site::new().await;
    let grant = [("grant_type", "client_credentials")];
    site.post("/token", Some(&basic_with(WEB, "wrong")), &grant)
        .await;
    site.post("/token", None, &grant).await;
    site.post("/token", Some(&basic(WEB)), &grant).await;
    site.post("/token", Some(&basic(WEB)), &[("grant_type", "password")])
        .await;
    site.post("/token", Some(&basic(WEB)), &[]).await;
    site.post("/token", Some(&basic(WEB)), &[("code", "1"), ("code", "2")])
        .await;
    let unknown = [("grant_type", "authorization_code"), ("code", "unknown")];
    site.post("/token", Some(&basic(WEB)), &unknown).await;
    site.matches(HERE, ROUTE, "refusals");
}
