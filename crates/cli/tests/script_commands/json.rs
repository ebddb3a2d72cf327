//! Every command that ends by itself answers `--json` with JSON, on standard
//! output when it succeeds and on standard error when it fails.

use serde_json::json;

use crate::support::home::{CIBA_TYPE, Home, app_metadata, durward, durward_with, notifying};

#[test]
fn every_command_speaks_json() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let made = durward(&["init", "--data", data, "--json"]).ok().json();
    assert_eq!(made["issuer"], "http://localhost:8080");
    assert!(made["keys"].as_array().unwrap().len() >= 2, "{made}");

    let add = [
        "user",
        "add",
        "alice",
        "--password-stdin",
        "--json",
        "--data",
        data,
    ];
    let user = durward_with(&add, "a long password\n").ok().json();
    assert_eq!(user["username"], "alice");
    assert_eq!(user["deviceRegistered"], false);
    assert!(!user.to_string().contains("password"), "{user}");

    let metadata = app_metadata("https://shop.example/cb").to_string();
    let client = durward_with(&["client", "add", "-", "--json", "--data", data], &metadata);
    let client = client.ok().json();
    assert_eq!(client["client_secret_expires_at"], 0);
    let id = client["client_id"].as_str().unwrap();

    let script = folder.path().join("notify.py");
    std::fs::write(&script, notifying("return True")).unwrap();
    let script = script.to_str().unwrap();
    let json = |arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend(["--json", "--data", data]);
        durward(&all).ok().json()
    };
    assert_eq!(json(&["user", "list"])[0]["username"], "alice");
    let shown = json(&["client", "show", id]);
    assert_eq!(shown["client_name"], "Shop");
    assert!(
        shown.get("client_secret").is_none(),
        "a secret is shown once: {shown}"
    );
    assert!(json(&["client", "list"]).as_array().unwrap().len() >= 2);
    let stored = json(&["script", "put", script, "--type", CIBA_TYPE, "--enable"]);
    assert_eq!(
        (&stored["name"], &stored["enabled"]),
        (&json!("notify"), &json!(true))
    );
    assert_eq!(json(&["script", "list"])[0]["name"], "notify");
    assert_eq!(json(&["script", "show", "notify"])["revision"], 1);
    assert_eq!(json(&["script", "disable", "notify"])["enabled"], false);
    assert_eq!(json(&["script", "enable", "notify"])["enabled"], true);
    assert_eq!(json(&["script", "logs", "notify"]), json!([]));
    assert_eq!(
        json(&["config", "set", "accessTokenLifetime", "120"])["changed"],
        true
    );
    assert_eq!(json(&["config", "get", "accessTokenLifetime"]), json!(120));
    assert_eq!(json(&["config", "get"])["accessTokenLifetime"], 120);
    assert!(json(&["key", "list"]).as_array().unwrap().len() >= 2);
    assert_eq!(
        json(&["key", "rotate", "--alg", "ES256"])[0]["alg"],
        "ES256"
    );
    // The push service is not configured, and that is what doctor says.
    let ran = durward(&["doctor", "--json", "--data", data]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.json()
            .as_array()
            .unwrap()
            .iter()
            .any(|finding| finding["good"] == true)
    );
}

#[test]
fn failures_are_json_too() {
    let home = Home::new();
    for arguments in [
        vec!["client", "show", "nobody", "--json"],
        vec!["script", "show", "nothing", "--json"],
        vec!["script", "logs", "nothing", "--json"],
        vec!["script", "enable", "nothing", "--json"],
        vec!["config", "get", "nothing", "--json"],
        vec!["config", "set", "accessTokenLifetime", "soon", "--json"],
        vec!["key", "rotate", "--alg", "HS256", "--json"],
    ] {
        let ran = home.run(&arguments);
        assert_eq!(ran.code, Some(1), "{arguments:?} {ran:?}");
        assert!(ran.stdout.is_empty(), "{arguments:?} {ran:?}");
        let error = ran.error_json();
        assert!(
            error["error"].as_str().unwrap().len() > 10,
            "{arguments:?} {error}"
        );
        assert!(error.get("hint").is_some(), "{arguments:?} {error}");
    }
}
