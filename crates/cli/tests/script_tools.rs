//! Commands that bring many scripts: `durward import jans`, `durward script sync`; and what the
//! command line tells shells and `man`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use serde_json::{Value, json};
use support::{
    home::{CIBA_TYPE, Home, Ran, durward, notifying},
    jvm::{host_jar_for, java_for},
};

fn exported(name: &str, text: &str) -> Value {
    json!({
        "inum": name, "name": name, "description": "", "script": text,
        "scriptType": CIBA_TYPE.to_uppercase(), "programmingLanguage": "PYTHON", "level": 1,
        "revision": 4, "enabled": true,
        "moduleProperties": [{ "value1": "location_type", "value2": "ldap" }],
        "configurationProperties": [{ "value1": "key", "value2": "s3cret", "hide": true }],
    })
}

fn import(home: &Home, exports: &Value, more: &[&str]) -> Ran {
    let file = home.file("export.json", &exports.to_string());
    let mut arguments = vec!["import", "jans", file.to_str().unwrap(), "--json"];
    arguments.extend(more);
    home.run(&arguments)
}

fn stored(home: &Home, name: &str) -> Option<Value> {
    let ran = home.run(&["script", "show", name, "--json"]);
    (ran.code == Some(0)).then(|| ran.json())
}

fn page() -> Value {
    let good = exported(
        "good",
        &notifying("print 'told', context.getScope()\nreturn True"),
    );
    let missing = exported(
        "missing",
        &format!(
            "from com.bank.core import Ledger\n{}",
            notifying("return True")
        ),
    );
    let failing = exported(
        "failing",
        &notifying("return True").replacen("return True", "return 1 / 0", 1),
    );
    let mut other = exported("login", "class PersonAuthentication: pass");
    other["scriptType"] = json!("PERSON_AUTHENTICATION");
    let mut empty = exported("empty", "");
    empty["moduleProperties"] = json!([
        { "value1": "location_type", "value2": "file" },
        { "value1": "location_path", "value2": "/opt/jans/x.py" },
    ]);
    json!({ "start": 0, "entries": [good, missing, failing, other, empty] })
}

#[test]
fn an_import_tells_first_and_stores_nothing_broken_in_service() {
    let home = Home::new();
    let ran = import(&home, &page(), &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let report = ran.json();
    let verdicts = |report: &Value| -> Vec<(String, String, Value)> {
        let all = report["scripts"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        all.iter()
            .map(|one| {
                (
                    text(&one["name"]),
                    text(&one["verdict"]),
                    one["stored"].clone(),
                )
            })
            .collect()
    };
    let expected = |rows: [(&str, &str, Value); 5]| -> Vec<(String, String, Value)> {
        rows.into_iter()
            .map(|(name, verdict, stored)| (name.to_owned(), verdict.to_owned(), stored))
            .collect()
    };
    assert_eq!(
        verdicts(&report),
        expected([
            ("good", "native", Value::Null),
            ("missing", "broken", Value::Null),
            ("failing", "native", Value::Null),
            ("login", "unknownType", Value::Null),
            ("empty", "unusable", Value::Null),
        ])
    );
    let problems = report["scripts"][1]["problems"].to_string();
    assert!(problems.contains("1:1: com is not offered"), "{report}");
    assert!(
        report["scripts"][4]["notes"]
            .to_string()
            .contains("/opt/jans/x.py"),
        "{report}"
    );
    assert_eq!(stored(&home, "good"), None, "told, not stored");

    let ran = import(&home, &page(), &["--apply"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(!ran.stdout.contains("s3cret"), "{ran:?}");
    assert_eq!(
        verdicts(&ran.json()),
        expected([
            ("good", "native", json!("enabled")),
            ("missing", "broken", json!("disabled")),
            ("failing", "broken", json!("disabled")),
            ("login", "unknownType", Value::Null),
            ("empty", "unusable", Value::Null),
        ])
    );
    let good = stored(&home, "good").unwrap();
    assert_eq!(
        (&good["enabled"], &good["level"]),
        (&json!(true), &json!(1))
    );
    assert_eq!(good["configurationProperties"][0]["value2"], "********");
    for name in ["missing", "failing"] {
        assert_eq!(stored(&home, name).unwrap()["enabled"], false, "{name}");
        let enabled = home.run(&["script", "enable", name]);
        assert_eq!(
            enabled.code,
            Some(1),
            "{name} goes through the gate: {enabled:?}"
        );
    }
    assert_eq!(stored(&home, "login"), None);
}

#[test]
fn a_mask_of_an_export_keeps_the_secret_that_is_stored() {
    let home = Home::new();
    let mut script = exported("good", &notifying("return True"));
    import(&home, &script, &["--apply"]).ok();
    script["configurationProperties"][0]["value2"] = json!("*****");
    let ran = import(&home, &script, &["--apply"]).ok();
    assert!(ran.stdout.contains("was masked in the export"), "{ran:?}");
    assert_eq!(stored(&home, "good").unwrap()["revision"], 1, "as it was");
    script["name"] = json!("new");
    let report = import(&home, &script, &["--apply"]).ok().json();
    assert_eq!(report["scripts"][0]["stored"], "enabled", "{report}");
}

#[test]
fn a_script_that_only_java_can_serve_needs_jython() {
    let name = "a_script_that_only_java_can_serve_needs_jython";
    if host_jar_for(name).is_none() || java_for(name).is_none() {
        return;
    }
    let text = format!(
        "from java.util.concurrent import ConcurrentSkipListMap\n{}",
        notifying("print 'told'\nreturn True")
    );
    let home = Home::new();
    let ran = import(&home, &json!([exported("java", &text)]), &[]).ok();
    assert_eq!(ran.json()["scripts"][0]["verdict"], "jython", "{ran:?}");
}

#[test]
fn what_serves_is_not_replaced_by_something_broken() {
    let home = Home::new();
    home.script("good", &notifying("return True"), &[]).ok();
    let before = stored(&home, "good").unwrap();
    let broken = exported("good", "def x(:\n");
    let ran = import(&home, &json!([broken]), &["--apply"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.json()["scripts"][0]["stored"], "untouched");
    assert_eq!(stored(&home, "good").unwrap(), before);
}

#[test]
fn a_configuration_is_told_and_not_taken() {
    let home = Home::new();
    let theirs = json!({ "issuer": "https://old.example", "accessTokenLifetime": 7, "loggingLevel": "INFO" });
    let ran = import(&home, &theirs, &["--apply"]).ok();
    let told = &ran.json()["configurations"][0];
    assert_eq!(told["ignored"], json!(["loggingLevel"]));
    assert!(
        told["different"]
            .to_string()
            .contains("accessTokenLifetime"),
        "{told}"
    );
    let now = home.run(&["config", "get", "accessTokenLifetime"]).ok();
    assert_ne!(now.stdout.trim(), "7");
}

#[test]
fn files_that_are_no_exports_are_refused() {
    let home = Home::new();
    let file = home.file("export.ldif", "this is not LDIF\n");
    let ran = durward(&["import", "jans", file.to_str().unwrap()]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("line 1: neither JSON nor LDIF"),
        "{ran:?}"
    );
}

/// A folder of scripts.
struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    fn new(list: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let this = Self { folder };
        this.write("scripts.toml", list);
        this
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn sync(&self, home: &Home, more: &[&str]) -> Ran {
        let mut arguments = vec![
            "script",
            "sync",
            self.folder.path().to_str().unwrap(),
            "--json",
        ];
        arguments.extend(more);
        home.run(&arguments)
    }
}

fn states(ran: &Ran) -> Vec<(String, String)> {
    let told = ran.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    told.as_array()
        .unwrap()
        .iter()
        .map(|one| (text(&one["name"]), text(&one["state"])))
        .collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .map(|(one, other)| ((*one).to_owned(), (*other).to_owned()))
        .collect()
}

const LIST: &str = "[[script]]\nfile = \"one.py\"\ntype = \"ciba_end_user_notification\"\n\
    properties = { a = \"1\" }\nhidden_properties = { key = \"key\" }\n\
    [[script]]\nfile = \"two.py\"\ntype = \"ciba_end_user_notification\"\nlevel = 5\n";

fn folder() -> Folder {
    let folder = Folder::new(LIST);
    folder.write("one.py", &notifying("return True"));
    folder.write("two.py", &notifying("return False"));
    folder.write("key", "s3cret\n");
    folder
}

#[test]
fn a_plan_changes_nothing_and_an_applied_one_leaves_nothing_to_do() {
    let (home, folder) = (Home::new(), folder());
    let plan = folder.sync(&home, &["--check"]);
    assert_eq!(plan.code, Some(3), "{plan:?}");
    assert_eq!(states(&plan), pairs(&[("one", "new"), ("two", "new")]));
    let misspelt = folder.sync(&home, &["--chekc"]);
    assert_eq!(misspelt.code, Some(2), "not taken for a difference");
    assert_eq!(
        folder.sync(&home, &[]).code,
        Some(0),
        "a plan is no failure"
    );
    assert_eq!(stored(&home, "one"), None);

    let done = folder.sync(&home, &["--apply"]).ok();
    assert_eq!(
        states(&done),
        pairs(&[("one", "stored"), ("two", "stored")])
    );
    assert!(!done.stdout.contains("s3cret"));
    let again = folder.sync(&home, &["--check"]).ok();
    assert_eq!(states(&again), pairs(&[("one", "same"), ("two", "same")]));
    let before = stored(&home, "one").unwrap();
    folder.sync(&home, &["--apply"]).ok();
    assert_eq!(stored(&home, "one").unwrap(), before, "not even a revision");

    // Whether calls are recorded is decided on the server, not in the folder.
    home.run(&["script", "record", "one", "5"]).ok();
    folder.sync(&home, &["--check"]).ok();
    folder.write("one.py", &notifying("print('another')\nreturn True"));
    folder.sync(&home, &["--apply"]).ok();
    let script = stored(&home, "one").unwrap();
    assert_eq!(
        script["moduleProperties"][0]["value1"], "record",
        "{script}"
    );

    // A secret that is stored need not be at hand again.
    folder.write("scripts.toml", &LIST.replace("key = \"key\"", "key = \"\""));
    folder.sync(&home, &["--check"]).ok();
    folder.write("key", "another");
    folder.write("scripts.toml", LIST);
    let plan = folder.sync(&home, &["--check"]);
    assert_eq!(plan.code, Some(3));
    assert_eq!(plan.json()[0]["reasons"], json!(["property key"]));
}

#[test]
fn one_that_does_not_pass_keeps_no_other_from_being_stored() {
    let (home, folder) = (Home::new(), folder());
    folder.sync(&home, &["--apply"]).ok();
    let before = stored(&home, "one").unwrap();
    folder.write("one.py", "def x(:\n");
    folder.write("two.py", &notifying("return True"));
    let done = folder.sync(&home, &["--apply"]);
    assert_eq!(done.code, Some(1), "{done:?}");
    assert_eq!(
        states(&done),
        pairs(&[("one", "failed"), ("two", "updated")])
    );
    assert_eq!(stored(&home, "one").unwrap(), before);
    assert_eq!(stored(&home, "two").unwrap()["revision"], 2);
}

#[test]
fn pruning_disables_and_deletes_nothing() {
    let (home, folder) = (Home::new(), folder());
    home.script("old", &notifying("return True"), &[]).ok();
    folder.sync(&home, &["--apply"]).ok();
    assert_eq!(stored(&home, "old").unwrap()["enabled"], true);
    let done = folder.sync(&home, &["--apply", "--prune"]).ok();
    assert_eq!(
        states(&done).last().unwrap(),
        &("old".to_owned(), "disabled".to_owned())
    );
    assert_eq!(stored(&home, "old").unwrap()["enabled"], false);
    folder.sync(&home, &["--check", "--prune"]).ok();
}

#[test]
fn a_list_that_says_something_impossible_changes_nothing() {
    let home = Home::new();
    let lists = [
        (LIST.replace("one.py", "../one.py"), "outside"),
        (LIST.replace("one.py", "/etc/passwd"), "outside"),
        (LIST.replace("two.py", "one.py"), "twice"),
        (LIST.replace("two.py", "three.py"), "three.py"),
        (LIST.replace("level", "lewel"), "lewel"),
        (LIST.replace("\"key\" }", "\"\" }"), "no stored value"),
        (LIST.replace("ciba_end_user", "ciba"), "known: "),
    ];
    for (list, told) in lists {
        let folder = folder();
        folder.write("scripts.toml", &list);
        let ran = folder.sync(&home, &["--apply"]);
        assert_eq!(ran.code, Some(1), "{told}: {ran:?}");
        assert!(ran.stderr.contains(told), "{told}: {ran:?}");
    }
    assert_eq!(
        home.run(&["script", "list", "--json"]).ok().json(),
        json!([])
    );
}

#[test]
fn shells_and_man_know_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = durward(&["completions", shell]).ok();
        assert!(
            ran.stdout.contains("rotate") && ran.stdout.contains("dry-run"),
            "{shell}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("man");
    durward(&["man", into.to_str().unwrap()]).ok();
    for page in [
        "durward.1",
        "durward-script.1",
        "durward-script-sync.1",
        "durward-key-rotate.1",
    ] {
        let text = std::fs::read_to_string(into.join(page)).unwrap();
        assert!(text.contains(".SH"), "{page}");
    }
}
