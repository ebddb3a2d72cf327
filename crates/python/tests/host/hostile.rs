//! Scripts that mean harm or are badly wrong: what becomes of the worker.

use std::os::unix::process::ExitStatusExt;

use durward_engine::wire::{FailureKind, Limits};
use durward_python::{EXIT_MEMORY, EXIT_WIRE};
use serde_json::json;

use crate::harness::{
    End, LIMITS, Template, Worker, probe, probe_contract, probe_source, probe_with, program, run,
};

/// Runs a body that must kill its worker; its wait status.
fn fatal(head: &str, body: &str, limits: Limits) -> std::process::ExitStatus {
    let mut worker = probe_with(head, body, limits);
    let end = worker.call("run", json!({}));
    assert!(matches!(end, End::Gone(_)), "{end:?}");
    worker.status()
}

const SHORT: Limits = Limits {
    cpu_ms: 200,
    ..LIMITS
};

#[test]
fn an_endless_loop_dies_of_its_processor_time() {
    assert_eq!(
        fatal("", "while True: pass", SHORT).signal(),
        Some(libc::SIGPROF)
    );
}

#[test]
fn a_loop_that_catches_everything_dies_too() {
    let body =
        "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass";
    assert_eq!(fatal("", body, SHORT).signal(), Some(libc::SIGPROF));
}

#[test]
fn a_catastrophic_pattern_dies_of_its_processor_time() {
    let body = "import re\nreturn re.match('(a+)+$', 'a' * 64 + 'b') is None";
    assert_eq!(fatal("", body, SHORT).signal(), Some(libc::SIGPROF));
}

#[test]
fn a_giant_power_dies_of_its_processor_time_or_memory() {
    let status = fatal("", "return len(str(7 ** (10 ** 9)))", SHORT);
    assert!(
        status.signal() == Some(libc::SIGPROF) || status.code() == Some(EXIT_MEMORY),
        "{status:?}"
    );
}

#[test]
fn the_processor_time_of_one_call_is_not_charged_to_the_next() {
    let mut worker = probe_with(
        "import time",
        "end = time.process_time() + 0.12\nwhile time.process_time() < end: pass\nreturn 1",
        SHORT,
    );
    for _ in 0..4 {
        assert_eq!(worker.call("run", json!({})).done().result, json!(1));
    }
}

#[test]
fn a_memory_bomb_ends_with_the_known_code() {
    for body in [
        "keep = []\nwhile True: keep.append(bytearray(1000000))",
        "return len(bytearray(10 ** 9))",
        "x = [0]\nwhile True: x = x + x",
        "x = 'ab'\nwhile True: x += x",
    ] {
        let status = fatal(
            "",
            body,
            Limits {
                cpu_ms: 20_000,
                ..LIMITS
            },
        );
        assert_eq!(status.code(), Some(EXIT_MEMORY), "{body}: {status:?}");
    }
}

#[test]
fn what_was_said_before_a_death_is_sent() {
    for (body, limits) in [
        ("print('said'); print('both')\nwhile True: pass", SHORT),
        (
            "print('said'); print('both')\nx = 'ab'\nwhile True: x += x",
            LIMITS,
        ),
    ] {
        let mut worker = probe_with("", body, limits);
        let end = worker.call("run", json!({}));
        assert!(matches!(end, End::Gone(_)), "{body}: {end:?}");
        assert_eq!(worker.texts("info"), ["said", "both"], "{body}");
    }
}

#[test]
fn what_was_said_is_sent_while_a_turn_is_long_and_whole() {
    // The alarm rings many times in these; lines and frames stay whole and in order.
    let body = "import time\nend = time.time() + 0.3\nn = 0\nwhile time.time() < end:\n    print('line %d' % n); n += 1\n    time.sleep(0.002)\nreturn n";
    let mut worker = probe("", body);
    let said = worker
        .call("run", json!({}))
        .done()
        .result
        .as_u64()
        .unwrap();
    let expected: Vec<String> = (0..said).map(|n| format!("line {n}")).collect();
    assert_eq!(worker.texts("info"), expected);
}

#[test]
fn deep_recursion_is_an_exception_and_the_worker_lives() {
    let head = "class Node:\n    def __repr__(self):\n        return repr(self)\ndef down(n):\n    return down(n + 1)";
    for body in [
        "return down(0)",
        "import sys\nsys.setrecursionlimit(1000)\nreturn down(0)",
        "return repr(Node())",
    ] {
        let mut worker = probe(head, body);
        let failure = worker.call("run", json!({})).failed();
        assert!(
            failure.message.starts_with("RecursionError"),
            "{body}: {}",
            failure.message
        );
        assert!(failure.trace.len() <= 64 * 1024);
        assert!(
            worker
                .call("run", json!({}))
                .failed()
                .message
                .starts_with("RecursionError")
        );
    }
    let failure = probe("import sys", "sys.setrecursionlimit(10 ** 6)")
        .call("run", json!({}))
        .failed();
    assert!(
        failure.message.contains("from 50 to 1000"),
        "{}",
        failure.message
    );
}

#[test]
fn what_nests_too_deeply_is_refused_or_raised_never_a_crash() {
    let mut worker = Worker::new();
    let source = format!("x = {}1{}\n", "(".repeat(50_000), ")".repeat(50_000));
    let failure = worker.load_fails(program(&source, probe_contract()));
    assert!(failure.message.contains("more than"), "{}", failure.message);
    let mut worker = probe(
        "",
        "x = []\nfor _ in range(1000000): x = [x]\ndel x\nreturn 1",
    );
    assert_eq!(worker.call("run", json!({})).done().result, json!(1));
    // Either is well; a crash is not.
    match probe(
        "",
        "x = []\nfor _ in range(100000): x = [x]\nreturn len(repr(x))",
    )
    .call("run", json!({}))
    {
        End::Done(done) => assert_eq!(done.result, json!(200_002)),
        end => assert!(end.failed().message.starts_with("RecursionError")),
    }
    for (body, error) in [
        (
            "import json\nreturn json.loads('[' * 1000000)",
            "JSONDecodeError",
        ),
        ("import re\nreturn re.compile('(' * 100000)", "error"),
        (
            "import ast\nreturn ast.literal_eval('[' * 100000)",
            "SyntaxError",
        ),
    ] {
        match probe("", body).call("run", json!({})) {
            End::Failed(failure) => {
                let known = failure.message.starts_with("RecursionError")
                    || failure.message.contains(error);
                assert!(known, "{body}: {}", failure.message);
            }
            end => panic!("{body}: {end:?}"),
        }
    }
    let failure = probe("", "x = {}\nx['x'] = x\nreturn x")
        .call("run", json!({}))
        .failed();
    assert!(
        failure.message.contains("nested deeper"),
        "{}",
        failure.message
    );
    for text in [
        "'(' * 5000 + ')' * 5000",
        "'-' * 100000 + '1'",
        "'a' + '.b' * 100000",
        "'1' + '+1' * 100000",
    ] {
        let mut worker = probe(
            "",
            &format!(
                "try:\n    compile({text}, 'x', 'eval')\nexcept (SyntaxError, RecursionError, MemoryError):\n    pass\nreturn 1"
            ),
        );
        let end = worker.call("run", json!({}));
        assert!(
            matches!(&end, End::Done(done) if done.result == json!(1)),
            "{text}: {end:?} {:?}",
            worker.status()
        );
    }
}

#[test]
fn a_giant_result_is_a_failure_and_the_worker_lives() {
    let mut worker = probe("", "return 'x' * (int(context.getScope()))");
    let failure = worker.call("run", json!({"scope": "2000000"})).failed();
    assert_eq!(failure.kind, FailureKind::Exhausted);
    assert_eq!(failure.message, "ResultTooLarge: over 1048576 bytes");
    assert_eq!(
        worker.call("run", json!({"scope": "1"})).done().result,
        json!("x")
    );
}

#[test]
fn a_log_flood_is_cut_and_counted() {
    let limits = Limits {
        log_lines: 10,
        log_line_bytes: 20,
        ..LIMITS
    };
    let mut worker = probe_with(
        "",
        "for n in range(1000): print('line %d ' % n + 'é' * 100)\nimport sys\nsys.stdout.write('y' * 10000000)",
        limits,
    );
    let done = worker.call("run", json!({})).done();
    assert_eq!(worker.log.len(), 10);
    assert!(
        worker
            .log
            .iter()
            .all(|line| line.text.len() <= 20 && line.text.starts_with("line "))
    );
    assert_eq!(done.dropped_log_lines, 991);
    worker.log.clear();
    worker.call("run", json!({})).done();
    assert_eq!(worker.log.len(), 10, "a new turn has its own lines");
}

#[test]
fn host_calls_are_counted_and_refused_as_exceptions() {
    let limits = Limits {
        host_calls: 3,
        ..LIMITS
    };
    let body = "n = 0\nwhile True:\n    try:\n        s.decrypt('x')\n    except EncryptionException as e:\n        assert str(e) == 'no decrypt here'\n        n += 1\n";
    let head = "from durward.encryption import EncryptionService, EncryptionException\ns = EncryptionService()";
    let mut worker = probe_with(head, body, limits);
    let failure = worker.call("run", json!({})).failed();
    assert_eq!(
        failure.message,
        "RuntimeError: more than 3 host calls in one turn"
    );
    assert_eq!(worker.host_calls.len(), 3);
}

#[test]
fn nothing_of_the_system_can_be_imported_or_opened() {
    let body = r"found = []
for name in ('nt', 'socket', '_socket', 'subprocess', 'ctypes', '_ctypes', 'mmap', 'fcntl', 'signal', '_signal', 'pwd',
             'select', 'multiprocessing', '_posixsubprocess', 'resource', 'pty', 'shutil', 'tempfile', 'glob', 'asyncio',
             '_interpreters', '_testinternalcapi', '_remote_debugging', 'syslog', 'faulthandler', 'sqlite3', 'ssl',
             'smtplib', 'runpy', 'zipimport', '_pyrepl', 'pdb', '_winapi'):
    try:
        __import__(name)
        found.append(name)
    except ImportError:
        pass
import os, io, builtins, sys
for path in ('/etc/passwd', '/proc/self/environ', 0, 3):
    for opener in (open, io.open, builtins.open):
        try:
            opener(path)
            found.append(path)
        except PermissionError:
            pass
for name in ('system', 'popen', 'open', 'fork', 'execv', 'kill', 'listdir', 'remove', 'pipe', 'dup2', 'spawnl', 'read', 'write', 'posix_spawn'):
    if hasattr(os, name): found.append(name)
for name in ('input', 'breakpoint', 'exit', 'quit'):
    if hasattr(builtins, name): found.append(name)
return [found, dict(os.environ), sys.path, sys.argv, hasattr(io, 'FileIO')]";
    assert_eq!(run("", body), json!([[], {}, [], [""], false]));
}

#[test]
fn a_walk_over_all_classes_finds_nothing_that_reaches_out() {
    let body = r"seen, todo = set(), [object]
while todo:
    for one in type.__subclasses__(todo.pop()):
        if one not in seen:
            seen.add(one); todo.append(one)
names = sorted({c.__module__ + '.' + c.__name__ for c in seen})
bad = [n for n in names if any(w in n for w in ('FileIO', 'Popen', 'socket', 'CDLL', 'mmap', 'DirEntry', 'ScandirIterator', '_wrap_close', 'NullImporter'))]
return [len(names) > 100, bad]";
    assert_eq!(run("", body), json!([true, []]));
}

#[test]
fn loaders_and_frames_lead_nowhere() {
    let body = r"import sys, importlib, importlib.machinery, importlib.util
out = []
for attempt in (lambda: importlib.machinery.SourceFileLoader('x', '/etc/passwd').get_data('/etc/passwd'),
                lambda: importlib.util.spec_from_file_location('x', '/etc/passwd').loader.exec_module(object()),
                lambda: importlib.machinery.ExtensionFileLoader('x', '/lib/x86_64-linux-gnu/libc.so.6').create_module(importlib.machinery.ModuleSpec('x', None, origin='/lib/x86_64-linux-gnu/libc.so.6')),
                lambda: __import__('_imp').create_dynamic(importlib.machinery.ModuleSpec('x', None, origin='/lib/x.so')),
                lambda: __import__('_io').TextIOWrapper(__import__('_io').FileIO(3)),
                lambda: __import__('time').clock_settime(0, 1)):
    try:
        attempt(); out.append('done')
    except BaseException as error:
        pass
return out";
    assert_eq!(run("", body), json!([]));
}

#[test]
fn our_own_native_functions_give_no_more_than_the_wire() {
    let body = "import _durward\n\
        try:\n    _durward.entropy(10 ** 9)\nexcept ValueError: pass\n\
        try:\n    _durward.set_recursion_limit(10 ** 9)\nexcept ValueError: pass\n\
        return [sorted(n for n in dir(_durward) if n[0] != '_'), _durward.host('open', {'path': '/etc/passwd'})]";
    assert_eq!(
        run("", body),
        json!([
            [
                "code",
                "entropy",
                "host",
                "kind",
                "log",
                "set_recursion_limit",
                "write"
            ],
            [false, "no open here"]
        ])
    );
}

#[test]
fn workers_share_no_randomness() {
    let head = "import random, uuid, os, secrets\nfrom java.util import UUID, Random\nfrom java.lang import Math";
    let body = "return [random.random(), random.Random().random(), str(uuid.uuid4()), os.urandom(8).hex(), secrets.token_hex(8),\n\
                UUID.randomUUID().toString(), Random().nextLong(), Math.random()]";
    let (one, other) = (run(head, body), run(head, body));
    for (a, b) in one
        .as_array()
        .unwrap()
        .iter()
        .zip(other.as_array().unwrap())
    {
        assert_ne!(a, b);
    }
}

#[test]
fn a_worker_that_is_told_nonsense_ends_with_the_wires_code() {
    use std::io::Write;
    let mut worker = Worker::new();
    worker.stream.write_all(&[0, 0, 0, 2, b'{', b'}']).unwrap();
    assert!(matches!(worker.call("run", json!({})), End::Gone(_)));
    assert_eq!(worker.status().code(), Some(EXIT_WIRE));
    let mut worker = Worker::new();
    assert!(
        matches!(worker.call("run", json!({})), End::Gone(_)),
        "a call before any load"
    );
    assert_eq!(worker.status().code(), Some(EXIT_WIRE));
}

#[test]
fn a_closed_wire_ends_the_worker_quietly() {
    let mut worker = probe("", "return 1");
    worker.stream.shutdown(std::net::Shutdown::Both).unwrap();
    // A clean end unless the template's kill came first.
    let status = worker.status();
    assert!(
        status.code() == Some(0) || status.signal() == Some(libc::SIGKILL),
        "{status:?}"
    );
}

#[test]
fn a_worker_has_nothing_open_but_its_wire_and_is_confined() {
    let worker = probe("", "return 1");
    let path = |name: &str| format!("/proc/{}/{name}", worker.pid);
    let Ok(directory) = std::fs::read_dir(path("fd")) else {
        println!("skipped: what a worker has open, which only root may read");
        return;
    };
    let mut open: Vec<_> = directory
        .map(|entry| entry.unwrap().path())
        .map(|entry| {
            (
                entry.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read_link(&entry).unwrap(),
            )
        })
        .collect();
    open.sort();
    assert_eq!(open.len(), 4, "{open:?}");
    assert!(
        open[..3]
            .iter()
            .all(|(_, target)| target == std::path::Path::new("/dev/null")),
        "{open:?}"
    );
    assert!(
        open[3].1.to_string_lossy().starts_with("socket:"),
        "{open:?}"
    );
    let status = std::fs::read_to_string(path("status")).unwrap();
    let field = |name: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .map(|rest| rest.trim_start_matches(':').trim().to_owned())
    };
    assert_eq!(field("NoNewPrivs").as_deref(), Some("1"));
    assert_eq!(field("Seccomp").as_deref(), Some("2"));
    assert_eq!(field("Threads").as_deref(), Some("1"));
    let environment = std::fs::read(path("environ")).unwrap();
    assert!(
        !String::from_utf8_lossy(&environment).contains("PATH="),
        "the template was given no environment"
    );
    let limits = std::fs::read_to_string(path("limits")).unwrap();
    assert!(
        limits
            .lines()
            .any(|line| line.starts_with("Max core file size        0")),
        "{limits}"
    );
    assert!(
        limits
            .lines()
            .any(|line| line.starts_with("Max open files            4")),
        "{limits}"
    );
}

#[test]
fn workers_die_with_their_template() {
    let template = Template::start();
    let source = probe_source("", "while True: pass");
    let mut worker = Worker::of(&template);
    worker.load(program(&source, probe_contract()));
    assert_eq!(template.kill(1), -1, "not a worker");
    assert_eq!(
        template.kill(i32::try_from(template.pid()).unwrap()),
        -1,
        "not a worker"
    );
    assert!(template.end().success());
    let end = worker.call("run", json!({}));
    assert!(matches!(end, End::Gone(_)), "{end:?}");
}

#[test]
fn a_killed_template_takes_its_workers_along() {
    let template = Template::start();
    let mut worker = Worker::of(&template);
    worker.load(program(
        &probe_source("", "while True: pass"),
        probe_contract(),
    ));
    unsafe { libc::kill(i32::try_from(template.pid()).unwrap(), libc::SIGKILL) };
    assert_eq!(template.end().signal(), Some(libc::SIGKILL));
    assert!(matches!(worker.call("run", json!({})), End::Gone(_)));
}
