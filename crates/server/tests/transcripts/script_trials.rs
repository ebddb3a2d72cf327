//! `/config/scripts/{inum}/call`, `/recordings`, `/replay`: scripts tried from afar.

use axum::http::{Method, StatusCode};
use durward_model::{RecordedCall, ScriptId, Timestamp, script_recording::RecordedHostCall};
use durward_store::Change;
use durward_testkit::{
    app::{Answer, Site},
    management::{ADMINISTRATOR, SCRIPT_SCOPES, administrator},
};
use serde_json::{Map, Value, json};

use crate::HERE;

const ROUTE: &str = "config_api/trials";
const SCRIPT: &str = "/jans-config-api/api/v1/config/scripts/notify-1";

struct Office {
    site: Site,
    token: String,
}

impl Office {
    async fn new() -> Self {
        let site = Site::new().await;
        let engine = &site.world.engine;
        engine.define("one\n", |call| Ok(json!(call.context["scope"] == "openid")));
        engine.asks("one\n", |_| {
            ("http".to_owned(), json!({ "url": "https://push.example/" }))
        });
        engine.always("two\n", false);
        let scope = SCRIPT_SCOPES;
        site.world
            .add_client(ADMINISTRATOR, administrator(scope))
            .await;
        let token = site.world.own_token(ADMINISTRATOR, scope).await;
        let mut office = Self { site, token };
        let script = json!({
            "inum": "notify-1", "name": "notify", "scriptType": "ciba_end_user_notification",
            "script": "one\n", "enabled": true,
            "moduleProperties": [{ "value1": "record", "value2": "10" }],
            "configurationProperties": [{ "value1": "key", "value2": "s3cret-value", "hide": true }],
        });
        let path = "/jans-config-api/api/v1/config/scripts";
        let made = office.send(Method::POST, path, Some(&script)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        office.site.begin_transcript();
        office
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut headers = vec![("authorization", format!("Bearer {}", self.token))];
        if body.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        let body = body.map(Value::to_string);
        self.site
            .exchange(method, path, &headers, body.as_deref())
            .await
    }

    async fn post(&mut self, what: &str, body: &Value) -> Answer {
        let path = format!("{SCRIPT}{what}");
        self.send(Method::POST, &path, Some(body)).await
    }

    async fn get(&mut self, what: &str) -> Answer {
        let path = format!("{SCRIPT}{what}");
        self.send(Method::GET, &path, None).await
    }

    /// A call as it would be kept.
    async fn recorded(&self, id: &str, scope: &str, verdict: &str) {
        let at = Timestamp::from_seconds(1_800_000_000);
        let call = RecordedCall {
            id: id.to_owned(),
            inum: ScriptId::new("notify-1"),
            version: "v1".to_owned(),
            method: "notifyEndUser".to_owned(),
            at,
            duration_us: 1_234,
            context: json!({ "scope": scope, "user": { "mail": "redacted-0011223344556677@redacted.invalid" } }),
            arguments: Map::new(),
            host_calls: vec![RecordedHostCall {
                service: "http".to_owned(),
                arguments: json!({ "url": "https://push.example/" }),
                answer: Some(json!({ "status": 200, "headers": {}, "body": "" })),
                refused: None,
            }],
            verdict: verdict.to_owned(),
            error: None,
            result: json!(verdict == "true"),
            changes: Map::new(),
            hidden: std::collections::BTreeMap::new(),
            expires_at: at.plus_seconds(3_600),
        };
        let change = Change::insert(&call);
        self.site.world.store.apply(vec![change]).await.unwrap();
    }
}

#[tokio::test]
async fn a_call_is_tried() {
    let mut office = Office::new().await;
    let call = json!({ "method": "notifyEndUser", "context": { "scope": "openid" },
        "answers": [{ "service": "http", "answer": { "status": 200, "headers": {}, "body": "" } }] });
    let told = office.post("/call", &call).await;
    assert_eq!(told.json()["result"], true, "{}", told.body);
    let unanswered = json!({ "method": "notifyEndUser" });
    office.post("/call", &unanswered).await;
    let another = json!({ "method": "notifyEndUser", "script": "two\n" });
    assert_eq!(office.post("/call", &another).await.json()["result"], false);
    let broken = json!({ "method": "notifyEndUser", "script": "what is this\n" });
    let told = office.post("/call", &broken).await;
    assert_eq!(told.status, StatusCode::OK, "an outcome, not a refusal");
    for wrong in [
        json!({ "method": "exec" }),
        json!({ "method": "notifyEndUser", "context": { "\"; import os": 1 } }),
        json!({ "method": "notifyEndUser", "answer": [] }),
    ] {
        let refused = office.post("/call", &wrong).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
    let nobody = "/jans-config-api/api/v1/config/scripts/nobody/call";
    let missing = office.send(Method::POST, nobody, Some(&unanswered)).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    office.site.matches(HERE, ROUTE, "call");
}

#[tokio::test]
async fn recorded_calls_are_read_and_replayed() {
    let mut office = Office::new().await;
    office.recorded("0001", "openid", "true").await;
    office.recorded("0002", "profile", "false").await;
    let list = office.get("/recordings").await;
    assert_eq!(
        list.json()["entries"][0]["id"],
        "0002",
        "the last one first"
    );
    office.get("/recordings?limit=1&startIndex=2").await;
    assert_eq!(
        office.get("/recordings/0001").await.json()["verdict"],
        "true"
    );
    assert_eq!(
        office.get("/recordings/0003").await.status,
        StatusCode::NOT_FOUND
    );
    let same = office.post("/replay", &json!({})).await;
    assert_eq!(same.json()["differing"], json!([]), "{}", same.body);
    let other = office.post("/replay", &json!({ "script": "two\n" })).await;
    assert_eq!(other.json()["differing"][0]["id"], "0001", "{}", other.body);
    let both = json!({ "script": "two\n", "version": "abcdef" });
    assert_eq!(
        office.post("/replay", &both).await.status,
        StatusCode::BAD_REQUEST
    );
    let unknown = json!({ "version": "abcdef" });
    assert_eq!(
        office.post("/replay", &unknown).await.status,
        StatusCode::NOT_FOUND
    );
    office.site.matches(HERE, ROUTE, "recordings");
}

#[tokio::test]
async fn too_many_are_told_when_to_come_again() {
    let mut office = Office::new().await;
    let app = office.site.app.clone();
    let now = office.site.world.provider.now();
    let places = [
        app.trials.begin(now).unwrap(),
        app.trials.begin(now).unwrap(),
    ];
    let call = json!({ "method": "notifyEndUser" });
    let busy = office.post("/call", &call).await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(busy.headers["retry-after"], "1");
    let list = office.get("/recordings").await;
    assert_eq!(list.status, StatusCode::OK, "management goes on");
    drop(places);
    for _ in 0..58 {
        drop(app.trials.begin(now).unwrap());
    }
    let many = office.post("/replay", &json!({})).await;
    assert_eq!(many.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(many.headers["retry-after"], "60");
    office.site.matches(HERE, ROUTE, "bounds");
}
