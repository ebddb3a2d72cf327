//! Reload after reload, and nothing grows: ten thousand through the engine that a server
//! has, with the real native host, and some hundreds through a whole server.
//!
//! In a binary of its own, one at a time: a test beside it would be in the figures. The JVM's
//! ten thousand are `LeakIT` of `hosts/jvm`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "hosts/stand.rs"]
#[allow(dead_code)]
mod stand;
#[path = "support/all.rs"]
mod support;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use durward_engine::HostEngine;
use durward_script::program::Runtime as RunsOn;
use serde_json::json;
use stand::Heard;
use support::{
    config_api::Api,
    home::{CIBA_TYPE, Home, notifying},
    process::{descendants, descriptors, resident_kib, threads},
    wait::{LONG, until, until_async},
};
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Reloads of scripts, through the engine.
const RELOADS: usize = 10_000;

/// Reloads before the first look: whatever is made once is there by then.
const WARM: usize = 1_000;

/// Scripts that are reloaded at the same time.
const LANES: usize = 4;

/// What memory may grow by in all that follows the first look, KiB: less than a KiB a reload.
const ROOM_KIB: u64 = 8 * 1024;

/// Descriptors and threads that a process may have more than at the first look: of its
/// runtime and its store, whatever the number of reloads.
const SOME: usize = 12;

/// What a process holds.
#[derive(Debug, Clone, Copy)]
struct Held {
    resident_kib: u64,
    descriptors: usize,
    threads: u64,
    below: usize,
}

impl Held {
    fn by(pid: u32) -> Self {
        Self {
            resident_kib: resident_kib(pid),
            descriptors: descriptors(pid),
            threads: threads(pid),
            below: descendants(pid).len(),
        }
    }

    fn has_not_grown_since(&self, before: &Self, who: &str) {
        let told = format!("{who}: {before:?} became {self:?}");
        assert_eq!(self.below, before.below, "{told}");
        assert!(self.descriptors <= before.descriptors + SOME, "{told}");
        assert!(self.threads <= before.threads + SOME as u64, "{told}");
        assert!(
            self.resident_kib <= before.resident_kib + ROOM_KIB,
            "{told}"
        );
    }
}

/// Reloads scripts until `count` have been opened, and closes what is left.
async fn reload(engine: &Arc<HostEngine>, opened: &Arc<AtomicUsize>, count: usize) {
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        let (engine, opened) = (engine.clone(), opened.clone());
        lanes.spawn(async move {
            let mut serving = None;
            loop {
                let number = opened.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    break;
                }
                let source = stand::python(&format!("return {number}"));
                let next = stand::open(&engine, stand::program(&source, RunsOn::Native)).await;
                assert_eq!(stand::result(&next, json!({})).await, number);
                if let Some(old) = serving.replace(next) {
                    old.program.close().await;
                }
            }
            opened.fetch_sub(1, Ordering::Relaxed);
            if let Some(last) = serving {
                last.program.close().await;
            }
        });
    }
    while let Some(ended) = lanes.join_next().await {
        ended.unwrap();
    }
}

#[test]
fn ten_thousand_reloads_leave_nothing_behind() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let heard = Arc::new(Heard::default());
        let engine = Arc::new(stand::native(&heard));
        let opened = Arc::new(AtomicUsize::new(0));
        let began = Instant::now();
        reload(&engine, &opened, WARM).await;
        let me = std::process::id();
        let host = until(
            "only the host is left",
            LONG,
            || match descendants(me)[..] {
                [host] => Some(host),
                _ => None,
            },
        );
        let before = (Held::by(me), Held::by(host));
        reload(&engine, &opened, RELOADS).await;
        until("only the host is left", LONG, || {
            (descendants(me) == [host]).then_some(())
        });
        let after = (Held::by(me), Held::by(host));
        println!(
            "{RELOADS} reloads in {:?}: {before:?} became {after:?}",
            began.elapsed()
        );
        after.0.has_not_grown_since(&before.0, "the engine");
        after.1.has_not_grown_since(&before.1, "the host");
        assert_eq!(heard.all().len(), RELOADS, "each was destroyed once");
    });
}

/// Scripts of the server, each saved anew in every round.
const SCRIPTS: usize = 10;

/// Rounds, and those before the first look.
const ROUNDS: usize = 40;
const WARM_ROUNDS: usize = 10;

#[test]
fn hundreds_of_saves_leave_nothing_behind_in_a_server() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    Runtime::new().unwrap().block_on(async {
        let home = Home::new();
        let server = home.serve();
        let api = Api::new(&home).await;
        let script = |number: usize, round: usize| {
            json!({
                "inum": format!("script-{number}"), "name": format!("script_{number}"),
                "scriptType": CIBA_TYPE, "enabled": true, "level": number,
                "script": notifying(&format!("print({round})\nreturn True")),
            })
        };
        let loaded = || {
            let log = server.log();
            log.iter()
                .filter(|line| line.contains("script loaded"))
                .count()
        };
        let began = Instant::now();
        let mut before = None;
        for round in 0..ROUNDS {
            for number in 0..SCRIPTS {
                if round == 0 {
                    api.add_script(&script(number, round)).await;
                } else {
                    let saved = api.put_script(&script(number, round)).await.unwrap();
                    assert_eq!(saved.status, 200, "{saved:?}");
                }
            }
            until_async("every script is loaded anew", LONG, || async {
                (loaded() == (round + 1) * SCRIPTS).then_some(())
            })
            .await;
            // The host of all workers, and one for each script.
            until("old workers are gone", LONG, || {
                (descendants(server.pid()).len() == 1 + SCRIPTS).then_some(())
            });
            if round + 1 == WARM_ROUNDS {
                before = Some(Held::by(server.pid()));
            }
        }
        let (before, after) = (before.unwrap(), Held::by(server.pid()));
        let count = ROUNDS * SCRIPTS;
        println!(
            "{count} saves in {:?}: {before:?} became {after:?}",
            began.elapsed()
        );
        after.has_not_grown_since(&before, "the server");
    });
}
