//! `durward script check`: every problem as `file:line:column: message`.

use std::path::PathBuf;

use serde_json::json;
use tempfile::TempDir;

use crate::support::home::{CIBA_TYPE, Ran, catalogue, durward, notifying};

fn check(text: &str, more: &[&str]) -> (Ran, PathBuf, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notify.py");
    std::fs::write(&file, text).unwrap();
    let mut arguments = vec![
        "script",
        "check",
        file.to_str().unwrap(),
        "--type",
        CIBA_TYPE,
    ];
    arguments.extend(more);
    (durward(&arguments), file, folder)
}

#[test]
fn good_files_of_both_dialects_pass() {
    for (name, dialect) in [("firebase.py", "3"), ("firebase_jython.py", "2")] {
        let file = catalogue(name);
        let file = file.to_str().unwrap();
        let ran = durward(&["script", "check", file, "--type", CIBA_TYPE]).ok();
        assert_eq!(
            ran.stdout.trim(),
            format!("{file}: good, read as Python {dialect}")
        );
        let ran = durward(&["script", "check", file, "--type", CIBA_TYPE, "--json"]).ok();
        let report = json!({ "problems": [], "dialect": dialect, "runtime": "native" });
        assert_eq!(ran.json(), report);
    }
}

#[test]
fn every_problem_has_its_place() {
    let text = "import no_such_module\n\
                from java.util import NoSuchClass\n\
                class EndUserNotification:\n    \
                    def init(self, customScript, configurationAttributes):\n        return True\n    \
                    def destroy(self, configurationAttributes):\n        return True\n    \
                    def getApiVersion(self):\n        return 11\n";
    let (ran, file, _folder) = check(text, &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines.len() >= 2, "{ran:?}");
    let mut places = Vec::new();
    for line in &lines {
        let rest = line.strip_prefix(&format!("{}:", file.display()));
        let mut parts = rest
            .unwrap_or_else(|| panic!("no file: {line}"))
            .splitn(3, ':');
        let mut number = || parts.next().unwrap().parse::<u32>().unwrap();
        places.push((number(), number()));
        let message = parts.next().unwrap();
        assert!(
            message.starts_with(' ') && message.trim().len() > 5,
            "{line}"
        );
    }
    assert!(places.contains(&(1, 8)), "the first import: {ran:?}");
    assert!(
        places.iter().any(|(line, _)| *line == 2),
        "the second import: {ran:?}"
    );
    let (ran, _, _folder) = check(text, &["--json"]);
    assert_eq!(ran.code, Some(1));
    let report = ran.json();
    let problems = report["problems"].as_array().unwrap();
    assert_eq!(problems.len(), lines.len());
    assert_eq!(
        (&problems[0]["line"], &problems[0]["column"]),
        (&json!(1), &json!(8))
    );
    assert!(
        problems[0]["message"]
            .as_str()
            .unwrap()
            .contains("no_such_module")
    );
}

#[test]
fn a_missing_method_is_named() {
    let text = notifying("return True").replace("def notifyEndUser", "def notifyEndUsers");
    let (ran, _, _folder) = check(&text, &[]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("notifyEndUser"), "{ran:?}");
}

#[test]
fn a_syntax_error_has_the_authors_line_in_both_dialects() {
    let python_2 = notifying("print 'one'\nx = = 1\nreturn True");
    let python_3 = notifying("print(f'{context}')\nx = = 1\nreturn True");
    let wrong = 1 + python_2
        .lines()
        .position(|line| line.contains("= ="))
        .unwrap();
    for (text, dialect) in [(python_2, "2"), (python_3, "3")] {
        let (ran, file, _folder) = check(&text, &["--python", dialect]);
        assert_eq!(ran.code, Some(1));
        let place = format!("{}:{wrong}:", file.display());
        assert!(ran.stdout.starts_with(&place), "{place} {ran:?}");
    }
}

#[test]
fn the_dialect_can_be_named() {
    let text = notifying("print 'one'\nreturn True");
    assert_eq!(check(&text, &["--python", "2"]).0.code, Some(0));
    let (ran, _, _folder) = check(&text, &["--python", "3"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
}

#[test]
fn an_unknown_type_names_the_known_ones() {
    let file = catalogue("firebase.py");
    let file = file.to_str().unwrap();
    let ran = durward(&["script", "check", file, "--type", "ciba_notification"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("'ciba_notification'") && ran.stderr.contains(CIBA_TYPE),
        "{ran:?}"
    );
    let ran = durward(&[
        "script",
        "check",
        file,
        "--type",
        "ciba_notification",
        "--json",
    ]);
    assert!(
        ran.error_json()["error"]
            .as_str()
            .unwrap()
            .contains(CIBA_TYPE)
    );
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let ran = durward(&["script", "check", "/no/such/file.py", "--type", CIBA_TYPE]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("/no/such/file.py"), "{ran:?}");
}
