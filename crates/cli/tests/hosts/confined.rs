//! What the JVM's process may do, whatever runs in it.

use std::{fs, process::Command};

use serde_json::json;

use crate::{
    replacement::Stage,
    stand::{java_script, open, program, result},
    support::home::DURWARD,
};
use durward_script::program::Runtime;

/// Starts `program` as the JVM is started; its exit code and standard error.
fn confined(program: &[&str]) -> (Option<i32>, String) {
    let ran = Command::new(DURWARD)
        .arg("host-jvm")
        .args(program)
        .output()
        .unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn it_becomes_the_program_and_that_can_start_no_other() {
    assert_eq!(
        confined(&["/bin/sh", "-c", "echo it runs; export"]),
        // The shell's own variables: nothing of ours.
        (
            Some(0),
            "it runs\nexport PWD='".to_owned() + &here() + "'\n"
        )
    );
    for words in ["exec /bin/true", "/bin/true", "(exit 0)", "true | true"] {
        let (code, said) = confined(&["/bin/sh", "-c", words]);
        assert_ne!(code, Some(0), "{words}: {said}");
    }
}

fn here() -> String {
    std::env::current_dir().unwrap().display().to_string()
}

#[test]
fn it_opens_no_socket_unless_it_may() {
    let connect = "exec 3<>/dev/tcp/127.0.0.1/1";
    let (code, said) = confined(&["/bin/bash", "-c", connect]);
    assert_ne!(code, Some(0));
    assert!(said.contains("not permitted"), "{said}");
    let (code, said) = confined(&["--network", "/bin/bash", "-c", connect]);
    assert_ne!(code, Some(0));
    assert!(said.contains("refused"), "nobody listens there: {said}");
}

/// System calls by their numbers, as a script never could: what Perl says to them.
#[cfg(target_arch = "x86_64")]
#[test]
fn what_leads_to_other_processes_and_file_systems_is_refused() {
    if !std::path::Path::new("/usr/bin/perl").exists() {
        eprintln!("skipped: what_leads_to_other_processes_and_file_systems_is_refused: no perl");
        return;
    }
    let said_to = |call: &str| {
        let script = format!("$! = 0; syscall({call}); print $! + 0");
        confined(&["/usr/bin/perl", "-e", &script])
    };
    let refused = (Some(0), "1".to_owned());
    for (name, call) in [
        ("kill", "62, getppid(), 0"),
        ("tkill", "200, getppid(), 0"),
        ("tgkill of another process", "234, getppid(), getppid(), 0"),
        ("open_by_handle_at", "304, -1, 0, 0"),
        ("pidfd_send_signal", "424, -1, 0, 0, 0"),
        ("pidfd_open", "434, getppid(), 0"),
        ("move_mount", "429, -1, 0, -1, 0, 0"),
        ("fsopen", "430, 0, 0"),
        ("getpid by x32", "0x40000000 + 39"),
        ("execve by x32", "0x40000000 + 520, 0, 0, 0"),
        ("a number beyond", "0xffffffff"),
    ] {
        assert_eq!(said_to(call), refused, "{name}");
    }
    let itself = said_to("234, $$ + 0, $$ + 0, 0");
    assert_eq!(itself, (Some(0), "0".to_owned()), "tgkill of a thread");
}

#[test]
fn it_inherits_no_descriptor() {
    let script = "exec 9>/dev/null; exec \"$0\" host-jvm /bin/sh -c 'echo still open >&9'";
    let ran = Command::new("/bin/sh")
        .args(["-c", script, DURWARD])
        .output()
        .unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(!ran.status.success(), "{said}");
    assert!(said.contains("9: Bad file descriptor"), "{said}");
}

#[test]
fn what_cannot_be_started_is_told() {
    let (code, said) = confined(&["/no/such/java"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("No such file"), "{said}");
    assert_eq!(confined(&[]).0, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_jvm_has_nothing_of_ours() {
    let Some(stage) = Stage::new("a_running_jvm_has_nothing_of_ours") else {
        return;
    };
    let source = java_script("", "return \"fine\";");
    let opened = open(&stage.engine, program(&source, Runtime::Java)).await;
    assert_eq!(result(&opened, json!({})).await, "fine");
    let process = stage.processes()[0];
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    for line in ["NoNewPrivs:\t1", "Seccomp:\t2"] {
        assert!(status.contains(line), "{status}");
    }
    let environment = fs::read(format!("/proc/{process}/environ")).unwrap();
    // The program that starts a JVM may note for itself which one it was.
    let inherited = environment
        .split(|byte| *byte == 0)
        .filter(|variable| !variable.is_empty());
    assert_eq!(inherited.count(), 0);
    let mut open_files: Vec<String> = fs::read_dir(format!("/proc/{process}/fd"))
        .unwrap()
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .map(|target| target.display().to_string())
        .filter(|target| {
            !target.starts_with("pipe:")
                && !target.starts_with("socket:")
                && !target.starts_with("anon_inode:")
                && !target.starts_with("/dev/")
        })
        .collect();
    open_files.retain(|target| !target.contains("java") && !target.contains("jvm"));
    assert!(open_files.is_empty(), "{open_files:?}");
    opened.program.close().await;
}
