//! A host that listens as a JVM does, with the workers of `fake.rs` behind its connections.
//!
//! Each is a process instead of a thread, so that it can do its worst.

use std::{
    env,
    io::{self, Write as _},
    os::unix::net::{UnixListener, UnixStream},
    process, thread,
};

use durward_engine::wire;
use rustix::{
    event::{PollFd, PollFlags, poll},
    net::{RecvFlags, recv},
    process::{Pid, PidfdFlags, pidfd_open},
};
use serde_json::json;

use crate::fake::spawn;

/// Listens where its arguments say, until standard input ends.
pub fn listen() {
    let socket = env::args().skip_while(|word| word != "--socket").nth(1);
    let listener = UnixListener::bind(socket.unwrap()).unwrap();
    println!("ready");
    // The server holds the other end.
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        process::exit(0);
    });
    for connection in listener.incoming() {
        let connection = connection.unwrap();
        thread::spawn(move || attend(connection));
    }
}

/// Answers a question for the host's state; anything else is for a worker, which ends when
/// the connection does.
fn attend(mut connection: UnixStream) {
    let question = br#"....{"status""#;
    let mut start = *question;
    let flags = RecvFlags::PEEK | RecvFlags::WAITALL;
    let Ok((length, _)) = recv(&connection, &mut start, flags) else {
        return;
    };
    if length < start.len() {
        return;
    }
    if start[4..] == question[4..] {
        let status = json!({ "status": { "abandonedThreads": 0, "heapUsed": 1, "heapMax": 100 } });
        // Who asked may have gone.
        let _ = connection.write_all(&wire::encode(&status).unwrap());
        return;
    }
    let mut worker = spawn("fake-worker", connection.try_clone().unwrap().into());
    let id = Pid::from_raw(i32::try_from(worker.id()).unwrap()).unwrap();
    let ended = pidfd_open(id, PidfdFlags::empty()).unwrap();
    let mut watched = [
        PollFd::new(&ended, PollFlags::IN),
        PollFd::new(&connection, PollFlags::RDHUP),
    ];
    poll(&mut watched, None).unwrap();
    // It may have ended by itself.
    let _ = worker.kill();
    worker.wait().unwrap();
}
