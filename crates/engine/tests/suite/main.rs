//! The engine against a host that does everything wrong that a host can.
//!
//! Runs without the standard harness because this binary is also that host.
//! Cases run one at a time: each must leave no descriptor and no process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod cases;
mod fake;
mod fake_jvm;
mod stage;

use std::{env, process::ExitCode};

use libtest_mimic::{Arguments, Trial};
use rustix::process::{Signal, getpid, kill_process};
use tokio::runtime::{Builder, Runtime};

fn main() -> ExitCode {
    match role().as_deref() {
        Some("fake-jvm") => fake_jvm::listen(),
        Some("fake-template") => fake::template(),
        Some("fake-worker") => fake::worker(),
        // A host that cannot start.
        Some("fake-broken") => kill_process(getpid(), Signal::TERM).unwrap(),
        _ => {
            let arguments = Arguments {
                test_threads: Some(1),
                ..Arguments::from_args()
            };
            return libtest_mimic::run(&arguments, cases::all()).exit_code();
        }
    }
    ExitCode::SUCCESS
}

/// What this process was started as: a JVM gets the role as its jar.
fn role() -> Option<String> {
    let words: Vec<String> = env::args().skip(1).collect();
    let jar = words.iter().skip_while(|word| *word != "-jar").nth(1);
    jar.or(words.first()).cloned()
}

/// A case in a runtime of its own, with nothing left over afterwards.
fn trial(name: &str, host: stage::Host, case: cases::Case) -> Trial {
    Trial::test(name, move || {
        // The first one opens what the process keeps: the pipe for signals.
        drop(runtime());
        // A case that failed before this one may still be ending its processes.
        runtime().block_on(stage::eventually("a clean start", || {
            stage::descendants().is_empty()
        }));
        let before = stage::held();
        let runtime = runtime();
        runtime.block_on(case(host));
        runtime.block_on(stage::eventually("processes end", || {
            stage::descendants().is_empty()
        }));
        drop(runtime);
        let after = stage::held();
        if before == after {
            Ok(())
        } else {
            Err(format!("{before:?} became {after:?}").into())
        }
    })
}

fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}
