//! `durward script put`, `show` and `list`: nothing broken is stored, nothing hidden is shown.

use serde_json::json;

use crate::support::home::{CIBA_TYPE, Home, notifying};

const SECRET: &str = "a-secret-that-nobody-may-read";

#[test]
fn a_script_that_does_not_load_changes_nothing() {
    let home = Home::new();
    home.script("notify", &notifying("return True"), &[]).ok();
    let before = home
        .run(&["script", "show", "notify", "--json"])
        .ok()
        .json();
    let broken = [
        notifying("return True)"),
        format!("import no_such_module\n{}", notifying("return True")),
        notifying("return True").replacen("return True", "raise ValueError('no')", 1),
        notifying("return True").replacen("return True", "return False", 1),
        notifying("return True").replacen("return True", "while True: pass", 1),
    ];
    for text in broken {
        let ran = home.script("notify", &text, &[]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.contains("error: "), "{ran:?}");
        assert_eq!(
            home.run(&["script", "show", "notify", "--json"])
                .ok()
                .json(),
            before
        );
    }
    let ran = home.script("notify", "x = = 1\n", &["--json"]);
    let error = ran.error_json();
    assert_eq!(error["problems"][0]["line"], 1, "{error}");
    assert!(
        error["hint"]
            .as_str()
            .unwrap()
            .contains("nothing was stored"),
        "{error}"
    );
}

#[test]
fn what_init_printed_says_why_nothing_was_stored() {
    let home = Home::new();
    let text = notifying("return True").replacen(
        "return True",
        "print('the certificate is missing')\n        return False",
        1,
    );
    let ran = home.script("notify", &text, &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for words in ["init did not return True", "the certificate is missing"] {
        assert!(ran.stderr.contains(words), "{words}: {ran:?}");
    }
}

#[test]
fn a_new_version_has_a_new_hash_and_revision() {
    let home = Home::new();
    let first = home
        .script("notify", &notifying("return True"), &["--json"])
        .ok()
        .json();
    let second = home
        .script("notify", &notifying("return False"), &["--json"])
        .ok()
        .json();
    assert_eq!(
        (&first["revision"], &second["revision"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(first["inum"], second["inum"]);
    assert_ne!(first["version"], second["version"]);
}

#[test]
fn hidden_properties_are_sealed_and_masked() {
    let home = Home::new();
    let hidden = format!("pushKey={SECRET}");
    let text = notifying("return True").replacen(
        "return True",
        &format!(
            "return configurationAttributes.get('pushKey').getValue2() == '{}' + '{}'",
            &SECRET[..9],
            &SECRET[9..]
        ),
        1,
    );
    let put = home
        .script("notify", &text, &["--hidden-property", &hidden, "--json"])
        .ok();
    let mut printed = put.stdout;
    let file = format!(
        "pushKey={}",
        home.file("push-key", &format!("{SECRET}\n")).display()
    );
    let again = home.script("again", &text, &["--hidden-property-file", &file, "--json"]);
    printed += &again.ok().stdout;
    for arguments in [
        vec!["script", "show", "notify", "--json"],
        vec!["script", "show", "notify"],
        vec!["script", "list", "--json"],
        vec!["script", "list"],
        vec!["doctor", "--json"],
    ] {
        printed += &home.run(&arguments).stdout;
    }
    assert!(!printed.contains(SECRET), "{printed}");
    assert!(printed.contains("********"), "{printed}");
    // By standard input: an argument can be read by every user of the machine.
    let key = "cibaEndUserNotificationConfig.notificationKey";
    home.run_with(&["config", "set", key, "-"], &format!("{SECRET}\n"))
        .ok();
    assert_eq!(
        home.run(&["config", "get", key]).ok().stdout.trim(),
        "********"
    );
    let shown = home.run(&["config", "get", "--json"]).ok();
    assert!(!shown.stdout.contains(SECRET));
    for entry in std::fs::read_dir(home.data()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes
            .windows(SECRET.len())
            .any(|window| window == SECRET.as_bytes());
        assert!(!found, "{} holds a secret in clear", path.display());
    }
}

#[test]
fn a_name_belongs_to_one_type_and_has_its_letters() {
    let home = Home::new();
    let file = home.file("notify.py", &notifying("return True"));
    let file = file.to_str().unwrap();
    let ran = home.run(&[
        "script",
        "put",
        file,
        "--type",
        CIBA_TYPE,
        "--name",
        "no blanks",
    ]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("letters"), "{ran:?}");
    let ran = home.run(&["script", "put", file, "--type", "authz"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains(CIBA_TYPE), "{ran:?}");
}

#[test]
fn files_of_a_data_directory_are_their_owners_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let mode = |path: std::path::PathBuf| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(home.data()) & 0o077, 0);
    assert_eq!(mode(home.data().join("sealing.key")) & 0o077, 0);
    assert_eq!(mode(home.data().join("durward.toml")) & 0o077, 0);
}
