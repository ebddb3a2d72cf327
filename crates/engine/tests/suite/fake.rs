//! A host whose scripts are names of behaviours, good and bad, in real processes.
//!
//! It keeps to the template's control protocol and to the wire where the
//! behaviour does not say otherwise. Forking is done by re-executing this
//! binary. Not here: listening like a JVM (`fake_jvm.rs`), what the engine is expected to make of it (`cases.rs`).

use std::{
    collections::HashMap,
    env,
    io::{self, IoSliceMut, Write},
    mem::MaybeUninit,
    net::Shutdown,
    os::{
        fd::{AsFd, OwnedFd},
        unix::{net::UnixStream, process::ExitStatusExt},
    },
    process::{self, Child, Command, Stdio},
    thread,
};

use durward_engine::wire::{
    self, Answer, CheckReport, Done, Failure, FailureKind, FromHost, HostCall, LoadReport, LogLine,
    Problem, ToHost,
};
use rustix::{
    net::{
        RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendFlags, recvmsg, send,
    },
    process::{Signal, getpid, kill_process, set_parent_process_death_signal},
};
use serde_json::{Value, json};

/// Serves the control socket on descriptor 0 until it closes.
pub fn template() {
    let control = io::stdin();
    let mut workers: HashMap<i32, Child> = HashMap::new();
    say(&control, b'R', &[]);
    loop {
        let mut packet = [0; 16];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let received = recvmsg(
            &control,
            &mut [IoSliceMut::new(&mut packet)],
            &mut ancillary,
            RecvFlags::CMSG_CLOEXEC,
        );
        let Ok(received) = received else { break };
        assert!(!received.flags.contains(ReturnFlags::CTRUNC));
        match packet[..received.bytes] {
            [] => break,
            [b'F'] => {
                let wire = ancillary.drain().find_map(|message| match message {
                    RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
                    _ => None,
                });
                let worker = spawn("fake-worker", wire.unwrap());
                let pid = i32::try_from(worker.id()).unwrap();
                workers.insert(pid, worker);
                say(&control, b'P', &[pid]);
            }
            [b'K', a, b, c, d] => {
                let pid = i32::from_le_bytes([a, b, c, d]);
                let mut worker = workers.remove(&pid).expect("ended once, and one of ours");
                worker.kill().unwrap();
                say(&control, b'D', &[pid, worker.wait().unwrap().into_raw()]);
            }
            ref other => panic!("unexpected order {other:?}"),
        }
    }
}

pub fn spawn(role: &str, stdin: OwnedFd) -> Child {
    let me = env::current_exe().unwrap();
    Command::new(me)
        .arg(role)
        .stdin(Stdio::from(stdin))
        .spawn()
        .unwrap()
}

fn say(control: &impl AsFd, letter: u8, numbers: &[i32]) {
    let mut packet = vec![letter];
    packet.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    // When the server is gone, so are we at the next read.
    let _ = send(control, &packet, SendFlags::NOSIGNAL);
}

/// Serves the wire on descriptor 0 until it closes.
pub fn worker() {
    set_parent_process_death_signal(Some(Signal::KILL)).unwrap();
    let wire = io::stdin().as_fd().try_clone_to_owned().unwrap();
    let mut worker = Worker {
        wire: UnixStream::from(wire),
    };
    while let Ok(Some(frame)) = wire::read_frame::<ToHost>(&mut worker.wire) {
        match frame {
            ToHost::Load(program) => worker.load(&program.source),
            ToHost::Check(program) => worker.check(&program.source),
            ToHost::Call(call) => worker.behave(&call.method, call.context),
            ToHost::Destroy => {
                worker.ask("destroyed", Value::Null);
                worker.done(Value::Null);
            }
            ToHost::Answer(_) => process::exit(9),
        }
    }
}

struct Worker {
    wire: UnixStream,
}

impl Worker {
    fn send(&mut self, frame: &FromHost) {
        self.write(&wire::encode(frame).unwrap());
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.wire.write_all(bytes).is_err() {
            process::exit(0);
        }
    }

    fn done(&mut self, result: Value) {
        self.send(&done(result));
    }

    fn log(&mut self, text: &str) {
        let line = LogLine {
            level: "info".into(),
            text: text.into(),
        };
        self.send(&FromHost::Log(vec![line]));
    }

    fn ask(&mut self, service: &str, arguments: Value) -> Answer {
        self.send(&FromHost::Host(HostCall {
            service: service.into(),
            arguments,
        }));
        match wire::read_frame(&mut self.wire) {
            Ok(Some(ToHost::Answer(answer))) => answer,
            Ok(None) | Err(_) => process::exit(0),
            Ok(Some(_)) => process::exit(9),
        }
    }

    fn fail(&mut self, kind: FailureKind, message: &str) {
        self.send(&FromHost::Failed(Failure {
            kind,
            message: message.into(),
            line: Some(3),
            column: None,
            trace: "line 3".into(),
            problems: Vec::new(),
        }));
    }

    /// `source` is the behaviour of `init`; `mode` leaves it to the test, each time.
    fn load(&mut self, source: &str) {
        let asked;
        let mut behaviour = source;
        if source == "mode" {
            let Answer::Value(Value::String(mode)) = self.ask("mode", Value::Null) else {
                process::exit(9)
            };
            asked = mode;
            behaviour = &asked;
        }
        match behaviour {
            "ok" => {
                self.log("init");
                let methods = vec!["quiet".to_owned()];
                let report = LoadReport {
                    api_version: 11,
                    methods,
                    dialect: "3".into(),
                };
                self.done(json!(report));
            }
            "refuse" => self.fail(FailureKind::Refused, "no class"),
            other => self.behave(other, Value::Null),
        }
    }

    fn check(&mut self, source: &str) {
        let problem = |message: String| Problem {
            line: 1,
            column: 2,
            message,
            unresolved: false,
        };
        let problems = match source {
            "ok" => Vec::new(),
            "ask" => match self.ask("echo", Value::Null) {
                Answer::Value(value) => vec![problem(value.to_string())],
                Answer::Refused(sentence) => vec![problem(sentence)],
            },
            other => return self.behave(other, Value::Null),
        };
        self.done(json!(CheckReport {
            problems,
            dialect: "2".into(),
            ..CheckReport::default()
        }));
    }

    fn behave(&mut self, behaviour: &str, context: Value) {
        let (name, argument) = behaviour.split_once(':').unwrap_or((behaviour, ""));
        let number = argument.parse().unwrap_or(0);
        match name {
            "quiet" => self.done(context),
            "ok" => {
                self.log("one");
                self.log("two");
                let changes = json!({ "scope": ["a"] }).as_object().unwrap().clone();
                let done = Done {
                    result: context,
                    changes,
                    dropped_log_lines: 2,
                };
                self.send(&FromHost::Done(done));
            }
            "pid" => self.done(json!(process::id())),
            "raise" => {
                self.log("before");
                self.fail(FailureKind::Raised, "ValueError: no");
            }
            "large" => self.done(json!("x".repeat(usize::try_from(number).unwrap()))),
            "ask" => {
                let answer = self.ask(argument, context);
                self.done(json!(answer));
            }
            "ask-forever" => loop {
                self.ask("echo", json!(1));
            },
            "exit" => process::exit(number),
            "signal" => {
                kill_process(getpid(), Signal::from_named_raw(number).unwrap()).unwrap();
                park();
            }
            "hang" => park(),
            other => self.lie(other),
        }
    }

    /// Behaviours that do not keep to the wire.
    fn lie(&mut self, behaviour: &str) {
        match behaviour {
            "flood" => loop {
                self.log("again");
            },
            "flood-of-nothing" => loop {
                self.send(&FromHost::Log(Vec::new()));
            },
            "garbage" => self.write(b"\0\0\0\x04what"),
            "giant" => self.write(&u32::MAX.to_be_bytes()),
            "announced" => {
                self.write(&4_000_000_u32.to_be_bytes());
                park();
            }
            "deep" => {
                let (open, close) = ("[".repeat(90), "]".repeat(90));
                let text = format!(r#"{{"done":{{"result":{open}{close}}}}}"#);
                self.write(&u32::try_from(text.len()).unwrap().to_be_bytes());
                self.write(text.as_bytes());
            }
            "torn" => {
                let bytes = wire::encode(&done(json!("half"))).unwrap();
                self.write(&bytes[..bytes.len() / 2]);
                process::exit(3);
            }
            "twice" => {
                let bytes = wire::encode(&done(json!(1))).unwrap();
                self.write(&[bytes.clone(), bytes].concat());
            }
            // Speaks after its turn; the process id tells the test when it has.
            "stray" => {
                self.done(json!(process::id()));
                self.done(json!("stray"));
                process::exit(0);
            }
            "die-later" => {
                self.done(json!(process::id()));
                process::exit(0);
            }
            "impatient" => {
                let call = HostCall {
                    service: "echo".into(),
                    arguments: json!(1),
                };
                let bytes = wire::encode(&FromHost::Host(call)).unwrap();
                self.write(&[bytes.clone(), bytes].concat());
                park();
            }
            "ask-and-die" => {
                let (service, arguments) = ("never".into(), Value::Null);
                self.send(&FromHost::Host(HostCall { service, arguments }));
                process::exit(4);
            }
            "close" => {
                self.wire.shutdown(Shutdown::Both).unwrap();
                park();
            }
            "deaf" => {
                self.done(Value::Null);
                park();
            }
            other => {
                eprintln!("no behaviour is called {other}");
                process::exit(99);
            }
        }
    }
}

fn done(result: Value) -> FromHost {
    FromHost::Done(Done {
        result,
        ..Done::default()
    })
}

fn park() -> ! {
    loop {
        thread::park();
    }
}
