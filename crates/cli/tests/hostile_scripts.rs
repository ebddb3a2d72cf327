//! Scripts that mean harm: each costs one call, and nobody else anything.
//!
//! Once through `script call`, and once through a serving server whose other
//! clients are watched meanwhile. How a worker dies is the hosts' own test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::Value;
use support::{
    caller::Caller,
    home::{CIBA_TYPE, Credentials, Home, durward, notifying},
    process::{descendants, descriptors, resident_kib},
    server::Server,
    wait::{LONG, until},
};
use tokio::{runtime::Runtime, task::JoinHandle};

/// Lines kept of one call, and the one that says how many were dropped.
const MAX_LOG_LINES: usize = 256 + 1;

/// What must come of a hostile body.
enum Fate {
    /// The call fails as one of these kinds, with this in its message.
    Fails(&'static [&'static str], &'static str),
    /// The script's attempts were all refused: it answers false without an error.
    Harmless,
}

use Fate::{Fails, Harmless};

/// Bodies of `notifyEndUser`. None ever answers true.
const HOSTILE: &[(&str, &str, Fate)] = &[
    (
        "endless loop",
        "while True: pass",
        Fails(&["exhausted"], "processor time"),
    ),
    (
        "loop that catches everything",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        Fails(&["exhausted"], "processor time"),
    ),
    (
        "recursion",
        "def down(n): return down(n + 1)\nreturn down(0)",
        Fails(&["raised"], "RecursionError"),
    ),
    (
        "memory bomb",
        "keep = []\nwhile True: keep.append(bytearray(1000000))",
        Fails(&["exhausted"], "memory"),
    ),
    (
        "one giant allocation",
        "return len(bytearray(10 ** 10)) == 0",
        Fails(&["exhausted", "raised"], "emory"),
    ),
    (
        "catastrophic pattern",
        "import re\nreturn re.match('(a+)+$', 'a' * 64 + 'b') is not None",
        Fails(&["exhausted"], "processor time"),
    ),
    (
        "giant number",
        "return len(str(7 ** (10 ** 9))) == 0",
        Fails(&["exhausted", "raised"], ""),
    ),
    (
        "log flood",
        "for n in range(20000): print('line %d of a flood' % n)\nreturn False",
        Harmless,
    ),
    (
        "giant log line",
        "print('x' * 20000000)\nreturn False",
        Harmless,
    ),
    (
        "system modules",
        "found = []\n\
         for name in ('socket', '_socket', 'subprocess', 'ctypes', '_ctypes', 'mmap', 'signal', 'multiprocessing',\n             \
             '_posixsubprocess', 'pty', 'resource', 'fcntl', 'select', 'asyncio', 'ssl'):\n    \
             try:\n        __import__(name)\n        found.append(name)\n    \
             except ImportError: pass\n\
         if found: raise ValueError('reached %s' % found)\n\
         return False",
        Harmless,
    ),
    (
        "files and processes",
        "import os, io\n\
         found = [name for name in ('system', 'popen', 'fork', 'execv', 'kill', 'listdir', 'remove', 'spawnl', 'posix_spawn') if hasattr(os, name)]\n\
         for path in ('/etc/passwd', '/proc/self/environ', 'sealing.key', 0, 1, 2, 3):\n    \
             for opener in (open, io.open):\n        \
                 try:\n            opener(path)\n            found.append(path)\n        \
                 except (OSError, AttributeError, ValueError): pass\n\
         if found or dict(os.environ): raise ValueError('reached %s' % found)\n\
         return False",
        Harmless,
    ),
    (
        "walk over all classes",
        "seen, todo = set(), [().__class__.__mro__[-1]]\n\
         while todo:\n    \
             for one in type.__subclasses__(todo.pop()):\n        \
                 if one not in seen:\n            seen.add(one); todo.append(one)\n\
         bad = [c.__name__ for c in seen if c.__name__ in ('FileIO', 'Popen', 'socket', 'CDLL', 'mmap', '_wrap_close', 'DirEntry')]\n\
         if bad or len(seen) < 100: raise ValueError('reached %s' % bad)\n\
         return False",
        Harmless,
    ),
    (
        "private addresses",
        "from durward.services import ask, HostRefused\n\
         found = []\n\
         for url in ('http://127.0.0.1:22/', 'https://127.0.0.1/', 'https://169.254.169.254/latest/meta-data/',\n            \
             'https://[::1]/', 'https://localhost/', 'file:///etc/passwd', 'gopher://127.0.0.1/', 'https://0x7f000001/'):\n    \
             try:\n        ask('http', url=url)\n        found.append(url)\n    \
             except HostRefused: pass\n\
         if found: raise ValueError('reached %s' % found)\n\
         return False",
        Harmless,
    ),
    (
        "host calls without end",
        "from durward.services import ask, HostRefused\n\
         while True:\n    \
             try: ask('decrypt', value='x')\n    \
             except HostRefused: pass",
        Fails(&["exhausted", "raised"], "host calls"),
    ),
    (
        "words that look like the wire",
        "import _durward\n\
         for text in ('{\"done\": {\"result\": true}}', '\\x00\\x00\\x00\\x02{}', '\\r\\n\\x1b[2J'): print(text)\n\
         return False",
        Harmless,
    ),
    (
        "endless loop in a thread",
        "import threading\n\
         def spin():\n    while True: pass\n\
         threading.Thread(target=spin).start()\nreturn True",
        Fails(&["exhausted"], "processor time"),
    ),
    (
        "sleep",
        "import time\ntime.sleep(600)\nreturn True",
        Fails(&["timedOut"], "5000 ms"),
    ),
];

#[test]
fn a_hostile_call_ends_and_the_next_one_works() {
    let folder = tempfile::tempdir().unwrap();
    let call = |body: &str| {
        let file = folder.path().join("notify.py");
        std::fs::write(&file, notifying(body)).unwrap();
        let file = file.to_str().unwrap();
        durward(&[
            "script",
            "call",
            file,
            "--type",
            CIBA_TYPE,
            "--method",
            "notifyEndUser",
            "--json",
        ])
    };
    for (name, body, fate) in HOSTILE {
        let began = Instant::now();
        let ran = call(body);
        let told = ran.json();
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{name} took {:?}",
            began.elapsed()
        );
        match fate {
            Harmless => {
                assert_eq!(told["error"], Value::Null, "{name}: {told}");
                assert_eq!(told["result"], false, "{name}");
            }
            Fails(kinds, words) => {
                let kind = told["error"]["kind"].as_str().unwrap_or("none");
                assert!(kinds.contains(&kind), "{name}: {told}");
                let message = told["error"]["message"].as_str().unwrap();
                assert!(message.contains(words), "{name}: {message}");
                assert!(told["result"].is_null(), "{name}: {told}");
            }
        }
        assert!(
            told["log"].as_array().unwrap().len() <= MAX_LOG_LINES,
            "{name}: the log is bounded"
        );
        assert!(
            ran.stdout.len() < 4 * 1024 * 1024,
            "{name}: the answer is bounded"
        );
    }
    assert_eq!(call("return True").ok().json()["result"], true);
}

/// One script that does what the binding message names.
fn everything_hostile() -> String {
    let mut body = "wanted = context.bindingMessage\n".to_owned();
    for (name, hostile, _) in HOSTILE {
        let hostile = hostile.replace('\n', "\n    ");
        writeln!(body, "if wanted == '{name}':\n    {hostile}").unwrap();
    }
    body.push_str("return True");
    notifying(&body)
}

/// Other clients of the server: how many were answered, and the longest wait.
struct Others {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    task: JoinHandle<Duration>,
}

impl Others {
    fn start(caller: &Caller, app: &Credentials) -> Self {
        let (stop, answered) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicU64::new(0)),
        );
        let (caller, app) = (caller.clone(), app.clone());
        let (halt, count) = (stop.clone(), answered.clone());
        let task = tokio::spawn(async move {
            let mut longest = Duration::ZERO;
            while !halt.load(Ordering::Relaxed) {
                let began = Instant::now();
                let answer = caller.client_credentials(&app).await.unwrap();
                assert_eq!(answer.status, 200, "{answer:?}");
                longest = longest.max(began.elapsed());
                count.fetch_add(1, Ordering::Relaxed);
                // Not a load: someone who asks now and then.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            longest
        });
        Self {
            stop,
            answered,
            task,
        }
    }

    fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    async fn end(self) -> Duration {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap()
    }
}

/// Calls before anything hostile.
const GOOD_CALLS: usize = 20;

/// The longest that somebody waits while scripts do well.
async fn quiet(caller: &Caller, app: &Credentials) -> Duration {
    let others = Others::start(caller, app);
    for _ in 0..GOOD_CALLS {
        let answer = caller.ciba(app, "alice", "well").await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    others.end().await
}

/// Nobody waited until a hostile call was over: the longest ones go on for five seconds. Where
/// the machine has much else to do, everybody waits, and did so before.
fn assert_unnoticed(longest: Duration, quiet: Duration) {
    let most = Duration::from_secs(4).max(quiet * 10);
    assert!(
        longest < most,
        "somebody waited {longest:?}, and {quiet:?} before"
    );
}

/// A serving server with a good script before a hostile one.
fn stage() -> (Home, Credentials, Server) {
    let home = Home::new();
    home.user("alice");
    home.set("backchannelPendingRequestsPerUser", "1000000");
    let app = home.app();
    home.script(
        "good",
        &notifying("print('good')\nreturn True"),
        &["--level", "1"],
    )
    .ok();
    home.script("hostile", &everything_hostile(), &["--level", "2"])
        .ok();
    let server = home.serve();
    (home, app, server)
}

fn last_log(home: &Home, script: &str, calls: usize) -> Value {
    let mut log = home.script_log_with(script, |log| log.len() >= calls);
    log.pop().unwrap()
}

#[test]
fn a_serving_server_does_not_notice() {
    Runtime::new().unwrap().block_on(async {
        let (home, app, server) = stage();
        let caller = Caller::new(&home);
        // Warm: every worker that will be has been.
        let quiet = quiet(&caller, &app).await;
        let others = Others::start(&caller, &app);
        let before = (
            resident_kib(server.pid()),
            descriptors(server.pid()),
            descendants(server.pid()).len(),
        );
        let mut calls = GOOD_CALLS;
        for (name, _, fate) in HOSTILE {
            let answered = others.answered();
            let answer = caller.ciba(&app, "alice", name).await.unwrap();
            assert_eq!(answer.status, 200, "{name}: {answer:?}");
            let pending = caller
                .poll(&app, &answer.text("auth_req_id"))
                .await
                .unwrap();
            assert_eq!(pending.error(), "authorization_pending", "{name}");
            // The next call is served, by a fresh worker where need be.
            assert_eq!(
                caller.ciba(&app, "alice", "well").await.unwrap().status,
                200,
                "{name}"
            );
            calls += 2;
            last_log(&home, "hostile", calls);
            let mut log = home.script_log("hostile");
            let next = log.pop().unwrap();
            assert!(next["error"].is_null(), "the call after {name}: {next}");
            let entry = log.pop().unwrap();
            assert!(
                entry["lines"].as_array().unwrap().len() <= MAX_LOG_LINES,
                "{name}"
            );
            if let Fails(_, words) = fate {
                let error = entry["error"].as_str().unwrap_or_default();
                assert!(
                    !error.is_empty() && error.contains(words),
                    "{name}: {entry}"
                );
            }
            assert!(
                others.answered() > answered,
                "others were not answered during {name}"
            );
        }
        let good = home.script_log_with("good", |log| log.len() >= calls);
        assert_eq!(good.len(), calls);
        assert!(
            good.iter().all(|entry| entry["error"].is_null()),
            "the other script was harmed"
        );
        assert_unnoticed(others.end().await, quiet);
        settle(&server, before);
    });
}

/// Memory, descriptors and workers come back to where they were.
fn settle(server: &Server, before: (u64, usize, usize)) {
    const MEMORY_KIB: u64 = 48 * 1024;
    const DESCRIPTORS: usize = 8;
    const PROCESSES: usize = 4;
    until(
        "memory, descriptors and workers are as before",
        Duration::from_secs(20),
        || {
            let pid = server.pid();
            let now = (resident_kib(pid), descriptors(pid), descendants(pid).len());
            let fits = now.0 <= before.0 + MEMORY_KIB
                && now.1 <= before.1 + DESCRIPTORS
                && now.2 <= before.2 + PROCESSES;
            fits.then_some(())
        },
    );
    let pid = server.pid();
    eprintln!(
        "before {before:?}, after {:?}",
        (resident_kib(pid), descriptors(pid), descendants(pid).len())
    );
}

#[test]
fn where_failure_means_no_the_client_is_told_no() {
    Runtime::new().unwrap().block_on(async {
        let (home, app, _server) = stage();
        let caller = Caller::new(&home);
        home.set("notificationFailure", "reject");
        support::wait::until_async("the change is seen", LONG, || async {
            let answer = caller.ciba(&app, "alice", "recursion").await.unwrap();
            (answer.status != 200).then(|| {
                assert_eq!(answer.status, 401, "as Jans: {answer:?}");
                assert_eq!(answer.error(), "unauthorized_end_user_device");
                let told = answer.body;
                assert!(
                    !told.contains("Recursion") && !told.contains("hostile"),
                    "{told}"
                );
            })
        })
        .await;
        assert_eq!(
            caller.ciba(&app, "alice", "well").await.unwrap().status,
            200
        );
    });
}

#[test]
fn many_hostile_calls_at_once_leave_others_alone() {
    Runtime::new().unwrap().block_on(async {
        let (home, app, server) = stage();
        let caller = Caller::new(&home);
        let quiet = quiet(&caller, &app).await;
        let others = Others::start(&caller, &app);
        let mut calls = Vec::new();
        for name in ["endless loop", "memory bomb", "log flood", "recursion"].repeat(2) {
            let (caller, app) = (caller.clone(), app.clone());
            calls.push(tokio::spawn(async move {
                caller.ciba(&app, "alice", name).await
            }));
        }
        for call in calls {
            let answer = call.await.unwrap().unwrap();
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        assert!(others.answered() > 0);
        assert_unnoticed(others.end().await, quiet);
        assert_eq!(
            caller.ciba(&app, "alice", "well").await.unwrap().status,
            200
        );
        drop(server);
    });
}
