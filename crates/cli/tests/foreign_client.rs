//! Logout of a relying party that we did not write: `mod_auth_openidc` of Debian in
//! Apache logs a person in, and is told by front channel and by back channel that
//! the person has left.
//!
//! Without Apache and its module, or without a browser where one is needed, a test
//! says so by name and does nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{
    apache::{Apache, find_apache},
    caller::{Answer, Caller},
    home::{Home, app_metadata, password_of},
    server::Server,
    visitor::Visitor,
    wait::{LONG, until},
    webdriver::{ENTER, TAB, Window, browser_for},
};
use tokio::runtime::Runtime;

/// Runs a test if there is an Apache for it.
fn with_apache(name: &str, test: impl AsyncFnOnce(&Path)) {
    let Some(program) = find_apache() else {
        println!("skipped {name}: there is no apache2 with mod_auth_openidc on this machine");
        return;
    };
    Runtime::new().unwrap().block_on(test(&program));
}

/// Runs a test if there are an Apache and a browser for it.
fn with_browser(name: &str, test: impl AsyncFnOnce(&Path, (PathBuf, PathBuf))) {
    if let Some(browser) = browser_for(name) {
        with_apache(name, async |program| test(program, browser).await);
    }
}

struct Stage {
    home: Home,
    apache: Apache,
    _server: Server,
}

impl Stage {
    /// Our server, and Apache under that name as its client with those addresses for logout.
    fn open(program: &Path, host: &'static str, logout: impl FnOnce(&Apache) -> Value) -> Self {
        let mut apache = Apache::prepare(host);
        let home = Home::new();
        home.user("alice");
        home.set(
            "backchannelLogoutHttp.allowedPrivateHosts",
            r#"["127.0.0.1"]"#,
        );
        let mut metadata = app_metadata(&apache.url("/app/callback"));
        metadata["post_logout_redirect_uris"] = json!([apache.url("/bye.html")]);
        for (name, value) in logout(&apache).as_object().unwrap() {
            metadata[name] = value.clone();
        }
        let client = home.client(&metadata);
        let server = home.serve();
        apache.start(program, &home.issuer(), &client);
        Self {
            home,
            apache,
            _server: server,
        }
    }

    fn with_back_channel(program: &Path) -> Self {
        Self::open(
            program,
            "127.0.0.1",
            |apache| json!({ "backchannel_logout_uri": apache.url("/app/callback?logout=backchannel") }),
        )
    }

    /// Waits until this is all that is reported.
    fn wait_for_report(&self, channel: &str, outcome: &str) {
        until(&format!("the report says '{outcome}'"), LONG, || {
            let shown = self.home.run(&["session", "logouts", "--json"]).ok().json();
            let notices = shown.as_array().unwrap();
            let fits =
                |notice: &Value| notice["channel"] == channel && notice["outcome"] == outcome;
            (notices.len() == 1 && notices.iter().all(fits)).then_some(())
        });
    }

    /// Waits until Apache has answered one such request; what it was.
    fn wait_for_request(&self, words: &str) -> String {
        let mut seen = until(&format!("Apache has answered '{words}'"), LONG, || {
            let seen = self.apache.requests(words);
            (!seen.is_empty()).then_some(seen)
        });
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.remove(0)
    }

    async fn log_in(&self, window: &Window) {
        window.go(&self.apache.url("/app/")).await;
        window.wait_for_headline("Sign in").await;
        window.type_keys("alice").await;
        window.type_keys(TAB).await;
        window.type_keys(&password_of("alice")).await;
        window.type_keys(ENTER).await;
        window.wait_for_headline("wants access").await;
        window.tab_to_button("allow").await;
        window.type_keys(ENTER).await;
        window.wait_for_headline("Welcome, A. Person").await;
        // Once more, by what Apache keeps itself.
        window.go(&self.apache.url("/app/")).await;
        window.wait_for_headline("Welcome, A. Person").await;
        assert_eq!(window.url().await, self.apache.url("/app/"));
    }

    /// Logs out here, and sees that Apache wants a login again; the request of its frame.
    async fn log_out(&self, window: &Window) -> String {
        window.go(&self.home.url("/end_session")).await;
        window.wait_for_headline("Sign out?").await;
        window.tab_to_button("logout").await;
        window.type_keys(ENTER).await;
        window.wait_for_headline("You are signed out").await;
        self.wait_for_report("front", "the frame loaded");
        window.go(&self.apache.url("/app/")).await;
        window.wait_for_headline("Sign in").await;
        assert!(window.url().await.starts_with(&self.home.issuer()));
        self.wait_for_request("logout=get")
    }
}

#[test]
fn a_foreign_client_is_logged_out_by_its_frame() {
    let name = "a_foreign_client_is_logged_out_by_its_frame";
    with_browser(name, async |program, browser| {
        let stage = Stage::open(
            program,
            "127.0.0.1",
            |apache| json!({ "frontchannel_logout_uri": apache.url("/app/callback?logout=get") }),
        );
        let window = Window::open(&browser).await;
        stage.log_in(&window).await;
        let frame = stage.log_out(&window).await;
        // Our name is its name, so its frame gets its cookie.
        let cookie = frame.strip_prefix("GET /app/callback?logout=get ").unwrap();
        assert_ne!(cookie, "-");
        window.close().await;
    });
}

#[test]
fn a_foreign_client_on_another_site_is_logged_out_by_its_sid() {
    let name = "a_foreign_client_on_another_site_is_logged_out_by_its_sid";
    with_browser(name, async |program, browser| {
        let stage = Stage::open(program, "localhost", |apache| {
            json!({
                "frontchannel_logout_uri": apache.url("/app/callback?logout=get"),
                "frontchannel_logout_session_required": true,
            })
        });
        let window = Window::open(&browser).await;
        stage.log_in(&window).await;
        let frame = stage.log_out(&window).await;
        // The browser keeps the cookie back from another site's frame.
        assert!(frame.contains("&iss=http"), "{frame}");
        assert!(frame.contains("&sid="), "{frame}");
        assert!(frame.ends_with(" -"), "{frame}");
        window.close().await;
    });
}

/// One person's cookies, here and at Apache.
struct Person {
    here: Visitor,
    there: Visitor,
}

fn location(answer: &Answer) -> &str {
    assert!([302, 303].contains(&answer.status), "{answer:?}");
    answer.header("location").unwrap()
}

impl Person {
    /// Logs in at Apache, page by page; the ID token that Apache got.
    async fn log_in(stage: &Stage) -> (Self, String) {
        let caller = Caller::new(&stage.home);
        let (mut here, mut there) = (Visitor::new(&caller), Visitor::new(&caller));
        let app = stage.apache.url("/app/");
        let asked = there.open(&app).await.unwrap();
        let page = here.open(location(&asked)).await.unwrap();
        let page = here.log_in(&page, "alice").await.unwrap();
        let allowed = here.press(&page, "allow", &[]).await.unwrap();
        let back = there.open(location(&allowed)).await.unwrap();
        assert_eq!(location(&back), app);
        let page = there.open(&app).await.unwrap();
        assert!(page.body.contains("Welcome, A. Person"), "{page:?}");
        let token = page.body.split_once("id=\"id-token\">").unwrap().1;
        let token = token.split('<').next().unwrap().to_owned();
        (Self { here, there }, token)
    }

    /// Apache knows nobody any more, though the cookie is still there.
    async fn is_asked_to_log_in(&mut self, stage: &Stage) {
        let asked = self.there.open(&stage.apache.url("/app/")).await.unwrap();
        let authorize = stage.home.url("/authorize?");
        assert!(location(&asked).starts_with(&authorize), "{asked:?}");
        let page = self.here.open(location(&asked)).await.unwrap();
        assert!(page.body.contains("Sign in"), "{page:?}");
    }
}

#[test]
fn a_foreign_client_is_logged_out_by_a_logout_token() {
    let name = "a_foreign_client_is_logged_out_by_a_logout_token";
    with_apache(name, async |program| {
        let stage = Stage::with_back_channel(program);
        let (mut person, id_token) = Person::log_in(&stage).await;
        let url = format!("/end_session?id_token_hint={id_token}");
        let page = person.here.open(&stage.home.url(&url)).await.unwrap();
        assert!(page.body.contains("You are signed out"), "{page:?}");
        stage.wait_for_report("back", "told");
        let told = stage.wait_for_request("logout=backchannel");
        assert_eq!(told, "POST /app/callback?logout=backchannel -");
        person.is_asked_to_log_in(&stage).await;
    });
}

#[test]
fn a_foreign_client_starts_the_logout() {
    let name = "a_foreign_client_starts_the_logout";
    with_apache(name, async |program| {
        let stage = Stage::with_back_channel(program);
        let (mut person, _) = Person::log_in(&stage).await;
        let url = stage.apache.url("/app/callback?logout=");
        let asked = person.there.open(&url).await.unwrap();
        let ours = stage.home.url("/end_session?");
        assert!(location(&asked).starts_with(&ours), "{asked:?}");
        // With the ID token of this very session nobody is asked.
        let left = person.here.open(location(&asked)).await.unwrap();
        assert_eq!(location(&left), stage.apache.url("/bye.html"));
        // It has ended its own part already, and takes the token all the same.
        stage.wait_for_report("back", "told");
        person.is_asked_to_log_in(&stage).await;
    });
}
