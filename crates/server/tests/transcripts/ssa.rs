//! `/ssa`: statements about software, issued, shown, checked and taken back.

use axum::http::{Method, StatusCode};
use durward_model::{
    Scope,
    client::{AuthMethod, ClientMetadata, grant_type},
};
use durward_protocol::ssa::ADMIN;
use durward_testkit::{app::Site, clients::secret};
use serde_json::json;

use crate::HERE;

const ROUTE: &str = "base/ssa";

#[tokio::test]
async fn a_statement_lives_and_is_taken_back() {
    let mut site = Site::configured(|c| c.feature_flags.push("ssa".to_owned())).await;
    let metadata = ClientMetadata {
        grant_types: vec![grant_type::CLIENT_CREDENTIALS.to_owned()],
        scope: Scope::parse(ADMIN),
        token_endpoint_auth_method: AuthMethod::ClientSecretPost,
        ..ClientMetadata::default()
    };
    site.world.add_client("portal", metadata).await;
    let secret = secret("portal");
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", "portal"),
        ("client_secret", secret.as_str()),
    ];
    let token = site.post("/token", None, &pairs).await.text("access_token");
    site.begin_transcript();
    let bearer = format!("Bearer {token}");
    let body = json!({
        "org_id": "org-1", "description": "An application", "software_id": "software-1",
        "software_roles": ["aisp"], "grant_types": ["authorization_code"],
    });
    let headers = [
        ("authorization", bearer.clone()),
        ("content-type", "application/json".to_owned()),
    ];
    let path = site.path("/ssa");
    let issued = site
        .exchange(Method::POST, &path, &headers, Some(&body.to_string()))
        .await;
    assert_eq!(issued.status, StatusCode::CREATED);
    let listed = format!("{path}?org_id=org-1");
    let answer = site.get(&listed, Some(&bearer)).await;
    let jti = answer.json()[0]["ssa"]["jti"].as_str().unwrap().to_owned();
    site.get(&format!("{path}/jwt?jti={jti}"), Some(&bearer))
        .await;
    let checked = format!("{path}/validation");
    let header = [("jti", jti.clone())];
    site.exchange(Method::POST, &checked, &header, None).await;
    let one = format!("{path}?jti={jti}");
    let header = [("authorization", bearer.clone())];
    site.exchange(Method::DELETE, &one, &header, None).await;
    let header = [("jti", jti)];
    site.exchange(Method::POST, &checked, &header, None).await;
    site.get(&one, None).await;
    site.matches(HERE, ROUTE, "life");
}
