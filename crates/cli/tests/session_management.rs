//! Session Management 1.0 in a real browser: a client's page asks our frame whether the
//! login has changed, before and after a logout.
//!
//! Without Chromium and chromedriver the test says so by name and does nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use serde_json::{Value, json};
use support::{
    home::{Credentials, Home, app_metadata, password_of},
    push::Push,
    wait::{LONG, until_async},
    webdriver::{ENTER, TAB, Window, browser_for},
};
use tokio::runtime::Runtime;
use url::{Url, form_urlencoded};

/// The client's page loads our frame and asks it once.
const ASK: &str = "const [frame, question] = arguments_of_the_test; \
    window.told = null; \
    window.addEventListener('message', event => { window.told = [event.origin, event.data]; }); \
    const element = document.createElement('iframe'); \
    element.src = frame; \
    element.onload = () => element.contentWindow.postMessage(question, new URL(frame).origin); \
    document.body.append(element); \
    return true;";

/// Asks our frame from the page that the window shows: origin and answer.
async fn ask(window: &Window, home: &Home, question: &str) -> Value {
    let frame = home.url("/check_session");
    let values = json!([frame, question]).to_string();
    window
        .run(&ASK.replace("arguments_of_the_test", &values))
        .await;
    until_async("the frame answers", LONG, || async {
        let told = window.run("return window.told").await;
        (!told.is_null()).then_some(told)
    })
    .await
}

fn authorize_url(home: &Home, app: &Credentials, redirect_uri: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", app.id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", redirect_uri),
            ("scope", "openid profile"),
        ])
        .finish();
    home.url(&format!("/authorize?{query}"))
}

/// Logs in with the keyboard; the `session_state` that the client is given.
async fn log_in(window: &Window, home: &Home, app: &Credentials, there: &str) -> String {
    window.go(&authorize_url(home, app, there)).await;
    window.wait_for_headline("Sign in").await;
    window.type_keys("alice").await;
    window.type_keys(TAB).await;
    window.type_keys(&password_of("alice")).await;
    window.type_keys(ENTER).await;
    window.wait_for_headline("wants access").await;
    window.tab_to_button("allow").await;
    window.type_keys(ENTER).await;
    let url = window
        .wait_for_url("the application", |url| url.starts_with(there))
        .await;
    let url = Url::parse(&url).unwrap();
    let found = url.query_pairs().find(|(name, _)| name == "session_state");
    found.expect("a session_state").1.into_owned()
}

#[test]
fn a_clients_page_sees_that_the_login_has_changed() {
    let Some(browser) = browser_for("a_clients_page_sees_that_the_login_has_changed") else {
        return;
    };
    Runtime::new().unwrap().block_on(async {
        let site = Push::start(|_| (200, "the shop".to_owned())).await;
        let home = Home::new();
        home.user("alice");
        let there = site.url("/cb");
        let app = home.client(&app_metadata(&there));
        let _server = home.serve();
        let window = Window::open(&browser).await;
        let state = log_in(&window, &home, &app, &there).await;
        let question = format!("{} {state}", app.id);
        let told = ask(&window, &home, &question).await;
        assert_eq!(told, json!([home.issuer(), "unchanged"]));
        for nonsense in ["", "one-word", "client state-without-salt", "a b c"] {
            window.go(&there).await;
            let told = ask(&window, &home, nonsense).await;
            assert_eq!(told[1], "error", "{nonsense}");
        }
        let other = format!("another-client {state}");
        window.go(&there).await;
        assert_eq!(ask(&window, &home, &other).await[1], "changed");

        window.go(&home.url("/end_session")).await;
        window.wait_for_headline("Sign out?").await;
        window.tab_to_button("logout").await;
        window.type_keys(ENTER).await;
        window.wait_for_headline("You are signed out").await;
        window.go(&there).await;
        assert_eq!(ask(&window, &home, &question).await[1], "changed");
        window.close().await;
    });
}
