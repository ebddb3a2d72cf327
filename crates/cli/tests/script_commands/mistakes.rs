//! Mistakes of an operator: each is refused with what to type instead.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::support::home::{Home, durward, notifying};

#[test]
fn an_unknown_property_names_the_nearest() {
    let home = Home::new();
    for (wrong, right) in [
        ("acessTokenLifetime", "accessTokenLifetime"),
        ("accesstokenlifetime", "accessTokenLifetime"),
        (
            "cibaEndUserNotificationConfig.notificationURL",
            "cibaEndUserNotificationConfig.notificationUrl",
        ),
        ("scriptLimits.cpu_ms", "scriptLimits.cpuMs"),
    ] {
        for arguments in [
            vec!["config", "set", wrong, "5"],
            vec!["config", "get", wrong],
        ] {
            let ran = home.run(&arguments);
            assert_eq!(ran.code, Some(1), "{ran:?}");
            assert!(ran.stderr.contains(&format!("'{right}'")), "{ran:?}");
        }
    }
    let before = home.run(&["config", "get", "--json"]).ok().json();
    for (name, value) in [
        ("accessTokenLifetime", "0"),
        ("issuer", "ftp://x"),
        ("featureFlags", "ciba"),
    ] {
        assert_eq!(
            home.run(&["config", "set", name, value]).code,
            Some(1),
            "{name}={value}"
        );
    }
    assert_eq!(home.run(&["config", "get", "--json"]).ok().json(), before);
}

#[test]
fn an_unknown_key_of_the_file_names_the_nearest() {
    let home = Home::new();
    for (from, to, hint) in [
        ("bind =", "bnd =", "bind"),
        ("level =", "lvel =", "level"),
        ("sealing_key_file", "sealing_keyfile", "sealing_key_file"),
        ("[log]", "[lgo]", "log"),
    ] {
        home.edit_toml(|text| text.replacen(from, to, 1));
        let ran = home.run(&["serve"]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.contains("durward.toml"), "{ran:?}");
        assert!(
            ran.stderr.contains(&format!("did you mean '{hint}'?")),
            "{ran:?}"
        );
        home.edit_toml(|text| text.replacen(to, from, 1));
    }
    home.run(&["config", "get"]).ok();
}

#[test]
fn plain_http_stays_on_loopback() {
    let home = Home::new();
    let ran = home.run(&["serve", "--bind", "0.0.0.0:0"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("[tls]"), "{ran:?}");
    let ran = home.run(&["serve", "--bind", "localhost"]);
    assert!(ran.stderr.contains("127.0.0.1:8080"), "{ran:?}");
}

#[test]
fn commands_without_a_data_directory_say_how_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("nothing");
    let data = data.to_str().unwrap();
    for command in [
        vec!["serve"],
        vec!["user", "list"],
        vec!["config", "get"],
        vec!["script", "list"],
    ] {
        let mut arguments = command;
        arguments.extend(["--data", data]);
        let ran = durward(&arguments);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(
            ran.stderr.contains(&format!("durward init --data {data}")),
            "{ran:?}"
        );
    }
    assert!(
        !folder.path().join("nothing").exists(),
        "a failed command leaves nothing behind"
    );
}

#[test]
fn a_second_init_is_refused_and_harmless() {
    let home = Home::new();
    let key = std::fs::read(home.data().join("sealing.key")).unwrap();
    let ran = home.run(&["init"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("durward serve"), "{ran:?}");
    assert_eq!(std::fs::read(home.data().join("sealing.key")).unwrap(), key);
}

#[test]
fn names_that_are_taken_are_told() {
    let home = Home::new();
    home.user("alice");
    let ran = home.run_with(
        &["user", "add", "alice", "--password-stdin"],
        "another password",
    );
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("'alice'"), "{ran:?}");
    let ran = home.run_with(&["user", "add", "bob", "--password-stdin"], "");
    assert_eq!(ran.code, Some(1), "an empty password: {ran:?}");
    let ran = home.run(&["user", "add", "carol"]);
    assert_eq!(ran.code, Some(1), "no terminal to ask at");
    assert!(ran.stderr.contains("--password-stdin"), "{ran:?}");
    let ran = home.run_with(
        &["client", "add", "-"],
        r#"{"redirect_uris": ["javascript:alert(1)"]}"#,
    );
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("redirect_uri"), "{ran:?}");
}

fn findings(home: &Home) -> (Option<i32>, Vec<Value>) {
    let ran = home.run(&["doctor", "--json"]);
    (ran.code, ran.json().as_array().unwrap().clone())
}

fn problem<'a>(findings: &'a [Value], what: &str) -> &'a Value {
    let found = findings
        .iter()
        .find(|finding| finding["what"].as_str().unwrap().starts_with(what));
    let found = found.unwrap_or_else(|| panic!("no {what}: {findings:?}"));
    assert_eq!(found["good"], false, "{found}");
    assert!(
        found["problem"].is_string() && found["hint"].is_string(),
        "{found}"
    );
    found
}

#[test]
fn doctor_says_what_is_wrong_and_what_to_type() {
    let home = Home::new();
    let (code, found) = findings(&home);
    assert_eq!(code, Some(1));
    assert!(
        problem(&found, "users")["hint"]
            .as_str()
            .unwrap()
            .contains("durward user add")
    );
    assert!(
        problem(&found, "clients")["hint"]
            .as_str()
            .unwrap()
            .contains("durward client add")
    );
    let hint = problem(&found, "CIBA")["hint"].as_str().unwrap().to_owned();
    assert!(hint.contains("durward config set"), "{hint}");

    // What it says to type helps.
    home.user("alice");
    home.app();
    home.set(
        "cibaEndUserNotificationConfig.notificationUrl",
        "https://push.example/send",
    );
    home.script("notify", &notifying("return True"), &[]).ok();
    let (code, found) = findings(&home);
    assert_eq!(code, Some(0), "{found:?}");
    assert!(
        found
            .iter()
            .any(|finding| finding["what"] == "script notify"),
        "{found:?}"
    );

    let key = home.data().join("sealing.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (_, found) = findings(&home);
    assert!(
        problem(&found, "sealing key")["hint"]
            .as_str()
            .unwrap()
            .starts_with("chmod 600")
    );
    let ran = home.run(&["doctor"]);
    assert!(
        ran.stdout.contains("wrong  sealing key") && ran.stdout.contains("type: chmod"),
        "{ran:?}"
    );

    std::fs::remove_file(&key).unwrap();
    let (code, found) = findings(&home);
    assert_eq!(code, Some(1));
    assert!(
        problem(&found, "data directory")["problem"]
            .as_str()
            .unwrap()
            .contains("sealing.key")
    );
}

#[test]
fn doctor_looks_at_every_file_that_holds_a_secret() {
    let home = Home::new();
    let write = |name: &str, text: &str, mode: u32| {
        let path = home.data().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let key = std::fs::read_to_string(home.data().join("sealing.key")).unwrap();
    write("old.key", &key, 0o644);
    write("tls.key", "", 0o644);
    write("store.pem", "-----BEGIN PRIVATE KEY-----\n", 0o604);
    write("store.password", "x", 0o644);
    write("authorities.pem", "-----BEGIN CERTIFICATE-----\n", 0o644);
    std::fs::create_dir(home.data().join("stores")).unwrap();
    write("stores/a.pem", "-----BEGIN RSA PRIVATE KEY-----\n", 0o644);
    write("stores/b.pem", "-----BEGIN PRIVATE KEY-----\n", 0o640);
    home.edit_toml(|text| {
        format!(
            "previous_sealing_key_files = [\"old.key\"]\n{text}\n\
             [tls]\ncertificate = \"tls.pem\"\nkey = \"tls.key\"\n\
             [key_stores]\ndirectories = [\"stores\"]\n\
             [key_stores.named.own]\nfile = \"store.pem\"\npassword_file = \"store.password\"\n\
             [key_stores.named.authorities]\nfile = \"authorities.pem\"\n"
        )
    });
    let toml = home.data().join("durward.toml");
    std::fs::set_permissions(&toml, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (code, found) = findings(&home);
    assert_eq!(code, Some(1));
    for (what, command, files) in [
        ("sealing key", "chmod 600 ", &["/old.key"][..]),
        ("settings in durward.toml", "chmod 600 ", &["/durward.toml"]),
        ("key of the TLS certificate", "chmod o-rwx ", &["/tls.key"]),
        (
            "files of key stores",
            "chmod o-rwx ",
            &["/store.pem", "/store.password", "/stores/a.pem"],
        ),
    ] {
        let hint = problem(&found, what)["hint"].as_str().unwrap();
        let paths = hint.strip_prefix(command).unwrap();
        let paths: Vec<&str> = paths.split(' ').collect();
        assert_eq!(paths.len(), files.len(), "{hint}");
        for (path, file) in paths.iter().zip(files) {
            assert!(path.ends_with(file), "{hint}");
        }
    }
    // Advice is no command.
    let ran = home.run(&["doctor"]);
    assert!(ran.stdout.contains("hint: mend [key_stores]"), "{ran:?}");
    assert!(!ran.stdout.contains("type: mend"), "{ran:?}");
}

#[test]
fn what_begins_with_a_hyphen_is_a_name_where_one_is_expected() {
    let home = Home::new();
    for arguments in [["session", "end", "-Jt4"], ["client", "show", "-Jt4"]] {
        let ran = home.run(&arguments);
        // Looked for and not found, instead of taken for an option.
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.contains("-Jt4"), "{ran:?}");
    }
}
