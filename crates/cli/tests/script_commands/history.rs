//! `durward script history`, `diff`, `rollback` and `delete`.

use serde_json::{Value, json};

use crate::support::home::{Home, notifying};

const SECRET: &str = "a-secret-that-nobody-may-read";

fn put(home: &Home, body: &str, more: &[&str]) {
    home.script("notify", &notifying(body), more).ok();
}

fn history(home: &Home) -> Vec<Value> {
    let ran = home.run(&["script", "history", "notify", "--json"]).ok();
    ran.json().as_array().unwrap().clone()
}

fn shown(home: &Home) -> Value {
    home.run(&["script", "show", "notify", "--json"])
        .ok()
        .json()
}

#[test]
fn history_says_who_when_and_why_newest_first() {
    let home = Home::new();
    put(&home, "return True", &["--message", "begin"]);
    put(&home, "return False", &["--message", "no more pushes"]);
    home.run(&["script", "disable", "notify", "--message", "for the night"])
        .ok();
    let versions = history(&home);
    let told: Vec<_> = versions
        .iter()
        .map(|version| (&version["revision"], &version["message"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!(3), &json!("for the night")),
            (&json!(2), &json!("no more pushes")),
            (&json!(1), &json!("begin")),
        ]
    );
    for version in &versions {
        assert!(
            version["author"].as_str().unwrap().starts_with("os:"),
            "{version}"
        );
        assert!(version["at"].is_i64(), "{version}");
        assert_eq!(version.get("script"), None, "a list is not the texts");
    }
    assert_eq!(versions[1]["hash"], shown(&home)["version"]);
    let table = home.run(&["script", "history", "notify"]).ok().stdout;
    assert!(
        table.contains("no more pushes") && table.contains("AUTHOR"),
        "{table}"
    );
    let ran = home.run(&["script", "history", "nobody"]);
    assert_eq!(ran.code, Some(1));
}

#[test]
fn diff_and_rollback_tell_what_changed_and_undo_it() {
    let home = Home::new();
    let secret = |text: &str| format!("pushKey={SECRET}{text}");
    put(
        &home,
        "return True",
        &["--hidden-property", &secret("1"), "--property", "a=1"],
    );
    let first = shown(&home);
    put(
        &home,
        "return False",
        &["--hidden-property", &secret("2"), "--property", "a=2"],
    );
    let diff = home.run(&["script", "diff", "notify"]).ok().stdout;
    for line in [
        "--- notify@1/settings",
        "-property a: 1",
        "+property a: 2",
        "+hidden property pushKey: ******** (another value than before)",
        "-        return True",
        "+        return False",
    ] {
        assert!(diff.lines().any(|told| told == line), "no {line}: {diff}");
    }
    let mut printed = diff;
    for arguments in [
        vec!["script", "diff", "notify", "1", "2", "--json"],
        vec!["script", "diff", "notify", "2", "1"],
        vec!["script", "history", "notify", "--json"],
    ] {
        printed += &home.run(&arguments).ok().stdout;
    }
    assert!(!printed.contains(SECRET), "{printed}");

    let ran = home.run(&["script", "rollback", "notify", "1", "--message", "undo"]);
    assert!(ran.ok().stdout.contains("revision 3"));
    let now = shown(&home);
    assert_eq!(
        (&now["version"], &now["revision"]),
        (&first["version"], &json!(3))
    );
    assert_eq!(now["script"], first["script"]);
    assert_eq!(history(&home)[0]["rolledBackTo"], 1);
    let same = home.run(&["script", "diff", "notify", "1", "3"]).ok();
    assert!(same.stdout.contains("are the same"), "{same:?}");

    let ran = home.run(&["script", "rollback", "notify", "9"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("1 to 3"), "{ran:?}");
}

#[test]
fn a_version_that_does_not_start_any_more_is_not_gone_back_to() {
    let home = Home::new();
    put(&home, "return True", &[]);
    // Too small a budget for any script: what once started does not now.
    put(&home, "return False", &[]);
    home.set("scriptLimits.memoryMib", "1");
    home.set("scriptLimits.wallMs", "1");
    let before = shown(&home);
    let ran = home.run(&["script", "rollback", "notify", "1"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(shown(&home), before);
    assert_eq!(history(&home).len(), 2);
}

#[test]
fn so_many_versions_are_kept_as_is_configured() {
    let home = Home::new();
    home.set("scriptVersionsKept", "2");
    for body in ["return 1", "return 2", "return 3"] {
        put(&home, body, &[]);
    }
    let revisions: Vec<_> = history(&home)
        .iter()
        .map(|version| version["revision"].clone())
        .collect();
    assert_eq!(revisions, [3, 2]);
    for value in ["0", "1001"] {
        let ran = home.run(&["config", "set", "scriptVersionsKept", value]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
    }
    home.run(&["script", "delete", "notify"]).ok();
    assert_eq!(
        home.run(&["script", "list", "--json"]).ok().json(),
        json!([])
    );
}

/// Killed at any moment, a save has happened or it has not: what is stored is the last
/// version of its own history.
#[test]
fn a_save_that_is_killed_leaves_the_old_or_the_new() {
    use std::{
        process::{Command, Stdio},
        time::{Duration, Instant},
    };

    let home = Home::new();
    home.set("scriptVersionsKept", "5");
    put(&home, "return 0", &[]);
    let data = home.data();
    let began = Instant::now();
    put(&home, "return -1", &[]);
    let whole = began.elapsed();
    let mut revision = 2;
    // From early on to where most of them are through; on until one is, for the first save may
    // have been a quick one.
    for turn in 1..=20_u32 {
        if turn > 14 && revision > 2 {
            break;
        }
        let answer = format!("return {}", 100 + turn);
        let file = home.file("notify.py", &notifying(&answer));
        let mut child = Command::new(crate::support::home::DURWARD)
            .args(["script", "put", file.to_str().unwrap()])
            .args(["--type", "ciba_end_user_notification", "--enable"])
            .arg("--data")
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + whole * (turn << turn.saturating_sub(14)) / 10;
        while Instant::now() < deadline && child.try_wait().unwrap().is_none() {
            std::thread::park_timeout(Duration::from_millis(1));
        }
        let _ = child.kill();
        child.wait().unwrap();
        let script = shown(&home);
        let now = script["revision"].as_i64().unwrap();
        assert!(now == revision || now == revision + 1, "{script}");
        let text = script["script"].as_str().unwrap();
        let is_new = text.contains(&answer);
        assert_eq!(is_new, now == revision + 1, "{script}");
        let versions = history(&home);
        assert_eq!(versions[0]["revision"], script["revision"]);
        assert_eq!(versions[0]["hash"], script["version"]);
        let count = usize::try_from(now).unwrap().min(5);
        assert_eq!(versions.len(), count, "{versions:?}");
        revision = now;
    }
    assert!(revision > 2, "none was let through");
}
