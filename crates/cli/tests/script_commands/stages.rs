//! `durward script stage`, `promote` and `unstage`.

use serde_json::{Value, json};

use crate::support::home::{Home, Ran, notifying};

const SECRET: &str = "a-secret-that-nobody-may-read";

fn home() -> Home {
    let home = Home::new();
    let hidden = format!("key={SECRET}");
    let more = ["--hidden-property", hidden.as_str()];
    home.script("notify", &notifying("return True"), &more).ok();
    home
}

fn stage(home: &Home, body: &str, more: &[&str]) -> Ran {
    let file = home.file("candidate.py", &notifying(body));
    let mut words = vec!["script", "stage", "notify"];
    words.extend(more);
    words.push(file.to_str().unwrap());
    home.run(&words)
}

fn shown(home: &Home) -> Value {
    let ran = home.run(&["script", "show", "notify", "--json"]).ok();
    assert!(!ran.stdout.contains(SECRET));
    ran.json()
}

#[test]
fn a_version_is_tried_promoted_and_told() {
    let home = home();
    let said = stage(&home, "return False", &["--shadow"]).ok().stdout;
    assert!(
        said.contains("revision 2") && said.contains("shadow"),
        "{said}"
    );
    let script = shown(&home);
    assert_eq!(script["candidate"]["stage"], "shadow");
    assert_eq!(script["candidate"]["revision"], 2);
    assert_eq!(
        script["candidate"]["bounds"],
        json!({"maxErrorPercent": 5, "maxLatencyPercent": 200, "minCalls": 50})
    );
    assert!(script["script"].as_str().unwrap().contains("return True"));
    let table = home.run(&["script", "list"]).ok().stdout;
    assert!(
        table.contains("CANDIDATE") && table.contains("shadow"),
        "{table}"
    );
    let more = [
        "--canary",
        "5",
        "--max-errors",
        "1",
        "--promote-after",
        "70",
    ];
    let mut words = vec!["script", "stage", "notify"];
    words.extend(more);
    home.run(&words).ok();
    let script = shown(&home);
    assert_eq!(script["candidate"]["sharePercent"], 5);
    assert_eq!(script["candidate"]["promoteAfterCalls"], 70);
    assert_eq!(script["candidate"]["bounds"]["maxErrorPercent"], 1);
    let told = home.run(&["script", "show", "notify"]).ok().stdout;
    assert!(
        told.contains("canary 5 %") && told.contains("0 calls"),
        "{told}"
    );
    home.run(&["script", "promote", "notify", "--message", "it does"])
        .ok();
    let script = shown(&home);
    assert!(script["script"].as_str().unwrap().contains("return False"));
    assert_eq!(script["candidate"], Value::Null);
    assert_eq!(script["candidateEnded"]["outcome"], "promoted");
    assert_eq!(script["candidateEnded"]["reason"], "it does");
    let table = home.run(&["script", "history", "notify"]).ok().stdout;
    assert!(
        table.contains("to be tried") && table.contains("promoted from 2"),
        "{table}"
    );
    let again = home.run(&["script", "promote", "notify"]);
    assert_eq!(again.code, Some(1));
    assert!(
        again.stderr.contains("has no candidate"),
        "{}",
        again.stderr
    );
}

#[test]
fn a_candidate_passes_the_gate_and_a_save_drops_it() {
    let home = home();
    let refused = stage(&home, "return (", &["--shadow"]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("candidate.py:11:"),
        "{}",
        refused.stderr
    );
    assert_eq!(shown(&home)["candidate"], Value::Null);
    for wrong in [&[][..], &["--canary", "0"], &["--canary", "5", "--shadow"]] {
        assert_eq!(
            stage(&home, "return False", wrong).code,
            Some(2),
            "{wrong:?}"
        );
    }
    stage(&home, "return False", &["--canary", "50"]).ok();
    home.run(&["script", "unstage", "notify"]).ok();
    assert_eq!(shown(&home)["candidateEnded"]["outcome"], "unstaged");
    stage(&home, "return False", &["--canary", "50"]).ok();
    let saved = home.script("notify", &notifying("return None"), &[]).ok();
    assert!(saved.stdout.contains("is dropped"), "{}", saved.stdout);
    assert_eq!(shown(&home)["candidateEnded"]["outcome"], "superseded");
}
