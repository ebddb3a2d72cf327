//! Scripts in files of a running server: edited, broken, mended, replaced by a rename, by a
//! link that is turned, deleted; and what people from afar may not read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};
use support::{
    caller::{Caller, plain_client},
    home::{CIBA_TYPE, Credentials, Home, notifying},
    server::Server,
    wait::{LONG, until, until_async},
};
use tokio::runtime::Runtime;

/// A running server whose only script is in a file.
struct Stage {
    home: Home,
    app: Credentials,
    server: Server,
    file: PathBuf,
}

/// The script answers so, and says who it is.
fn text(name: &str, answer: &str) -> String {
    notifying(&format!("print('this is {name}')\nreturn {answer}"))
}

/// The folder that scripts may be in, and a script in it.
fn written(home: &Home) -> (PathBuf, PathBuf) {
    let folder = home.data().join("scripts");
    fs::create_dir(&folder).unwrap();
    let file = folder.join("notify.py");
    fs::write(&file, text("one", "True")).unwrap();
    (folder, file)
}

/// `script put` under one name.
fn put(home: &Home, file: &Path, more: &[&str]) -> support::home::Ran {
    let mut arguments = vec![
        "script",
        "put",
        file.to_str().unwrap(),
        "--type",
        CIBA_TYPE,
        "--name",
        "notify",
        "--enable",
    ];
    arguments.extend(more);
    home.run(&arguments)
}

impl Stage {
    fn new() -> Self {
        let home = Home::new();
        home.user("alice");
        home.set("backchannelPendingRequestsPerUser", "1000000");
        home.set("notificationFailure", "reject");
        let (_, file) = written(&home);
        put(&home, &file, &["--location", "file"]).ok();
        Self {
            app: home.app(),
            server: home.serve(),
            home,
            file,
        }
    }

    fn shown(&self) -> Value {
        let ran = self.home.run(&["script", "show", "notify", "--json"]);
        ran.ok().json()
    }

    /// Waits until the record is as it should be.
    fn until_shown(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        until(what, LONG, || {
            Some(self.shown()).filter(|shown| fits(shown))
        })
    }

    fn until_text(&self, text: &str) -> Value {
        self.until_shown("the file's text is taken", |shown| {
            shown["script"] == text && shown["scriptError"].is_null()
        })
    }

    fn until_error(&self, part: &str) -> Value {
        self.until_shown(part, |shown| {
            shown["scriptError"]["stackTrace"]
                .as_str()
                .is_some_and(|trace| trace.contains(part))
        })
    }

    /// Does the script refuse now?
    async fn refuses(&self) -> bool {
        let caller = Caller::new(&self.home);
        let answer = caller.ciba(&self.app, "alice", "W4SCT").await.unwrap();
        assert!([200, 401].contains(&answer.status), "{answer:?}");
        answer.status == 401
    }

    async fn until_refuses(&self, refuses: bool) {
        until_async("the version serves", LONG, || async {
            (self.refuses().await == refuses).then_some(())
        })
        .await;
    }
}

#[test]
fn a_file_is_followed_through_edits_breaks_and_replacements() {
    Runtime::new().unwrap().block_on(async {
        let stage = Stage::new();
        assert!(!stage.refuses().await, "the first text serves");

        fs::write(&stage.file, text("two", "False")).unwrap();
        let shown = stage.until_text(&text("two", "False"));
        assert_eq!(shown["revision"], 2);
        stage.until_refuses(true).await;
        let history = stage.home.run(&["script", "history", "notify", "--json"]);
        let history = history.ok().json();
        assert_eq!(history[0]["author"], "file", "{history}");
        assert_eq!(history[0]["message"], "notify.py changed");

        // Broken: told with path and line, and what served serves on.
        let broken = text("three", "True").replace("return True\n", "return True)\n");
        fs::write(&stage.file, &broken).unwrap();
        let shown = stage.until_error("notify.py:");
        assert!(shown["scriptError"]["line"].is_u64(), "{shown}");
        assert_eq!(
            (&shown["revision"], &shown["health"]["state"]),
            (&json!(2), &json!("error"))
        );
        assert!(stage.refuses().await);
        let list = stage.home.run(&["script", "list"]).ok().stdout;
        assert!(
            list.contains("error") && list.contains("notify.py:"),
            "{list}"
        );
        let log = stage.server.log().join("\n");
        assert!(
            log.contains("does not pass; the last good version serves on"),
            "{log}"
        );

        fs::write(&stage.file, text("three", "True")).unwrap();
        stage.until_text(&text("three", "True"));
        stage.until_refuses(false).await;

        // As editors do it: another file takes the name.
        let beside = stage.file.with_extension("py~");
        fs::write(&beside, text("four", "False")).unwrap();
        fs::rename(&beside, &stage.file).unwrap();
        stage.until_text(&text("four", "False"));
        stage.until_refuses(true).await;

        // An `init` that fails is the file's error too.
        let failing = text("five", "True").replacen("return True", "return 1 / 0", 1);
        fs::write(&stage.file, failing).unwrap();
        stage.until_error("ZeroDivisionError");

        fs::remove_file(&stage.file).unwrap();
        stage.until_error("notify.py is not there");
        assert!(stage.refuses().await, "the fourth text serves on");
        fs::write(&stage.file, text("six", "True")).unwrap();
        stage.until_text(&text("six", "True"));
        stage.until_refuses(false).await;
    });
}

#[test]
fn a_config_map_that_is_turned_is_a_change() {
    Runtime::new().unwrap().block_on(async {
        let home = Home::new();
        home.user("alice");
        home.set("backchannelPendingRequestsPerUser", "1000000");
        home.set("notificationFailure", "reject");
        let mount = home.data().parent().unwrap().join("mounted");
        home.edit_toml(|toml| format!("{toml}\n[scripts]\ndirectories = [{mount:?}]\n"));
        for (version, answer) in [("..v1", "True"), ("..v2", "False")] {
            fs::create_dir_all(mount.join(version)).unwrap();
            let file = mount.join(version).join("notify.py");
            fs::write(file, text(version, answer)).unwrap();
        }
        symlink("..v1", mount.join("..data")).unwrap();
        let file = mount.join("notify.py");
        symlink("..data/notify.py", &file).unwrap();
        put(&home, &file, &["--location", "file"]).ok();
        let stage = Stage {
            app: home.app(),
            server: home.serve(),
            home,
            file,
        };
        assert!(!stage.refuses().await);
        symlink("..v2", mount.join("..data_tmp")).unwrap();
        fs::rename(mount.join("..data_tmp"), mount.join("..data")).unwrap();
        stage.until_text(&text("..v2", "False"));
        stage.until_refuses(true).await;
    });
}

#[test]
fn after_a_restart_with_a_broken_file_the_last_good_version_serves() {
    Runtime::new().unwrap().block_on(async {
        let mut stage = Stage::new();
        fs::write(&stage.file, text("two", "False")).unwrap();
        stage.until_text(&text("two", "False"));
        stage.until_refuses(true).await;
        fs::write(&stage.file, "def x(:\n").unwrap();
        stage.until_error("notify.py:");
        stage.server.terminate();
        stage.server.end(LONG);
        stage.server = stage.home.serve();
        assert!(stage.refuses().await);
        stage.until_error("notify.py:");

        // Mended while nobody looked.
        stage.server.terminate();
        stage.server.end(LONG);
        fs::write(&stage.file, text("three", "True")).unwrap();
        stage.server = stage.home.serve();
        stage.until_text(&text("three", "True"));
        stage.until_refuses(false).await;
    });
}

#[test]
fn a_command_says_whose_text_it_kept() {
    let home = Home::new();
    let (_, file) = written(&home);
    let kept = put(&home, &file, &["--location", "file"]).ok();
    assert!(kept.stdout.contains("from the file notify.py"), "{kept:?}");
    let other = home.file("other.py", &text("other", "True"));
    let kept = put(&home, &other, &[]).ok();
    assert!(kept.stdout.contains("not the one that was put"), "{kept:?}");
    let told = put(&home, &other, &["--json"]).ok().json();
    assert!(
        told["note"].as_str().unwrap().contains("notify.py"),
        "{told}"
    );
    let shown = home.run(&["script", "show", "notify"]).ok().stdout;
    assert!(
        shown.contains("file: notify.py\n") && shown.contains("this is one"),
        "{shown}"
    );
    let refused = home.run(&["script", "rollback", "notify", "1"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("notify.py"), "{refused:?}");
    let refused = put(&home, &other, &["--location", "file"]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("is in none of the folders"),
        "{refused:?}"
    );
    let kept = put(&home, &other, &["--location", "db"]).ok();
    assert!(!kept.stdout.contains("file"), "{kept:?}");
    let shown = home.run(&["script", "show", "notify"]).ok().stdout;
    assert!(shown.contains("this is other"), "{shown}");
}

#[test]
fn a_synced_folder_takes_a_script_into_the_store_and_says_so() {
    let home = Home::new();
    let (folder, file) = written(&home);
    put(&home, &file, &["--location", "file"]).ok();
    let list = format!("[[script]]\nfile = \"notify.py\"\ntype = \"{CIBA_TYPE}\"\n");
    fs::write(folder.join("scripts.toml"), list).unwrap();
    let sync = ["script", "sync", folder.to_str().unwrap(), "--json"];
    let plan = home.run(&sync).ok().json();
    assert_eq!(
        plan[0]["reasons"],
        json!(["location: file notify.py -> db"])
    );
    let apply = [&sync[..], &["--apply"]].concat();
    home.run(&apply).ok();
    let plan = home.run(&sync).ok().json();
    assert_eq!(plan[0]["state"], "same");
    let shown = home
        .run(&["script", "show", "notify", "--json"])
        .ok()
        .json();
    assert_eq!(shown["moduleProperties"], json!([]));
}

#[test]
fn a_doctor_looks_at_files() {
    let home = Home::new();
    let (_, file) = written(&home);
    put(&home, &file, &["--location", "file"]).ok();
    let said = |part: &str| {
        let told = home.run(&["doctor"]).stdout;
        assert!(told.contains(part), "{part}: {told}");
    };
    said("good   file of script notify");
    fs::write(&file, text("two", "True")).unwrap();
    said("wrong  file of script notify: what serves is another text");
    fs::remove_file(&file).unwrap();
    said("wrong  file of script notify: notify.py is not there");
}

#[test]
fn a_remote_administrator_reads_no_file_of_the_host() {
    Runtime::new().unwrap().block_on(async {
        let home = Home::new();
        let client = home.client(&json!({
            "client_name": "Pipeline", "grant_types": ["client_credentials"], "response_types": [],
            "scope": "https://jans.io/oauth/config/scripts.write",
        }));
        let folder = home.data().join("scripts");
        fs::create_dir(&folder).unwrap();
        let secret = home.file("secret", "TOP-SECRET");
        symlink(&secret, folder.join("link.py")).unwrap();
        symlink("/proc/self/environ", folder.join("environ.py")).unwrap();
        symlink("/", folder.join("root")).unwrap();
        let _server = home.serve();
        let caller = Caller::new(&home);
        let fields = [("grant_type", "client_credentials")];
        let bearer = caller.post("/token", Some(&client), &fields).await.unwrap();
        let bearer = bearer.text("access_token");
        let http = plain_client()
            .timeout(Duration::from_secs(30))
            .build()
            .unwrap();
        let key = home.data().join("sealing.key");
        let absent = key.with_file_name("absent");
        let under = folder.join("../durward.toml");
        let deep = folder.join("root/etc/passwd");
        let mut told = Vec::new();
        for path in [
            "/etc/passwd",
            key.to_str().unwrap(),
            absent.to_str().unwrap(),
            under.to_str().unwrap(),
            "../sealing.key",
            secret.to_str().unwrap(),
            "link.py",
            "environ.py",
            deep.to_str().unwrap(),
            "/dev/zero",
            "/proc/self/environ",
        ] {
            let body = json!({
                "name": "spy", "scriptType": CIBA_TYPE, "script": "x", "enabled": true,
                "locationType": "file", "locationPath": path,
            });
            let answer = http
                .post(format!(
                    "{}/jans-config-api/api/v1/config/scripts",
                    home.issuer()
                ))
                .bearer_auth(&bearer)
                .header("content-type", "application/json")
                .body(body.to_string())
                .send()
                .await
                .unwrap();
            let status = answer.status();
            let body = answer.text().await.unwrap();
            assert_eq!(status, 400, "{path}: {body}");
            assert!(body.contains("locationPath"), "{path}: {body}");
            assert!(
                !body.contains("TOP-SECRET") && !body.contains("root:"),
                "{path}: {body}"
            );
            told.push(body.replace(path, "PATH"));
        }
        let reference = |body: &str| body.split("\"request_id\"").next().unwrap().to_owned();
        assert_eq!(
            reference(&told[1]),
            reference(&told[2]),
            "what is there is not told"
        );
        let none = home.run(&["script", "list", "--json"]).ok().json();
        assert_eq!(none, json!([]));
    });
}
