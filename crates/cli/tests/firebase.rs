//! The Firebase sample scripts against services on loopback: the legacy
//! protocol, HTTP v1 with a service account, and a service that is not there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{collections::BTreeMap, time::Instant};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use durward_jose::{
    Algorithm, AudienceRule, ClaimRules, Jwk, SigningKey, TypRule, VerifyPolicy, verify,
};
use serde_json::{Value, json};
use support::{
    caller::Caller,
    home::{Credentials, Home, catalogue},
    push::{Push, Received, nobody},
    server::Server,
    wait::{LONG, until_async},
};
use tokio::runtime::Runtime;
use url::{Url, form_urlencoded};

const SERVER_KEY: &str = "AAAA-legacy-server-key";

/// A home whose notifications go to `url` with `key`, by a sample script.
fn stage(sample: &str, url: &str, key: &str) -> (Home, Credentials, Server) {
    let home = Home::new();
    home.user("alice");
    home.set("backchannelPendingRequestsPerUser", "1000000");
    home.set("scriptHttp.allowedPrivateHosts", r#"["127.0.0.1"]"#);
    home.set("cibaEndUserNotificationConfig.notificationUrl", url);
    home.set("cibaEndUserNotificationConfig.notificationKey", key);
    let text = std::fs::read_to_string(catalogue(sample)).unwrap();
    home.script("firebase", &text, &[]).ok();
    let app = home.app();
    let server = home.serve();
    (home, app, server)
}

async fn ask(home: &Home, app: &Credentials) -> String {
    let answer = Caller::new(home).ciba(app, "alice", "W4SCT").await.unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text("auth_req_id")
}

fn script_log(home: &Home, calls: usize) -> Vec<Value> {
    home.script_log_with("firebase", |log| log.len() >= calls)
}

/// The approval link of a push, taken apart.
fn link(text: &str) -> BTreeMap<String, String> {
    Url::parse(text)
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect()
}

#[test]
fn the_legacy_protocol_in_both_dialects() {
    for sample in ["firebase.py", "firebase_jython.py"] {
        Runtime::new().unwrap().block_on(async {
            let push = Push::start(|_| (200, json!({ "success": 1 }).to_string())).await;
            let (home, app, server) = stage(sample, &push.url("/fcm/send"), SERVER_KEY);
            let auth_req_id = ask(&home, &app).await;
            let received = push.received();
            assert_eq!(received.len(), 1, "{sample}: {received:?}");
            let request = &received[0];
            assert_eq!(request.path, "/fcm/send");
            assert_eq!(
                request.headers["authorization"],
                format!("key={SERVER_KEY}")
            );
            assert!(request.headers["content-type"].starts_with("application/json"));
            let message: Value = serde_json::from_str(&request.body).unwrap();
            assert_eq!(message["to"], "device-of-alice");
            let notification = &message["notification"];
            assert_eq!(notification["title"], "Shop");
            assert!(
                notification["body"].as_str().unwrap().contains("W4SCT"),
                "{message}"
            );
            let address = notification["click_action"].as_str().unwrap();
            assert!(address.starts_with(&home.url("/authorize?")), "{address}");
            let link = link(address);
            assert_eq!(link["auth_req_id"], auth_req_id);
            assert_eq!(link["client_id"], "durward-ciba-approval");
            assert_eq!(link["scope"], "openid profile");
            let log = script_log(&home, 1);
            assert!(log[0]["error"].is_null(), "{log:?}");
            let logged = log[0].to_string();
            assert!(logged.contains("200"), "{logged}");
            // Neither key nor request may be found where administrators look.
            let server_log = server.kill_nine().join("\n");
            for secret in [SERVER_KEY, auth_req_id.as_str()] {
                assert!(
                    !logged.contains(secret) && !server_log.contains(secret),
                    "{sample}"
                );
            }
        });
    }
}

#[test]
fn a_push_service_that_refuses_is_seen_by_the_script() {
    Runtime::new().unwrap().block_on(async {
        let push = Push::start(|_| (401, "no".to_owned())).await;
        let (home, app, _server) = stage("firebase.py", &push.url("/fcm/send"), SERVER_KEY);
        ask(&home, &app).await;
        let log = script_log(&home, 1);
        assert!(log[0].to_string().contains("401"), "{log:?}");
    });
}

/// A service account's key, its public half kept.
fn service_account(token_uri: &str) -> (SigningKey, String) {
    let key = SigningKey::generate(Algorithm::RS256).unwrap();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(key.pkcs8())
    );
    let account = json!({
        "type": "service_account",
        "project_id": "shop",
        "private_key_id": "key-1",
        "private_key": pem,
        "client_email": "push@shop.example",
        "token_uri": token_uri,
    });
    (key, account.to_string())
}

fn google(request: &Received) -> (u16, String) {
    match request.path.as_str() {
        "/token" => {
            let token =
                json!({ "access_token": "ya29.token", "expires_in": 3600, "token_type": "Bearer" });
            (200, token.to_string())
        }
        "/v1/projects/shop/messages:send" => (
            200,
            json!({ "name": "projects/shop/messages/1" }).to_string(),
        ),
        _ => (404, String::new()),
    }
}

fn check_assertion(request: &Received, key: &SigningKey, token_uri: &str) {
    let fields: BTreeMap<String, String> = form_urlencoded::parse(request.body.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(
        fields["grant_type"],
        "urn:ietf:params:oauth:grant-type:jwt-bearer"
    );
    let policy = VerifyPolicy {
        typ: TypRule::AbsentOrOneOf(&["JWT"]),
        ..VerifyPolicy::new(&[Algorithm::RS256])
    };
    let public = Jwk {
        kid: Some("key-1".to_owned()),
        ..key.public_jwk().clone()
    };
    let verified = verify(&fields["assertion"], &public.into(), &policy).unwrap();
    let issued_at = verified.claims["iat"].as_u64().unwrap();
    let rules = ClaimRules {
        issuer: Some("push@shop.example"),
        audience: AudienceRule::Exactly(token_uri),
        ..ClaimRules::at(issued_at)
    };
    rules.check(&verified.claims).unwrap();
    let scope = verified.claims["scope"].as_str().unwrap();
    assert_eq!(scope, "https://www.googleapis.com/auth/firebase.messaging");
    assert!(verified.claims["exp"].as_u64().unwrap() <= issued_at + 3_600);
}

#[test]
fn http_v1_with_a_service_account_asks_for_one_token() {
    Runtime::new().unwrap().block_on(async {
        let push = Push::start(google).await;
        let token_uri = push.url("/token");
        let (key, account) = service_account(&token_uri);
        let send = push.url("/v1/projects/shop/messages:send");
        let (home, app, server) = stage("firebase.py", &send, &account);
        let first = ask(&home, &app).await;
        ask(&home, &app).await;
        let received = push.received();
        let paths: Vec<&str> = received
            .iter()
            .map(|request| request.path.as_str())
            .collect();
        let send = "/v1/projects/shop/messages:send";
        assert_eq!(paths, ["/token", send, send], "one token for both");
        check_assertion(&received[0], &key, &token_uri);
        assert_eq!(received[1].headers["authorization"], "Bearer ya29.token");
        let message: Value = serde_json::from_str(&received[1].body).unwrap();
        let message = &message["message"];
        assert_eq!(message["token"], "device-of-alice");
        assert_eq!(message["notification"]["title"], "Shop");
        let address = message["webpush"]["fcm_options"]["link"].as_str().unwrap();
        assert_eq!(link(address)["auth_req_id"], first);
        assert!(
            script_log(&home, 2)
                .iter()
                .all(|entry| entry["error"].is_null())
        );
        let log = server.kill_nine().join("\n");
        for secret in ["ya29.token", "PRIVATE KEY", first.as_str()] {
            assert!(!log.contains(secret), "{secret} is in the log");
        }
    });
}

#[test]
fn nobody_there_is_a_result_and_never_a_hang() {
    Runtime::new().unwrap().block_on(async {
        let url = format!("http://{}/fcm/send", nobody().await);
        let (home, app, _server) = stage("firebase.py", &url, SERVER_KEY);
        let began = Instant::now();
        ask(&home, &app).await;
        assert!(
            began.elapsed().as_secs() < 5,
            "it took {:?}",
            began.elapsed()
        );
        let log = script_log(&home, 1);
        assert!(
            log[0]["error"].is_null(),
            "the script saw a result, not an exception: {log:?}"
        );
        let lines = log[0]["lines"].to_string();
        assert!(lines.contains("no connection"), "{lines}");
    });
}

#[test]
fn a_private_address_that_is_not_listed_is_refused() {
    Runtime::new().unwrap().block_on(async {
        let push = Push::start(|_| (200, "{}".to_owned())).await;
        let (home, app, _server) = stage("firebase.py", &push.url("/fcm/send"), SERVER_KEY);
        home.set("scriptHttp.allowedPrivateHosts", "[]");
        let caller = Caller::new(&home);
        home.set("notificationFailure", "reject");
        until_async("the change is seen", LONG, || async {
            let answer = caller.ciba(&app, "alice", "W4SCT").await.unwrap();
            (answer.status == 401).then_some(())
        })
        .await;
        let before = push.received().len();
        assert_eq!(
            caller.ciba(&app, "alice", "W4SCT").await.unwrap().status,
            401
        );
        assert_eq!(push.received().len(), before, "nothing was sent");
        // The way out is named.
        home.script_log_with("firebase", |log| {
            let last = log.last().map(|call| call["lines"].to_string());
            last.is_some_and(|lines| lines.contains("scriptHttp.allowedPrivateHosts"))
        });
    });
}
