//! Recorded calls: who is recorded, what is kept of a call, for how long, and what comes of
//! making it again with another version.

use std::sync::Arc;

use durward_model::{RecordedCall, Script, script::ScriptProperty};
use durward_protocol::{
    Provider,
    script_keeping::{Draft, SaveError, Which, recording},
    script_loading::ScriptLoader,
    script_log::{ScriptLogWriter, script_log},
    script_recording::{
        self,
        replay::{Candidate, Replayed, replay},
    },
};
use durward_script::{EngineError, Scripts, engine::Reply, types::ciba_end_user_notification};
use durward_store::Kind;
use durward_testkit::{
    World,
    engine::{Event, raised},
    keys,
};
use serde_json::{Map, json};

const NAME: Which<'static> = Which::Name("notify");
const TEXT: &str = "asks\n";
const SECRET: &str = "s3cret-push-key";

/// A world whose calls are recorded by what records them in a server.
struct Stage {
    world: World,
    provider: Arc<Provider>,
    loader: ScriptLoader,
    writer: Option<ScriptLogWriter>,
}

fn hidden() -> ScriptProperty {
    ScriptProperty {
        value1: "pushKey".to_owned(),
        value2: SECRET.to_owned(),
        hide: true,
        description: String::new(),
    }
}

fn draft(text: &str) -> Draft {
    Draft {
        name: "notify".to_owned(),
        script_type: "ciba_end_user_notification".to_owned(),
        text: text.to_owned(),
        enabled: true,
        configuration_properties: vec![hidden()],
        ..Draft::default()
    }
}

impl Stage {
    /// The script asks for an HTTP request with its hidden key, and says yes to alice.
    async fn new() -> Self {
        let world = World::new().await;
        world.engine.define(TEXT, |call| {
            Ok(json!(call.context["user"]["mail"] != "nobody@bank.example"))
        });
        world.engine.asks(TEXT, |call| {
            let arguments = json!({ "url": "https://push.example/", "body": json!({
                "key": SECRET, "to": call.context["user"]["mail"] }).to_string() });
            ("http".to_owned(), arguments)
        });
        world.keeper().save(draft(TEXT)).await.unwrap();
        Self::over(world).await
    }

    async fn over(world: World) -> Self {
        let (log, writer) = script_log(
            world.store.clone(),
            world.clock.clone(),
            world.provider.entropy.clone(),
        );
        let provider = Provider::load(
            world.store.clone(),
            world.clock.clone(),
            world.provider.entropy.clone(),
            Arc::new(Scripts::new(Arc::new(log))),
            Arc::new(keys::sealing()),
        );
        let provider = Arc::new(provider.await.unwrap());
        let loader = ScriptLoader::new(provider.clone(), Arc::new(world.engine.clone()));
        loader.refresh().await.unwrap();
        let writer = Some(writer.beside(&provider));
        Self {
            world,
            provider,
            loader,
            writer,
        }
    }

    async fn record(&self, keep: u32) -> Script {
        let script = self.world.keeper().record(NAME, keep).await.unwrap();
        self.loader.refresh().await.unwrap();
        script
    }

    async fn ask(&self, mail: &str) {
        self.world.clock.advance_seconds(1);
        let scripts = &self.provider.scripts;
        let script = &scripts.of(&ciba_end_user_notification::CONTRACT)[0];
        let context = json!({
            "scope": "openid", "authReqId": "req-4711-abcd", "bindingMessage": "to alice@bank.example",
            "deviceRegistrationToken": "device-token-1",
            "user": { "inum": "0001", "mail": mail, "userId": "alice" },
        });
        let _ = scripts.ask(script, "notifyEndUser", context).await;
    }

    /// Writes what waits, and nothing after that.
    async fn written(&mut self) -> Vec<RecordedCall> {
        let writer = self.writer.take().unwrap();
        writer.run_until(std::future::ready(())).await;
        self.kept().await
    }

    async fn kept(&self) -> Vec<RecordedCall> {
        script_recording::list(&self.provider, &self.stored().await)
            .await
            .unwrap()
    }

    async fn stored(&self) -> Script {
        let found = self
            .world
            .store
            .find_script_by_name("notify")
            .await
            .unwrap();
        found.unwrap().value
    }

    async fn replay(&self, candidate: Candidate<'_>) -> Replayed {
        let script = self.stored().await;
        let engine = &self.world.engine;
        replay(&self.provider, engine, &script, candidate, None)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn a_call_is_kept_without_secrets_and_without_people() {
    let mut stage = Stage::new().await;
    stage.ask("alice@bank.example").await;
    stage.record(5).await;
    stage.ask("alice@bank.example").await;
    let kept = stage.written().await;
    assert_eq!(kept.len(), 1, "the first call was before");
    let rows = stage
        .world
        .store
        .fetch_all(Kind::RecordedCall)
        .await
        .unwrap();
    let body = &rows[0].body;
    for gone in [SECRET, "alice", "req-4711", "device-token"] {
        assert!(!body.contains(gone), "{gone}: {body}");
    }
    let call = &kept[0];
    assert_eq!(
        (call.verdict.as_str(), &call.result),
        ("true", &json!(true))
    );
    assert_eq!(call.context["scope"], "openid");
    assert_eq!(call.context["user"]["inum"], "0001");
    let mail = call.context["user"]["mail"].as_str().unwrap();
    assert_eq!(call.context["bindingMessage"], format!("to {mail}"));
    let sent = call.host_calls[0].arguments["body"].as_str().unwrap();
    assert!(sent.contains(mail), "equal stays equal: {sent}");
    let (placeholder, name) = call.hidden.first_key_value().unwrap();
    assert_eq!(name, "pushKey");
    assert!(sent.contains(placeholder.as_str()), "{sent}");
    let journal = stage.world.journal().await;
    assert_eq!(journal.last().unwrap().id, call.id, "the journal knows it");
}

#[tokio::test]
async fn the_last_calls_are_kept_and_the_oldest_go() {
    let mut stage = Stage::new().await;
    stage.record(3).await;
    for _ in 0..7 {
        stage.ask("alice@bank.example").await;
    }
    let kept = stage.written().await;
    assert_eq!(kept.len(), 3);
    assert_eq!(stage.world.count(Kind::RecordedCall).await, 3);
    let journal = stage.world.journal().await;
    let last: Vec<&String> = journal
        .iter()
        .rev()
        .take(3)
        .map(|entry| &entry.id)
        .collect();
    let ids: Vec<&String> = kept.iter().map(|call| &call.id).collect();
    assert_eq!(ids, last, "the last one first");
    // Another node, or this one after a restart, goes on where it ended.
    let Stage { world, .. } = stage;
    let mut stage = Stage::over(world).await;
    stage.loader.refresh().await.unwrap();
    stage.ask("alice@bank.example").await;
    let next = stage.written().await;
    assert_eq!(next[1..], kept[..2]);
    assert_eq!(stage.world.count(Kind::RecordedCall).await, 3);
    // Fewer are wanted: fewer are shown at once.
    stage.world.keeper().record(NAME, 1).await.unwrap();
    assert_eq!(stage.kept().await, next[..1]);
}

#[tokio::test]
async fn recording_begins_and_ends_without_loading_anew() {
    let mut stage = Stage::new().await;
    stage.loader.refresh().await.unwrap();
    let before = stage.stored().await;
    let opened = |stage: &Stage| {
        let events = stage.world.engine.events().into_iter();
        events
            .filter(|event| matches!(event, Event::Opened(_)))
            .count()
    };
    let count = opened(&stage);
    let recorded = stage.record(5).await;
    assert_eq!(recorded.version, before.version, "the same version");
    assert_eq!(recorded.revision, before.revision + 1, "in its history");
    stage.ask("alice@bank.example").await;
    assert_eq!(opened(&stage), count, "nothing was opened");
    assert_eq!(stage.written().await.len(), 1);
    let ended = stage.world.keeper().record(NAME, 0).await.unwrap();
    assert_eq!(ended.module_properties, before.module_properties);
    assert_eq!(
        stage.world.count(Kind::RecordedCall).await,
        0,
        "forgotten at once"
    );
}

#[tokio::test]
async fn what_is_written_after_the_end_is_forgotten_too() {
    let mut stage = Stage::new().await;
    stage.record(5).await;
    stage.ask("alice@bank.example").await;
    // It waits in memory while somebody ends the recording.
    stage.world.keeper().record(NAME, 0).await.unwrap();
    stage.written().await;
    assert_eq!(stage.world.count(Kind::RecordedCall).await, 0);
}

#[tokio::test]
async fn a_deleted_script_leaves_no_recorded_call() {
    let mut stage = Stage::new().await;
    stage.record(5).await;
    stage.ask("alice@bank.example").await;
    assert_eq!(stage.written().await.len(), 1);
    stage.world.keeper().delete(NAME).await.unwrap();
    assert_eq!(stage.world.count(Kind::RecordedCall).await, 0);
}

#[tokio::test]
async fn a_save_a_rollback_and_a_bound_do_not_begin_or_end_it_by_chance() {
    let stage = Stage::new().await;
    stage.record(5).await;
    stage.world.engine.always("two\n", true);
    let saved = stage.world.keeper().save(draft("two\n")).await.unwrap();
    assert_eq!(recording::kept(&saved), 5, "another text is recorded on");
    let back = stage.world.keeper().roll_back(NAME, 1).await.unwrap();
    assert_eq!(
        recording::kept(&back),
        5,
        "the first version was not recorded"
    );
    let mut whole = draft("two\n");
    whole.module_properties = Vec::new();
    let replaced = stage.world.keeper().replace(NAME, whole).await.unwrap();
    assert_eq!(recording::kept(&replaced), 0, "a whole document says all");
    for wrong in ["201", "-1", "many", ""] {
        let property = ScriptProperty {
            value1: "record".to_owned(),
            value2: wrong.to_owned(),
            ..ScriptProperty::default()
        };
        let draft = Draft {
            module_properties: vec![property],
            ..draft("two\n")
        };
        let outcome = stage.world.keeper().save(draft).await;
        assert!(
            matches!(
                outcome,
                Err(SaveError::Invalid {
                    field: "moduleProperties",
                    ..
                })
            ),
            "{wrong}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn nothing_is_recorded_where_the_bound_is_zero() {
    let mut stage = Stage::new().await;
    stage.record(5).await;
    stage
        .world
        .reconfigure(|configuration| configuration.script_record_maximum = 0)
        .await;
    stage.provider.reload().await.unwrap();
    stage.loader.refresh().await.unwrap();
    stage.ask("alice@bank.example").await;
    assert_eq!(stage.written().await, []);
    assert_eq!(stage.world.count(Kind::RecordedCall).await, 0);
}

/// Three recorded calls: yes, no, and a failure.
async fn recorded() -> Stage {
    let mut stage = Stage::new().await;
    stage.world.engine.define(TEXT, |call| {
        match call.context["user"]["mail"].as_str().unwrap() {
            "fail@bank.example" => Err(raised("ValueError: no")),
            "nobody" => Ok(json!(false)),
            _ => Ok(json!(call.context["answer"].is_number())),
        }
    });
    // What serves was opened before that.
    stage.loader.close().await;
    stage.record(9).await;
    stage
        .world
        .reconfigure(|configuration| {
            configuration.script_record_redacted_attributes = vec!["nickname".to_owned()];
        })
        .await;
    stage.provider.reload().await.unwrap();
    for mail in ["alice@bank.example", "nobody", "fail@bank.example"] {
        stage.ask(mail).await;
    }
    assert_eq!(stage.written().await.len(), 3);
    stage
}

#[tokio::test]
async fn the_version_that_is_stored_decides_as_it_did() {
    let stage = recorded().await;
    let replayed = stage.replay(Candidate::Stored).await;
    assert_eq!(replayed.calls, 3);
    assert_eq!(replayed.differing, []);
    assert!(replayed.is_same());
    assert_eq!(
        stage.world.count(Kind::RecordedCall).await,
        3,
        "and is not recorded for it"
    );
}

#[tokio::test]
async fn decisions_that_would_be_others_are_listed() {
    let stage = recorded().await;
    stage
        .world
        .engine
        .asks("new\n", |_| ("http".to_owned(), json!({})));
    stage.world.engine.define_reply("new\n", |call| {
        let result = json!(call.context["user"]["mail"] != "alice@bank.example");
        let changes = Map::from_iter([("scope".to_owned(), json!(format!("openid {SECRET}")))]);
        Ok(Reply { result, changes })
    });
    let replayed = stage.replay(Candidate::Text("new\n")).await;
    assert!(!replayed.is_same());
    let told: Vec<_> = replayed
        .differing
        .iter()
        .map(|call| (call.recorded.as_str(), call.now.as_str()))
        .collect();
    assert_eq!(
        told,
        [("true", "false"), ("false", "true"), ("failed", "true")]
    );
    let fields: Vec<&str> = replayed.differing[0]
        .fields
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(fields, ["result", "changes.scope"]);
    let all = serde_json::to_string(&replayed).unwrap();
    assert!(
        !all.contains(SECRET),
        "a hidden value is told to nobody: {all}"
    );

    stage
        .world
        .engine
        .always_fails("broken\n", EngineError::TimedOut { limit_ms: 5 });
    let replayed = stage.replay(Candidate::Text("broken\n")).await;
    assert_eq!(
        replayed.differing.len(),
        3,
        "a failure of another kind is another end"
    );
    assert!(
        replayed.differing[0]
            .error
            .as_deref()
            .unwrap()
            .contains("5 ms")
    );
    let replayed = stage.replay(Candidate::Text("never defined\n")).await;
    assert_eq!((replayed.calls, replayed.not_reached), (0, 3));
    assert_eq!(replayed.error.as_ref().unwrap().kind, "refused");
    assert!(!replayed.is_same());
}

#[tokio::test]
async fn hidden_properties_have_their_value_when_a_call_is_made_again() {
    let mut stage = Stage::new().await;
    let echo =
        |call: &durward_script::program::Call| Ok(json!(call.context["bindingMessage"] == SECRET));
    stage.world.engine.define(TEXT, echo);
    stage.loader.close().await;
    stage.record(5).await;
    stage.world.clock.advance_seconds(1);
    let scripts = &stage.provider.scripts;
    let script = &scripts.of(&ciba_end_user_notification::CONTRACT)[0];
    let context = json!({ "bindingMessage": SECRET });
    scripts.ask(script, "notifyEndUser", context).await.unwrap();
    let kept = stage.written().await;
    assert_ne!(kept[0].context["bindingMessage"], SECRET);
    assert!(stage.replay(Candidate::Stored).await.is_same());
}

#[tokio::test]
async fn a_version_is_named_by_its_hash() {
    let stage = recorded().await;
    let first = stage.stored().await.version;
    stage.world.engine.always("two\n", false);
    stage.world.keeper().save(draft("two\n")).await.unwrap();
    assert_eq!(stage.replay(Candidate::Stored).await.differing.len(), 2);
    assert!(
        stage
            .replay(Candidate::Version(&first[..12]))
            .await
            .is_same()
    );
    let script = stage.stored().await;
    for wrong in ["", "abc", "0000000000"] {
        let candidate = Candidate::Version(wrong);
        let outcome = replay(
            &stage.provider,
            &stage.world.engine,
            &script,
            candidate,
            None,
        );
        assert!(outcome.await.is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn a_replay_ends_when_its_time_is_over() {
    let stage = recorded().await;
    let script = stage.stored().await;
    let until = Some(stage.provider.now());
    let engine = &stage.world.engine;
    let replayed = replay(&stage.provider, engine, &script, Candidate::Stored, until);
    let replayed = replayed.await.unwrap();
    assert_eq!((replayed.calls, replayed.not_reached), (0, 3));
    assert!(
        !replayed.is_same(),
        "what was not looked at is not the same"
    );
}

#[tokio::test]
async fn a_giant_call_is_not_recorded() {
    let mut stage = Stage::new().await;
    stage.record(5).await;
    let scripts = &stage.provider.scripts;
    let script = &scripts.of(&ciba_end_user_notification::CONTRACT)[0];
    let context = json!({ "bindingMessage": "x".repeat(200_000) });
    scripts.ask(script, "notifyEndUser", context).await.unwrap();
    assert_eq!(stage.written().await, []);
}
