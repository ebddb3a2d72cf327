//! Versions on trial in a running server, in both hosts: a shadow sends nothing, a canary that
//! fails is taken out.
//!
//! Where there is no JVM host, its test says so by name and does nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use serde_json::Value;
use support::{
    caller::{Answer, Caller},
    home::{Credentials, Home, notifying},
    jvm::host_jar_for,
    push::Push,
    server::Server,
    wait::{LONG, until_async},
};
use tokio::runtime::Runtime;

struct Place {
    home: Home,
    app: Credentials,
    _server: Server,
    caller: Caller,
}

impl Place {
    /// A server whose script says yes.
    fn open(home: Home, text: &str, more: &[&str]) -> Self {
        home.user("alice");
        home.set("backchannelPendingRequestsPerUser", "1000");
        let app = home.app();
        home.script("notify", text, more).ok();
        let server = home.serve();
        let caller = Caller::new(&home);
        Self {
            home,
            app,
            _server: server,
            caller,
        }
    }

    fn stage(&self, file: &str, text: &str, more: &[&str]) {
        let file = self.home.file(file, text);
        let mut words = vec!["script", "stage", "notify", "--min-calls", "3"];
        words.extend(more);
        words.push(file.to_str().unwrap());
        self.home.run(&words).ok();
    }

    fn shown(&self) -> Value {
        let ran = self.home.run(&["script", "show", "notify", "--json"]);
        ran.ok().json()
    }

    async fn ask(&self) -> Answer {
        self.caller.ciba(&self.app, "alice", "hello").await.unwrap()
    }

    /// Asks until the record of the script says what is wanted.
    async fn ask_until(&self, what: &str, enough: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..200 {
            assert_eq!(self.ask().await.status, 200, "the answer is as ever");
            let shown = self.shown();
            if enough(&shown) {
                return shown;
            }
        }
        panic!("{what}: {}", self.shown());
    }
}

async fn a_shadow_then_a_canary(place: &Place, file: &str, differs: &str, fails: &str) {
    place.stage(file, differs, &["--shadow"]);
    let shown = place
        .ask_until("the shadow differs", |shown| {
            shown["health"]["candidate"]["differing"].as_u64() >= Some(1)
        })
        .await;
    let figures = &shown["health"]["candidate"];
    assert_eq!(figures["tried"]["failed"], 0, "{figures}");
    let journal = place
        .home
        .run(&["audit", "--json", "--limit", "10000"])
        .ok()
        .stdout;
    let shadow = journal
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|entry| entry["stage"] == "shadow")
        .expect("a differing call is in the journal");
    assert_eq!(shadow["verdict"], "false");
    assert_eq!(shadow["served"], "true");
    place.stage(file, fails, &["--canary", "100"]);
    let shown = place
        .ask_until("the canary is taken out", |shown| {
            shown["candidateEnded"]["outcome"] == "rolledBack"
        })
        .await;
    let reason = shown["candidateEnded"]["reason"].as_str().unwrap();
    assert!(reason.contains("calls failed"), "{reason}");
    let serving = &shown["version"];
    until_async("the serving version answers again", LONG, || async {
        place.ask().await;
        let last = place.home.run(&["audit", "--json", "--limit", "1"]).ok();
        (last.json()["version"] == *serving).then_some(())
    })
    .await;
    let list = place.home.run(&["script", "list"]).ok().stdout;
    assert!(list.contains("rolled back"), "{list}");
}

#[test]
fn versions_are_tried_on_the_native_engine() {
    Runtime::new().unwrap().block_on(async {
        let place = Place::open(Home::new(), &notifying("print('yes')\nreturn True"), &[]);
        let differs = notifying("return False");
        let fails = notifying("raise ValueError('not today')");
        a_shadow_then_a_canary(&place, "new.py", &differs, &fails).await;
    });
}

#[test]
fn versions_are_tried_in_the_jvm() {
    if host_jar_for("versions_are_tried_in_the_jvm").is_none() {
        return;
    }
    Runtime::new().unwrap().block_on(async {
        let more = ["--engine", "jython"];
        let place = Place::open(Home::new(), &notifying("print 'yes'\nreturn True"), &more);
        assert_eq!(place.shown()["runsOn"], "jython");
        let differs = notifying("return False");
        let fails = notifying("raise ValueError('not today')");
        a_shadow_then_a_canary(&place, "new.py", &differs, &fails).await;
    });
}

#[test]
fn scripts_that_may_connect_by_themselves_are_no_shadows() {
    if host_jar_for("scripts_that_may_connect_by_themselves_are_no_shadows").is_none() {
        return;
    }
    let home = Home::new();
    home.edit_toml(|text| format!("{text}\n[jvm]\nnetwork = true\n"));
    let more = ["--engine", "jython"];
    home.script("notify", &notifying("return True"), &more).ok();
    let file = home.file("new.py", &notifying("return False"));
    let file = file.to_str().unwrap();
    let refused = home.run(&["script", "stage", "notify", "--shadow", file]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("jvm.network"), "{}", refused.stderr);
    home.run(&["script", "stage", "notify", "--canary", "5", file])
        .ok();
}

/// Asks `push` once, and somewhere else if it is told to.
fn pushing(push: &Push, more: &str) -> String {
    let url = push.url("/push");
    notifying(&format!(
        "from durward.services import ask\nask('http', url='{url}')\n{more}return True"
    ))
}

#[test]
fn no_notification_is_sent_twice() {
    Runtime::new().unwrap().block_on(async {
        let push = Push::start(|_| (200, "{}".to_owned())).await;
        let home = Home::new();
        home.set("scriptHttp.allowedPrivateHosts", r#"["127.0.0.1"]"#);
        let place = Place::open(home, &pushing(&push, ""), &[]);
        let other = push.url("/other");
        let more = format!("try:\n    ask('http', url='{other}')\nexcept Exception:\n    pass\n");
        place.stage("new.py", &pushing(&push, &more), &["--shadow"]);
        let mut asked = 0;
        let shown = until_async("three calls were compared", LONG, || {
            asked += 1;
            async {
                assert_eq!(place.ask().await.status, 200);
                let shown = place.shown();
                let calls = shown["health"]["candidate"]["tried"]["calls"].as_u64();
                (calls >= Some(3)).then_some(shown)
            }
        })
        .await;
        let figures = &shown["health"]["candidate"];
        assert_eq!(figures["tried"]["failed"], 0, "it heard what was answered");
        let differences = &figures["differences"]["notifyEndUser"];
        assert_eq!(differences["hostCalls"], figures["tried"]["calls"]);
        let paths: Vec<String> = push.received().into_iter().map(|got| got.path).collect();
        assert_eq!(paths, vec!["/push"; asked], "one for each request");
    });
}
