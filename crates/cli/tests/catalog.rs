//! The test cases of the catalogue, and `durward script test` as its users meet it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{
    home::{Ran, durward, notifying},
    jvm::{host_jar_for, java_for},
};
use tempfile::TempDir;

fn catalog() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
    folder.canonicalize().unwrap()
}

#[test]
fn every_case_of_the_catalogue_is_as_expected() {
    let ran = durward(&["script", "test", catalog().to_str().unwrap(), "--json"]);
    let cases = ran.json();
    let cases = cases.as_array().unwrap();
    let of = |state: &str| -> Vec<&Value> {
        cases.iter().filter(|case| case["state"] == state).collect()
    };
    assert_eq!(ran.code, Some(0), "{:#?}", of("failed"));
    for case in of("skipped") {
        println!(
            "skipped {} {}: {}",
            case["file"], case["name"], case["skipped"]
        );
    }
    assert!(of("passed").len() >= 30, "{}", of("passed").len());
    let test = "every_case_of_the_catalogue_is_as_expected";
    if host_jar_for(test).is_some() && java_for(test).is_some() {
        assert_eq!(of("skipped"), Vec::<&Value>::new());
    }
}

#[test]
fn every_sample_has_cases() {
    for folder in std::fs::read_dir(catalog()).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(folder).unwrap() {
            let file = file.unwrap().path();
            let ending = file.extension().unwrap_or_default();
            if ending == "py" || ending == "java" {
                let cases = file.with_extension("test.toml");
                assert!(cases.exists(), "{} is missing", cases.display());
            }
        }
    }
}

/// A folder with a script that asks a service, and cases.
fn folder(cases: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let script = notifying(
        "from io.jans.as.model.util import JwtUtil\n\
         print('asking')\n\
         keys = JwtUtil.getJSONWebKeys('https://a.example/keys')\n\
         return keys is not None and context.scope == 'openid'",
    );
    let types = folder.path().join("ciba_end_user_notification");
    std::fs::create_dir(&types).unwrap();
    std::fs::write(types.join("notify.py"), script).unwrap();
    std::fs::write(types.join("notify.test.toml"), cases).unwrap();
    folder
}

fn run(folder: &TempDir, more: &[&str]) -> Ran {
    let mut arguments = vec!["script", "test", folder.path().to_str().unwrap()];
    arguments.extend(more);
    durward(&arguments)
}

const ANSWER: &str = "host = [{ service = \"http\", arguments.url = \"https://a.example/keys\", \
     answer = { status = 200, headers = {}, body = '{\"keys\":[]}' } }]\n";

fn case(name: &str, expected: bool) -> String {
    format!(
        "[[case]]\nname = \"{name}\"\nmethod = \"notifyEndUser\"\ncontext.scope = \"openid\"\n\
         expect.result = {expected}\n{ANSWER}"
    )
}

#[test]
fn what_is_not_as_expected_is_told_with_both_sides() {
    let folder = folder(&(case("good", true) + &case("bad", false)));
    let report = folder.path().join("junit.xml");
    let ran = run(&folder, &["--junit", report.to_str().unwrap()]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for part in [
        "passed  ",
        "notify.test.toml: bad\n",
        "expected  false\n",
        "got       true\n",
        "asking",
        "1 passed, 1 failed, 0 skipped",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    let report = std::fs::read_to_string(report).unwrap();
    assert!(
        report.contains("<testsuites name=\"durward script test\" tests=\"2\" failures=\"1\""),
        "{report}"
    );
    assert_eq!(report.matches("<failure ").count(), 1, "{report}");
}

#[test]
fn a_host_call_that_nobody_prepared_fails_and_leaves_the_machine_never() {
    let without = case("bare", true).replace(ANSWER, "");
    let ran = run(&folder(&without), &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.stdout.contains("host call 1") && ran.stdout.contains("no further call"),
        "{ran:?}"
    );
    let twice = case("twice", true).replace("host = [", "host = [{ service = \"decrypt\" }, ");
    let ran = run(&folder(&twice), &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("expected  decrypt"), "{ran:?}");
}

#[test]
fn mistakes_in_a_file_of_cases_are_failures() {
    let good = case("good", true);
    let mistakes = [
        (good.replace("context.scope", "context.scop"), "scop"),
        (
            good.replace("expect.result = true\n", "expect.log = []\n"),
            "neither",
        ),
        (
            good.replace("notifyEndUser", "notifyEndUsers"),
            "notifyEndUsers",
        ),
        (good.replace("method", "methods"), "methods"),
        (format!("script = \"gone.py\"\n{good}"), "gone.py"),
        (format!("type = \"gone\"\n{good}"), "gone"),
    ];
    for (cases, told) in mistakes {
        let ran = run(&folder(&cases), &[]);
        assert_eq!(ran.code, Some(1), "{told}: {ran:?}");
        assert!(ran.stdout.contains(told), "{told}: {ran:?}");
    }
}

#[test]
fn no_cases_are_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(&folder, &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("no test cases"), "{ran:?}");
}

#[test]
fn cases_may_be_json() {
    let folder = folder("");
    let types = folder.path().join("ciba_end_user_notification");
    std::fs::remove_file(types.join("notify.test.toml")).unwrap();
    let cases = serde_json::json!({ "case": [{
        "name": "nobody answers", "method": "notifyEndUser", "context": { "scope": "openid" },
        "host": [{ "service": "http", "refuse": "no connection" }],
        "expect": { "result": false, "log": ["no connection"] },
    }] });
    std::fs::write(types.join("notify.test.json"), cases.to_string()).unwrap();
    let ran = run(&folder, &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}
