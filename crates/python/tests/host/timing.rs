//! How large workers are. Times are printed for whoever looks; `bin/bench` judges them.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Template, Worker, probe, probe_contract, probe_source, program};

/// Pages that only this process has, bytes; zero, said so, where a user may
/// not look into a process that is not dumpable.
fn private_bytes(pid: i32) -> u64 {
    let Ok(text) = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")) else {
        println!("skipped: the size of a worker, which only root may read");
        return 0;
    };
    let pages = text.lines().filter(|line| line.starts_with("Private_"));
    pages
        .filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok())
        .sum::<u64>()
        * 1024
}

#[test]
fn a_worker_has_little_memory_of_its_own() {
    let start = Instant::now();
    let template = Template::start();
    let ready = start.elapsed();
    let text = probe_source(
        "from java.util import UUID\nfrom io.jans.util import StringHelper",
        "return context.getClient().getClientId() == 'c1' and not StringHelper.isEmpty(context.getScope())",
    );
    let mut fork_and_load = Vec::new();
    let mut workers = Vec::new();
    for _ in 0..8 {
        let start = Instant::now();
        let mut worker = Worker::of(&template);
        worker.load(program(&text, probe_contract()));
        fork_and_load.push(start.elapsed());
        workers.push(worker);
    }
    let context = json!({"scope": "openid profile", "trusted": true, "lifetime": 600, "uris": ["https://a", "https://b"],
        "client": {"clientId": "c1", "scopes": ["a", "b", "c"], "attributes": {}}, "detail": {"type": "x", "amount": {"value": "1.00"}}});
    let worker = &mut workers[0];
    for _ in 0..200 {
        worker.call("run", context.clone()).done();
    }
    let calls = 3000;
    let start = Instant::now();
    for _ in 0..calls {
        assert_eq!(
            worker.call("run", context.clone()).done().result,
            json!(true)
        );
    }
    let per_call = start.elapsed() / calls;
    let echo = bare_round_trip(calls);
    let private = private_bytes(workers[1].pid);
    fork_and_load.sort();
    println!(
        "template ready {ready:?}; fork and load {:?} (median of 8); a call {per_call:?}; a bare round trip {echo:?}; \
         private memory of a worker {} KiB",
        fork_and_load[4],
        private / 1024
    );
    assert!(private < 32 * 1024 * 1024);
    template.end();
}

/// A byte to a thread and back over a socket, for comparison.
fn bare_round_trip(count: u32) -> Duration {
    use std::io::{Read, Write};
    let (mut ours, mut theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let echo = std::thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok(length @ 1..) = theirs.read(&mut buffer) {
            theirs.write_all(&buffer[..length]).unwrap();
        }
    });
    let mut buffer = [7; 400];
    let start = Instant::now();
    for _ in 0..count {
        ours.write_all(&buffer).unwrap();
        ours.read_exact(&mut buffer).unwrap();
    }
    let each = start.elapsed() / count;
    drop(ours);
    echo.join().unwrap();
    each
}

#[test]
fn an_empty_loop_of_many_calls_keeps_its_size() {
    let mut worker = probe("", "return [context.getScope()] * 10");
    for _ in 0..500 {
        worker.call("run", json!({"scope": "x"})).done();
    }
    let before = private_bytes(worker.pid);
    for _ in 0..5000 {
        worker.call("run", json!({"scope": "x"})).done();
    }
    let after = private_bytes(worker.pid);
    assert!(after < before + 2 * 1024 * 1024, "{before} {after}");
}
