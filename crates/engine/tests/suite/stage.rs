//! What a case needs: an engine over the fake host, services under its control,
//! and a view of this process's descriptors and descendants.

use std::{
    collections::HashMap,
    env, fs,
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use durward_engine::{
    EngineSettings, HostCommand, HostEngine, JvmCommand,
    wire::{Attribute, Call, Contract, Limits, Program},
};
use durward_script::{Engine, EngineError, Execution, LoadedProgram, Services};
use serde_json::{Map, Value};
use tokio::{sync::Semaphore, time::sleep};

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(2);

pub const LIMITS: Limits = Limits {
    wall_ms: 10_000,
    cpu_ms: 1_000,
    memory_bytes: 256 << 20,
    result_bytes: 1 << 20,
    log_lines: 8,
    log_line_bytes: 100,
    host_calls: 4,
    recursion: 1_000,
};

/// Limits for behaviours that only the wall clock ends: long enough for a
/// replacement to be made on a busy machine.
pub const SHORT: Limits = Limits {
    wall_ms: 1_000,
    ..LIMITS
};

/// Services that a case can watch and hold.
pub struct Told {
    /// What `mode` answers: the behaviour of `init` in `mode` programs.
    pub mode: Mutex<&'static str>,
    /// A permit for each call of `gate` or `never` that has come in.
    pub entered: Semaphore,
    /// Each call of `gate` takes a permit to get through.
    pub gate: Semaphore,
    /// Calls of `destroyed`.
    pub destroyed: AtomicUsize,
}

#[async_trait]
impl Services for Told {
    async fn answer(&self, _: &str, service: &str, arguments: &Value) -> Result<Value, String> {
        match service {
            "echo" => Ok(arguments.clone()),
            "mode" => Ok(Value::from(*self.mode.lock().unwrap())),
            "large" => Ok(Value::from("x".repeat(5_000_000))),
            "never" => {
                self.entered.add_permits(1);
                pending().await
            }
            "gate" => {
                self.entered.add_permits(1);
                self.gate.acquire().await.unwrap().forget();
                Ok(Value::from("through"))
            }
            "destroyed" => {
                self.destroyed.fetch_add(1, Ordering::Relaxed);
                Ok(Value::Null)
            }
            _ => Err(format!("no {service} today")),
        }
    }
}

pub struct Stage {
    pub engine: HostEngine,
    pub told: Arc<Told>,
}

/// What the engine is told to run scripts in: this binary in one of two roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// A process that forks its workers.
    Forking,
    /// A process whose workers are connections, as a JVM's are.
    Jvm,
}

impl Host {
    /// An engine over the program that plays `role`; over any other program of that name.
    pub fn engine(
        self,
        role: &str,
        settings: EngineSettings,
        services: Arc<dyn Services>,
    ) -> HostEngine {
        let me = env::current_exe().unwrap();
        let program = if role.starts_with('/') {
            role.into()
        } else {
            me
        };
        match self {
            Self::Forking => {
                let args = vec![role.into()];
                HostEngine::new(HostCommand { program, args }, settings, services)
            }
            Self::Jvm => {
                let command = JvmCommand {
                    launcher: None,
                    java: program,
                    jar: role.into(),
                    libs: Vec::new(),
                    network: false,
                    heap_mib: 16,
                    run_directory: tempfile::env::temp_dir(),
                    idle: Duration::from_hours(1),
                    loading: Duration::ZERO,
                };
                HostEngine::jvm(command, settings, services)
            }
        }
    }

    fn role(self) -> &'static str {
        match self {
            Self::Forking => "fake-template",
            Self::Jvm => "fake-jvm",
        }
    }

    /// What a worker's end means where the engine sees how it ended.
    pub fn ended(self, means: EngineError) -> EngineError {
        match self {
            Self::Forking => means,
            Self::Jvm => EngineError::Crashed("the JVM host closed its connection".into()),
        }
    }

    /// A worker that died in such a way.
    pub fn died(self, how: &str) -> EngineError {
        self.ended(EngineError::Crashed(how.into()))
    }

    /// The whole host was killed.
    pub fn gone(self) -> EngineError {
        EngineError::Crashed(match self {
            Self::Forking => "the script host died".into(),
            Self::Jvm => "the JVM host died: signal: 9 (SIGKILL)".into(),
        })
    }
}

impl Stage {
    pub fn new(host: Host, max_workers: usize, max_waiting: usize) -> Self {
        let told = Arc::new(Told {
            mode: Mutex::new("ok"),
            entered: Semaphore::new(0),
            gate: Semaphore::new(0),
            destroyed: AtomicUsize::new(0),
        });
        let settings = EngineSettings {
            max_workers,
            max_waiting,
        };
        let services: Arc<dyn Services> = told.clone();
        let engine = host.engine(host.role(), settings, services);
        Self { engine, told }
    }

    pub async fn open(&self, source: &str, limits: Limits) -> Arc<dyn LoadedProgram> {
        self.engine
            .open(program(source, limits))
            .await
            .unwrap()
            .program
    }

    /// Waits for one call of `gate` or `never` to come in.
    pub async fn entered(&self) {
        let entered = tokio::time::timeout(PATIENCE, self.told.entered.acquire());
        entered.await.expect("a host call").unwrap().forget();
    }

    pub fn destroyed(&self) -> usize {
        self.told.destroyed.load(Ordering::Relaxed)
    }
}

pub fn program(source: &str, limits: Limits) -> Arc<Program> {
    Arc::new(Program {
        wire: durward_engine::wire::VERSION,
        file_name: "script.py".into(),
        source: source.into(),
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
        attributes: Vec::<Attribute>::new(),
        current_time_ms: 0,
        limits,
    })
}

pub async fn call(program: &dyn LoadedProgram, method: &str, context: Value) -> Execution {
    let call = Call {
        method: method.into(),
        context,
        arguments: Map::new(),
    };
    program.call(call).await
}

/// The result of a call that must succeed.
pub async fn result(program: &dyn LoadedProgram, method: &str, context: Value) -> Value {
    call(program, method, context).await.outcome.unwrap().result
}

/// The error of a call that must fail.
pub async fn error(program: &dyn LoadedProgram, method: &str) -> EngineError {
    call(program, method, Value::Null)
        .await
        .outcome
        .unwrap_err()
}

pub async fn pid(program: &dyn LoadedProgram) -> i32 {
    as_pid(&result(program, "pid", Value::Null).await)
}

pub fn as_pid(value: &Value) -> i32 {
    i32::try_from(value.as_i64().unwrap()).unwrap()
}

/// Waits until `holds`, and leaves the processor to what is waited for.
pub async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "never happened: {what}");
        sleep(LOOK).await;
    }
}

/// Open descriptors of this process and processes below it.
#[derive(Debug, PartialEq, Eq)]
pub struct Held {
    pub descriptors: usize,
    pub processes: usize,
}

pub fn held() -> Held {
    Held {
        descriptors: descriptors("self"),
        processes: descendants().len(),
    }
}

/// The same once nothing comes and goes any more, as it does while the first workers are made.
pub async fn held_at_rest() -> Held {
    const LOOKS_ALIKE: usize = 10;
    let (mut last, mut alike) = (held(), 0);
    eventually("nothing comes and goes", || {
        let now = held();
        alike = if now == last { alike + 1 } else { 0 };
        last = now;
        alike == LOOKS_ALIKE
    })
    .await;
    last
}

pub fn descriptors(pid: &str) -> usize {
    // Reading our own directory opens one more, always the same.
    fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count()
}

/// Descriptors that whoever started the tests left open for every process below.
pub fn inherited() -> usize {
    let is_inheritable = |name: &str| {
        let about = fs::read_to_string(format!("/proc/self/fdinfo/{name}")).unwrap_or_default();
        let flags = about.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
        // O_CLOEXEC, as the kernel shows it.
        flags.is_some_and(|flags| flags & 0o2_000_000 == 0)
    };
    let names = fs::read_dir("/proc/self/fd").unwrap().flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names
        .filter(|name| name.parse::<u32>().unwrap() > 2 && is_inheritable(name))
        .count()
}

/// Every process below this one, zombies too, by id, with its parent and state.
pub fn descendants() -> HashMap<i32, (i32, char)> {
    let mut all = HashMap::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<i32>() else {
            continue;
        };
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        let (_, after_name) = stat.rsplit_once(')').unwrap();
        let mut fields = after_name.split_whitespace();
        let state = fields.next().unwrap().chars().next().unwrap();
        all.insert(pid, (fields.next().unwrap().parse().unwrap(), state));
    }
    let me = i32::try_from(std::process::id()).unwrap();
    let is_below = |mut pid: i32| {
        while let Some((parent, _)) = all.get(&pid) {
            if *parent == me {
                return true;
            }
            pid = *parent;
        }
        false
    };
    all.iter()
        .filter(|(pid, _)| is_below(**pid))
        .map(|(pid, seen)| (*pid, *seen))
        .collect()
}

/// The host: the one process directly below this one.
pub fn host_pid() -> i32 {
    let me = i32::try_from(std::process::id()).unwrap();
    let mut ours = descendants()
        .into_iter()
        .filter(|(_, (parent, _))| *parent == me);
    let (pid, _) = ours.next().expect("a host");
    assert!(ours.next().is_none(), "one host");
    pid
}

/// Gone, or only waited for.
pub fn is_dead(pid: i32) -> bool {
    descendants()
        .get(&pid)
        .is_none_or(|(_, state)| *state == 'Z')
}
