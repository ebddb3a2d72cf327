//! What the engine must make of each behaviour of a host.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
};

use durward_engine::{
    EngineSettings,
    wire::{FailureKind, LogLine},
};
use durward_script::{
    Engine, EngineError, LoadedProgram, engine::HostCallRecord, program::Call, services::NoServices,
};
use libtest_mimic::Trial;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::{
    stage::{
        Host, LIMITS, SHORT, Stage, as_pid, call, descendants, descriptors, error, eventually,
        held, held_at_rest, host_pid, inherited, is_dead, pid, program, result,
    },
    trial,
};

/// A case, for whichever host.
pub type Case = fn(Host) -> Pin<Box<dyn Future<Output = ()>>>;

macro_rules! cases {
    ($($case:ident),* $(,)?) => {
        [$((stringify!($case), (|host| Box::pin($case(host))) as Case)),*]
    };
}

pub fn all() -> Vec<Trial> {
    let both = cases![
        a_call_returns_result_changes_and_log,
        a_script_that_raises_keeps_its_worker,
        one_bad_behaviour_costs_one_call,
        what_never_ends_is_ended,
        host_calls_are_answered_and_recorded,
        host_calls_are_bounded,
        host_calls_may_be_answered_elsewhere,
        a_worker_that_dies_during_a_host_call_is_noticed,
        an_idle_worker_that_dies_costs_no_call,
        an_answer_nobody_asked_for_is_no_answer,
        a_worker_that_stops_reading_is_replaced,
        a_request_that_is_too_large_is_not_sent,
        a_cancelled_call_leaves_no_worker,
        the_queue_is_bounded,
        waiting_counts_as_wall_clock,
        waiting_callers_are_told,
        a_hostile_call_among_a_hundred,
        close_drains_and_destroys,
        a_late_call_is_served,
        opening_says_what_is_wrong,
        an_abandoned_opening_leaves_no_worker,
        checking_is_harmless,
        a_dead_host_is_replaced,
        a_host_that_cannot_start_is_missing,
    ];
    // A JVM is confined by a launcher, which the tests of the whole binary look at.
    let forking = cases![the_host_inherits_nothing];
    let over = |host: Host, cases: &[(&str, Case)]| -> Vec<Trial> {
        cases
            .iter()
            .map(|(name, case)| trial(&format!("{host:?}::{name}"), host, *case))
            .collect()
    };
    let mut all = over(Host::Forking, &both);
    all.extend(over(Host::Jvm, &both));
    all.extend(over(Host::Forking, &forking));
    all
}

fn exhausted(what: &str) -> EngineError {
    EngineError::Exhausted(what.into())
}

fn line(level: &str, text: &str) -> LogLine {
    LogLine {
        level: level.into(),
        text: text.into(),
    }
}

async fn a_call_returns_result_changes_and_log(host: Host) {
    let stage = Stage::new(host, 2, 10);
    let opened = stage.engine.open(program("ok", LIMITS)).await.unwrap();
    assert_eq!(opened.report.api_version, 11);
    assert_eq!(opened.log, [line("info", "init")]);
    let execution = call(&*opened.program, "ok", json!({"a": [1, null, "é"]})).await;
    let reply = execution.outcome.unwrap();
    assert_eq!(reply.result, json!({"a": [1, null, "é"]}));
    assert_eq!(Value::from(reply.changes), json!({"scope": ["a"]}));
    let dropped = line("warn", "2 more log lines were dropped");
    assert_eq!(
        execution.log,
        [line("info", "one"), line("info", "two"), dropped]
    );
    assert!(execution.host_calls.is_empty());
}

async fn a_script_that_raises_keeps_its_worker(host: Host) {
    let stage = Stage::new(host, 2, 10);
    let script = stage.open("ok", LIMITS).await;
    let before = pid(&*script).await;
    let execution = call(&*script, "raise", Value::Null).await;
    let Err(EngineError::Script(failure)) = execution.outcome else {
        panic!("it raised")
    };
    assert_eq!((failure.kind, failure.line), (FailureKind::Raised, Some(3)));
    assert_eq!(failure.message, "ValueError: no");
    assert_eq!(execution.log, [line("info", "before")]);
    assert_eq!(pid(&*script).await, before);
}

/// Each ends its worker; the next call, in the same program, finds another and
/// nothing is left behind.
async fn one_bad_behaviour_costs_one_call(host: Host) {
    let stage = Stage::new(host, 1, 10);
    let script = stage.open("ok", LIMITS).await;
    let neighbour = stage.open("ok", LIMITS).await;
    let neighbour_pid = pid(&*neighbour).await;
    let broke = |how: &str| EngineError::Broke(how.into());
    let cases = [
        ("flood", exhausted("log")),
        ("flood-of-nothing", exhausted("log")),
        ("garbage", broke("not a frame (Syntax error at byte 1)")),
        ("giant", broke("frame of 4294967295 bytes is over 4194304")),
        ("deep", broke("a frame nested deeper than 64")),
        ("twice", broke("it spoke out of turn")),
        ("impatient", broke("it spoke out of turn")),
        ("torn", host.died("exit code 3")),
        ("exit:0", host.died("exit code 0")),
        ("exit:97", host.ended(exhausted("memory"))),
        ("exit:98", host.ended(exhausted("result size"))),
        ("signal:27", host.ended(exhausted("processor time"))),
        ("signal:31", host.died("a forbidden system call")),
        ("signal:6", host.died("abort")),
        ("close", host.died("killed, or closed its wire")),
        ("large:1053000", exhausted("result size")),
    ];
    for (behaviour, expected) in cases {
        let before = pid(&*script).await;
        let holding = held_at_rest().await;
        assert_eq!(error(&*script, behaviour).await, expected, "{behaviour}");
        // Made at once, not when the next call comes.
        eventually("a replacement", || {
            let now = descendants();
            now.len() == holding.processes && !now.contains_key(&before)
        })
        .await;
        assert_ne!(pid(&*script).await, before, "{behaviour}: a new worker");
        eventually(behaviour, || held() == holding).await;
    }
    assert_eq!(
        pid(&*neighbour).await,
        neighbour_pid,
        "nobody else's call noticed"
    );
    assert_eq!(
        result(&*script, "large:1048570", Value::Null)
            .await
            .as_str()
            .unwrap()
            .len(),
        1_048_570
    );
}

async fn what_never_ends_is_ended(host: Host) {
    let stage = Stage::new(host, 1, 10);
    let script = stage.open("ok", SHORT).await;
    for behaviour in ["hang", "announced", "ask:never"] {
        let before = pid(&*script).await;
        let holding = held_at_rest().await;
        let execution = call(&*script, behaviour, json!(1)).await;
        assert_eq!(
            execution.outcome,
            Err(EngineError::TimedOut {
                limit_ms: SHORT.wall_ms
            })
        );
        assert!(execution.duration.as_millis() >= u128::from(SHORT.wall_ms));
        let asked = behaviour
            .strip_prefix("ask:")
            .map(|service| HostCallRecord {
                service: service.into(),
                arguments: json!(1),
                answer: None,
            });
        assert_eq!(execution.host_calls, Vec::from_iter(asked));
        assert_ne!(pid(&*script).await, before);
        eventually(behaviour, || held() == holding).await;
    }
}

async fn host_calls_are_answered_and_recorded(host: Host) {
    let stage = Stage::new(host, 1, 10);
    let script = stage.open("ok", LIMITS).await;
    let record = |service: &str, answer: &Value| {
        [HostCallRecord {
            service: service.into(),
            arguments: json!([1]),
            answer: Some(serde_json::from_value(answer.clone()).unwrap()),
        }]
    };
    let cases = [
        ("echo", true, json!({"value": [1]})),
        ("weather", false, json!({"refused": "no weather today"})),
        (
            "large",
            false,
            json!({"refused": "the answer is too large"}),
        ),
    ];
    for (service, answered, expected) in cases {
        let execution = call(&*script, &format!("ask:{service}"), json!([1])).await;
        assert_eq!(execution.host_calls, record(service, &expected));
        assert_eq!(execution.host_calls[0].is_answered(), answered);
        assert_eq!(execution.outcome.unwrap().result, expected);
    }
}

/// As those of a shadow are.
async fn host_calls_may_be_answered_elsewhere(host: Host) {
    let stage = Stage::new(host, 1, 10);
    let script = stage.open("ok", LIMITS).await;
    let asking = Call {
        method: "ask:echo".to_owned(),
        context: json!([1]),
        arguments: serde_json::Map::new(),
    };
    let execution = script.call_with(asking, &NoServices).await;
    let refused = json!({"refused": "'echo' is not available here"});
    assert_eq!(execution.outcome.unwrap().result, refused);
    assert!(!execution.host_calls[0].is_answered());
    let own = call(&*script, "ask:echo", json!([1])).await;
    assert_eq!(own.outcome.unwrap().result, json!({"value": [1]}));
    let services = script.services();
    let answer = services.answer("", "echo", &json!(2)).await;
    assert_eq!(answer, Ok(json!(2)));
}

async fn host_calls_are_bounded(host: Host) {
    let stage = Stage::new(host, 1, 10);
    let script = stage.open("ok", LIMITS).await;
    let execution = call(&*script, "ask-forever", Value::Null).await;
    assert_eq!(execution.outcome, Err(exhausted("host calls")));
    assert_eq!(execution.host_calls.len(), LIMITS.host_calls);
    let execution = call(&*script, "ask:echo", json!("x".repeat(1_100_000))).await;
    assert_eq!(execution.outcome, Err(exhausted("host call size")));
    assert_eq!(result(&*script, "quiet", json!(2)).await, json!(2));
}

/// Not at its deadline: the server listens while it works on the answer.
async fn a_worker_that_dies_during_a_host_call_is_noticed(host: Host) {
    let stage = Stage::new(host, 1, 10);
    let script = stage.open("ok", LIMITS).await;
    let execution = call(&*script, "ask-and-die", Value::Null).await;
    assert_eq!(execution.outcome, Err(host.died("exit code 4")));
    assert_eq!(execution.host_calls.len(), 1);
    assert_eq!(execution.host_calls[0].answer, None);
    assert_eq!(result(&*script, "quiet", json!(2)).await, json!(2));
}

async fn an_idle_worker_that_dies_costs_no_call(host: Host) {
    let stage = Stage::new(host, 1, 10);
    let script = stage.open("ok", LIMITS).await;
    let holding = held_at_rest().await;
    let dead = as_pid(&result(&*script, "die-later", Value::Null).await);
    eventually("the worker dies", || is_dead(dead)).await;
    assert_ne!(pid(&*script).await, dead);
    eventually("it is reaped", || held() == holding).await;
}

async fn an_answer_nobody_asked_for_is_no_answer(host: Host) {
    let stage = Stage::new(host, 1, 10);
    let script = stage.open("ok", LIMITS).await;
    // When both answers come in one read, the call itself sees that it was lied to.
    match call(&*script, "stray", Value::Null).await.outcome {
        Ok(reply) => {
            let liar = as_pid(&reply.result);
            eventually("the stray answer is there", || is_dead(liar)).await;
        }
        Err(error) => assert_eq!(error.kind(), "crashed"),
    }
    assert_eq!(
        result(&*script, "quiet", json!("mine")).await,
        json!("mine")
    );
}

async fn a_worker_that_stops_reading_is_replaced(host: Host) {
    let stage = Stage::new(host, 1, 10);
    let script = stage.open("ok", SHORT).await;
    result(&*script, "deaf", Value::Null).await;
    let execution = call(&*script, "quiet", json!("x".repeat(3_000_000))).await;
    assert_eq!(
        execution.outcome,
        Err(EngineError::TimedOut {
            limit_ms: SHORT.wall_ms
        })
    );
    assert_eq!(result(&*script, "quiet", json!(1)).await, json!(1));
}

async fn a_request_that_is_too_large_is_not_sent(host: Host) {
    let stage = Stage::new(host, 1, 10);
    let script = stage.open("ok", LIMITS).await;
    let before = pid(&*script).await;
    let execution = call(&*script, "quiet", json!("x".repeat(5_000_000))).await;
    assert_eq!(execution.outcome, Err(exhausted("request size")));
    assert_eq!(pid(&*script).await, before);
}

async fn a_cancelled_call_leaves_no_worker(host: Host) {
    let stage = Stage::new(host, 1, 10);
    let script = stage.open("ok", LIMITS).await;
    let before = pid(&*script).await;
    let holding = held_at_rest().await;
    let running = spawn_call(&script, "ask:gate");
    stage.entered().await;
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    assert_ne!(pid(&*script).await, before);
    eventually("the worker is gone", || held() == holding).await;
}

fn spawn_call(
    script: &Arc<dyn LoadedProgram>,
    behaviour: &str,
) -> tokio::task::JoinHandle<Result<Value, EngineError>> {
    let (script, behaviour) = (Arc::clone(script), behaviour.to_owned());
    tokio::spawn(async move {
        call(&*script, &behaviour, Value::Null)
            .await
            .outcome
            .map(|reply| reply.result)
    })
}

async fn the_queue_is_bounded(host: Host) {
    let stage = Stage::new(host, 1, 1);
    let script = stage.open("ok", LIMITS).await;
    let running = spawn_call(&script, "ask:gate");
    stage.entered().await;
    // One of the two gets the only place to wait, the other is turned away at once.
    let mut first = spawn_call(&script, "quiet");
    let mut second = spawn_call(&script, "quiet");
    let (refused, waiting) = tokio::select! {
        result = &mut first => (result, second),
        result = &mut second => (result, first),
    };
    assert_eq!(refused.unwrap(), Err(exhausted("queue")));
    stage.told.gate.add_permits(1);
    assert_eq!(running.await.unwrap(), Ok(json!({"value": "through"})));
    assert_eq!(waiting.await.unwrap(), Ok(Value::Null));
}

async fn waiting_counts_as_wall_clock(host: Host) {
    let stage = Stage::new(host, 1, 10);
    let script = stage.open("mode", SHORT).await;
    // The replacement never gets through `init`: who waits for it, waits no
    // longer than the limit.
    *stage.told.mode.lock().unwrap() = "ask:never";
    assert_eq!(error(&*script, "exit:1").await, host.died("exit code 1"));
    let execution = call(&*script, "quiet", Value::Null).await;
    assert_eq!(
        execution.outcome,
        Err(EngineError::TimedOut {
            limit_ms: SHORT.wall_ms
        })
    );
    *stage.told.mode.lock().unwrap() = "ok";
    eventually_served(&*script).await;
}

async fn waiting_callers_are_told(host: Host) {
    let stage = Stage::new(host, 2, 10);
    let script = stage.open("mode", LIMITS).await;
    *stage.told.mode.lock().unwrap() = "exit:7";
    assert_eq!(error(&*script, "exit:1").await, host.died("exit code 1"));
    // Long before the wall clock of 10 s, and again for each new caller.
    for _ in 0..3 {
        assert_eq!(error(&*script, "quiet").await, host.died("exit code 7"));
    }
    *stage.told.mode.lock().unwrap() = "ok";
    eventually_served(&*script).await;
}

/// A worker whose `init` began under the old mode may still disappoint one caller.
async fn eventually_served(script: &dyn LoadedProgram) {
    for _ in 0..3 {
        if call(script, "quiet", json!(1)).await.outcome.is_ok() {
            return;
        }
    }
    panic!("not served again");
}

async fn a_hostile_call_among_a_hundred(host: Host) {
    let stage = Stage::new(host, 4, 1000);
    let script = stage.open("ok", LIMITS).await;
    for hostile in ["exit:97", "garbage", "flood", "twice"] {
        let calls: Vec<_> = (0..100)
            .map(|number| {
                let script = Arc::clone(&script);
                let behaviour = if number == 40 { hostile } else { "quiet" };
                tokio::spawn(async move { call(&*script, behaviour, json!(number)).await.outcome })
            })
            .collect();
        for (number, call) in calls.into_iter().enumerate() {
            let outcome = call.await.unwrap();
            if number == 40 {
                assert!(outcome.is_err(), "{hostile}");
            } else {
                assert_eq!(outcome.unwrap().result, json!(number), "beside {hostile}");
            }
        }
    }
    // The template and at most four workers.
    eventually("the dead are reaped", || {
        (2..=5).contains(&descendants().len())
    })
    .await;
}

async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

async fn close_drains_and_destroys(host: Host) {
    let stage = Stage::new(host, 2, 10);
    let script = stage.open("ok", LIMITS).await;
    let first = spawn_call(&script, "ask:gate");
    let second = spawn_call(&script, "ask:gate");
    stage.entered().await;
    stage.entered().await;
    // Each is polled once, so that the call has queued up when the program closes.
    let mut waiting = pin!(call(&*script, "quiet", json!(3)));
    assert!(poll_once(waiting.as_mut()).await.is_pending());
    let mut closing = pin!(script.close());
    assert!(poll_once(closing.as_mut()).await.is_pending());
    assert_eq!(
        stage.destroyed(),
        0,
        "nothing is destroyed under a running call"
    );
    stage.told.gate.add_permits(2);
    assert_eq!(first.await.unwrap(), Ok(json!({"value": "through"})));
    assert_eq!(second.await.unwrap(), Ok(json!({"value": "through"})));
    assert_eq!(waiting.await.outcome.unwrap().result, json!(3));
    closing.await;
    assert_eq!(stage.destroyed(), 2, "each worker once");
    eventually("the workers are gone", || descendants().len() == 1).await;
    script.close().await;
    assert_eq!(stage.destroyed(), 2, "closing twice does nothing more");
}

async fn a_late_call_is_served(host: Host) {
    let stage = Stage::new(host, 2, 10);
    let script = stage.open("ok", LIMITS).await;
    script.close().await;
    assert_eq!(result(&*script, "quiet", json!(5)).await, json!(5));
    eventually("its worker is destroyed", || stage.destroyed() == 2).await;
    eventually("and gone", || descendants().len() == 1).await;
}

async fn opening_says_what_is_wrong(host: Host) {
    let stage = Stage::new(host, 2, 10);
    let open = async |source: &str| {
        stage
            .engine
            .open(program(source, SHORT))
            .await
            .err()
            .unwrap()
    };
    let EngineError::Script(failure) = open("refuse").await else {
        panic!("refused")
    };
    assert_eq!(
        (failure.kind, &*failure.message),
        (FailureKind::Refused, "no class")
    );
    assert_eq!(failure.trace, "line 3");
    let EngineError::Script(failure) = open("raise").await else {
        panic!("raised")
    };
    assert_eq!(failure.kind, FailureKind::Raised);
    assert_eq!(failure.trace, "line 3\nprinted before:\n  before");
    assert_eq!(open("exit:97").await, host.ended(exhausted("memory")));
    assert_eq!(open("flood").await, exhausted("log"));
    assert_eq!(
        open("hang").await,
        EngineError::TimedOut {
            limit_ms: SHORT.wall_ms
        }
    );
    assert_eq!(
        open("quiet").await,
        EngineError::Broke("not the report that was asked for".into())
    );
    eventually("no worker is left", || descendants().len() == 1).await;
}

/// Orders to a template are carried out in sequence: when the last program is
/// open, every worker that nobody wants any more has been forked.
async fn an_abandoned_opening_leaves_no_worker(host: Host) {
    let stage = Stage::new(host, 2, 10);
    stage.engine.warm().await.unwrap();
    for _ in 0..10 {
        let mut opening = pin!(stage.engine.open(program("ok", LIMITS)));
        assert!(poll_once(opening.as_mut()).await.is_pending());
    }
    let script = stage.open("ok", LIMITS).await;
    eventually("one worker is left", || descendants().len() == 2).await;
    assert_eq!(result(&*script, "quiet", json!(1)).await, json!(1));
}

async fn checking_is_harmless(host: Host) {
    let stage = Stage::new(host, 2, 10);
    let check = async |source: &str| stage.engine.check(&program(source, LIMITS)).await;
    assert!(check("ok").await.unwrap().problems.is_empty());
    let problems = check("ask").await.unwrap().problems;
    assert_eq!(problems[0].message, "'echo' is not available here");
    assert_eq!(
        check("exit:98").await,
        Err(host.ended(exhausted("result size")))
    );
    assert_eq!(check("garbage").await.unwrap_err().kind(), "crashed");
    eventually("no worker is left", || descendants().len() == 1).await;
}

async fn a_dead_host_is_replaced(host: Host) {
    let stage = Stage::new(host, 2, 10);
    let script = stage.open("ok", LIMITS).await;
    for _ in 0..3 {
        let before = host_pid();
        let running = spawn_call(&script, "ask:gate");
        stage.entered().await;
        kill_process(Pid::from_raw(before).unwrap(), Signal::KILL).unwrap();
        assert_eq!(running.await.unwrap(), Err(host.gone()));
        eventually("the host is reaped", || {
            !descendants().contains_key(&before)
        })
        .await;
        assert_eq!(result(&*script, "quiet", json!(1)).await, json!(1));
        assert_ne!(host_pid(), before);
    }
}

async fn a_host_that_cannot_start_is_missing(host: Host) {
    for role in ["/nonexistent/host", "fake-broken"] {
        let engine = host.engine(role, EngineSettings::default(), Arc::new(NoServices));
        for _ in 0..2 {
            assert_eq!(engine.warm().await.unwrap_err().kind(), "missing");
        }
        let error = engine.open(program("ok", LIMITS)).await.err().unwrap();
        assert!(error.to_string().contains("cannot be started"), "{error}");
    }
}

async fn the_host_inherits_nothing(host: Host) {
    let stage = Stage::new(host, 2, 10);
    let script = stage.open("ok", LIMITS).await;
    let template = host_pid();
    assert_eq!(
        std::fs::read(format!("/proc/{template}/environ")).unwrap(),
        b""
    );
    // The control socket, /dev/null, standard error.
    assert_eq!(descriptors(&template.to_string()), 3 + inherited());
    // The wire twice (the fake's own copy), /dev/null, standard error.
    let worker = pid(&*script).await.to_string();
    assert_eq!(descriptors(&worker), 4 + inherited());
}
