//! Starting a template and talking to its workers as the engine does.

use std::io::Write;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, OnceLock};

use durward_engine::wire::{
    self, Answer, Attribute, Bean, Call, CheckReport, Contract, Done, Failure, FromHost, HostCall,
    Limits, LoadReport, LogLine, Method, Program, Property, ToHost,
};
use serde_json::{Map, Value, json};

pub const TEMPLATE_VARIABLE: &str = "DURWARD_TEST_TEMPLATE";

pub struct Template {
    control: OwnedFd,
    child: Child,
}

impl Template {
    pub fn start() -> Self {
        let mut pair = [0; 2];
        let result = unsafe {
            libc::socketpair(
                libc::AF_UNIX,
                libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC,
                0,
                pair.as_mut_ptr(),
            )
        };
        assert_eq!(result, 0);
        let (ours, theirs) =
            unsafe { (OwnedFd::from_raw_fd(pair[0]), OwnedFd::from_raw_fd(pair[1])) };
        let child = Command::new(std::env::current_exe().unwrap())
            .args([
                "template_process",
                "--exact",
                "--test-threads=1",
                "--nocapture",
            ])
            .env_clear()
            .env(TEMPLATE_VARIABLE, "1")
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let template = Self {
            control: ours,
            child,
        };
        assert_eq!(template.receive(), b"R");
        template
    }

    fn receive(&self) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        let length = unsafe {
            libc::recv(
                self.control.as_raw_fd(),
                bytes.as_mut_ptr().cast(),
                bytes.len(),
                0,
            )
        };
        bytes.truncate(usize::try_from(length).unwrap());
        bytes
    }

    /// A control message, and the first number and the rest of the answer.
    fn exchange(
        &self,
        letter: u8,
        number: Option<i32>,
        descriptor: Option<i32>,
        answer: u8,
    ) -> Vec<i32> {
        let mut bytes = vec![letter];
        bytes.extend(number.map(i32::to_le_bytes).into_iter().flatten());
        let mut part = libc::iovec {
            iov_base: bytes.as_mut_ptr().cast(),
            iov_len: bytes.len(),
        };
        let mut buffer = [0_u64; 8];
        unsafe {
            let mut header: libc::msghdr = std::mem::zeroed();
            header.msg_iov = &raw mut part;
            header.msg_iovlen = 1;
            if let Some(descriptor) = descriptor {
                header.msg_control = buffer.as_mut_ptr().cast();
                header.msg_controllen = libc::CMSG_SPACE(4) as usize;
                let first = libc::CMSG_FIRSTHDR(&raw const header);
                (*first).cmsg_level = libc::SOL_SOCKET;
                (*first).cmsg_type = libc::SCM_RIGHTS;
                (*first).cmsg_len = libc::CMSG_LEN(4) as usize;
                libc::CMSG_DATA(first)
                    .cast::<i32>()
                    .write_unaligned(descriptor);
            }
            assert!(libc::sendmsg(self.control.as_raw_fd(), &raw const header, 0) > 0);
        }
        let received = self.receive();
        assert_eq!(received.first(), Some(&answer), "{received:?}");
        received[1..]
            .chunks(4)
            .map(|chunk| i32::from_le_bytes(chunk.try_into().unwrap()))
            .collect()
    }

    fn fork(&self) -> (UnixStream, i32) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let pid = self.exchange(b'F', None, Some(theirs.as_raw_fd()), b'P')[0];
        assert!(pid > 0, "fork failed: {pid}");
        (ours, pid)
    }

    pub fn kill(&self, pid: i32) -> i32 {
        let answer = self.exchange(b'K', Some(pid), None, b'D');
        assert_eq!(answer[0], pid);
        answer[1]
    }

    /// Ends the template as the server does, by closing its socket.
    pub fn end(self) -> ExitStatus {
        let Self { control, mut child } = self;
        drop(control);
        child.wait().unwrap()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

fn shared() -> &'static Mutex<Template> {
    static SHARED: OnceLock<Mutex<Template>> = OnceLock::new();
    SHARED.get_or_init(|| Mutex::new(Template::start()))
}

fn with_template<R>(act: impl FnOnce(&Template) -> R) -> R {
    act(&shared()
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// How a turn ended.
#[derive(Debug)]
pub enum End {
    Done(Done),
    Failed(Failure),
    /// The worker closed the wire without an answer.
    Gone(i32),
}

impl End {
    pub fn done(self) -> Done {
        match self {
            Self::Done(done) => done,
            Self::Gone(pid) => panic!(
                "the worker died: {:?}",
                ExitStatus::from_raw(with_template(|template| template.kill(pid)))
            ),
            other @ Self::Failed(_) => panic!("{other:#?}"),
        }
    }

    pub fn failed(self) -> Failure {
        match self {
            Self::Failed(failure) => failure,
            Self::Gone(pid) => panic!(
                "the worker died: {:?}",
                ExitStatus::from_raw(with_template(|template| template.kill(pid)))
            ),
            other @ Self::Done(_) => panic!("{other:#?}"),
        }
    }
}

type HostFunction = Box<dyn FnMut(&HostCall) -> Answer + Send>;

/// A worker of the shared template.
pub struct Worker {
    pub stream: UnixStream,
    pub pid: i32,
    pub log: Vec<LogLine>,
    pub host_calls: Vec<HostCall>,
    pub answer: HostFunction,
    reaped: bool,
}

impl Worker {
    pub fn new() -> Self {
        let (stream, pid) = with_template(Template::fork);
        let answer: HostFunction =
            Box::new(|call| Answer::Refused(format!("no {} here", call.service)));
        Self {
            stream,
            pid,
            log: Vec::new(),
            host_calls: Vec::new(),
            answer,
            reaped: false,
        }
    }

    /// A worker of a template of its own, which the caller ends.
    pub fn of(template: &Template) -> Self {
        let (stream, pid) = template.fork();
        Self {
            stream,
            pid,
            log: Vec::new(),
            host_calls: Vec::new(),
            answer: Box::new(|_| Answer::Value(Value::Null)),
            reaped: true,
        }
    }

    pub fn send(&mut self, frame: &ToHost) {
        wire::write_frame(&mut self.stream, frame).unwrap();
    }

    pub fn turn(&mut self, frame: &ToHost) -> End {
        // A worker that is gone shows when reading.
        let _ = self.stream.write_all(&wire::encode(frame).unwrap());
        loop {
            match wire::read_frame::<FromHost>(&mut self.stream) {
                Ok(Some(FromHost::Log(lines))) => self.log.extend(lines),
                Ok(Some(FromHost::Host(call))) => {
                    let answer = (self.answer)(&call);
                    self.host_calls.push(call);
                    self.send(&ToHost::Answer(answer));
                }
                Ok(Some(FromHost::Done(done))) => return End::Done(done),
                Ok(Some(FromHost::Failed(failure))) => return End::Failed(failure),
                Ok(None) | Err(_) => return End::Gone(self.pid),
            }
        }
    }

    pub fn load(&mut self, program: Program) -> LoadReport {
        serde_json::from_value(self.turn(&ToHost::Load(Box::new(program))).done().result).unwrap()
    }

    pub fn load_fails(&mut self, program: Program) -> Failure {
        self.turn(&ToHost::Load(Box::new(program))).failed()
    }

    pub fn check(&mut self, program: Program) -> CheckReport {
        serde_json::from_value(self.turn(&ToHost::Check(Box::new(program))).done().result).unwrap()
    }

    pub fn call(&mut self, method: &str, context: Value) -> End {
        self.turn(&call(method, context))
    }

    pub fn texts(&self, level: &str) -> Vec<&str> {
        self.log
            .iter()
            .filter(|line| line.level == level)
            .map(|line| line.text.as_str())
            .collect()
    }

    /// Reaps the worker, which ended by itself: its status is its own unless it still ran.
    pub fn status(&mut self) -> ExitStatus {
        self.reaped = true;
        ExitStatus::from_raw(with_template(|template| template.kill(self.pid)))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if !self.reaped {
            let pid = self.pid;
            with_template(|template| template.exchange(b'K', Some(pid), None, b'D'));
        }
    }
}

pub fn call(method: &str, context: Value) -> ToHost {
    ToHost::Call(Box::new(Call {
        method: method.to_owned(),
        context,
        arguments: Map::new(),
    }))
}

pub const LIMITS: Limits = Limits {
    wall_ms: 5000,
    cpu_ms: 1000,
    memory_bytes: 256 * 1024 * 1024,
    result_bytes: 1024 * 1024,
    log_lines: 256,
    log_line_bytes: 4096,
    host_calls: 32,
    recursion: 1000,
};

fn property(name: &str, kind: &str, writable: bool) -> Property {
    Property {
        name: name.to_owned(),
        kind: kind.to_owned(),
        writable,
    }
}

pub fn bean(name: &str, properties: &[(&str, &str)]) -> Bean {
    // A kind that ends in `!` is writable.
    let properties = properties
        .iter()
        .map(|(name, kind)| property(name, kind.trim_end_matches('!'), kind.ends_with('!')))
        .collect();
    Bean {
        name: name.to_owned(),
        properties,
    }
}

pub fn method(name: &str, parameters: &[&str], returns: &str) -> Method {
    Method {
        name: name.to_owned(),
        parameters: parameters.iter().map(|&one| one.to_owned()).collect(),
        returns: returns.to_owned(),
        optional: false,
    }
}

/// A contract with one method of every conversion and a bean of every kind.
pub fn probe_contract() -> Contract {
    Contract {
        script_type: "probe".to_owned(),
        class_name: "Probe".to_owned(),
        methods: vec![
            method("run", &["context"], "json"),
            Method {
                optional: true,
                ..method("flag", &["context"], "boolean")
            },
            Method {
                optional: true,
                ..method("text", &["context"], "string")
            },
            Method {
                optional: true,
                ..method("number", &["context"], "integer")
            },
            Method {
                optional: true,
                ..method("modify", &["response", "context"], "boolean")
            },
        ],
        beans: vec![
            bean(
                "ProbeContext",
                &[
                    ("scope", "text"),
                    ("trusted", "boolean"),
                    ("lifetime", "integer"),
                    ("uris", "texts"),
                    ("detail", "json"),
                    ("client", "bean:Client"),
                    ("httpRequest", "bean:HttpServletRequest"),
                    (
                        "encryptionService",
                        "service:durward.encryption.CibaEncryptionService",
                    ),
                    ("softwareStatement", "service:durward.jwt.Jwt"),
                    ("claims", "service:durward.java_util.LinkedHashMap"),
                ],
            ),
            bean(
                "Client",
                &[
                    ("clientId", "text"),
                    ("trustedClient", "boolean!"),
                    ("scopes", "texts!"),
                    ("jwksUri", "text!"),
                    ("clientSecretExpiresAt", "integer!"),
                    ("attributes", "bean:ClientAttributes"),
                ],
            ),
            bean(
                "ClientAttributes",
                &[("introspectionScripts", "texts!"), ("extra", "json!")],
            ),
            bean(
                "HttpServletRequest",
                &[
                    ("headers", "json"),
                    ("parameters", "json"),
                    ("method", "text"),
                    ("remoteAddr", "text"),
                ],
            ),
        ],
        context: "ProbeContext".to_owned(),
    }
}

pub fn program(source: &str, contract: Contract) -> Program {
    Program {
        wire: wire::VERSION,
        file_name: "probe.py".to_owned(),
        source: source.to_owned(),
        dialect: "3".to_owned(),
        runtime: durward_engine::wire::Runtime::default(),
        contract,
        custom_script: json!({"inum": "AB-1", "name": "probe", "level": 3}),
        attributes: vec![
            Attribute {
                value1: "url".into(),
                value2: "https://x.test".into(),
                description: String::new(),
                hide: false,
            },
            Attribute {
                value1: "secret".into(),
                value2: "hush".into(),
                description: String::new(),
                hide: true,
            },
        ],
        current_time_ms: 1_700_000_000_000,
        limits: LIMITS,
    }
}

/// The same, with the language to be found out.
pub fn any_dialect(source: &str, contract: Contract) -> Program {
    Program {
        dialect: "auto".to_owned(),
        runtime: durward_engine::wire::Runtime::default(),
        ..program(source, contract)
    }
}

/// A Python 3 script of the probe contract: `head` before the class, `body` in `run`.
pub fn probe_source(head: &str, body: &str) -> String {
    let mut indented = String::new();
    for line in body.lines() {
        indented.push_str("        ");
        indented.push_str(line);
        indented.push('\n');
    }
    let body = indented;
    format!(
        "{head}\nclass Probe:\n    def __init__(self, now):\n        self.now = now\n\n    \
         def init(self, script, attributes):\n        self.script = script\n        self.attributes = attributes\n        \
         return True\n\n    def destroy(self, attributes):\n        return True\n\n    \
         def getApiVersion(self):\n        return 11\n\n    def run(self, context):\n{body}"
    )
}

/// A worker with a probe script loaded.
pub fn probe(head: &str, body: &str) -> Worker {
    probe_with(head, body, LIMITS)
}

pub fn probe_with(head: &str, body: &str, limits: Limits) -> Worker {
    let mut worker = Worker::new();
    let mut program = program(&probe_source(head, body), probe_contract());
    program.limits = limits;
    worker.load(program);
    worker
}

/// The result of running `body` once.
pub fn run(head: &str, body: &str) -> Value {
    probe(head, body).call("run", json!({})).done().result
}
