//! Scripts in Java through the whole binary: saved, refused, served, loaded anew.
//!
//! What needs the JVM host says that it was skipped where there is none.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{
    caller::Caller,
    home::{Home, REDIRECT_URI, notifying},
    jvm::host_jar_for,
    visitor::Visitor,
    wait::{LONG, until_async},
};
use tokio::runtime::Runtime;

/// A new data directory, where there is a JVM host.
fn home(test: &str) -> Option<Home> {
    host_jar_for(test)?;
    let home = Home::new();
    home.user("alice");
    Some(home)
}

fn catalog(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../catalog")
        .join(name)
        .canonicalize()
        .unwrap()
}

fn put<'a>(file: &'a Path, script_type: &'a str) -> Vec<&'a str> {
    let file = file.to_str().unwrap();
    vec!["script", "put", file, "--type", script_type, "--enable"]
}

/// A person logs in to one application and out again; the page that is seen then.
async fn page_after_logout(home: &Home) -> String {
    let app = home.app();
    let caller = Caller::new(home);
    let mut visitor = Visitor::new(&caller);
    let code = visitor.code_by_hand(&app, "alice").await.unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT_URI),
    ];
    let answer = caller.post("/token", Some(&app), &fields).await.unwrap();
    let tokens = answer.json();
    let id_token = tokens["id_token"].as_str().unwrap();
    let url = caller.url(&format!("/end_session?id_token_hint={id_token}"));
    visitor.open(&url).await.unwrap().body
}

/// The calls that a script has answered, once there are so many.
fn calls(home: &Home, name: &str, count: usize) -> Vec<Value> {
    home.script_log_with(name, |log| log.len() >= count)
}

#[test]
fn a_sample_in_java_writes_the_logout_page() {
    let Some(home) = home("a_sample_in_java_writes_the_logout_page") else {
        return;
    };
    let file = catalog("end_session/LogoutPage.java");
    let mut put = put(&file, "end_session");
    put.extend(["--property", "heading=Bis bald <b>& danke</b>"]);
    home.run(&put).ok();
    Runtime::new().unwrap().block_on(async {
        let server = home.serve();
        let page = page_after_logout(&home).await;
        assert!(
            page.contains("<h1>Bis bald &lt;b&gt;&amp; danke&lt;/b&gt;</h1>"),
            "{page}"
        );
        let first = calls(&home, "LogoutPage", 1);
        assert_eq!(first[0]["error"], Value::Null);

        // Loaded anew while it serves: another version answers, nobody had to be restarted.
        let anew = home
            .run(&["script", "reload", "LogoutPage", "--json"])
            .ok()
            .json();
        assert_ne!(anew["version"], first[0]["version"]);
        until_async("the new version answers", LONG, async || {
            let page = page_after_logout(&home).await;
            assert!(page.contains("Bis bald"), "{page}");
            let log = home.script_log("LogoutPage");
            log.iter()
                .any(|call| call["version"] == anew["version"])
                .then_some(())
        })
        .await;
        drop(server);
    });
}

#[test]
fn the_seeds_class_answers_blank_and_our_page_is_shown() {
    let test = "the_seeds_class_answers_blank_and_our_page_is_shown";
    let seed =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/seeds/scripts/EndSession.java");
    if !seed.exists() {
        println!("skipped {test}: the seeds are not here");
        return;
    }
    let Some(home) = home(test) else {
        return;
    };
    home.run(&put(&seed, "end_session")).ok();
    Runtime::new().unwrap().block_on(async {
        let _server = home.serve();
        let page = page_after_logout(&home).await;
        assert!(page.contains("You are signed out"), "{page}");
        assert_eq!(calls(&home, "EndSession", 1)[0]["error"], Value::Null);
    });
}

#[test]
fn every_sample_in_java_is_good() {
    if home("every_sample_in_java_is_good").is_none() {
        return;
    }
    let mut checked = 0;
    for folder in std::fs::read_dir(catalog("")).unwrap() {
        let folder = folder.unwrap().path();
        let script_type = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let files = std::fs::read_dir(&folder).unwrap();
        for file in files.map(|file| file.unwrap().path()) {
            if file.extension().is_some_and(|ending| ending == "java") {
                let file = file.to_str().unwrap();
                support::home::durward(&["script", "check", file, "--type", &script_type]).ok();
                checked += 1;
            }
        }
    }
    assert!(checked >= 3, "{checked}");
}

#[test]
fn what_does_not_compile_is_refused_with_its_place() {
    let Some(home) = home("what_does_not_compile_is_refused_with_its_place") else {
        return;
    };
    let text = std::fs::read_to_string(catalog("end_session/LogoutPage.java")).unwrap();
    let line = 1 + text
        .lines()
        .position(|line| line.contains("return 11;"))
        .unwrap();
    let file = home.file("Broken.java", &text.replace("return 11;", "return \"11\";"));
    let ran = home.run(&put(&file, "end_session"));
    assert_eq!(ran.code, Some(1));
    let place = format!("Broken.java:{line}:16: ");
    assert!(ran.stderr.contains(&place), "{place}: {}", ran.stderr);
    assert!(ran.stderr.contains("nothing was stored"), "{}", ran.stderr);
    let stored = home.run(&["script", "list", "--json"]).ok().json();
    assert_eq!(stored.as_array().unwrap().len(), 0);
}

#[test]
fn without_a_jvm_host_everything_else_works() {
    let home = Home::new();
    home.edit_toml(|text| format!("{text}\n[jvm]\nhost_jar = \"no/such.jar\"\n"));
    let file = catalog("end_session/LogoutPage.java");
    let ran = home.run(&put(&file, "end_session"));
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("no/such.jar"), "{}", ran.stderr);
    assert!(ran.stderr.contains("does not exist"), "{}", ran.stderr);
    let doctor = home.run(&["doctor"]);
    assert!(
        doctor.stdout.contains("note   no JVM host"),
        "{}",
        doctor.stdout
    );
    home.script("notify", &notifying("return True"), &[]).ok();
    let needs = format!("from javax.crypto import Mac\n{}", notifying("return True"));
    let ran = home.script("needs_java", &needs, &[]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("needs the JVM host"), "{}", ran.stderr);
    let _server = home.serve();
}
