//! Saving and loading scripts: a broken one changes nothing, or fails closed.

use durward_model::script::ScriptProperty;
use durward_protocol::{
    Code,
    script_keeping::{self, Draft, SaveError, Which},
    script_loading::ScriptLoader,
};
use durward_script::{EngineError, types::ciba_end_user_notification::CONTRACT};
use durward_store::{Change, Kind};
use durward_testkit::{
    World,
    ciba::ciba_request,
    engine::{Event, raised},
    flow::refusal,
};
use tokio::task::yield_now;

const TYPE: &str = "ciba_end_user_notification";

fn draft(name: &str, text: &str) -> Draft {
    Draft {
        name: name.to_owned(),
        script_type: TYPE.to_owned(),
        programming_language: String::new(),
        text: text.to_owned(),
        enabled: true,
        ..Draft::default()
    }
}

/// Texts that a notification now reaches, in order.
async fn serving(world: &World) -> Vec<String> {
    let before = world.engine.contexts().len();
    world
        .reconfigure(|c| c.backchannel_pending_requests_per_user = 1_000)
        .await;
    world.ask(&ciba_request()).await.unwrap();
    world
        .engine
        .contexts()
        .into_iter()
        .skip(before)
        .map(|(text, _)| text)
        .collect()
}

async fn closed(world: &World, text: &str) -> usize {
    for _ in 0..50 {
        yield_now().await;
    }
    let closed = Event::Closed(text.to_owned());
    world
        .engine
        .events()
        .into_iter()
        .filter(|event| *event == closed)
        .count()
}

/// Stores a version as another node would have: without trying it out here.
async fn stored_behind_our_back(world: &World, name: &str, text: &str) {
    let found = world
        .store
        .find_script_by_name(name)
        .await
        .unwrap()
        .unwrap();
    let mut script = found.value.clone();
    script.script = text.to_owned();
    script.version = format!("version-of-{text}");
    script.revision += 1;
    world
        .store
        .apply(vec![Change::replace(&found, &script)])
        .await
        .unwrap();
    world.loader.refresh().await.unwrap();
}

#[tokio::test]
async fn a_new_version_replaces_the_old_one_which_is_then_closed() {
    let world = World::new().await;
    world.engine.always("one", true);
    world.engine.always("two", true);
    world.save_script("notify", 1, "one").await.unwrap();
    assert_eq!(serving(&world).await, ["one"]);
    let tried_out = closed(&world, "one").await;
    world.save_script("notify", 1, "two").await.unwrap();
    assert_eq!(serving(&world).await, ["two"]);
    assert_eq!(closed(&world, "one").await, tried_out + 1);
    let events = world.engine.events();
    let opened = events
        .iter()
        .rposition(|event| *event == Event::Opened("two".to_owned()))
        .unwrap();
    let closed = events
        .iter()
        .rposition(|event| *event == Event::Closed("one".to_owned()))
        .unwrap();
    assert!(
        opened < closed,
        "the new one is ready before the old one goes"
    );
    assert_eq!(world.count(Kind::Script).await, 1);
}

#[tokio::test]
async fn a_save_that_fails_any_step_changes_nothing() {
    let world = World::new().await;
    world.engine.always("good", true);
    world.save_script("notify", 1, "good").await.unwrap();
    let before = world
        .store
        .find_script_by_name("notify")
        .await
        .unwrap()
        .unwrap();

    world.engine.always("bad-text", true);
    world.engine.has_problem("bad-text", 7, "invalid syntax");
    let problems = world
        .save_script("notify", 1, "bad-text")
        .await
        .unwrap_err();
    assert!(matches!(problems, SaveError::Problems(list) if list[0].line == 7));
    world.engine.always("init-raises", true);
    world
        .engine
        .cannot_open("init-raises", raised("init said no"));
    let error = world
        .save_script("notify", 1, "init-raises")
        .await
        .unwrap_err();
    assert!(matches!(error, SaveError::Engine(EngineError::Script(_))));

    let after = world
        .store
        .find_script_by_name("notify")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (after.version, &after.value),
        (before.version, &before.value)
    );
    assert_eq!(serving(&world).await, ["good"]);
}

#[tokio::test]
async fn names_and_types_are_checked_before_anything_runs() {
    let world = World::new().await;
    world.engine.always("good", true);
    for name in ["", "x", "with blank", "a\nb", "<b>", "é", &"x".repeat(61)] {
        let result = world.keeper().save(draft(name, "good")).await;
        assert!(matches!(result, Err(SaveError::Invalid { .. })), "{name}");
    }
    let unknown = Draft {
        script_type: "person_authentication".to_owned(),
        ..draft("fine", "good")
    };
    let result = world.keeper().save(unknown).await;
    assert!(matches!(result, Err(SaveError::Invalid { message, .. }) if message.contains(TYPE)));
    assert!(world.engine.events().is_empty());
}

#[tokio::test]
async fn a_broken_new_version_leaves_the_old_one_serving_and_is_recorded() {
    let world = World::new().await;
    world.engine.always("good", true);
    world.save_script("notify", 1, "good").await.unwrap();
    stored_behind_our_back(&world, "notify", "broken").await;
    assert_eq!(serving(&world).await, ["good"]);
    let stored = world
        .store
        .find_script_by_name("notify")
        .await
        .unwrap()
        .unwrap();
    assert!(
        stored
            .script_error
            .as_ref()
            .unwrap()
            .stack_trace
            .contains("unknown text")
    );

    // Refreshing again neither tries again nor lets the old one go.
    let events = world.engine.events().len();
    for _ in 0..3 {
        world.loader.refresh().await.unwrap();
    }
    assert_eq!(world.engine.events().len(), events);
    assert_eq!(serving(&world).await, ["good"]);
    let closed_once = closed(&world, "good").await;
    assert_eq!(closed_once, 1, "only the try-out of the save was closed");
}

#[tokio::test]
async fn a_first_version_that_does_not_load_fails_closed() {
    let world = World::configured(|configuration| {
        configuration.notification_failure =
            durward_model::configuration::NotificationFailure::Reject;
    })
    .await;
    world.engine.always("good", true);
    world.keeper().save(draft("notify", "good")).await.unwrap();
    world
        .engine
        .cannot_open("good", EngineError::Crashed("host is gone".to_owned()));
    world.loader.refresh().await.unwrap();
    let loaded = world.provider.scripts.of(&CONTRACT);
    assert_eq!(loaded.len(), 1, "it is there");
    assert!(loaded[0].program.is_err(), "and it is broken");
    assert_eq!(
        refusal(world.ask(&ciba_request()).await),
        Code::UnauthorizedEndUserDevice
    );
}

#[tokio::test]
async fn saving_the_same_text_again_heals_what_failed_through_no_fault_of_its_own() {
    let world = World::new().await;
    world.engine.always("good", true);
    world.keeper().save(draft("notify", "good")).await.unwrap();
    world
        .engine
        .cannot_open("good", EngineError::Crashed("host is gone".to_owned()));
    world.loader.refresh().await.unwrap();
    assert_eq!(serving(&world).await, [] as [&str; 0]);
    world.engine.always("good", true);
    world.save_script("notify", 0, "good").await.unwrap();
    assert_eq!(serving(&world).await, ["good"]);
    let stored = world
        .store
        .find_script_by_name("notify")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.script_error, None);
}

#[tokio::test]
async fn a_disabled_script_is_let_go_and_closed_and_comes_back() {
    let world = World::new().await;
    world.engine.always("good", true);
    world.save_script("notify", 1, "good").await.unwrap();
    let before = closed(&world, "good").await;
    world
        .keeper()
        .set_enabled(Which::Name("notify"), false)
        .await
        .unwrap();
    world.loader.refresh().await.unwrap();
    assert_eq!(serving(&world).await, [] as [&str; 0]);
    assert_eq!(closed(&world, "good").await, before + 1);

    world
        .keeper()
        .set_enabled(Which::Name("notify"), true)
        .await
        .unwrap();
    world.loader.refresh().await.unwrap();
    assert_eq!(serving(&world).await, ["good"]);
    let missing = world
        .keeper()
        .set_enabled(Which::Name("nobody"), true)
        .await;
    assert!(matches!(missing, Err(SaveError::Missing(_))));
}

#[tokio::test]
async fn a_script_that_cannot_start_cannot_be_enabled() {
    let world = World::new().await;
    world.engine.always("good", true);
    world.save_script("notify", 1, "good").await.unwrap();
    world
        .keeper()
        .set_enabled(Which::Name("notify"), false)
        .await
        .unwrap();
    world.engine.cannot_open("good", raised("no"));
    let result = world
        .keeper()
        .set_enabled(Which::Name("notify"), true)
        .await;
    assert!(matches!(result, Err(SaveError::Engine(_))));
    assert!(
        !world
            .store
            .find_script_by_name("notify")
            .await
            .unwrap()
            .unwrap()
            .enabled
    );
}

#[tokio::test]
async fn another_level_reorders_without_a_reload() {
    let world = World::new().await;
    for text in ["a", "b"] {
        world.engine.always(text, true);
    }
    world.save_script("script-a", 1, "a").await.unwrap();
    world.save_script("script-b", 2, "b").await.unwrap();
    assert_eq!(serving(&world).await, ["a", "b"]);
    let found = world
        .store
        .find_script_by_name("script-a")
        .await
        .unwrap()
        .unwrap();
    let mut moved = found.value.clone();
    moved.level = 3;
    world
        .store
        .apply(vec![Change::replace(&found, &moved)])
        .await
        .unwrap();
    let before = world.engine.events().len();
    world.loader.refresh().await.unwrap();
    assert_eq!(
        world.engine.events().len(),
        before,
        "nothing is opened or closed"
    );
    assert_eq!(serving(&world).await, ["b", "a"]);
}

#[tokio::test]
async fn one_broken_script_does_not_keep_others_from_loading() {
    let world = World::new().await;
    world.engine.always("good", true);
    world.engine.always("breaks", true);
    world
        .keeper()
        .save(draft("breaks", "breaks"))
        .await
        .unwrap();
    world
        .keeper()
        .save(Draft {
            level: -1,
            ..draft("good", "good")
        })
        .await
        .unwrap();
    world.engine.cannot_open("breaks", raised("no"));
    world.loader.refresh().await.unwrap();
    assert_eq!(
        serving(&world).await,
        ["good"],
        "asked before the broken one"
    );
    assert_eq!(world.provider.scripts.all().len(), 2);
}

#[tokio::test]
async fn hidden_properties_are_sealed_and_reach_the_script_in_clear() {
    let world = World::new().await;
    world.engine.always("good", true);
    let property = |value1: &str, value2: &str, hide: bool| ScriptProperty {
        value1: value1.to_owned(),
        value2: value2.to_owned(),
        hide,
        description: String::new(),
    };
    let with_secret = Draft {
        configuration_properties: vec![
            property("url", "https://push", false),
            property("key", "s3cret", true),
        ],
        ..draft("notify", "good")
    };
    world.keeper().save(with_secret).await.unwrap();
    world.loader.refresh().await.unwrap();
    let rows = world.store.fetch_all(Kind::Script).await.unwrap();
    assert!(!rows[0].body.contains("s3cret"));
    let pairs =
        [("url", "https://push"), ("key", "s3cret")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(world.engine.attributes("good"), pairs);

    // The same sealed text under another script's id does not open.
    let mut stolen = world
        .store
        .find_script_by_name("notify")
        .await
        .unwrap()
        .unwrap()
        .value;
    stolen.inum = durward_model::ScriptId::new("thief");
    let live = world.provider.live();
    let result = script_keeping::program(
        &stolen,
        &live.configuration,
        &world.provider.sealing,
        world.provider.now(),
    );
    assert!(result.is_err());
}

#[tokio::test]
async fn closing_the_loader_destroys_every_script() {
    let world = World::new().await;
    for text in ["a", "b"] {
        world.engine.always(text, true);
        world
            .save_script(&format!("script-{text}"), 1, text)
            .await
            .unwrap();
    }
    let before = (closed(&world, "a").await, closed(&world, "b").await);
    world.loader.close().await;
    assert!(world.provider.scripts.all().is_empty());
    assert_eq!(
        (closed(&world, "a").await, closed(&world, "b").await),
        (before.0 + 1, before.1 + 1)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn under_load_every_request_meets_one_version_and_none_meets_nothing() {
    let world = std::sync::Arc::new(
        World::configured(|c| c.backchannel_pending_requests_per_user = 10_000).await,
    );
    for text in ["one", "two"] {
        world.engine.always(text, true);
    }
    world.save_script("notify", 1, "one").await.unwrap();
    let asking: Vec<_> = (0..4)
        .map(|_| {
            let world = world.clone();
            tokio::spawn(async move {
                for _ in 0..25 {
                    world.ask(&ciba_request()).await.unwrap();
                }
            })
        })
        .collect();
    for round in 0..10 {
        world
            .save_script("notify", 1, if round % 2 == 0 { "two" } else { "one" })
            .await
            .unwrap();
    }
    for task in asking {
        task.await.unwrap();
    }
    assert_eq!(world.engine.contexts().len(), 100);
}

#[tokio::test]
async fn a_second_loader_of_the_same_store_serves_the_same() {
    let world = World::new().await;
    world.engine.always("good", true);
    world.save_script("notify", 1, "good").await.unwrap();
    let other = ScriptLoader::new(
        world.provider.clone(),
        std::sync::Arc::new(world.engine.clone()),
    );
    other.refresh().await.unwrap();
    assert_eq!(serving(&world).await, ["good"]);
}
