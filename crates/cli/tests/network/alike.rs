//! What is read over the network is printed as it is beside the data directory.

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::{
    stand::Stand,
    support::{
        caller::Caller,
        home::{Home, REDIRECT_URI, notifying},
        visitor::Visitor,
    },
};

/// A server with something of everything.
fn furnished() -> Stand {
    let home = Home::new();
    home.user("alice");
    home.user("bob");
    home.set(
        "dynamicRegistrationCustomAttributes",
        r#"["x_colour", "x_numbers"]"#,
    );
    let app = home.app();
    home.client(&json!({
        "client_name": "Zoë & Söhne", "redirect_uris": [REDIRECT_URI], "scope": "openid",
        "contacts": ["someone@example.org"], "require_pkce": true,
        "client_name#de": "Zoë", "x_colour": "green", "x_numbers": [1, 2, { "three": 3 }],
    }));
    home.script("notify", &notifying("return True"), &["--message", "first"])
        .ok();
    let more = ["--property", "a=b", "--message", "second", "--level", "7"];
    home.script("notify", &notifying("print 1\nreturn True"), &more)
        .ok();
    let secret = home.file("secret", "hidden value");
    let hidden = format!("key={}", secret.to_str().unwrap());
    let more = ["--hidden-property-file", &hidden, "--python", "2"];
    home.script("another", &notifying("return False"), &more)
        .ok();
    home.run(&["script", "disable", "another"]).ok();
    home.set("cibaEndUserNotificationConfig.notificationKey", "a secret");
    let stand = Stand::new(home);
    let caller = Caller::new(&stand.home);
    Runtime::new()
        .unwrap()
        .block_on(Visitor::new(&caller).code_by_hand(&app, "alice"))
        .unwrap();
    stand
}

/// What the config API does not tell of scripts.
fn without_untold(mut scripts: Value) -> Value {
    let each = match &mut scripts {
        Value::Array(scripts) => scripts.iter_mut().collect(),
        one => vec![one],
    };
    for script in each {
        let members = script.as_object_mut().unwrap();
        members.remove("reloads");
        members.remove("runsOn");
        let state = members["health"]["state"].clone();
        members.insert("health".to_owned(), state);
    }
    scripts
}

#[test]
fn what_is_read_is_printed_alike() {
    let stand = furnished();
    let app = stand.home.run(&["client", "list", "--json"]).ok().json();
    let ids = app.as_array().unwrap().iter();
    let ids: Vec<&str> = ids.map(|app| app["client_id"].as_str().unwrap()).collect();
    assert!(ids.len() >= 4, "{ids:?}");
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["user", "list"],
        vec!["client", "list"],
        vec!["scope", "list"],
        vec!["scope", "show", "openid"],
        vec!["session", "list"],
        vec!["session", "list", "--user", "alice"],
        vec!["key", "list"],
        vec!["config", "get"],
        vec!["config", "get", "accessTokenLifetime"],
        vec!["config", "get", "issuer"],
        vec![
            "config",
            "get",
            "cibaEndUserNotificationConfig.notificationKey",
        ],
        vec!["script", "diff", "notify"],
        vec!["script", "diff", "notify", "1", "2"],
        vec!["script", "diff", "another"],
    ];
    commands.extend(ids.into_iter().map(|id| vec!["client", "show", id]));
    for command in &commands {
        for json in [false, true] {
            let mut arguments = command.clone();
            arguments.extend(json.then_some("--json"));
            let here = stand.home.run(&arguments).ok();
            let there = stand.there(&arguments).ok();
            assert_eq!(here.stdout, there.stdout, "{arguments:?}");
            assert!(here.stdout.len() > 2, "{arguments:?}: {here:?}");
        }
    }
}

#[test]
fn scripts_are_told_but_for_what_the_api_does_not_tell() {
    let stand = furnished();
    for command in [
        vec!["script", "list", "--json"],
        vec!["script", "show", "notify", "--json"],
        vec!["script", "show", "another", "--json"],
    ] {
        let here = stand.home.run(&command).ok().json();
        let there = stand.there(&command).ok().json();
        assert_eq!(without_untold(here), without_untold(there), "{command:?}");
    }
    let list = stand.there(&["script", "list"]).ok().stdout;
    let row = list
        .lines()
        .find(|line| line.starts_with("notify "))
        .unwrap();
    let words: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(words[2..4], ["7", "serves"], "{list}");
    assert_eq!(words[5..], ["-", "-", "-"], "{list}");
    let show = stand.there(&["script", "show", "another"]).ok().stdout;
    assert!(
        show.contains("disabled\n") && show.contains("return False"),
        "{show}"
    );
    assert!(!show.contains("hidden value"), "{show}");

    let history = |json| {
        let mut command = vec!["script", "history", "notify"];
        command.extend(if json { Some("--json") } else { None });
        command
    };
    let (here, there) = (
        stand.home.run(&history(false)),
        stand.there(&history(false)),
    );
    assert_eq!(here.ok().stdout, there.ok().stdout);
    let mut here = stand.home.run(&history(true)).ok().json();
    for version in here.as_array_mut().unwrap() {
        version.as_object_mut().unwrap().remove("reloads");
    }
    assert_eq!(here, stand.there(&history(true)).ok().json());
}

#[test]
fn lists_are_read_to_their_end() {
    let home = Home::new();
    let scopes: Vec<String> = (0..450).map(|n| format!("scope-{n:03}")).collect();
    home.set("scopesSupported", &json!(scopes).to_string());
    let stand = Stand::new(home);
    let there = stand.there(&["scope", "list", "--json"]).ok().json();
    let there = there.as_array().unwrap().iter();
    let there: Vec<&str> = there.map(|scope| scope["id"].as_str().unwrap()).collect();
    assert_eq!(there, scopes);
}

#[test]
fn what_is_not_there_is_told_alike() {
    let stand = furnished();
    for command in [
        vec!["client", "show", "nobody"],
        vec!["client", "delete", "nobody"],
        vec!["scope", "show", "nothing"],
        vec!["session", "end", "nothing"],
        vec!["script", "show", "nothing"],
        vec!["script", "history", "nothing"],
        vec!["script", "delete", "a/../b"],
        vec!["config", "get", "acessTokenLifetime"],
        vec!["config", "set", "acessTokenLifetime", "5"],
        vec!["config", "set", "accessTokenLifetime", "soon"],
    ] {
        let (here, there) = (stand.home.run(&command), stand.there(&command));
        assert_eq!(here.code, Some(1), "{command:?}: {here:?}");
        if command[..2] == ["script", "delete"] {
            assert_eq!(there.code, Some(1), "{there:?}");
            assert!(there.stderr.contains("'a/../b'"), "{there:?}");
        } else {
            assert_eq!(here.stderr, there.stderr, "{command:?}");
        }
    }
}
