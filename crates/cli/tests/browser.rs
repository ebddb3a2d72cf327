//! A real browser, keyboard only: login and consent of the code flow, and the
//! approval and denial of a CIBA request. The console must stay silent: no
//! violation of the content security policy, nothing missing.
//!
//! With `DURWARD_SCREENSHOTS` set to a folder, pictures are written there.
//! Without Chromium and chromedriver each test says so by name and does nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::path::PathBuf;

use support::{
    caller::Caller,
    home::{Credentials, Home, app_metadata, password_of},
    push::Push,
    server::Server,
    visitor::approval_url,
    wait::{LONG, until_async},
    webdriver::{ENTER, TAB, Window, browser_for},
};
use tokio::runtime::Runtime;
use url::{Url, form_urlencoded};

/// Runs a walk if there is a browser to walk with.
fn walk<F: Future<Output = ()>>(name: &str, walk: impl FnOnce((PathBuf, PathBuf)) -> F) {
    if let Some(browser) = browser_for(name) {
        Runtime::new().unwrap().block_on(walk(browser));
    }
}

struct Stage {
    home: Home,
    app: Credentials,
    caller: Caller,
    /// The application's own site.
    site: Push,
    _server: Server,
}

async fn stage() -> Stage {
    let site = Push::start(|_| (200, "<h1>Back at the shop</h1>".to_owned())).await;
    let home = Home::new();
    home.user("alice");
    home.user("bob");
    let app = home.client(&app_metadata(&site.url("/cb")));
    let server = home.serve();
    let caller = Caller::new(&home);
    Stage {
        home,
        app,
        caller,
        site,
        _server: server,
    }
}

/// Logs in with the keyboard alone.
async fn log_in(window: &Window, user: &str) {
    window.wait_for_headline("Sign in").await;
    look(window, "login").await;
    assert_eq!(
        window.focused("name").await,
        "username",
        "the first field has the focus"
    );
    window.type_keys(user).await;
    window.type_keys(TAB).await;
    assert_eq!(window.focused("name").await, "password");
    window.type_keys(&password_of(user)).await;
    window.type_keys(ENTER).await;
}

/// Tabs to a button, sees that the focus is visible there, and presses it.
async fn press(window: &Window, decision: &str) {
    window.tab_to_button(decision).await;
    let shown = "const style = getComputedStyle(document.activeElement); \
                 return document.activeElement.matches(':focus-visible') \
                     && (style.outlineStyle !== 'none' || style.boxShadow !== 'none')";
    assert_eq!(
        window.run(shown).await,
        true,
        "the focus on '{decision}' is not visible"
    );
    window.type_keys(ENTER).await;
}

/// What every page of ours keeps, on a small phone and on a desk, by day and by night.
async fn look(window: &Window, name: &str) {
    let facts = window
        .run(
            "return [document.styleSheets.length, document.scripts.length, document.documentElement.lang, \
             document.querySelectorAll('h1').length, document.title.length > 0, \
             [...document.querySelectorAll('input:not([type=hidden])')].every(input => input.labels.length > 0)]",
        )
        .await;
    assert_eq!(
        facts,
        serde_json::json!([1, 0, "en", 1, true, true]),
        "{name}"
    );
    let background = "return getComputedStyle(document.querySelector('main')).backgroundColor";
    let mut backgrounds = Vec::new();
    for scheme in ["light", "dark"] {
        window.prefer(scheme).await;
        for (width, height) in [(320, 640), (800, 900)] {
            window.resize(width, height).await;
            let sideways = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(
                window.run(sideways).await,
                0,
                "{name} scrolls sideways at {width}"
            );
            picture(window, &format!("{name}-{scheme}-{width}")).await;
        }
        backgrounds.push(window.run(background).await);
    }
    assert_ne!(
        backgrounds[0], backgrounds[1],
        "{name}: light and dark look the same"
    );
    silent(window, name).await;
}

async fn picture(window: &Window, name: &str) {
    let Some(folder) = std::env::var_os("DURWARD_SCREENSHOTS") else {
        return;
    };
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        PathBuf::from(folder).join(format!("{name}.png")),
        window.screenshot().await,
    )
    .unwrap();
}

/// The console said nothing: no policy was violated, nothing was missing.
async fn silent(window: &Window, name: &str) {
    let console = window.console().await;
    assert!(console.is_empty(), "{name}: {console:?}");
}

fn authorize_url(stage: &Stage) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", stage.app.id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &stage.site.url("/cb")),
            ("scope", "openid profile"),
            ("state", "a state & more"),
        ])
        .finish();
    stage.home.url(&format!("/authorize?{query}"))
}

fn parameter(url: &str, wanted: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    url.query_pairs()
        .find(|(name, _)| name == wanted)
        .map(|(_, value)| value.into_owned())
}

#[test]
fn login_and_consent_end_at_the_application() {
    walk(
        "login_and_consent_end_at_the_application",
        |browser| async move {
            let stage = stage().await;
            let window = Window::open(&browser).await;
            window.go(&authorize_url(&stage)).await;
            log_in(&window, "alice").await;
            window.wait_for_headline("wants access").await;
            look(&window, "consent").await;
            press(&window, "allow").await;
            let there = stage.site.url("/cb");
            let url = window
                .wait_for_url("the application", |url| url.starts_with(&there))
                .await;
            assert_eq!(parameter(&url, "state").as_deref(), Some("a state & more"));
            assert_eq!(parameter(&url, "iss"), Some(stage.home.issuer()));
            let code = parameter(&url, "code").unwrap();
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", &there),
            ];
            let tokens = stage
                .caller
                .post("/token", Some(&stage.app), &fields)
                .await
                .unwrap();
            assert_eq!(tokens.status, 200, "{tokens:?}");
            // The browser tells the application nothing of our addresses.
            let arrived = stage.site.received();
            let arrived = arrived
                .iter()
                .find(|request| request.path == "/cb")
                .unwrap();
            assert!(!arrived.headers.contains_key("referer"), "{arrived:?}");
            // The second time nobody is asked.
            window.go(&authorize_url(&stage)).await;
            let again = window
                .wait_for_url("the application", |url| url.starts_with(&there))
                .await;
            assert_ne!(parameter(&again, "code"), Some(code));
            window.close().await;
        },
    );
}

#[test]
fn denying_and_cancelling_are_told_to_the_application() {
    walk(
        "denying_and_cancelling_are_told_to_the_application",
        |browser| async move {
            let stage = stage().await;
            let window = Window::open(&browser).await;
            let there = stage.site.url("/cb");
            for step in ["cancel the login", "deny the consent"] {
                window.go(&authorize_url(&stage)).await;
                if step == "deny the consent" {
                    log_in(&window, "alice").await;
                    window.wait_for_headline("wants access").await;
                } else {
                    window.wait_for_headline("Sign in").await;
                }
                press(&window, "deny").await;
                let url = window
                    .wait_for_url(step, |url| url.starts_with(&there))
                    .await;
                assert_eq!(
                    parameter(&url, "error").as_deref(),
                    Some("access_denied"),
                    "{step}: {url}"
                );
                assert_eq!(parameter(&url, "code"), None);
            }
            window.close().await;
        },
    );
}

#[test]
fn a_wrong_password_is_told_and_the_form_works_again() {
    walk(
        "a_wrong_password_is_told_and_the_form_works_again",
        |browser| async move {
            let stage = stage().await;
            let window = Window::open(&browser).await;
            window.go(&authorize_url(&stage)).await;
            window.wait_for_headline("Sign in").await;
            window.type_keys("alice").await;
            window.type_keys(TAB).await;
            window.type_keys("wrong").await;
            window.type_keys(ENTER).await;
            until_async("the problem is told", LONG, || async {
            let script = "const p = document.querySelector('[role=alert]'); return p ? p.innerText : null";
            window.run(script).await.is_string().then_some(())
        })
        .await;
            log_in(&window, "alice").await;
            window.wait_for_headline("wants access").await;
            silent(&window, "after a wrong password").await;
            window.close().await;
        },
    );
}

async fn request(stage: &Stage) -> String {
    let answer = stage
        .caller
        .ciba(&stage.app, "alice", "W4SCT")
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text("auth_req_id")
}

#[test]
fn a_ciba_request_is_approved_and_denied_by_keyboard() {
    walk(
        "a_ciba_request_is_approved_and_denied_by_keyboard",
        |browser| async move {
            let stage = stage().await;
            let window = Window::open(&browser).await;
            let approved = request(&stage).await;
            let poll = stage.caller.poll(&stage.app, &approved).await.unwrap();
            assert_eq!(poll.error(), "authorization_pending");
            window.go(&approval_url(&stage.caller, &approved)).await;
            log_in(&window, "alice").await;
            window.wait_for_headline("Is this you?").await;
            look(&window, "approval").await;
            let words = window
                .run("return document.querySelector('.binding-message').innerText")
                .await;
            assert_eq!(words, "W4SCT");
            press(&window, "allow").await;
            window.wait_for_headline("Approved").await;
            look(&window, "approved").await;
            let tokens = until_async("the tokens are there", LONG, || async {
                let answer = stage.caller.poll(&stage.app, &approved).await.unwrap();
                (answer.status == 200).then_some(answer)
            })
            .await;
            assert!(!tokens.text("id_token").is_empty());

            // The session holds: the next request needs no login.
            let denied = request(&stage).await;
            window.go(&approval_url(&stage.caller, &denied)).await;
            window.wait_for_headline("Is this you?").await;
            press(&window, "deny").await;
            window.wait_for_headline("Denied").await;
            let poll = stage.caller.poll(&stage.app, &denied).await.unwrap();
            assert_eq!(poll.error(), "access_denied");
            // The link is used up.
            window.go(&approval_url(&stage.caller, &denied)).await;
            window.wait_for_headline("Already answered").await;
            silent(&window, "the outcomes").await;
            window.close().await;
        },
    );
}

#[test]
fn somebody_elses_request_is_not_shown() {
    walk(
        "somebody_elses_request_is_not_shown",
        |browser| async move {
            let stage = stage().await;
            let window = Window::open(&browser).await;
            let auth_req_id = request(&stage).await;
            window.go(&approval_url(&stage.caller, &auth_req_id)).await;
            log_in(&window, "bob").await;
            window.wait_for_headline("Not for this account").await;
            let shown = window.run("return document.body.innerText").await;
            assert!(!shown.as_str().unwrap().contains("W4SCT"), "{shown}");
            let poll = stage.caller.poll(&stage.app, &auth_req_id).await.unwrap();
            assert_eq!(poll.error(), "authorization_pending");
            window.close().await;
        },
    );
}
