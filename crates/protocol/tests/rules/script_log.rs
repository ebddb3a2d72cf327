//! What becomes of the records of calls: the journal, what was printed, the script's own
//! `scriptError`, its figures.

use std::time::Duration;

use durward_model::{Script, ScriptFigures, Timestamp};
use durward_protocol::{
    script_keeping::Which,
    script_log::{
        reading::{Wanted, journal, last_calls},
        script_log,
    },
};
use durward_script::{
    EngineError, ScriptInfo,
    engine::HostCallRecord,
    origin::{self, Origin},
    program::{Answer, Failure, FailureKind, LogLine},
    record::{CallRecord, Recorder as _},
};
use durward_store::Kind;
use durward_testkit::World;
use serde_json::json;

fn info(script: &Script) -> ScriptInfo {
    ScriptInfo {
        inum: script.inum.as_str().to_owned(),
        name: script.name.clone(),
        script_type: script.script_type.clone(),
        level: script.level,
        version: script.version.clone(),
    }
}

fn record<'a>(script: &'a ScriptInfo, error: Option<&'a EngineError>) -> CallRecord<'a> {
    CallRecord {
        script,
        method: "notifyEndUser",
        input: "00ff",
        decision: None,
        verdict: error.map_or("true", |_| "failed"),
        error,
        log: &[],
        host_calls: &[],
        duration: Duration::from_millis(1),
        killed: matches!(error, Some(EngineError::TimedOut { .. })),
        origin: None,
        stage: None,
        recorded: None,
    }
}

/// Records calls, one after the other, and waits until all is written.
async fn recorded(world: &World, records: &[CallRecord<'_>]) {
    let (log, writer) = script_log(
        world.store.clone(),
        world.clock.clone(),
        world.provider.entropy.clone(),
    );
    for record in records {
        log.record(record);
    }
    drop(log);
    writer.beside(&world.provider).run().await;
}

/// The same for calls that end so.
async fn calls(world: &World, script: &Script, ends: &[Option<EngineError>]) {
    let info = info(script);
    let records: Vec<_> = ends.iter().map(|end| record(&info, end.as_ref())).collect();
    recorded(world, &records).await;
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

async fn figures(world: &World, script: &Script) -> ScriptFigures {
    let found = world.store.find_script_figures(&script.inum).await.unwrap();
    found.unwrap().value
}

fn slow() -> EngineError {
    EngineError::TimedOut { limit_ms: 5 }
}

fn raised() -> EngineError {
    EngineError::Script(Failure {
        kind: FailureKind::Raised,
        message: "ValueError: no device".into(),
        line: Some(12),
        column: None,
        trace: "Traceback (most recent call last):\n  File \"notify\", line 12".into(),
        problems: Vec::new(),
    })
}

#[tokio::test]
async fn a_script_whose_calls_fail_says_so_until_one_succeeds() {
    let world = World::new().await;
    let script = saved(&world).await;
    calls(&world, &script, &[None, Some(slow())]).await;
    let before = stored(&world).await;
    let error = |figures: ScriptFigures| figures.error_of(&script.version);
    let failing = error(figures(&world, &script).await).expect("the last call failed");
    assert!(failing.stack_trace.contains("timedOut"), "{failing:?}");
    world.clock.advance_seconds(1);
    calls(&world, &script, &[None]).await;
    assert_eq!(error(figures(&world, &script).await), None);
    assert_eq!(
        stored(&world).await,
        before,
        "who saves it is not in a race"
    );
    assert_eq!(
        world.count(Kind::JournalEntry).await,
        3,
        "every call has its entry"
    );
    assert_eq!(
        world.count(Kind::ScriptLog).await,
        1,
        "a call that printed nothing has no log"
    );
}

#[tokio::test]
async fn a_call_that_raises_leaves_its_line_and_its_traceback() {
    let world = World::new().await;
    let script = saved(&world).await;
    calls(&world, &script, &[Some(raised())]).await;
    let kept = figures(&world, &script).await;
    assert_eq!(kept.error_of("another version"), None);
    let kept = kept.error_of(&script.version).unwrap();
    assert_eq!(
        (kept.line, kept.raised_at),
        (Some(12), world.provider.now())
    );
    assert!(
        kept.stack_trace
            .contains("ValueError: no device\nTraceback"),
        "{kept:?}"
    );
    calls(&world, &script, &[None]).await;
    let last = figures(&world, &script).await.last_error.unwrap();
    assert_eq!(last.line, Some(12), "kept after calls succeed again");
    assert!(last.stack_trace.starts_with("Traceback"), "{last:?}");
    assert_eq!(
        (&*last.kind, &*last.method, &last.version),
        ("raised", "notifyEndUser", &script.version)
    );
}

#[tokio::test]
async fn failures_are_no_change_of_the_script() {
    let world = World::new().await;
    let script = saved(&world).await;
    let before = world.store.revision().await.unwrap();
    calls(&world, &script, &vec![Some(slow()); 300]).await;
    let writes = world.store.revision().await.unwrap() - before;
    assert_eq!(writes, 0, "nothing that nodes reload for");
}

#[tokio::test]
async fn a_script_that_is_gone_is_not_made_anew() {
    let world = World::new().await;
    let mut script = saved(&world).await;
    script.inum = durward_model::ScriptId::new("gone");
    calls(&world, &script, &[Some(slow())]).await;
    assert_eq!(world.count(Kind::Script).await, 1);
    assert_eq!(world.count(Kind::ScriptFigures).await, 0);
}

#[tokio::test]
async fn figures_add_up_over_restarts_and_nodes() {
    let world = World::new().await;
    let script = saved(&world).await;
    calls(&world, &script, &[None, Some(slow()), None]).await;
    let info = info(&script);
    let host_calls = ["http", "http", "made up by the script"].map(|service| HostCallRecord {
        service: service.into(),
        arguments: json!({}),
        answer: (service == "http").then(|| Answer::Value(json!({}))),
    });
    let more = CallRecord {
        host_calls: &host_calls,
        duration: Duration::from_mins(1),
        ..record(&info, None)
    };
    recorded(&world, &[more]).await;
    let figures = figures(&world, &script).await;
    assert_eq!(
        (figures.calls(), figures.failed(), figures.kills),
        (4, 1, 1)
    );
    let verdicts = &figures.verdicts["notifyEndUser"];
    assert_eq!((verdicts["true"], verdicts["failed"]), (3, 1));
    assert_eq!(figures.failures["timedOut"], 1);
    assert_eq!(figures.host_calls["http"].answered, 2);
    assert_eq!(figures.host_calls["other"].refused, 1, "no name of its own");
    assert_eq!(figures.durations.quantile_us(75), Some(1_000));
    assert_eq!(figures.durations.quantile_us(76), Some(u64::MAX));
    assert_eq!(figures.last_call_at, Some(world.provider.now()));
}

#[tokio::test]
async fn nodes_that_store_figures_at_once_lose_none() {
    let world = World::new().await;
    let script = saved(&world).await;
    let ends = vec![None; 50];
    let node = || calls(&world, &script, &ends);
    tokio::join!(node(), node(), node(), node());
    assert_eq!(figures(&world, &script).await.calls(), 200);
}

#[tokio::test]
async fn the_journal_has_hashes_and_words_and_nothing_else() {
    const PERSONAL: &str = "alice@example.org";
    const SECRET: &str = "s3cr3t-of-the-shop";
    let world = World::new().await;
    let script = saved(&world).await;
    let info = info(&script);
    let error = EngineError::Script(Failure {
        message: format!("ValueError: {PERSONAL}"),
        trace: format!("Traceback: {SECRET}"),
        kind: FailureKind::Raised,
        line: Some(1),
        column: None,
        problems: Vec::new(),
    });
    let line = LogLine {
        level: "info".into(),
        text: format!("{PERSONAL} {SECRET}"),
    };
    let host_call = HostCallRecord {
        service: format!("http {SECRET}"),
        arguments: json!({ "url": PERSONAL, "body": SECRET }),
        answer: Some(Answer::Value(json!(SECRET))),
    };
    let one = CallRecord {
        log: &[line],
        host_calls: &[host_call],
        ..record(&info, Some(&error))
    };
    recorded(&world, &[one]).await;
    let rows = world.store.fetch_all(Kind::JournalEntry).await.unwrap();
    let body = &rows.first().unwrap().body;
    assert!(!body.contains(PERSONAL) && !body.contains(SECRET), "{body}");
    let names: Vec<String> = serde_json::from_str::<serde_json::Map<_, _>>(body)
        .unwrap()
        .into_iter()
        .map(|(name, _): (String, serde_json::Value)| name)
        .collect();
    let allowed = [
        "at",
        "clientId",
        "durationUs",
        "element",
        "expiresAt",
        "failure",
        "hostCalls",
        "id",
        "input",
        "inum",
        "method",
        "requestId",
        "script",
        "scriptType",
        "verdict",
        "version",
    ];
    assert!(
        names.iter().all(|name| allowed.contains(&&**name)),
        "{names:?}"
    );
    let figures = world.store.fetch_all(Kind::ScriptFigures).await.unwrap();
    assert!(!figures[0].body.contains("\"http "), "{figures:?}");
}

#[tokio::test]
async fn a_call_is_journaled_with_the_request_and_client_that_it_was_made_for() {
    let world = World::new().await;
    let script = saved(&world).await;
    let info = info(&script);
    let made = origin::within(Origin::new("request-1"), async {
        origin::client_is("shop");
        origin::client_is("another");
        origin::current()
    });
    let within = CallRecord {
        origin: made.await,
        ..record(&info, None)
    };
    assert!(origin::current().is_none(), "nothing outlives the request");
    recorded(&world, &[within, record(&info, None)]).await;
    let entries = world.journal().await;
    let of = |id: Option<&str>| {
        let mut found = entries
            .iter()
            .filter(move |e| e.request_id.as_deref() == id);
        found.next().unwrap()
    };
    assert_eq!(of(Some("request-1")).client_id.as_deref(), Some("shop"));
    assert_eq!(of(None).client_id, None);
    assert_eq!(of(None).version, script.version);
    let wanted = Wanted {
        request_id: Some("request-1".into()),
        ..Wanted::default()
    };
    let found = journal(&*world.store, &wanted, 9).await.unwrap();
    assert_eq!(found, [of(Some("request-1")).clone()]);
}

#[tokio::test]
async fn the_journal_is_found_by_script_time_and_verdict() {
    let world = World::new().await;
    let script = saved(&world).await;
    // More than one page, so that what is looked for is behind others.
    calls(&world, &script, &[Some(slow())]).await;
    let begin = world.provider.now();
    world.clock.advance_seconds(60);
    calls(&world, &script, &vec![None; 600]).await;
    let failed = Wanted {
        verdict: Some("failed".into()),
        script: Some(script.inum.clone()),
        ..Wanted::default()
    };
    let found = journal(&*world.store, &failed, 5).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].failure.as_deref(), Some("timedOut"));
    let since = |since: Timestamp| Wanted {
        since: Some(since),
        ..Wanted::default()
    };
    let all = journal(&*world.store, &since(begin), 1_000).await.unwrap();
    assert_eq!(all.len(), 601);
    assert!(all.is_sorted_by_key(|entry| &entry.id), "oldest first");
    let later = journal(&*world.store, &since(begin.plus_seconds(1)), 1_000).await;
    assert_eq!(later.unwrap().len(), 600);
    let until = Wanted {
        until: Some(begin.plus_seconds(1)),
        ..failed.clone()
    };
    assert_eq!(journal(&*world.store, &until, 9).await.unwrap().len(), 1);
    let other = Wanted {
        script: Some(durward_model::ScriptId::new("other")),
        ..Wanted::default()
    };
    assert_eq!(journal(&*world.store, &other, 9).await.unwrap(), []);
    let named = |name: &str| Wanted {
        script_name: Some(name.to_owned()),
        ..Wanted::default()
    };
    world
        .keeper()
        .delete(Which::Name(&script.name))
        .await
        .unwrap();
    let of_gone = journal(&*world.store, &named(&script.name), 1_000).await;
    assert_eq!(of_gone.unwrap(), all);
    let of_nobody = journal(&*world.store, &named("nobody"), 9).await;
    assert_eq!(of_nobody.unwrap(), []);
    assert_eq!(
        journal(&*world.store, &Wanted::default(), 7).await.unwrap(),
        all[all.len() - 7..]
    );
}

#[tokio::test]
async fn the_journal_outlives_the_log_and_ends_when_configured() {
    let world = World::configured(|live| live.script_journal_days = 30).await;
    let script = saved(&world).await;
    calls(&world, &script, &[Some(slow())]).await;
    let day = 24 * 3_600;
    let count_after = async |days: i64| {
        let later = world.provider.now().plus_seconds(days * day + 1);
        world.store.sweep(later.ms()).await.unwrap();
        (
            world.count(Kind::JournalEntry).await,
            world.count(Kind::ScriptLog).await,
        )
    };
    assert_eq!(count_after(6).await, (1, 1));
    assert_eq!(count_after(7).await, (1, 0));
    assert_eq!(count_after(29).await, (1, 0));
    assert_eq!(count_after(30).await, (0, 0));
}

#[tokio::test]
async fn a_log_shows_calls_with_their_lines_and_notes_of_the_server() {
    let world = World::new().await;
    let script = saved(&world).await;
    let info = info(&script);
    let line = |text: &str| LogLine {
        level: "info".into(),
        text: text.into(),
    };
    let (log, writer) = script_log(
        world.store.clone(),
        world.clock.clone(),
        world.provider.entropy.clone(),
    );
    log.record(&record(&info, None));
    world.clock.advance_seconds(1);
    log.record(&CallRecord {
        log: &[line("sent")],
        ..record(&info, Some(&raised()))
    });
    world.clock.advance_seconds(1);
    log.note(
        &info,
        "getFrontchannelHtml",
        &[line("one link was removed")],
    );
    drop(log);
    writer.run().await;
    let calls = last_calls(&*world.store, &script.inum, "", 9)
        .await
        .unwrap();
    assert_eq!(calls.len(), 3);
    assert_eq!(calls[0].error, None);
    assert_eq!(calls[0].decision.as_ref().unwrap().verdict, "true");
    assert_eq!(calls[1].lines, ["info sent"]);
    assert_eq!(calls[1].line, Some(12));
    assert_eq!(
        calls[1].error.as_deref(),
        Some("raised: ValueError: no device")
    );
    assert_eq!(calls[1].decision.as_ref().unwrap().verdict, "failed");
    assert_eq!(calls[2].lines, ["info one link was removed"]);
    assert_eq!(calls[2].decision, None, "nothing was asked");
    let last = last_calls(&*world.store, &script.inum, "", 1)
        .await
        .unwrap();
    assert_eq!(last, calls[2..]);
    let figures = figures(&world, &script).await;
    assert_eq!(figures.calls(), 2, "a note is no call");
}

/// Each in a commit of its own would make flows wait for that many more syncs of the disk.
#[tokio::test]
async fn calls_of_a_moment_are_written_together() {
    let world = World::new().await;
    let (log, writer) = script_log(
        world.store.clone(),
        world.clock.clone(),
        world.provider.entropy.clone(),
    );
    let before = world.store.figures().commits;
    let writing = tokio::spawn(writer.run());
    let script = ScriptInfo {
        inum: "1".to_owned(),
        name: "busy".to_owned(),
        script_type: "authz_detail".to_owned(),
        level: 1,
        version: "v".to_owned(),
    };
    for _ in 0..40 {
        log.record(&record(&script, None));
        tokio::task::yield_now().await;
    }
    drop(log);
    writing.await.unwrap();
    let commits = world.store.figures().commits - before;
    assert!((1..10).contains(&commits), "{commits}");
}

#[tokio::test]
async fn a_clock_that_jumps_by_a_day_takes_nothing_from_journal_and_log() {
    let world = World::new().await;
    let script = saved(&world).await;
    let day = 24 * 3_600;
    for (count, jump) in [(1, 0), (2, day), (3, -2 * day), (4, day)] {
        world.clock.advance_seconds(jump);
        calls(&world, &script, &[Some(slow())]).await;
        world.store.sweep(world.provider.now().ms()).await.unwrap();
        assert_eq!(world.count(Kind::JournalEntry).await, count);
        assert_eq!(world.count(Kind::ScriptLog).await, count);
    }
}
