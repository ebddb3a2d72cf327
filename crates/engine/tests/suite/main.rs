//! The engine against a host that does everything wrong that a host can.
//!
//! Runs without the standard harness because this binary is also that host.
//! Cases run one at a time: each must leave no descriptor and no process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod cases;
mod fake;
mod stage;

use std::{env, future::Future, process::ExitCode};

use libtest_mimic::{Arguments, Trial};
use rustix::process::{Signal, getpid, kill_process};
use tokio::runtime::{Builder, Runtime};

fn main() -> ExitCode {
    match env::args().nth(1).as_deref() {
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

/// A case in a runtime of its own, with nothing left over afterwards.
fn trial<F: Future<Output = ()> + 'static>(name: &str, case: fn() -> F) -> Trial {
    Trial::test(name, move || {
        // The first one opens what the process keeps: the pipe for signals.
        drop(runtime());
        // A case that failed before this one may still be ending its processes.
        runtime().block_on(stage::eventually("a clean start", || {
            stage::descendants().is_empty()
        }));
        let before = stage::held();
        let runtime = runtime();
        runtime.block_on(case());
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
