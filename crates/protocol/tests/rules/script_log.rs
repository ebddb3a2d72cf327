//! What becomes of the records of calls: entries, and the script's own `scriptError`.

use std::time::Duration;

use durward_model::Script;
use durward_protocol::script_log::script_log;
use durward_script::{
    EngineError, ScriptInfo,
    record::{CallRecord, Recorder as _},
};
use durward_store::Kind;
use durward_testkit::World;

/// Records calls that end so, one after the other, and waits until all is written.
async fn calls(world: &World, script: &Script, ends: &[Option<EngineError>]) {
    let (log, writer) = script_log(
        world.store.clone(),
        world.clock.clone(),
        world.provider.entropy.clone(),
    );
    let info = ScriptInfo {
        inum: script.inum.as_str().to_owned(),
        name: script.name.clone(),
        script_type: script.script_type.clone(),
        level: script.level,
        version: script.version.clone(),
    };
    for error in ends {
        log.record(&CallRecord {
            script: &info,
            method: "notifyEndUser",
            decision: None,
            error: error.as_ref(),
            log: &[],
            host_calls: &[],
            duration: Duration::from_millis(1),
        });
    }
    drop(log);
    writer.run().await;
}

async fn saved(world: &World) -> Script {
    world.engine.always("notify", true);
    world.save_script("notify", 1, "notify").await.unwrap();
    stored(world).await
}

async fn stored(world: &World) -> Script {
    let found = world.store.find_script_by_name("notify").await.unwrap();
    found.unwrap().value
}

fn slow() -> EngineError {
    EngineError::TimedOut { limit_ms: 5 }
}

#[tokio::test]
async fn a_script_whose_calls_fail_says_so_until_one_succeeds() {
    let world = World::new().await;
    let script = saved(&world).await;
    calls(&world, &script, &[None, Some(slow())]).await;
    let failing = stored(&world)
        .await
        .script_error
        .expect("the last call failed");
    assert!(failing.stack_trace.contains("timedOut"), "{failing:?}");
    calls(&world, &script, &[None]).await;
    assert_eq!(stored(&world).await.script_error, None);
    assert_eq!(
        world.count(Kind::ScriptLog).await,
        3,
        "every call has its entry"
    );
}

#[tokio::test]
async fn a_thousand_failures_are_one_change_of_the_script() {
    let world = World::new().await;
    let script = saved(&world).await;
    let before = world.store.revision().await.unwrap();
    calls(&world, &script, &vec![Some(slow()); 300]).await;
    let writes = world.store.revision().await.unwrap() - before;
    assert_eq!(writes, 1, "saves that nodes reload for");
}

#[tokio::test]
async fn a_script_that_is_gone_is_not_made_anew() {
    let world = World::new().await;
    let mut script = saved(&world).await;
    script.inum = durward_model::ScriptId::new("gone");
    calls(&world, &script, &[Some(slow())]).await;
    assert_eq!(world.count(Kind::Script).await, 1);
}
