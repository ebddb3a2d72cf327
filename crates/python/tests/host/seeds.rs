//! The sample scripts, verbatim.

use std::path::PathBuf;

use durward_engine::wire::{Answer, Contract};
use serde_json::json;

use crate::harness::{Worker, any_dialect, bean, method};

/// The text of a sample; `None`, said by name, when the samples are not there.
fn seed(name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/seeds/scripts")
        .join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: {name} is not in {}", path.display());
    }
    text
}

fn ciba_contract() -> Contract {
    Contract {
        script_type: "ciba_end_user_notification".to_owned(),
        class_name: "EndUserNotification".to_owned(),
        methods: vec![method("notifyEndUser", &["context"], "boolean")],
        beans: vec![
            bean(
                "ExternalCibaEndUserNotificationContext",
                &[
                    ("appConfiguration", "bean:AppConfiguration"),
                    (
                        "encryptionService",
                        "service:durward.encryption.CibaEncryptionService",
                    ),
                    ("scope", "text"),
                    ("acrValues", "text"),
                    ("authReqId", "text"),
                    ("deviceRegistrationToken", "text"),
                ],
            ),
            bean(
                "AppConfiguration",
                &[
                    ("backchannelClientId", "text"),
                    ("backchannelRedirectUri", "text"),
                    ("authorizationEndpoint", "text"),
                    (
                        "cibaEndUserNotificationConfig",
                        "bean:CIBAEndUserNotificationConfig",
                    ),
                ],
            ),
            bean(
                "CIBAEndUserNotificationConfig",
                &[("notificationUrl", "text"), ("notificationKey", "text")],
            ),
        ],
        context: "ExternalCibaEndUserNotificationContext".to_owned(),
    }
}

fn ciba_context(url: &str) -> serde_json::Value {
    json!({
        "scope": "openid profile", "acrValues": null, "authReqId": "req-1", "deviceRegistrationToken": "device-1",
        "appConfiguration": {
            "backchannelClientId": "client-1", "backchannelRedirectUri": "https://rp.test/cb",
            "authorizationEndpoint": "https://op.test/authorize",
            "cibaEndUserNotificationConfig": {"notificationUrl": url, "notificationKey": "sealed"},
        },
    })
}

fn ciba_worker(source: &str) -> Worker {
    let mut worker = Worker::new();
    let report = worker.load(any_dialect(source, ciba_contract()));
    assert_eq!((report.api_version, report.dialect.as_str()), (1, "2"));
    assert_eq!(report.methods, ["notifyEndUser"]);
    worker
}

#[test]
fn the_ciba_sample_sends_a_legacy_push() {
    let Some(source) = seed("end_user_notification.py") else {
        return;
    };
    let mut worker = ciba_worker(&source);
    worker.answer = Box::new(|call| match call.service.as_str() {
        "decrypt" => Answer::Value(json!({"value": "server-key"})),
        _ => Answer::Value(json!({"status": 200, "headers": {}, "body": "{}"})),
    });
    let done = worker
        .call("notifyEndUser", ciba_context("https://fcm.test/send"))
        .done();
    assert_eq!(done.result, json!(true));
    assert_eq!(worker.host_calls[0].arguments, json!({"value": "sealed"}));
    let sent = &worker.host_calls[1];
    assert_eq!(sent.service, "http");
    assert_eq!(sent.arguments["headers"]["Authorization"], "key=server-key");
    let body: serde_json::Value =
        serde_json::from_str(sent.arguments["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["to"], "device-1");
    assert_eq!(
        body["notification"]["title"],
        "oxAuth Authentication Request"
    );
    let link = body["notification"]["click_action"].as_str().unwrap();
    assert!(
        link.starts_with(
            "https://op.test/authorize?client_id=client-1&response_type=id_token&scope=openid+profile\
             &redirect_uri=https%3A%2F%2Frp.test%2Fcb&state="
        ),
        "{link}"
    );
    assert!(
        link.ends_with("&prompt=consent&auth_req_id=req-1"),
        "{link}"
    );
    assert!(!link.contains("acr_values"), "{link}");
    assert_eq!(
        worker.texts("info"),
        [
            "Firebase EndUserNotification script. Initializing ...",
            "Firebase EndUserNotification script. Initialized successfully",
            "Sending push notification using Firebase Cloud Messaging",
            "CIBA: firebase cloud messaging result status 200",
        ]
    );
}

#[test]
fn the_ciba_sample_sends_the_current_protocol_with_a_service_account() {
    let Some(source) = seed("end_user_notification.py") else {
        return;
    };
    let mut worker = ciba_worker(&source);
    let account = r#"{"type": "service_account", "private_key": "…"}"#;
    worker.answer = Box::new(move |call| match call.service.as_str() {
        "decrypt" => Answer::Value(json!({"value": account})),
        "serviceAccountToken" => {
            assert_eq!(call.arguments["key"], account);
            assert_eq!(
                call.arguments["scope"],
                "https://www.googleapis.com/auth/firebase.messaging"
            );
            Answer::Value(json!({"accessToken": "token-1"}))
        }
        _ => Answer::Value(json!({"status": 401, "headers": {}, "body": ""})),
    });
    let url = "https://fcm.googleapis.com/v1/projects/p-1/messages:send";
    assert_eq!(
        worker
            .call("notifyEndUser", ciba_context(url))
            .done()
            .result,
        json!(false)
    );
    let sent = worker.host_calls.last().unwrap();
    assert_eq!(sent.arguments["headers"]["Authorization"], "Bearer token-1");
    let body: serde_json::Value =
        serde_json::from_str(sent.arguments["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["message"]["token"], "device-1");
    assert_eq!(
        body["message"]["webpush"]["fcm_options"]["link"],
        body["message"]["data"]["click_action"]
    );
}

#[test]
fn the_ciba_sample_survives_a_refused_request() {
    let Some(source) = seed("end_user_notification.py") else {
        return;
    };
    let mut worker = ciba_worker(&source);
    let done = worker
        .call("notifyEndUser", ciba_context("http://10.0.0.1/"))
        .done();
    assert_eq!(done.result, json!(false));
    assert_eq!(
        worker.texts("error"),
        ["Firebase Cloud Messaging: no http here"]
    );
}

#[test]
fn the_end_session_sample_answers_blank() {
    let Some(source) = seed("end_session.py") else {
        return;
    };
    let contract = Contract {
        script_type: "end_session".to_owned(),
        class_name: "EndSession".to_owned(),
        methods: vec![method("getFrontchannelHtml", &["context"], "string")],
        beans: vec![bean(
            "EndSessionContext",
            &[
                ("frontchannelLogoutUris", "texts"),
                ("postLogoutRedirectUri", "text"),
            ],
        )],
        context: "EndSessionContext".to_owned(),
    };
    let mut worker = Worker::new();
    assert_eq!(worker.load(any_dialect(&source, contract)).api_version, 11);
    assert_eq!(
        worker.call("getFrontchannelHtml", json!({})).done().result,
        json!("")
    );
}
