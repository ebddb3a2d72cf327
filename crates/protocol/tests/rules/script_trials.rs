//! Trying scripts from afar: nothing is sent or kept, hidden values are told to nobody, names
//! in a context are data.

use durward_model::ScriptId;
use durward_protocol::{
    Parameters,
    bearer::Bearer,
    management::{ManagementError, Request, trials},
    script_keeping::Draft,
    script_trial::{Told, bounds::Trials},
};
use durward_script::{EngineError, types};
use durward_store::Kind;
use durward_testkit::{
    World,
    engine::{Event, raised},
    management::SCRIPT_SCOPES,
};
use serde_json::{Value, json};

struct Office {
    world: World,
    token: String,
    trials: Trials,
    inum: ScriptId,
}

impl Office {
    async fn new() -> Self {
        let world = World::new().await;
        world.engine.define("asks\n", |call| {
            Ok(
                json!({ "heard": call.context["answer"], "scope": call.context["scope"],
                "said": "key s3cret-value, czNjcmV0LXZhbHVl" }),
            )
        });
        world.engine.asks("asks\n", |_| {
            (
                "http".to_owned(),
                json!({ "url": "https://a.example/", "key": "s3cret-value" }),
            )
        });
        world.engine.always("other\n", false);
        let hidden = durward_model::script::ScriptProperty {
            value1: "key".to_owned(),
            value2: "s3cret-value".to_owned(),
            hide: true,
            description: String::new(),
        };
        let draft = Draft {
            name: "notify".to_owned(),
            script_type: "ciba_end_user_notification".to_owned(),
            text: "asks\n".to_owned(),
            enabled: true,
            configuration_properties: vec![hidden],
            ..Draft::default()
        };
        let inum = world.keeper().save(draft).await.unwrap().inum;
        let token = world.administers(SCRIPT_SCOPES).await;
        Self {
            world,
            token,
            trials: Trials::default(),
            inum,
        }
    }

    async fn call_as(&self, token: &str, body: &str) -> Result<Told, ManagementError> {
        let parameters = Parameters::default();
        let request = Request {
            provider: &self.world.provider,
            bearer: Some(Bearer {
                token,
                certificate: None,
            }),
            parameters: &parameters,
            if_match: None,
            body: body.as_bytes(),
        };
        trials::call(&request, &self.world.engine, &self.trials, &self.inum).await
    }

    async fn call(&self, body: &Value) -> Result<Told, ManagementError> {
        self.call_as(&self.token, &body.to_string()).await
    }
}

fn wrong(outcome: Result<Told, ManagementError>) -> String {
    match outcome {
        Err(ManagementError::Invalid(wrong)) => wrong[0].field.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_trial_is_answered_as_prepared_and_leaves_nothing_behind() {
    let office = Office::new().await;
    let rows = |kind| office.world.count(kind);
    let before = (rows(Kind::Script).await, rows(Kind::ScriptVersion).await);
    let told = office
        .call(
            &json!({ "method": "notifyEndUser", "context": { "scope": "openid" },
            "answers": [{ "service": "http", "answer": { "status": 200, "none": null } }] }),
        )
        .await
        .unwrap();
    assert_eq!(told.result["heard"], json!({ "status": 200, "none": null }));
    assert_eq!(told.result["scope"], "openid");
    assert_eq!(
        told.host_calls[0].answer,
        Some(json!({ "status": 200, "none": null }))
    );
    assert_eq!(told.differences, Some(Vec::new()));
    assert_eq!(told.error, None);
    let all = serde_json::to_string(&told).unwrap();
    assert!(
        !all.contains("s3cret-value") && !all.contains("czNjcmV0LXZhbHVl"),
        "{all}"
    );
    let unanswered = office
        .call(&json!({ "method": "notifyEndUser" }))
        .await
        .unwrap();
    assert!(!unanswered.host_calls[0].answered);
    assert_eq!(unanswered.differences.unwrap().len(), 1);
    assert_eq!(
        before,
        (rows(Kind::Script).await, rows(Kind::ScriptVersion).await)
    );
    assert_eq!(rows(Kind::JournalEntry).await, 0);
    assert_eq!(rows(Kind::RecordedCall).await, 0);
    let events = office.world.engine.events();
    assert_eq!(
        events.last(),
        Some(&Event::Closed("asks\n".to_owned())),
        "thrown away"
    );
}

#[tokio::test]
async fn another_text_is_tried_in_the_place_of_the_stored_one() {
    let office = Office::new().await;
    let body = |text: &str| json!({ "method": "notifyEndUser", "script": text });
    let told = office.call(&body("other\n")).await.unwrap();
    assert_eq!(told.result, false);
    office
        .world
        .engine
        .has_problem("broken\n", 7, "what is this");
    let told = office.call(&body("broken\n")).await.unwrap();
    let error = told.error.unwrap();
    assert_eq!((error.kind.as_str(), error.line), ("refused", Some(7)));
    assert_eq!(error.problems.len(), 1);
    office
        .world
        .engine
        .always_fails("raises\n", raised("ValueError: s3cret-value"));
    let told = office.call(&body("raises\n")).await.unwrap();
    let error = told.error.unwrap();
    assert_eq!((error.kind.as_str(), error.line), ("raised", Some(3)));
    assert!(
        !error.message.contains("s3cret") && !error.trace.contains("s3cret"),
        "{error:?}"
    );
    let late = EngineError::TimedOut { limit_ms: 5_000 };
    office.world.engine.always_fails("loops\n", late);
    let told = office.call(&body("loops\n")).await.unwrap();
    assert_eq!(told.error.unwrap().kind, "timedOut");
}

#[tokio::test]
async fn who_may_not_save_may_not_try() {
    let office = Office::new().await;
    let reader = office
        .world
        .administers("https://jans.io/oauth/config/scripts.readonly")
        .await;
    let body = json!({ "method": "notifyEndUser" }).to_string();
    let outcome = office.call_as(&reader, &body).await;
    assert!(
        matches!(outcome, Err(ManagementError::Scope(_))),
        "{outcome:?}"
    );
    assert!(office.call_as("x.y.z", &body).await.is_err());
}

#[tokio::test]
async fn a_body_is_read_strictly() {
    let office = Office::new().await;
    let deep = format!(
        r#"{{"method":"notifyEndUser","context":{{"scope":{}1{}}}}}"#,
        "[".repeat(40),
        "]".repeat(40)
    );
    for body in [
        "",
        "[]",
        r#"{"method":"notifyEndUser","method":"x"}"#,
        r#"{"method":"notifyEndUser","context":{"scope":"a","scope":"b"}}"#,
        r#"{"method":"notifyEndUser","more":1}"#,
        deep.as_str(),
    ] {
        let outcome = office.call_as(&office.token, body).await;
        assert!(
            matches!(outcome, Err(ManagementError::Invalid(_))),
            "{body}: {outcome:?}"
        );
    }
    let method = |name: &str| json!({ "method": name });
    assert_eq!(wrong(office.call(&method("exec")).await), "method");
    assert_eq!(wrong(office.call(&method("__init__")).await), "method");
    let many = vec![json!({ "service": "http" }); 65];
    let body = json!({ "method": "notifyEndUser", "answers": many });
    assert_eq!(wrong(office.call(&body).await), "answers");
}

#[tokio::test]
async fn context_keys_are_data_only_cve_2026_25227() {
    let office = Office::new().await;
    let before = office.world.engine.events().len();
    for name in [
        "__class__",
        "\"; import os",
        "{{7*7}}",
        "constructor",
        "scope): pass\nimport os\ndef f(x",
        "getScope",
        "user.__class__",
    ] {
        for context in [json!({ name: 1 }), json!({ "user": { name: 1 } })] {
            let body = json!({ "method": "notifyEndUser", "context": context });
            assert_eq!(wrong(office.call(&body).await), "context", "{name}");
        }
    }
    assert_eq!(
        office.world.engine.events().len(),
        before,
        "nothing was loaded"
    );
    // Every type takes the same way.
    for script_type in types::ALL {
        let method = script_type.methods[0].name;
        let context = json!({ "__class__": 1 });
        let context = context.as_object().unwrap().clone();
        durward_protocol::script_trial::call(script_type, method, context).unwrap_err();
    }
}

#[tokio::test]
async fn trials_are_bounded() {
    let office = Office::new().await;
    let now = office.world.provider.now();
    let places = [
        office.trials.begin(now).unwrap(),
        office.trials.begin(now).unwrap(),
    ];
    let body = json!({ "method": "notifyEndUser" });
    let busy = office.call(&body).await;
    assert!(matches!(busy, Err(ManagementError::Busy(1))), "{busy:?}");
    drop(places);
    office.call(&body).await.unwrap();
    for _ in 0..57 {
        drop(office.trials.begin(now).unwrap());
    }
    let many = office.call(&body).await;
    assert!(
        matches!(many, Err(ManagementError::TooMany(60))),
        "{many:?}"
    );
    office.world.clock.advance_seconds(60);
    let token = office.world.administers(SCRIPT_SCOPES).await;
    office.call_as(&token, &body.to_string()).await.unwrap();
}
