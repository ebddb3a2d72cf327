//! `/register`: registration and management over HTTP, every method, every error.

use axum::http::{Method, StatusCode};
use durward_model::configuration::{RegistrationMode, StatementIssuer};
use durward_script::engine::Reply;
use durward_testkit::{
    app::{Answer, Site},
    keys,
    registration::{and, signed, statement, web_metadata},
};
use serde_json::{Value, json};

use crate::HERE;

const ROUTE: &str = "base/register";
const JSON: &str = "application/json";

async fn open() -> Site {
    Site::configured(|c| {
        c.dynamic_registration_mode = RegistrationMode::Open;
        c.dcr_ssa_validation_configs = vec![StatementIssuer {
            issuers: vec!["https://directory.example".to_owned()],
            jwks: json!({ "keys": [keys::client_key().public_jwk()] }),
            ..StatementIssuer::default()
        }];
    })
    .await
}

async fn send(
    site: &mut Site,
    method: Method,
    query: &str,
    bearer: Option<&str>,
    body: Option<(&str, &str)>,
) -> Answer {
    let mut headers: Vec<(&str, String)> = Vec::new();
    headers.extend(bearer.map(|token| ("authorization", format!("Bearer {token}"))));
    headers.extend(body.map(|(kind, _)| ("content-type", kind.to_owned())));
    let path = format!("{}{query}", site.path("/register"));
    site.exchange(method, &path, &headers, body.map(|(_, text)| text))
        .await
}

async fn post(site: &mut Site, metadata: &Value) -> Answer {
    let text = metadata.to_string();
    send(site, Method::POST, "", None, Some((JSON, &text))).await
}

#[tokio::test]
async fn a_client_registers_reads_changes_and_deletes_itself() {
    let mut site = open().await;
    let registered = post(&mut site, &web_metadata()).await;
    assert_eq!(registered.status, StatusCode::CREATED);
    let id = registered.text("client_id");
    let query = format!("?client_id={id}");
    let token = registered.text("registration_access_token");
    let read = send(&mut site, Method::GET, &query, Some(&token), None).await;
    assert_eq!(read.status, StatusCode::OK);
    let changed = and(
        &web_metadata(),
        &json!({ "client_id": id, "scope": "openid", "client_name#de": "Neu" }),
    );
    let text = changed.to_string();
    let updated = send(
        &mut site,
        Method::PUT,
        &query,
        Some(&token),
        Some((JSON, &text)),
    )
    .await;
    assert_eq!(updated.status, StatusCode::OK);
    let old = send(&mut site, Method::GET, &query, Some(&token), None).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    let token = updated.text("registration_access_token");
    let gone = send(&mut site, Method::DELETE, &query, Some(&token), None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    site.matches(HERE, ROUTE, "life");
}

#[tokio::test]
async fn a_browser_asks_first() {
    let mut site = open().await;
    let path = site.path("/register");
    let headers = [
        ("origin", "https://inspector.example".to_owned()),
        ("access-control-request-method", "POST".to_owned()),
    ];
    site.exchange(Method::OPTIONS, &path, &headers, None).await;
    site.matches(HERE, ROUTE, "preflight");
}

#[tokio::test]
async fn refusals_have_their_codes() {
    let mut site = open().await;
    post(
        &mut site,
        &json!({ "redirect_uris": ["javascript:alert(1)"] }),
    )
    .await;
    post(
        &mut site,
        &and(&web_metadata(), &json!({ "subject_type": "pairwise" })),
    )
    .await;
    post(
        &mut site,
        &and(&web_metadata(), &json!({ "software_statement": "x" })),
    )
    .await;
    let revoked = json!({
        "iss": "https://directory.example", "iat": 1_767_000_000, "org_status": "Revoked",
    });
    let text = statement(keys::client_key(), &revoked);
    post(
        &mut site,
        &and(&web_metadata(), &json!({ "software_statement": text })),
    )
    .await;
    send(
        &mut site,
        Method::POST,
        "",
        None,
        Some((JSON, "{\"a\":1,\"a\":2}")),
    )
    .await;
    send(
        &mut site,
        Method::POST,
        "",
        None,
        Some(("text/plain", "{}")),
    )
    .await;
    send(
        &mut site,
        Method::GET,
        "?client_id=web",
        Some("made-up"),
        None,
    )
    .await;
    send(&mut site, Method::GET, "", None, None).await;
    site.matches(HERE, ROUTE, "refusals");
}

#[tokio::test]
async fn nobody_registers_where_nobody_may() {
    let mut site = Site::new().await;
    post(&mut site, &web_metadata()).await;
    for mode in [RegistrationMode::Mtls, RegistrationMode::Off] {
        site.world
            .reconfigure(|c| c.dynamic_registration_mode = mode)
            .await;
        // A header that anybody can write is no certificate.
        let path = site.path("/register");
        let headers = [
            ("content-type", JSON.to_owned()),
            ("x-clientcert", "-----BEGIN CERTIFICATE-----".to_owned()),
        ];
        let body = web_metadata().to_string();
        site.exchange(Method::POST, &path, &headers, Some(&body))
            .await;
    }
    site.matches(HERE, ROUTE, "modes");
}

#[tokio::test]
async fn a_signed_request_registers() {
    let mut site = open().await;
    let key = keys::client_key();
    let set = json!({ "keys": [key.public_jwk()] }).to_string();
    site.world
        .reconfigure(move |c| c.dcr_signature_validation_jwks = set)
        .await;
    for (kind, jti) in [("application/jwt", "1"), ("application/jose", "2")] {
        let jwt = signed(key, jti, &web_metadata());
        let answer = send(&mut site, Method::POST, "", None, Some((kind, &jwt))).await;
        assert_eq!(answer.status, StatusCode::CREATED);
    }
    let jwt = signed(keys::stranger_key(), "3", &web_metadata());
    send(
        &mut site,
        Method::POST,
        "",
        None,
        Some(("application/jwt", &jwt)),
    )
    .await;
    site.matches(HERE, ROUTE, "signed");
}

#[tokio::test]
async fn a_script_answers_in_its_own_words() {
    let mut site = open().await;
    for (name, status, entity) in [
        ("json", 409, "{\"error\":\"duplicate\"}"),
        ("text", 503, "come back later"),
        ("success", 200, "{}"),
    ] {
        site.world.engine.define_reply(name, move |_| {
            let shaped = json!({ "status": status, "entity": entity });
            Ok(Reply {
                result: json!(true),
                changes: [("webApplicationException".to_owned(), shaped)]
                    .into_iter()
                    .collect(),
            })
        });
        site.world
            .save_script_of("client_registration", "shapes", 1, name)
            .await
            .unwrap();
        post(&mut site, &web_metadata()).await;
    }
    site.matches(HERE, ROUTE, "shaped");
}

#[tokio::test]
async fn scripts_see_no_credentials_and_no_certificate_that_a_caller_wrote() {
    let mut site = open().await;
    site.world.engine.always("sees", true);
    site.world
        .save_script_of("client_registration", "sees", 1, "sees")
        .await
        .unwrap();
    let path = site.path("/register");
    let headers = [
        ("content-type", JSON.to_owned()),
        ("cookie", "a=secret".to_owned()),
        ("x-clientcert", "forged".to_owned()),
    ];
    let body = web_metadata().to_string();
    let answer = site
        .exchange(Method::POST, &path, &headers, Some(&body))
        .await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let (_, context) = site.world.engine.contexts().remove(0);
    let seen = context["httpRequest"]["headers"].to_string();
    assert!(
        !seen.contains("secret") && !seen.contains("forged"),
        "{seen}"
    );
    assert_eq!(context["certificatePem"], Value::Null);
}

/// RFC 7591, section 2.3: what the statement says holds, whatever stands beside it, when a
/// client registers and when it changes.
#[tokio::test]
async fn claims_of_a_statement_have_the_last_word() {
    let mut site = open().await;
    let claims = json!({
        "iss": "https://directory.example", "iat": 1_767_000_000, "software_id": "software-1",
        "client_name": "Stated", "redirect_uris": ["https://stated.example/cb"], "scope": "openid",
    });
    let text = statement(keys::client_key(), &claims);
    let beside = json!({
        "client_name": "Claimed", "client_name#fr": "Prétendu", "redirect_uris": ["https://claimed.example/cb"],
        "scope": "openid profile", "software_statement": text, "contacts": ["a@claimed.example"],
    });
    let registered = post(&mut site, &beside).await;
    assert_eq!(registered.status, StatusCode::CREATED);
    let id = registered.text("client_id");
    let query = format!("?client_id={id}");
    let mut token = registered.text("registration_access_token");
    let mut left_out = and(&beside, &json!({ "client_id": id }));
    let changed = left_out.to_string();
    left_out
        .as_object_mut()
        .unwrap()
        .remove("software_statement");
    for (body, status) in [
        (changed, StatusCode::OK),
        (left_out.to_string(), StatusCode::BAD_REQUEST),
    ] {
        let answer = send(
            &mut site,
            Method::PUT,
            &query,
            Some(&token),
            Some((JSON, &body)),
        )
        .await;
        assert_eq!(answer.status, status);
        if status == StatusCode::OK {
            assert_eq!(answer.text("client_name"), "Stated");
            token = answer.text("registration_access_token");
        }
    }
    site.matches(HERE, ROUTE, "precedence");
}
