//! Logout through the whole binary: a real browser with three applications, one
//! hanging and one refusing; deliveries across a `kill -9`; the report.
//!
//! With `DURWARD_SCREENSHOTS` set to a folder, pictures are written there.
//! Without Chromium and chromedriver the browser's test says so by name and does nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use support::{
    caller::Caller,
    home::{Credentials, Home, REDIRECT_URI, app_metadata, password_of},
    push::Push,
    visitor::Visitor,
    wait::{LONG, until, until_async},
    webdriver::{ENTER, TAB, Window, browser_for},
};
use tokio::runtime::Runtime;
use url::form_urlencoded;

/// A home whose server may reach loopback for logout tokens.
fn home() -> Home {
    let home = Home::new();
    home.user("alice");
    home.set(
        "backchannelLogoutHttp.allowedPrivateHosts",
        r#"["127.0.0.1"]"#,
    );
    home.set("backchannelLogoutRetrySeconds", "1");
    home
}

fn client(home: &Home, name: &str, redirect_uri: &str, more: &Value) -> Credentials {
    let mut metadata = app_metadata(redirect_uri);
    metadata["client_name"] = json!(name);
    for (key, value) in more.as_object().unwrap() {
        metadata[key] = value.clone();
    }
    home.client(&metadata)
}

/// Client, channel and outcome of every notice.
fn report(home: &Home) -> BTreeSet<(String, String, String)> {
    let shown = home.run(&["session", "logouts", "--json"]).ok().json();
    let text = |notice: &Value, name: &str| notice[name].as_str().unwrap().to_owned();
    let notices = shown.as_array().unwrap().iter();
    notices
        .map(|notice| {
            (
                text(notice, "client_id"),
                text(notice, "channel"),
                text(notice, "outcome"),
            )
        })
        .collect()
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// The logout token in a received form.
fn logout_token(body: &str) -> Value {
    let (_, token) = form_urlencoded::parse(body.as_bytes())
        .find(|(name, _)| name == "logout_token")
        .expect("a logout_token");
    claims(&token)
}

async fn tokens(caller: &Caller, app: &Credentials, code: &str, redirect_uri: &str) -> Value {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri),
    ];
    let answer = caller.post("/token", Some(app), &fields).await.unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Three applications, each on a site of its own.
struct Mall {
    home: Home,
    site: Push,
    hanging: Push,
    refusing: Push,
    front: Credentials,
    back: Credentials,
    both: Credentials,
}

impl Mall {
    async fn open() -> Self {
        let site = Push::start(|_| (200, "<h1>Back at the shop</h1>".to_owned())).await;
        let hanging = Push::holding().await;
        let refusing = Push::start(|_| (400, "{}".to_owned())).await;
        let home = home();
        home.set("logoutPageSeconds", "2");
        let front = client(
            &home,
            "Hanging",
            &hanging.url("/cb"),
            &json!({
                "redirect_uris": [hanging.url("/cb"), site.url("/hanging/cb")],
                "frontchannel_logout_uri": hanging.url("/frame"),
            }),
        );
        let back = client(
            &home,
            "Refusing",
            &site.url("/refusing/cb"),
            &json!({ "backchannel_logout_uri": refusing.url("/bye") }),
        );
        let both = client(
            &home,
            "Willing",
            &site.url("/willing/cb"),
            &json!({
                "frontchannel_logout_uri": site.url("/frame?kept=yes"),
                "frontchannel_logout_session_required": true,
                "backchannel_logout_uri": site.url("/never"),
                "post_logout_redirect_uris": [site.url("/over")],
            }),
        );
        Self {
            home,
            site,
            hanging,
            refusing,
            front,
            back,
            both,
        }
    }

    fn authorize_url(&self, app: &Credentials, redirect_uri: &str) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("client_id", app.id.as_str()),
                ("response_type", "code"),
                ("redirect_uri", redirect_uri),
                ("scope", "openid profile"),
            ])
            .finish();
        self.home.url(&format!("/authorize?{query}"))
    }

    /// Logs in to an application; the code that it gets.
    async fn visit(&self, window: &Window, app: &Credentials, path: &str) -> String {
        let there = self.site.url(path);
        window.go(&self.authorize_url(app, &there)).await;
        let url = window.url().await;
        if !url.starts_with(&there) {
            window.wait_for_headline("wants access").await;
            window.tab_to_button("allow").await;
            window.type_keys(ENTER).await;
        }
        let url = window
            .wait_for_url("the application", |url| url.starts_with(&there))
            .await;
        let url = url::Url::parse(&url).unwrap();
        url.query_pairs()
            .find(|(name, _)| name == "code")
            .unwrap()
            .1
            .into_owned()
    }

    async fn log_in(&self, window: &Window) {
        window
            .go(&self.authorize_url(&self.front, &self.site.url("/hanging/cb")))
            .await;
        window.wait_for_headline("Sign in").await;
        window.type_keys("alice").await;
        window.type_keys(TAB).await;
        window.type_keys(&password_of("alice")).await;
        window.type_keys(ENTER).await;
        window.wait_for_headline("wants access").await;
    }

    /// Logs in everywhere; an ID token of the last application.
    async fn visit_all(&self, window: &Window) -> String {
        self.log_in(window).await;
        self.visit(window, &self.front, "/hanging/cb").await;
        self.visit(window, &self.back, "/refusing/cb").await;
        let code = self.visit(window, &self.both, "/willing/cb").await;
        let caller = Caller::new(&self.home);
        let tokens = tokens(&caller, &self.both, &code, &self.site.url("/willing/cb")).await;
        tokens["id_token"].as_str().unwrap().to_owned()
    }

    fn logout_url(&self, id_token: &str) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("id_token_hint", id_token),
                ("post_logout_redirect_uri", &self.site.url("/over")),
                ("state", "s 1"),
            ])
            .finish();
        self.home.url(&format!("/end_session?{query}"))
    }

    fn expected_report(&self) -> BTreeSet<(String, String, String)> {
        [
            (
                &self.front,
                "front",
                "failed: its frame did not load in time",
            ),
            (&self.back, "back", "failed: the client answered 400"),
            (&self.both, "front", "the frame loaded"),
            (&self.both, "back if front fails", "not needed"),
        ]
        .map(|(app, channel, outcome)| (app.id.clone(), channel.to_owned(), outcome.to_owned()))
        .into()
    }
}

async fn picture(window: &Window, name: &str) {
    let Some(folder) = std::env::var_os("DURWARD_SCREENSHOTS") else {
        return;
    };
    std::fs::create_dir_all(&folder).unwrap();
    let file = PathBuf::from(folder).join(format!("{name}.png"));
    std::fs::write(file, window.screenshot().await).unwrap();
}

#[test]
fn a_browser_leaves_three_applications_of_which_one_hangs_and_one_refuses() {
    let name = "a_browser_leaves_three_applications_of_which_one_hangs_and_one_refuses";
    let Some(browser) = browser_for(name) else {
        return;
    };
    Runtime::new().unwrap().block_on(async {
        let mall = Mall::open().await;
        let _server = mall.home.serve();
        let window = Window::open(&browser).await;
        let id_token = mall.visit_all(&window).await;
        window.go(&mall.logout_url(&id_token)).await;
        picture(&window, "signed-out").await;
        let over = mall.site.url("/over?state=s+1");
        window
            .wait_for_url("the end in bounded time", |url| url == over)
            .await;
        until("the report is whole", LONG, || {
            (report(&mall.home) == mall.expected_report()).then_some(())
        });
        let sid = claims(&id_token)["sid"].as_str().unwrap().to_owned();
        let frames = mall.site.received();
        let frame = frames.iter().filter(|request| request.path == "/frame");
        assert_eq!(frame.count(), 1);
        assert!(
            mall.hanging
                .received()
                .iter()
                .any(|request| request.path == "/frame")
        );
        assert!(
            mall.site
                .received()
                .iter()
                .all(|request| request.path != "/never")
        );
        let told = mall.refusing.received();
        assert_eq!(told.len(), 1, "a refusal is final");
        assert_ne!(
            logout_token(&told[0].body)["sid"],
            *sid,
            "another client, another sid"
        );
        let console = window.console().await;
        assert!(console.is_empty(), "{console:?}");
        window.close().await;
    });
}

#[test]
fn a_browser_sees_the_page_of_a_script() {
    let name = "a_browser_sees_the_page_of_a_script";
    let Some(browser) = browser_for(name) else {
        return;
    };
    Runtime::new().unwrap().block_on(async {
        let mall = Mall::open().await;
        let sample = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../catalog/end_session/branded_page.py")
            .canonicalize()
            .unwrap();
        let put = [
            "script",
            "put",
            sample.to_str().unwrap(),
            "--type",
            "end_session",
            "--enable",
            "--property",
            "brand=Nordbank & Söhne",
        ];
        mall.home.run(&put).ok();
        let _server = mall.home.serve();
        let window = Window::open(&browser).await;
        let id_token = mall.visit_all(&window).await;
        mall.hanging.release();
        // Without an address to go to the page stays.
        let url = mall
            .home
            .url(&format!("/end_session?id_token_hint={id_token}"));
        window.go(&url).await;
        let text = window.run("return document.body.innerText").await;
        let text = text.as_str().unwrap();
        for words in ["Nordbank & Söhne", "Hanging", "Refusing", "Willing"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        let frames = window
            .run("return document.querySelectorAll('iframe').length")
            .await;
        assert_eq!(frames, 2);
        picture(&window, "branded").await;
        let console = window.console().await;
        assert!(console.is_empty(), "{console:?}");
        until("the frames are known to have loaded", LONG, || {
            let loaded = report(&mall.home)
                .into_iter()
                .filter(|(_, _, outcome)| outcome == "the frame loaded");
            (loaded.count() == 2).then_some(())
        });
        let log = mall
            .home
            .script_log_with("branded_page", |log| !log.is_empty());
        assert_eq!(log.len(), 1, "nothing was wrong with the page: {log:?}");
        window.close().await;
    });
}

/// Clients that are told from server to server, and a visitor logged in to all of them.
async fn logged_in_to(home: &Home, count: usize, address: &str) -> (Visitor, Caller, String) {
    let caller = Caller::new(home);
    let mut visitor = Visitor::new(&caller);
    let mut id_token = String::new();
    for number in 0..count {
        let more = json!({ "backchannel_logout_uri": format!("{address}/bye/{number}") });
        let app = client(home, &format!("Shop {number}"), REDIRECT_URI, &more);
        let code = if number == 0 {
            visitor.code_by_hand(&app, "alice").await.unwrap()
        } else {
            visitor.code_with_consent(&app).await.unwrap()
        };
        let tokens = tokens(&caller, &app, &code, REDIRECT_URI).await;
        tokens["id_token"]
            .as_str()
            .unwrap()
            .clone_into(&mut id_token);
    }
    (visitor, caller, id_token)
}

#[test]
fn deliveries_survive_a_kill_and_none_is_lost() {
    Runtime::new().unwrap().block_on(async {
        const CLIENTS: usize = 20;
        let receiver = Push::start(|_| (200, String::new())).await;
        let home = home();
        let server = home.serve();
        let address = format!("http://{}", receiver.address);
        let (mut visitor, caller, id_token) = logged_in_to(&home, CLIENTS, &address).await;
        let url = caller.url(&format!("/end_session?id_token_hint={id_token}"));
        let answer = visitor.open(&url).await.unwrap();
        assert!(answer.body.contains("You are signed out"), "{answer:?}");
        // Between the answer and the deliveries, or in the middle of them.
        server.kill_nine();
        let _server = home.serve();
        until_async("every client is told", LONG, || async {
            let told: BTreeSet<String> = paths(&receiver).into_keys().collect();
            (told.len() == CLIENTS).then_some(())
        })
        .await;
        until("and that is known", LONG, || {
            let report = report(&home);
            (report.len() == CLIENTS && report.iter().all(|(_, _, outcome)| outcome == "told"))
                .then_some(())
        });
        // One whose answer the killed server did not see is told again, with another token.
        assert!(paths(&receiver).values().all(|times| *times <= 2));
        let tokens: Vec<Value> = receiver
            .received()
            .iter()
            .map(|request| logout_token(&request.body))
            .collect();
        let ids: BTreeSet<&str> = tokens
            .iter()
            .map(|claims| claims["jti"].as_str().unwrap())
            .collect();
        assert_eq!(ids.len(), tokens.len(), "no token is sent twice");
        assert!(tokens.iter().all(|claims| claims.get("nonce").is_none()));
    });
}

fn paths(receiver: &Push) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for request in receiver.received() {
        *times.entry(request.path).or_default() += 1;
    }
    times
}

#[test]
fn an_administrator_ends_a_session_and_its_applications_hear_of_it() {
    Runtime::new().unwrap().block_on(async {
        let receiver = Push::start(|_| (204, String::new())).await;
        let home = home();
        let _server = home.serve();
        let address = format!("http://{}", receiver.address);
        let (mut visitor, caller, _) = logged_in_to(&home, 2, &address).await;
        let listed = home
            .run(&["session", "list", "--user", "alice", "--json"])
            .ok()
            .json();
        let session = &listed.as_array().unwrap()[0];
        assert_eq!(session["username"], "alice");
        assert_eq!(session["clients"].as_array().unwrap().len(), 2);
        let sid = session["sid"].as_str().unwrap();
        home.run(&["session", "end", sid]).ok();
        until_async("both are told", LONG, || async {
            (receiver.received().len() == 2).then_some(())
        })
        .await;
        let page = visitor.open(&caller.url("/end_session")).await.unwrap();
        assert!(page.body.contains("You were not signed in"), "{page:?}");
        assert_eq!(
            home.run(&["session", "list", "--json"]).ok().json(),
            json!([])
        );
        let again = home.run(&["session", "end", sid]);
        assert!(again.stderr.contains("durward session list"), "{again:?}");
        let nobody = home.run(&["session", "list", "--user", "nobody"]);
        assert!(nobody.stderr.contains("durward user list"), "{nobody:?}");
    });
}

#[test]
fn a_client_inside_our_network_is_not_reached_unless_listed() {
    Runtime::new().unwrap().block_on(async {
        let receiver = Push::start(|_| (200, String::new())).await;
        let home = home();
        home.set("backchannelLogoutHttp.allowedPrivateHosts", "[]");
        let _server = home.serve();
        let address = format!("http://{}", receiver.address);
        let (mut visitor, caller, id_token) = logged_in_to(&home, 1, &address).await;
        let url = caller.url(&format!("/end_session?id_token_hint={id_token}"));
        visitor.open(&url).await.unwrap();
        let outcome = until("it was tried", LONG, || {
            let report = report(&home);
            let (_, _, outcome) = report.into_iter().next()?;
            outcome.contains("deliveries").then_some(outcome)
        });
        assert!(
            outcome.contains("backchannelLogoutHttp.allowedPrivateHosts"),
            "{outcome}"
        );
        assert!(receiver.received().is_empty());
    });
}

#[test]
fn the_seeds_script_answers_blank_and_our_page_is_shown() {
    let seed =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/seeds/scripts/end_session.py");
    if !seed.exists() {
        println!(
            "skipped the_seeds_script_answers_blank_and_our_page_is_shown: the seeds are not here"
        );
        return;
    }
    Runtime::new().unwrap().block_on(async {
        let home = home();
        let text = std::fs::read_to_string(&seed).unwrap();
        let file = home.file("end_session.py", &text);
        let put = [
            "script",
            "put",
            file.to_str().unwrap(),
            "--type",
            "end_session",
            "--enable",
        ];
        home.run(&put).ok();
        let _server = home.serve();
        let (mut visitor, caller, id_token) = logged_in_to(&home, 1, "http://127.0.0.1:9").await;
        let url = caller.url(&format!("/end_session?id_token_hint={id_token}"));
        let page = visitor.open(&url).await.unwrap();
        assert!(page.body.contains("You are signed out"), "{page:?}");
        let log = home.script_log_with("end_session", |log| !log.is_empty());
        assert_eq!(log[0]["method"], "getFrontchannelHtml");
        assert_eq!(log[0]["error"], Value::Null);
    });
}
