//! Versions on trial: a shadow changes nothing, a canary answers for its share and fails as the
//! script does, and whoever leaves the bounds is taken out.

use std::{collections::HashMap, sync::Arc, time::Duration};

use durward_model::{
    Candidate, Script,
    script_stage::{Bounds, Outcome, Stage},
};
use durward_protocol::{
    Code, Provider,
    ciba::request,
    configuration::MASK,
    script_keeping::{Draft, SaveError, Which, history, staging::Staging},
    script_loading::ScriptLoader,
    script_log::{reading, script_log},
    script_stages::StageWatch,
};
use durward_script::{
    EngineError, Scripts, input_digest, program::Call, program::Runtime, trial::MAX_WAITING, types,
};
use durward_store::Kind;
use durward_testkit::{
    World,
    ciba::ciba_request,
    clients::{self, CIBA},
    details::{PAY, PAYMENT, array, detailed, reply},
    engine::{Event, raised},
    flow::{browser, parameters},
    keys,
};
use serde_json::{Map, Value, json};
use tokio::task::yield_now;

const NAME: Which<'static> = Which::Name("notify");
const ALL: Stage = Stage::Canary { share_percent: 100 };

/// A script that serves ("one", which sends) and texts to try.
async fn world() -> World {
    let world = World::configured(|c| c.backchannel_pending_requests_per_user = 10_000).await;
    for (text, answer) in [("one", true), ("two", false), ("three", true)] {
        world.engine.always(text, answer);
    }
    world
        .engine
        .always_fails("broken", raised("ValueError: no"));
    world.engine.asks_for("one", "http", "push");
    world.save_script("notify", 1, "one").await.unwrap();
    world
}

fn within(stage: Stage, min_calls: u64) -> Staging {
    Staging {
        bounds: Bounds {
            min_calls,
            ..Bounds::default()
        },
        ..Staging::new(stage)
    }
}

/// Asks once; answers which texts were called, in order.
async fn called(world: &World) -> Vec<String> {
    let before = world.engine.contexts().len();
    world.ask(&ciba_request()).await.unwrap();
    if let Some(trial) = world.trial("notify") {
        trial.settle().await;
    }
    let contexts = world.engine.contexts().into_iter().skip(before);
    contexts.map(|(text, _)| text).collect()
}

async fn stored_outcome(world: &World, auth_req_id: &str) -> Value {
    let stored = world.stored_request(auth_req_id).await.unwrap();
    serde_json::to_value(stored.notification).unwrap()
}

#[tokio::test]
async fn a_shadow_never_changes_the_answer_and_sends_nothing() {
    let world = world().await;
    let alone = stored_outcome(&world, &world.asked().await.auth_req_id).await;
    world.engine.asks_for("two", "http", "push");
    world.engine.asks_for("two", "http", "another push");
    world.shadow("notify", "two").await;
    let beside = world.asked().await;
    let figures = world.tried("notify").await;
    assert_eq!(stored_outcome(&world, &beside.auth_req_id).await, alone);
    let push = ("http".to_owned(), json!("push"));
    assert_eq!(world.engine.made(), [push.clone(), push], "one each");
    let heard: Vec<Event> = world
        .engine
        .events()
        .into_iter()
        .filter(|event| matches!(event, Event::Heard(text, ..) if text == "two"))
        .collect();
    let [Event::Heard(_, _, first), Event::Heard(_, _, second)] = &heard[..] else {
        panic!("{heard:?}");
    };
    assert_eq!(
        *first,
        Ok(json!(2)),
        "what the serving version was answered"
    );
    assert!(second.as_ref().unwrap_err().contains("not made"));
    assert_eq!((figures.tried.calls, figures.serving.calls), (1, 1));
    assert_eq!((figures.differing, figures.tried.failed), (1, 0));
    let kinds = &figures.differences["notifyEndUser"];
    assert_eq!((kinds["outcome"], kinds["hostCalls"]), (1, 1));
}

#[tokio::test]
async fn a_shadow_that_does_the_same_differs_in_nothing() {
    let world = world().await;
    world.engine.asks_for("three", "http", "push");
    world.shadow("notify", "three").await;
    assert_eq!(called(&world).await, ["one", "three"]);
    let figures = world.tried("notify").await;
    assert_eq!((figures.tried.calls, figures.differing), (1, 0));
    assert!(figures.differences.is_empty());
}

#[tokio::test]
async fn changes_of_a_shadow_are_compared_and_dropped() {
    let world = World::with_details().await;
    world.engine.define_reply("other", |_| {
        Ok(reply(
            json!(true),
            &[(
                "authzDetail.jsonObject",
                json!("{\"type\":\"payment\",\"a\":1}"),
            )],
        ))
    });
    world.shadow(PAYMENT, "other").await;
    let details = array(&[PAY]);
    let asked = world
        .authorize(&mut browser(), &detailed(&details, &[]))
        .await;
    assert!(asked.is_ok());
    let figures = world.tried(PAYMENT).await;
    assert_eq!(
        figures.differences["validateDetail"]["changes"],
        figures.differing
    );
    assert!(figures.differing > 0);
    let told: Vec<String> = world
        .decisions
        .all()
        .into_iter()
        .map(|d| d.verdict)
        .collect();
    assert!(told.iter().all(|verdict| verdict != "changed"), "{told:?}");
}

#[tokio::test]
async fn what_a_shadow_did_otherwise_is_journalled_as_a_shadows() {
    let world = world().await;
    let (log, writer) = script_log(
        world.store.clone(),
        world.clock.clone(),
        world.provider.entropy.clone(),
    );
    let scripts = Arc::new(Scripts::new(Arc::new(log)));
    let provider = Provider::load(
        world.store.clone(),
        world.clock.clone(),
        world.provider.entropy.clone(),
        scripts,
        Arc::new(keys::sealing()),
    );
    let provider = Arc::new(provider.await.unwrap());
    let loader = ScriptLoader::new(provider.clone(), Arc::new(world.engine.clone()));
    world.shadow("notify", "broken").await;
    loader.refresh().await.unwrap();
    let script = provider.scripts.all().remove(0);
    let asked = provider
        .scripts
        .ask(&script, "notifyEndUser", json!({"scope": "openid"}));
    assert_eq!(asked.await.unwrap().result, json!(true));
    script.candidate().unwrap().1.settle().await;
    drop((script, loader, provider));
    writer.run().await;
    let mut journal = world.journal().await;
    journal.sort_by_key(|entry| entry.stage.is_some());
    let [served, shadow] = &journal[..] else {
        panic!("{journal:?}");
    };
    let stored = world.script("notify").await;
    assert_eq!((served.stage.as_deref(), &*served.verdict), (None, "true"));
    assert_eq!(shadow.stage.as_deref(), Some("shadow"));
    assert_eq!(
        (&*shadow.verdict, shadow.failure.as_deref()),
        ("failed", Some("raised"))
    );
    assert_eq!(shadow.served.as_deref(), Some("true"));
    assert_eq!(shadow.differs, ["outcome", "hostCalls"]);
    assert_eq!(shadow.version, stored.candidate.unwrap().version);
    assert_eq!(shadow.input, served.input);
    let call = Call {
        method: String::new(),
        context: json!({"scope": "openid"}),
        arguments: Map::new(),
    };
    assert_eq!(shadow.input, input_digest::of(&call));
    assert_eq!(stored.script_error, None, "the script did not fail");
    let figures = world.store.find_script_figures(&stored.inum).await.unwrap();
    assert_eq!(
        figures.unwrap().calls(),
        1,
        "the shadow's call is none of the script's"
    );
    let calls = reading::last_calls(&*world.store, &stored.inum, "", 9)
        .await
        .unwrap();
    let shadow = calls.iter().find(|call| call.stage.is_some()).unwrap();
    assert_eq!(shadow.stage.as_deref(), Some("shadow"));
    assert!(shadow.stack_trace.contains("Traceback"));
}

#[tokio::test]
async fn nobody_waits_for_shadows_and_only_so_many_wait() {
    let world = world().await;
    world.shadow("notify", "two").await;
    let script = world.provider.scripts.all().remove(0);
    let scripts = world.provider.scripts.clone();
    let more = 7;
    // No shadow gets a turn in between: this runs on one thread and never yields.
    for _ in 0..MAX_WAITING + more {
        scripts
            .ask(&script, "notifyEndUser", json!({}))
            .await
            .unwrap();
    }
    let figures = world.tried("notify").await;
    let waiting = u64::try_from(MAX_WAITING).unwrap();
    assert_eq!((figures.tried.calls, figures.dropped), (waiting, 7));
}

#[tokio::test]
async fn every_type_can_be_tried_both_ways() {
    for script_type in types::ALL {
        let world = World::new().await;
        world.engine.always("one", true);
        world.engine.always("two", false);
        world
            .save_script_of(script_type.name, "tried", 1, "one")
            .await
            .unwrap();
        world.shadow("tried", "two").await;
        let scripts = &world.provider.scripts;
        for method in script_type.methods {
            let serving = scripts.of_flow(script_type, "client").remove(0);
            let answered = scripts.ask(&serving, method.name, json!({})).await;
            assert_eq!(answered.unwrap().result, json!(true), "{}", method.name);
            // The counts are as many as there are methods, whatever waits.
            world.tried("tried").await;
        }
        let figures = world.tried("tried").await;
        let count = u64::try_from(script_type.methods.len()).unwrap();
        assert_eq!((figures.tried.calls, figures.differing), (count, count));
        world
            .keeper()
            .restage(Which::Name("tried"), Staging::new(ALL))
            .await
            .unwrap();
        world.loader.refresh().await.unwrap();
        for method in script_type.methods {
            let chosen = scripts.of_flow(script_type, "client").remove(0);
            let answered = scripts.ask(&chosen, method.name, json!({})).await;
            assert_eq!(answered.unwrap().result, json!(false), "{}", method.name);
            let by_name = scripts.named(script_type, "tried", "client").unwrap();
            assert_eq!(by_name.info.version, chosen.info.version);
        }
        assert_eq!(world.tried("tried").await.tried.calls, count);
    }
}

#[tokio::test]
async fn a_canary_has_its_share_of_clients_and_keeps_them() {
    let world = world().await;
    let ids: Vec<String> = (0..100).map(|number| format!("client-{number}")).collect();
    let metadata = world
        .store
        .find_client(&durward_model::ClientId::new(CIBA))
        .await
        .unwrap()
        .unwrap()
        .value
        .metadata;
    for id in &ids {
        world.add_client(id, metadata.clone()).await;
    }
    world.canary("notify", "three", 20).await;
    let mut asked: HashMap<&str, Vec<String>> = HashMap::new();
    for _ in 0..2 {
        for id in &ids {
            let before = world.engine.contexts().len();
            let authorization = clients::basic(id);
            let credentials = Some(authorization.as_str());
            request::answer(&world.provider, credentials, &parameters(&ciba_request()))
                .await
                .unwrap();
            let called = world.engine.contexts().split_off(before);
            assert_eq!(called.len(), 1, "one version of the two");
            asked.entry(id).or_default().push(called[0].0.clone());
        }
    }
    assert!(
        asked.values().all(|texts| texts[0] == texts[1]),
        "{asked:?}"
    );
    let taken = asked.values().filter(|texts| texts[0] == "three").count();
    // 20 of 100, four standard deviations of 4 to either side; the ids are fixed.
    assert!((4..=36).contains(&taken), "{taken}");
    let figures = world.tried("notify").await;
    let tried = u64::try_from(taken).unwrap() * 2;
    assert_eq!(
        (figures.tried.calls, figures.serving.calls),
        (tried, 200 - tried)
    );
}

#[tokio::test]
async fn a_canary_that_fails_fails_closed() {
    let world = World::with_details().await;
    world
        .engine
        .always_fails("broken", EngineError::TimedOut { limit_ms: 5 });
    world.canary(PAYMENT, "broken", 100).await;
    let details = array(&[PAY]);
    let refused = world
        .authorize(&mut browser(), &detailed(&details, &[]))
        .await;
    let Err(error) = refused else {
        panic!("it was let through");
    };
    assert!(format!("{error:?}").contains(&format!("{:?}", Code::InvalidAuthorizationDetails)));
    let figures = world.tried(PAYMENT).await;
    assert_eq!((figures.tried.calls, figures.tried.failed), (1, 1));
    let script = world.script(PAYMENT).await;
    let decided = world.decisions.all();
    assert_eq!(
        decided.last().unwrap().version,
        script.candidate.unwrap().version
    );
}

#[tokio::test]
async fn too_many_errors_take_a_canary_out() {
    let world = world().await;
    world
        .stage("notify", "broken", within(ALL, 5))
        .await
        .unwrap();
    for turn in 0..5 {
        assert_eq!(called(&world).await, ["broken"], "{turn}");
        world.judge_trials().await;
    }
    assert_eq!(called(&world).await, ["one"], "it serves for all again");
    let script = world.script("notify").await;
    let end = script.candidate_ended.unwrap();
    assert_eq!((script.candidate, end.outcome), (None, Outcome::RolledBack));
    assert_eq!((&*end.author, end.at), ("server", world.provider.now()));
    assert!(
        end.reason.contains("5 of its 5 calls failed"),
        "{}",
        end.reason
    );
    let ended = world.provider.scripts.trials().ended();
    assert_eq!(ended[&("notify".to_owned(), Outcome::RolledBack)], 1);
    assert_eq!(script.script, "one");
}

#[tokio::test]
async fn errors_of_a_shadow_take_it_out_and_nobody_noticed() {
    let world = world().await;
    world
        .stage("notify", "broken", within(Stage::Shadow, 3))
        .await
        .unwrap();
    for _ in 0..3 {
        assert_eq!(called(&world).await, ["one", "broken"]);
    }
    world.judge_trials().await;
    assert_eq!(called(&world).await, ["one"]);
    let end = world.script("notify").await.candidate_ended.unwrap();
    assert_eq!(
        (end.stage, end.outcome),
        (Stage::Shadow, Outcome::RolledBack)
    );
}

#[tokio::test]
async fn slowness_takes_a_candidate_out() {
    for (took_ms, is_out) in [(24, false), (250, true)] {
        let world = world().await;
        world.engine.takes("one", Duration::from_millis(20));
        world.engine.takes("three", Duration::from_millis(took_ms));
        world
            .stage("notify", "three", within(Stage::Shadow, 4))
            .await
            .unwrap();
        for _ in 0..4 {
            called(&world).await;
        }
        world.judge_trials().await;
        let script = world.script("notify").await;
        assert_eq!(script.candidate.is_none(), is_out, "{took_ms} ms");
        if let Some(end) = script.candidate_ended {
            assert!(end.reason.contains("95 %"), "{}", end.reason);
        }
    }
}

#[tokio::test]
async fn figures_of_all_nodes_count_and_all_nodes_let_go() {
    let world = world().await;
    world
        .stage("notify", "broken", within(ALL, 4))
        .await
        .unwrap();
    let other = Provider::load(
        world.store.clone(),
        world.clock.clone(),
        world.provider.entropy.clone(),
        Arc::new(Scripts::new(Arc::new(world.decisions.clone()))),
        Arc::new(keys::sealing()),
    );
    let other = Arc::new(other.await.unwrap());
    let engine = Arc::new(world.engine.clone());
    let loader = ScriptLoader::new(other.clone(), engine.clone());
    loader.refresh().await.unwrap();
    let watch = StageWatch::new(other.clone(), engine);
    let script_type = types::find("ciba_end_user_notification").unwrap();
    for _ in 0..2 {
        called(&world).await;
        let chosen = other.scripts.of_flow(script_type, "x").remove(0);
        let failed = other.scripts.ask(&chosen, "notifyEndUser", json!({})).await;
        assert!(failed.is_err());
    }
    world.judge_trials().await;
    assert!(
        world.script("notify").await.candidate.is_some(),
        "two calls"
    );
    watch.look().await.unwrap();
    assert!(world.script("notify").await.candidate.is_none(), "four");
    world.loader.refresh().await.unwrap();
    loader.refresh().await.unwrap();
    assert!(world.trial("notify").is_none());
    assert!(other.scripts.all()[0].candidate().is_none());
}

#[tokio::test]
async fn one_of_two_promotions_wins() {
    let world = world().await;
    world.canary("notify", "three", 5).await;
    let keeper = world.keeper();
    let (one, two) = tokio::join!(keeper.promote(NAME), keeper.promote(NAME));
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    let script = won.unwrap();
    assert!(matches!(
        lost,
        Err(SaveError::Conflict(_) | SaveError::Missing(_))
    ));
    assert_eq!((script.script.as_str(), script.revision), ("three", 3));
    assert_eq!(
        script.candidate_ended.as_ref().unwrap().outcome,
        Outcome::Promoted
    );
    world.loader.refresh().await.unwrap();
    assert_eq!(called(&world).await, ["three"]);
    let versions = history::list(&world.provider, &script.inum).await.unwrap();
    let told: Vec<_> = versions
        .iter()
        .map(|version| (version.revision, version.staged, version.promoted_from))
        .collect();
    assert_eq!(
        told,
        [(1, false, None), (2, true, None), (3, false, Some(2))]
    );
    let (older, newer) = history::pair(&world.provider, &script, None, None)
        .await
        .unwrap();
    assert_eq!(
        (older.revision, newer.revision),
        (1, 3),
        "what serves is compared"
    );
}

#[tokio::test]
async fn good_calls_promote_where_that_was_wanted() {
    for (text, stage, serves) in [
        ("three", ALL, true),
        ("three", Stage::Shadow, false),
        ("same", Stage::Shadow, true),
    ] {
        let world = world().await;
        world.engine.always("same", true);
        world.engine.asks_for("same", "http", "push");
        let staging = Staging {
            promote_after_calls: Some(3),
            ..within(stage, 2)
        };
        world.stage("notify", text, staging).await.unwrap();
        for _ in 0..3 {
            assert_eq!(world.script("notify").await.script, "one");
            called(&world).await;
            world.judge_trials().await;
        }
        let script = world.script("notify").await;
        assert_eq!(script.script == text, serves, "{text} {stage}");
        if serves {
            assert_eq!(script.candidate_ended.unwrap().author, "server");
            assert_eq!(called(&world).await, [text]);
        }
    }
}

#[tokio::test]
async fn a_candidate_passes_the_gate_or_changes_nothing() {
    let world = world().await;
    world.shadow("notify", "two").await;
    let before = world.script("notify").await;
    world.engine.has_problem("odd", 3, "no");
    world.engine.always("odd", true);
    world.engine.cannot_open("closed", raised("no"));
    let staging = Staging::new(ALL);
    for text in ["odd", "closed", "nobody knows it", "one"] {
        world.stage("notify", text, staging).await.unwrap_err();
    }
    let of_no_call = Staging {
        promote_after_calls: Some(10),
        ..staging
    };
    for wrong in [
        Staging::new(Stage::Canary { share_percent: 0 }),
        Staging::new(Stage::Canary { share_percent: 101 }),
        within(ALL, 0),
        of_no_call,
    ] {
        let refused = world.stage("notify", "three", wrong).await;
        assert!(
            matches!(refused, Err(SaveError::Invalid { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(
        world.script("notify").await,
        before,
        "what is on trial stays"
    );
    assert_eq!(called(&world).await, ["one", "two"]);
}

#[tokio::test]
async fn where_scripts_connect_by_themselves_none_is_a_shadow() {
    let world = world().await;
    world.shadow("notify", "two").await;
    world.engine.does_not_isolate(Runtime::Auto);
    let refused = world
        .stage("notify", "three", Staging::new(Stage::Shadow))
        .await;
    assert!(matches!(
        refused,
        Err(SaveError::Invalid { field: "stage", .. })
    ));
    world.canary("notify", "three", 1).await;
    // Another node, which was told to open its network after the shadow was stored.
    let world = self::world().await;
    world
        .stage("notify", "two", Staging::new(Stage::Shadow))
        .await
        .unwrap();
    world.engine.does_not_isolate(Runtime::Auto);
    let engine = Arc::new(world.engine.clone());
    let loader = ScriptLoader::new(world.provider.clone(), engine);
    loader.refresh().await.unwrap();
    assert_eq!(called(&world).await, ["one"]);
    let end = world.script("notify").await.candidate_ended.unwrap();
    assert!(end.reason.contains("did not load"), "{}", end.reason);
}

#[tokio::test]
async fn a_disabled_script_has_nothing_to_be_tried_beside() {
    let world = world().await;
    world.keeper().set_enabled(NAME, false).await.unwrap();
    let refused = world.stage("notify", "two", Staging::new(ALL)).await;
    assert!(matches!(
        refused,
        Err(SaveError::Invalid {
            field: "enabled",
            ..
        })
    ));
    for refused in [
        world.keeper().promote(NAME).await,
        world.keeper().unstage(NAME).await,
    ] {
        assert!(matches!(refused, Err(SaveError::Missing(_))));
    }
}

/// How a trial ends when `change` is made.
async fn ends_with(world: &World, script: Script) -> (Outcome, Option<Candidate>) {
    world.loader.refresh().await.unwrap();
    assert!(world.trial("notify").is_none());
    (script.candidate_ended.unwrap().outcome, script.candidate)
}

#[tokio::test]
async fn whatever_else_is_saved_takes_the_candidate_away() {
    let draft = |text: &str| Draft {
        name: "notify".to_owned(),
        script_type: "ciba_end_user_notification".to_owned(),
        text: text.to_owned(),
        level: 1,
        enabled: true,
        ..Draft::default()
    };
    let superseded = (Outcome::Superseded, None);
    let world = world().await;
    let keeper = world.keeper();
    world.canary("notify", "two", 5).await;
    let same = keeper.save(draft("one")).await.unwrap();
    assert!(same.candidate.is_some(), "nothing was changed");
    let saved = keeper.save(draft("three")).await.unwrap();
    assert_eq!(ends_with(&world, saved).await, superseded);
    world.canary("notify", "two", 5).await;
    let reloaded = keeper.reload(NAME).await.unwrap();
    assert_eq!(ends_with(&world, reloaded).await, superseded);
    world.canary("notify", "two", 5).await;
    let back = keeper.roll_back(NAME, 1).await.unwrap();
    assert_eq!(ends_with(&world, back).await, superseded);
    world.canary("notify", "two", 5).await;
    let disabled = keeper.set_enabled(NAME, false).await.unwrap();
    assert_eq!(ends_with(&world, disabled).await, superseded);
    keeper.set_enabled(NAME, true).await.unwrap();
    world.canary("notify", "two", 5).await;
    let unstaged = keeper.unstage(NAME).await.unwrap();
    assert_eq!(ends_with(&world, unstaged).await, (Outcome::Unstaged, None));
    keeper.delete(NAME).await.unwrap();
    assert_eq!(world.count(Kind::CandidateFigures).await, 0);
}

#[tokio::test]
async fn another_stage_keeps_the_version_and_begins_to_count_anew() {
    let world = world().await;
    world.shadow("notify", "two").await;
    called(&world).await;
    world.watch().look().await.unwrap();
    let before = world.script("notify").await;
    let staging = Staging::new(ALL);
    let after = world.keeper().restage(NAME, staging).await.unwrap();
    world.loader.refresh().await.unwrap();
    let (old, new) = (before.candidate.unwrap(), after.candidate.unwrap());
    assert_eq!((old.revision, &old.version), (new.revision, &new.version));
    assert_ne!(old.id, new.id);
    assert_eq!(after.candidate_ended, None);
    let figures = world
        .store
        .find_candidate_figures(&after.inum)
        .await
        .unwrap();
    assert_eq!(figures.unwrap().tried.calls, 0);
    let opened = |world: &World| {
        let events = world.engine.events().into_iter();
        events
            .filter(|event| *event == Event::Opened("two".into()))
            .count()
    };
    assert_eq!(opened(&world), 3, "the gate twice, and loaded once");
    assert_eq!(called(&world).await, ["two"]);
}

#[tokio::test]
async fn a_trial_survives_a_restart() {
    let world = world().await;
    world.canary("notify", "three", 100).await;
    called(&world).await;
    world.watch().look().await.unwrap();
    world.loader.close().await;
    let loader = ScriptLoader::new(world.provider.clone(), Arc::new(world.engine.clone()));
    loader.refresh().await.unwrap();
    assert_eq!(called(&world).await, ["three"]);
    world.watch().look().await.unwrap();
    let inum = world.script("notify").await.inum;
    let figures = world.store.find_candidate_figures(&inum).await.unwrap();
    assert_eq!(figures.unwrap().tried.calls, 2, "before and after");
}

#[tokio::test]
async fn a_candidate_that_does_not_load_is_taken_out_and_never_asked() {
    let world = world().await;
    world.canary("notify", "three", 100).await;
    world.loader.close().await;
    world
        .engine
        .cannot_open("three", EngineError::Missing("no JVM".into()));
    let loader = ScriptLoader::new(world.provider.clone(), Arc::new(world.engine.clone()));
    loader.refresh().await.unwrap();
    assert_eq!(called(&world).await, ["one"]);
    let end = world.script("notify").await.candidate_ended.unwrap();
    assert_eq!(end.outcome, Outcome::RolledBack);
    assert!(end.reason.contains("no JVM"), "{}", end.reason);
}

#[tokio::test]
async fn what_served_stays_in_the_history_and_hidden_values_stay_hidden() {
    let world = world().await;
    world.reconfigure(|c| c.script_versions_kept = 1).await;
    for text in ["two", "three", "two"] {
        world.canary("notify", text, 5).await;
    }
    let script = world.keeper().unstage(NAME).await.unwrap();
    let versions = history::list(&world.provider, &script.inum).await.unwrap();
    let kept: Vec<i64> = versions.iter().map(|version| version.revision).collect();
    assert_eq!(kept, [1, 4]);
    let secret = |value2: &str| durward_model::script::ScriptProperty {
        value1: "key".into(),
        value2: value2.into(),
        hide: true,
        description: String::new(),
    };
    let draft = Draft {
        name: "notify".into(),
        script_type: "ciba_end_user_notification".into(),
        text: "one".into(),
        level: 1,
        enabled: true,
        configuration_properties: vec![secret("s3cret")],
        ..Draft::default()
    };
    world.keeper().save(draft).await.unwrap();
    world
        .stage("notify", "three", Staging::new(ALL))
        .await
        .unwrap();
    assert_eq!(
        world.engine.attributes("three"),
        [("key".to_owned(), "s3cret".to_owned())]
    );
    let script = world.keeper().promote(NAME).await.unwrap();
    assert_ne!(script.configuration_properties[0].value2, MASK);
    assert!(!script.configuration_properties[0].value2.contains("s3cret"));
}

#[tokio::test]
async fn programs_of_trials_are_closed_when_they_are_over() {
    let world = world().await;
    let closed = async |text: &str| {
        for _ in 0..50 {
            yield_now().await;
        }
        let closed = Event::Closed(text.to_owned());
        let events = world.engine.events().into_iter();
        events.filter(|event| *event == closed).count()
    };
    world.canary("notify", "three", 100).await;
    assert_eq!(closed("three").await, 1, "of the gate");
    world.keeper().unstage(NAME).await.unwrap();
    world.loader.refresh().await.unwrap();
    assert_eq!((closed("three").await, closed("one").await), (2, 1));
    world.shadow("notify", "three").await;
    world.loader.close().await;
    assert_eq!((closed("three").await, closed("one").await), (4, 2));
}

#[tokio::test]
async fn a_registration_asks_one_version_all_along() {
    let world = World::configured(|c| {
        c.dynamic_registration_mode = durward_model::configuration::RegistrationMode::Open;
        c.dynamic_registration_quota = 0;
    })
    .await;
    let texts = ["one", "two"];
    for text in texts {
        world
            .engine
            .define(text, |call| Ok(json!(call.method.starts_with("create"))));
        world.engine.also_defines(text, "modifyPostResponse");
    }
    world
        .save_script_of("client_registration", "reg", 1, "one")
        .await
        .unwrap();
    world.canary("reg", "two", 50).await;
    let mut seen = [false, false];
    for number in 0..40 {
        let before = world.engine.contexts().len();
        let origin = durward_script::origin::Origin::new(&format!("request-{number}"));
        let registering = durward_script::origin::within(origin, async {
            let metadata = durward_testkit::registration::web_metadata();
            world.register(&metadata).await.unwrap()
        });
        registering.await;
        let called = world.engine.contexts().split_off(before);
        assert!(called.len() > 1, "verdict and answer");
        assert!(
            called.iter().all(|(text, _)| *text == called[0].0),
            "{called:?}"
        );
        let place = texts.iter().position(|text| *text == called[0].0).unwrap();
        seen[place] = true;
    }
    assert_eq!(seen, [true, true], "both versions were asked");
}
