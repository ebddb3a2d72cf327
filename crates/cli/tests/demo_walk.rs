//! The demonstration without hands, as a person would start it: with our own
//! script, with its Python 2 sibling, and with a published script, verbatim.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A walk with its temporary files in a directory that must be empty again afterwards.
fn walk(name: &str, arguments: &[&str]) -> Output {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("walk_{name}"));
    let _ = fs::remove_dir_all(&scratch);
    fs::create_dir_all(&scratch).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_durward"))
        .args(["demo", "walk"])
        .args(arguments)
        .env("TMPDIR", &scratch)
        .output()
        .unwrap();
    assert_eq!(
        fs::read_dir(&scratch).unwrap().count(),
        0,
        "the walk left its data behind"
    );
    output
}

fn text(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

/// Everything that a walk must have shown, whatever the script.
fn assert_held(output: &Output) {
    let text = text(output);
    assert!(output.status.success(), "{text}");
    assert!(!text.contains('✗'), "{text}");
    for line in [
        "✓ exactly one push arrived",
        "✓ its link names this request",
        "\"error\": \"authorization_pending\"",
        "\"error\": \"slow_down\"",
        "✓ bob cannot answer for alice",
        "✓ the words are those of the shop",
        "✓ it is signed with one of the server's keys",
        "✓ issuer, audience and times are right",
        "✓ at_hash belongs to the access token",
        "✓ sub is that of the ID token",
        "✓ it is active",
        "\"error\": \"invalid_grant\"",
        "\"error\": \"access_denied\"",
        "checks held",
    ] {
        assert!(text.contains(line), "no '{line}' in:\n{text}");
    }
}

#[test]
fn our_own_script_walks() {
    let output = walk("ours", &[]);
    assert_held(&output);
    let text = text(&output);
    assert!(text.contains("✓ it shows the words to compare"), "{text}");
    assert!(
        text.contains("told alice: the push service answered 200"),
        "{text}"
    );
}

#[test]
fn its_python_2_sibling_walks() {
    let file = root().join("catalog/ciba_end_user_notification/firebase_jython.py");
    let output = walk("jython", &["--script", file.to_str().unwrap()]);
    assert_held(&output);
    assert!(text(&output).contains("told alice - the push service answered 200"));
}

#[test]
fn the_published_script_walks_verbatim() {
    let file = root().join("../shared/seeds/scripts/end_user_notification.py");
    if !file.exists() {
        println!(
            "skipped the_published_script_walks_verbatim: {} is not there",
            file.display()
        );
        return;
    }
    let output = walk("published", &["--script", file.to_str().unwrap()]);
    assert_held(&output);
    let text = text(&output);
    assert!(
        text.contains("CIBA: firebase cloud messaging result status 200"),
        "{text}"
    );
}

#[test]
fn a_registration_is_walked_through() {
    let output = walk("registration", &["registration"]);
    let text = text(&output);
    assert!(output.status.success(), "{text}");
    assert!(!text.contains('✗'), "{text}");
    for line in [
        "✓ it is registered",
        "✓ with the scopes of its role: payments is not among them",
        "✓ the bank says where to register with a certificate",
        "✓ without a certificate it is refused by the server",
        "✓ with that of other software, by the script",
        "✓ the directory was not asked for its approval",
        "✓ the directory was asked once, and its keys not fetched again",
        "✓ the token is there",
        "✓ it is bound to the certificate",
        "✓ with that of other software it is no token",
        "✓ nor is it without a certificate",
        "✓ the directory was asked again, with the same token",
        "✓ an update is refused",
        "✓ so is another registration",
        "✓ it is refused before the directory is asked",
        "✓ no token, no password and no statement is in it",
        "checks held",
    ] {
        assert!(text.contains(line), "no '{line}' in:\n{text}");
    }
}

fn broken(name: &str, script: &str) -> Output {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.py"));
    fs::write(&file, script).unwrap();
    walk(name, &["--json", "--script", file.to_str().unwrap()])
}

#[test]
fn a_script_that_raises_fails_the_walk_with_its_reason() {
    let output = broken(
        "raises",
        "class EndUserNotification:\n    def __init__(self, now): pass\n    def init(self, c): return True\n    \
         def destroy(self, c): return True\n    def getApiVersion(self): return 1\n    \
         def notifyEndUser(self, context):\n        print \"about to fail\"\n        raise ValueError(\"no network today\")\n",
    );
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["held"], false);
    let last = report["steps"].as_array().unwrap().last().unwrap();
    let shown = last.to_string();
    assert!(
        shown.contains("no network today") && shown.contains("about to fail"),
        "{shown}"
    );
}

#[test]
fn a_script_that_does_not_compile_is_named_with_its_line() {
    let output = broken("compiles_not", "class EndUserNotification:\n    def x(:\n");
    assert_eq!(output.status.code(), Some(1));
    let text = text(&output);
    assert!(text.contains("compiles_not.py:2:"), "{text}");
}
