//! What a call through the engine costs beside a bare round trip of the same
//! bytes over a Unix socket, and how soon a dead worker is replaced.
//!
//! Prints figures; the peer of both is a process that answers at once, so the
//! difference is the engine's own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    env,
    io::{self, Read, Write},
    os::{fd::OwnedFd, unix::net::UnixStream as StdStream},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use durward_engine::{
    EngineSettings, HostCommand, HostEngine,
    wire::{self, Call, Contract, Done, FromHost, Limits, Program, ToHost},
};
use durward_script::{Engine, LoadedProgram, services::NoServices};
use serde_json::{Map, Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
    runtime::Builder,
};

#[path = "../tests/suite/fake.rs"]
mod fake;

const ROUNDS: u32 = 20_000;
const REPLACEMENTS: u32 = 50;

fn main() {
    match env::args().nth(1).as_deref() {
        Some("fake-template") => fake::template(),
        Some("fake-worker") => fake::worker(),
        Some("echo") => echo(),
        _ => Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(async { tokio::spawn(measure()).await.unwrap() }),
    }
}

/// Answers every frame with itself.
fn echo() {
    let mut bytes = vec![0; 1 << 20];
    let mut wire = StdStream::from(
        std::os::fd::AsFd::as_fd(&io::stdin())
            .try_clone_to_owned()
            .unwrap(),
    );
    loop {
        let mut prefix = [0; 4];
        if wire.read_exact(&mut prefix).is_err() {
            return;
        }
        let length = usize::try_from(u32::from_be_bytes(prefix)).unwrap();
        wire.read_exact(&mut bytes[4..4 + length]).unwrap();
        bytes[..4].copy_from_slice(&prefix);
        wire.write_all(&bytes[..4 + length]).unwrap();
    }
}

async fn measure() {
    let command = HostCommand {
        program: env::current_exe().unwrap(),
        args: vec!["fake-template".into()],
    };
    let engine = HostEngine::new(command, EngineSettings::default(), Arc::new(NoServices));
    let script = engine.open(Arc::new(program())).await.unwrap().program;
    for size in [0, 1_000, 20_000] {
        let context = json!({"scope": ["openid"], "text": "x".repeat(size)});
        let bare = bare(&context).await;
        let engine = through_engine(&*script, &context).await;
        let ratio = engine[0].as_secs_f64() / bare[0].as_secs_f64();
        println!(
            "context of {size:>6} bytes: median, p99: bare {bare:?}, engine {engine:?}, {ratio:.2} times"
        );
    }
    let mut times = Vec::new();
    for _ in 0..REPLACEMENTS {
        call(&*script, "exit:97", Value::Null).await.unwrap_err();
        let start = Instant::now();
        call(&*script, "quiet", Value::Null).await.unwrap();
        times.push(start.elapsed());
    }
    println!(
        "first call after a crash: median, p99: {:?}",
        summary(times)
    );
}

async fn call(
    script: &dyn LoadedProgram,
    method: &str,
    context: Value,
) -> Result<Value, durward_script::EngineError> {
    let call = Call {
        method: method.into(),
        context,
        arguments: Map::new(),
    };
    script.call(call).await.outcome.map(|reply| reply.result)
}

async fn through_engine(script: &dyn LoadedProgram, context: &Value) -> [Duration; 2] {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let context = context.clone();
        let start = Instant::now();
        call(script, "quiet", context).await.unwrap();
        times.push(start.elapsed());
    }
    summary(times)
}

/// The bytes of the call and of its answer, without JSON or limits at either end.
async fn bare(context: &Value) -> [Duration; 2] {
    let call = Call {
        method: "quiet".into(),
        context: context.clone(),
        arguments: Map::new(),
    };
    let request = wire::encode(&ToHost::Call(Box::new(call))).unwrap();
    let done = Done {
        result: context.clone(),
        ..Done::default()
    };
    let answer = wire::encode(&FromHost::Done(done)).unwrap();
    assert!(
        request.len().abs_diff(answer.len()) < 100,
        "the echo is about the answer's size"
    );
    let (ours, theirs) = StdStream::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    let mut peer = Command::new(env::current_exe().unwrap())
        .arg("echo")
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .spawn()
        .unwrap();
    let mut stream = UnixStream::from_std(ours).unwrap();
    let mut back = vec![0; request.len()];
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        stream.write_all(&request).await.unwrap();
        stream.read_exact(&mut back).await.unwrap();
        times.push(start.elapsed());
    }
    drop(stream);
    peer.wait().unwrap();
    summary(times)
}

fn summary(mut times: Vec<Duration>) -> [Duration; 2] {
    times.sort();
    [times[times.len() / 2], times[times.len() * 99 / 100]]
}

fn program() -> Program {
    Program {
        wire: wire::VERSION,
        file_name: "script.py".into(),
        source: "ok".into(),
        dialect: "auto".into(),
        runtime: durward_script::program::Runtime::default(),
        contract: Contract {
            script_type: "fake".into(),
            class_name: "Fake".into(),
            methods: Vec::new(),
            beans: Vec::new(),
            context: "Context".into(),
        },
        custom_script: Value::Null,
        attributes: Vec::new(),
        current_time_ms: 0,
        limits: Limits {
            wall_ms: 5_000,
            cpu_ms: 1_000,
            memory_bytes: 256 << 20,
            result_bytes: 1 << 20,
            log_lines: 256,
            log_line_bytes: 4096,
            host_calls: 32,
            recursion: 1_000,
        },
    }
}
