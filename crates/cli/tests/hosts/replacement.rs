//! One JVM for all scripts: it is replaced when worn out, restarted when killed, ended when
//! nobody uses it, and callers do not notice.

use std::{fs, path::Path, sync::Arc, time::Duration};

use durward_engine::HostEngine;
use durward_script::{
    engine::Opened,
    program::{Limits, Program, Runtime},
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tempfile::TempDir;

use crate::stand::{
    Heard, LIMITS, SETTINGS, call, java_script, jvm_command, open, program, result,
};

/// A JVM whose process can be told from others by its directory of jars.
pub struct Stage {
    pub engine: HostEngine,
    libs: TempDir,
    heard: Arc<Heard>,
}

impl Stage {
    pub fn new(test: &str) -> Option<Self> {
        Self::with_idle(test, LONG)
    }

    fn with_idle(test: &str, idle: Duration) -> Option<Self> {
        let libs = tempfile::tempdir().unwrap();
        let mut command = jvm_command(test, &[libs.path()])?;
        command.idle = idle;
        let heard = Arc::new(Heard::default());
        Some(Self {
            engine: HostEngine::jvm(command, SETTINGS, heard.clone()),
            libs,
            heard,
        })
    }

    /// The JVMs that run now.
    pub fn processes(&self) -> Vec<i32> {
        let mark = self.libs.path().to_str().unwrap();
        let mut found: Vec<i32> = fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter(|pid: &i32| {
                fs::read(format!("/proc/{pid}/cmdline"))
                    .is_ok_and(|line| String::from_utf8_lossy(&line).contains(mark))
            })
            .collect();
        found.sort_unstable();
        found
    }

    async fn until(&self, what: &str, holds: impl Fn(&[i32]) -> bool) -> Vec<i32> {
        let deadline = tokio::time::Instant::now() + Duration::from_mins(1);
        loop {
            let now = self.processes();
            if holds(&now) {
                return now;
            }
            assert!(tokio::time::Instant::now() < deadline, "{what}: {now:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn script(body: &str) -> Program {
    program(&java_script("", body), Runtime::Java)
}

/// A script that runs for ever when asked to, and says so in its `destroy`.
fn moody() -> Program {
    let body = "while (\"loop\".equals(context.getPostLogoutRedirectUri())) { Math.random(); }\nreturn \"fine\";";
    Program {
        limits: Limits {
            wall_ms: 1500,
            ..LIMITS
        },
        ..script(body)
    }
}

async fn is_fine(opened: &Opened) {
    assert_eq!(result(opened, json!({})).await, "fine");
}

const LONG: Duration = Duration::from_mins(10);

#[tokio::test(flavor = "multi_thread")]
async fn a_worn_jvm_is_replaced_and_callers_do_not_notice() {
    let test = "a_worn_jvm_is_replaced_and_callers_do_not_notice";
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let bystander = open(&stage.engine, script("return \"fine\";")).await;
    let opened = open(&stage.engine, moody()).await;
    let first = stage.processes();
    assert_eq!(first.len(), 1);
    let looped = call(&opened, json!({ "postLogoutRedirectUri": "loop" })).await;
    assert_eq!(looped.outcome.unwrap_err().kind(), "timedOut");
    let deadline = tokio::time::Instant::now() + Duration::from_mins(1);
    // Asked without a pause, before, during and after the replacement.
    while stage.processes() == first || stage.processes().len() != 1 {
        is_fine(&bystander).await;
        assert!(tokio::time::Instant::now() < deadline, "not replaced");
    }
    for _ in 0..20 {
        is_fine(&bystander).await;
        is_fine(&opened).await;
    }
    opened.program.close().await;
    bystander.program.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_jvm_is_started_again() {
    let Some(stage) = Stage::new("a_killed_jvm_is_started_again") else {
        return;
    };
    let opened = open(&stage.engine, script("return \"fine\";")).await;
    is_fine(&opened).await;
    let first = stage.processes();
    kill_process(Pid::from_raw(first[0]).unwrap(), Signal::KILL).unwrap();
    let process = format!("/proc/{}", first[0]);
    stage
        .until("it is gone", |_| !Path::new(&process).exists())
        .await;
    // Nobody had called: nobody loses a call.
    is_fine(&opened).await;
    assert_ne!(stage.processes(), first);
    opened.program.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_says_that_its_jvm_was_killed() {
    let Some(stage) = Stage::new("a_call_says_that_its_jvm_was_killed") else {
        return;
    };
    let body = "try { io.jans.service.cdi.util.CdiUtil.bean(io.jans.as.common.service.common.EncryptionService.class).decrypt(\"begun\"); } catch (Exception e) { return null; }\n\
         while (true) { Math.random(); }";
    let opened = Arc::new(open(&stage.engine, script(body)).await);
    let pid = stage.processes()[0];
    let running = {
        let opened = opened.clone();
        tokio::spawn(async move { call(&opened, json!({})).await })
    };
    while stage.heard.all().is_empty() {
        tokio::task::yield_now().await;
    }
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
    let error = running.await.unwrap().outcome.unwrap_err();
    assert_eq!(error.kind(), "crashed");
    assert!(error.to_string().contains("signal: 9"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_starts_with_the_first_script_and_ends_after_the_last() {
    let test = "it_starts_with_the_first_script_and_ends_after_the_last";
    let Some(stage) = Stage::with_idle(test, Duration::from_millis(200)) else {
        return;
    };
    assert!(stage.processes().is_empty());
    for _ in 0..2 {
        let opened = open(&stage.engine, script("return \"fine\";")).await;
        is_fine(&opened).await;
        assert_eq!(stage.processes().len(), 1);
        opened.program.close().await;
        stage.until("nobody needs it", <[i32]>::is_empty).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_with_its_engine() {
    let Some(mut stage) = Stage::new("it_ends_with_its_engine") else {
        return;
    };
    stage.engine.warm().await.unwrap();
    assert_eq!(stage.processes().len(), 1);
    let other = jvm_command("", &[]).unwrap();
    stage.engine = HostEngine::jvm(other, SETTINGS, stage.heard.clone());
    stage.until("its engine is gone", <[i32]>::is_empty).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heap_that_scripts_fill_is_given_back() {
    let Some(stage) = Stage::new("a_heap_that_scripts_fill_is_given_back") else {
        return;
    };
    // Kept in a static field, as by a cache that nobody empties.
    let members = "static final List<byte[]> KEPT = new ArrayList<>();";
    let body = "KEPT.add(new byte[1 << 20]); return \"fine\";";
    let greedy = program(&java_script(members, body), Runtime::Java);
    let opened = open(&stage.engine, greedy).await;
    let bystander = open(&stage.engine, script("return \"fine\";")).await;
    let first = stage.processes();
    let deadline = tokio::time::Instant::now() + Duration::from_mins(1);
    while stage.processes() == first {
        let _ = call(&opened, json!({})).await;
        assert!(tokio::time::Instant::now() < deadline, "not replaced");
    }
    is_fine(&bystander).await;
    is_fine(&opened).await;
    bystander.program.close().await;
    opened.program.close().await;
}
