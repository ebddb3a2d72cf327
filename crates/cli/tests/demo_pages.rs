//! The demonstration's pages, rendered with friendly and with hostile words.
//! With `DURWARD_PAGES` set to a folder, the friendly ones are written there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../src/demo/pages.rs"]
mod pages;

use std::path::{Path, PathBuf};
use std::{env, fs};

use durward_server::pages::parts::Account;
use durward_server::pages::untrusted::Untrusted;
use pages::{
    ASSETS, ClientPage, ClientStatusPage, DemoUser, Exchange, LoginState, NotificationState,
    PhoneFeed, PhoneNotification, PhonePage, StartPage, TokenView, problem,
};

const HOSTILE: &str = "'\"></script><script>alert(1)</script>\u{202E}\u{2066}";

fn users(words: &str) -> Vec<DemoUser> {
    let user = |name: &str, display: &str| DemoUser {
        account: Account::new(name, Some(display)),
        login_hint: name.to_owned(),
        password: format!("{name}-secret"),
    };
    vec![user("alice", "Alice Andersen"), user("bob", words)]
}

fn feed(name: &str, words: &str) -> PhoneFeed {
    let card = |id, message, at| PhoneNotification::new(id, name, message, "/approve/1", at);
    let mut answered = card("n1", None, 1_000);
    answered.state = NotificationState::Approved;
    PhoneFeed {
        notifications: vec![card("n2", Some(words), 2_000), answered],
    }
}

fn phone(name: &str, feed: PhoneFeed) -> PhonePage {
    PhonePage {
        static_path: "/demo/static".to_owned(),
        start_url: "/demo".to_owned(),
        feed_url: "/demo/phone/feed".to_owned(),
        stream_url: Some("/demo/phone/stream".to_owned()),
        owner: Untrusted::line(name, 60),
        feed,
    }
}

fn status(words: &str, state: LoginState) -> ClientStatusPage {
    let mut poll = Exchange::new(
        "Ask for the tokens",
        (
            "POST /token",
            "grant_type=urn:openid:params:grant-type:ciba",
        ),
        (400, "{\n  \"error\": \"authorization_pending\"\n}"),
    );
    poll.times = 4;
    let tokens = if state == LoginState::Approved {
        let claims = format!("{{\n  \"sub\": \"alice\",\n  \"name\": \"{words}\"\n}}");
        vec![
            TokenView::new(
                "id_token",
                "eyJhbGciOiJQUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln",
                Some(("{\n  \"alg\": \"PS256\"\n}", &claims)),
            ),
            TokenView::new("access_token", "Vb3k1cZ0bTs8", None),
        ]
    } else {
        Vec::new()
    };
    ClientStatusPage {
        static_path: "/demo/static".to_owned(),
        client_url: "/demo/client".to_owned(),
        phone_url: "/demo/phone".to_owned(),
        login_hint: Untrusted::line("alice", 80),
        binding_message: Some(Untrusted::line(words, 160)),
        state,
        polls: 4,
        tokens,
        exchanges: vec![
            Exchange::new(
                "Ask for a login",
                (
                    "POST /bc-authorize",
                    &format!("scope=openid\nlogin_hint=alice\nbinding_message={words}"),
                ),
                (200, "{\n  \"auth_req_id\": \"1c266114\"\n}"),
            ),
            poll,
        ],
    }
}

fn all(name: &str, words: &str) -> Vec<(&'static str, String)> {
    let client = ClientPage {
        static_path: "/demo/static".to_owned(),
        action: "/demo/client".to_owned(),
        csrf_token: "csrf-value".to_owned(),
        start_url: "/demo".to_owned(),
        users: users(name),
        binding_message: words.to_owned(),
        problem: None,
    };
    let mut refused = client.clone();
    refused.problem = problem(words);
    refused.binding_message = String::new();
    vec![
        (
            "demo_start",
            StartPage {
                static_path: "/demo/static".to_owned(),
                phone_url: "/demo/phone".to_owned(),
                client_url: "/demo/client".to_owned(),
                discovery_url: "/.well-known/openid-configuration".to_owned(),
                users: users(name),
            }
            .render(),
        ),
        ("demo_client", client.render()),
        ("demo_client_again", refused.render()),
        ("demo_waiting", status(words, LoginState::Waiting).render()),
        (
            "demo_approved",
            status(words, LoginState::Approved).render(),
        ),
        ("demo_denied", status(words, LoginState::Denied).render()),
        ("demo_expired", status(words, LoginState::Expired).render()),
        (
            "demo_failed",
            status(words, LoginState::Failed(Untrusted::line(words, 80))).render(),
        ),
        ("demo_phone", phone(name, feed(name, words)).render()),
        (
            "demo_phone_empty",
            phone(name, PhoneFeed::default()).render(),
        ),
    ]
}

fn page(name: &str) -> String {
    all("Bo Berg", "Amber harbour 42")
        .into_iter()
        .find(|(other, _)| *other == name)
        .unwrap()
        .1
}

#[test]
fn every_page_is_a_whole_document() {
    for (name, html) in all("Bo Berg", "Amber harbour 42") {
        assert!(
            html.starts_with("<!doctype html>\n<html lang=\"en\">"),
            "{name}"
        );
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        for asset in ["durward.css", "demo.css", "mark.svg"] {
            assert!(
                html.contains(&format!("=\"/demo/static/{asset}\"")),
                "{name}: {asset}"
            );
        }
    }
}

#[test]
fn every_linked_file_exists() {
    for (name, html) in all("x", "x") {
        for link in html.split("\"/demo/static/").skip(1) {
            let file = link.split('"').next().unwrap();
            assert!(
                ASSETS.iter().any(|asset| asset.name == file),
                "{name}: {file}"
            );
        }
    }
}

#[test]
fn hostile_words_stay_words() {
    for (name, html) in all(HOSTILE, HOSTILE) {
        assert!(!html.contains("<script>"), "{name}");
        assert!(!html.contains("'\">"), "{name}");
        if name == "demo_client" {
            continue; // the proposed binding message is ours and goes back as it is
        }
        assert!(!html.contains(['\u{202E}', '\u{2066}']), "{name}");
    }
}

#[test]
fn a_waiting_page_looks_again_and_an_answered_one_does_not() {
    let waiting = page("demo_waiting");
    assert!(waiting.contains("data-refresh-seconds=\"2\""));
    assert!(waiting.contains("<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>"));
    assert!(waiting.contains("class=\"binding-message\" dir=\"auto\">Amber harbour 42</p>"));
    assert!(waiting.contains("Looked 4 times so far."));
    for name in [
        "demo_approved",
        "demo_denied",
        "demo_expired",
        "demo_failed",
    ] {
        let html = page(name);
        assert!(
            !html.contains("refresh-seconds") && !html.contains("http-equiv"),
            "{name}"
        );
    }
    assert!(page("demo_approved").contains("&#34;sub&#34;: &#34;alice&#34;"));
}

#[test]
fn only_waiting_notifications_can_be_tapped() {
    let html = page("demo_phone");
    assert!(html.contains("data-feed=\"/demo/phone/feed\" data-stream=\"/demo/phone/stream\""));
    assert_eq!(html.matches("href=\"/approve/1\"").count(), 1);
    assert!(html.contains("data-empty hidden>"));
    assert!(page("demo_phone_empty").contains("data-empty>"));
}

#[test]
fn the_feed_has_the_members_that_the_script_reads() {
    let json = serde_json::to_value(feed("Nordbank\u{202E}", "Nordbank\u{202E}")).unwrap();
    assert_eq!(
        json["notifications"][0],
        serde_json::json!({
            "id": "n2", "client_name": "Nordbank\u{FFFD}", "initials": "N",
            "binding_message": "Nordbank\u{FFFD}", "approval_url": "/approve/1",
            "state": "waiting", "received_at_ms": 2000,
        })
    );
    assert_eq!(json["notifications"][1]["state"], "approved");
    let script = ASSETS
        .iter()
        .find(|asset| asset.name == "phone.js")
        .unwrap()
        .body;
    for state in [
        NotificationState::Waiting,
        NotificationState::Approved,
        NotificationState::Denied,
        NotificationState::Expired,
    ] {
        let name = serde_json::to_value(state).unwrap();
        let entry = format!("{}: \"{}\"", name.as_str().unwrap(), state.words());
        assert!(script.contains(&entry), "{entry}");
    }
}

#[test]
fn templates_and_files_keep_to_the_strict_policy() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for forbidden in [
            "style=",
            "<style",
            "http://",
            "https://",
            "|safe",
            " onclick=",
            " onload=",
            "javascript:",
        ] {
            assert!(!text.contains(forbidden), "{}: {forbidden}", path.display());
        }
        for script in text.split("<script").skip(1) {
            assert!(script.starts_with(" src=\"{{"), "{}", path.display());
        }
    }
    for asset in ASSETS {
        let text = asset.body.replace("http://www.w3.org/2000/svg", "");
        for forbidden in [
            "http://",
            "https://",
            "@import",
            "url(",
            "innerHTML =",
            "eval(",
            "document.write",
        ] {
            assert!(!text.contains(forbidden), "{}: {forbidden}", asset.name);
        }
    }
}

#[test]
fn samples_can_be_written_to_a_folder() {
    let Some(folder) = env::var_os("DURWARD_PAGES").map(PathBuf::from) else {
        return;
    };
    fs::create_dir_all(folder.join("static")).unwrap();
    for asset in ASSETS {
        fs::write(folder.join("static").join(asset.name), asset.body).unwrap();
    }
    for (name, html) in all("Bo Berg", "Amber harbour 42") {
        fs::write(
            folder.join(format!("{name}.html")),
            html.replace("\"/demo/static/", "\"static/"),
        )
        .unwrap();
    }
}
