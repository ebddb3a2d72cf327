//! `kill -9` in the middle of saves, by the config API and by the command line at once: what
//! is stored afterwards is one whole version, the history fits it, nothing acknowledged is
//! lost, nothing refused is there, and it serves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{
    collections::BTreeSet,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use durward_jose::digest::sha256_base64url;
use durward_model::{Script, ScriptVersion};
use durward_store::{SqliteStore, Store};
use serde_json::json;
use support::{
    caller::Caller,
    config_api::Api,
    home::{CIBA_TYPE, Credentials, DURWARD, Home, notifying},
    wait::{LONG, until, until_async},
};
use tokio::runtime::Runtime;

/// Kills.
const ROUNDS: u64 = 10;

/// Name of the script.
const NAME: &str = "kept";

/// A text that its mark alone makes, of several pages of the store.
fn text(mark: &str) -> String {
    let filler = format!("# {mark} and nothing else\n").repeat(1_500);
    let body = notifying(&format!("print('{mark}')\nreturn True"));
    format!("# {mark}\n{filler}{body}# {mark} ends\n")
}

/// The mark of a text, which must be whole.
fn mark_of(script: &str) -> String {
    let first = script.lines().next().unwrap_or_default();
    let mark = first.strip_prefix("# ").unwrap_or_default().to_owned();
    assert_eq!(script, text(&mark), "half a text");
    mark
}

/// What savers were told, by mark.
#[derive(Default)]
struct Told {
    begun: BTreeSet<String>,
    acknowledged: BTreeSet<String>,
    refused: BTreeSet<String>,
}

type Shared = Arc<Mutex<Told>>;

fn begin(told: &Shared, who: &str) -> String {
    let mut told = told.lock().unwrap();
    let mark = format!("{who} {}", told.begun.len());
    told.begun.insert(mark.clone());
    mark
}

/// Saves by the API until nobody answers.
async fn save_by_api(api: Api, inum: String, told: Shared) -> reqwest::Result<()> {
    loop {
        let mark = begin(&told, "api");
        let script = json!({
            "inum": inum, "name": NAME, "scriptType": CIBA_TYPE, "enabled": true,
            "script": text(&mark),
        });
        let answer = api.put_script(&script).await?;
        let mut told = told.lock().unwrap();
        match answer.status {
            200 => told.acknowledged.insert(mark),
            409 => told.refused.insert(mark),
            _ => panic!("{answer:?}"),
        };
    }
}

/// Saves by the command line until somebody ends it.
struct CommandLine {
    /// The command that runs, or the last one; `None` before the first and after the end.
    running: Arc<Mutex<Option<Child>>>,
    over: Arc<AtomicBool>,
    saving: JoinHandle<()>,
}

impl CommandLine {
    fn start(home: &Home, told: &Shared) -> Self {
        let (running, over) = (Arc::<Mutex<Option<Child>>>::default(), Arc::default());
        let saving = {
            let (data, told) = (home.data(), told.clone());
            let (running, over) = (Arc::clone(&running), Arc::clone(&over));
            thread::spawn(move || save_by_command(&data, &told, &running, &over))
        };
        Self {
            running,
            over,
            saving,
        }
    }

    /// `kill -9` of the command that runs, if one does.
    fn kill_nine(self) {
        self.over.store(true, Ordering::SeqCst);
        if let Some(child) = &mut *self.running.lock().unwrap() {
            // It may have ended this moment.
            let _ = child.kill();
        }
        self.saving.join().unwrap();
    }
}

fn save_by_command(data: &Path, told: &Shared, running: &Mutex<Option<Child>>, over: &AtomicBool) {
    let file = data.with_file_name("kept.py");
    loop {
        let mark = {
            let mut running = running.lock().unwrap();
            if over.load(Ordering::SeqCst) {
                return;
            }
            let mark = begin(told, "cli");
            std::fs::write(&file, text(&mark)).unwrap();
            *running = Some(put(data, &file));
            mark
        };
        let status = until("the command ends", LONG, || {
            running
                .lock()
                .unwrap()
                .as_mut()
                .unwrap()
                .try_wait()
                .unwrap()
        });
        let mut told = told.lock().unwrap();
        match status.code() {
            Some(0) => told.acknowledged.insert(mark),
            Some(1) => told.refused.insert(mark),
            // Killed.
            None => return,
            other => panic!("exit code {other:?}"),
        };
    }
}

fn put(data: &Path, file: &Path) -> Child {
    Command::new(DURWARD)
        .args([
            "script", "put", "--name", NAME, "--type", CIBA_TYPE, "--enable",
        ])
        .arg("--data")
        .args([data, file])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// What is stored, by its own reader.
async fn stored(home: &Home) -> (Script, Vec<ScriptVersion>) {
    let store = SqliteStore::open(&home.data().join("durward.db")).unwrap();
    let store: &dyn Store = &store;
    let script = store.find_script_by_name(NAME).await.unwrap().unwrap();
    let versions = store.list_script_versions(&script.inum).await.unwrap();
    let versions = versions.into_iter().map(|version| version.value).collect();
    (script.value, versions)
}

fn hash_of(version: &ScriptVersion) -> String {
    let content = json!([
        version.script_type,
        version.programming_language,
        version.script,
        version.module_properties,
        version.configuration_properties,
    ]);
    sha256_base64url(content.to_string())
}

/// Everything that must hold of what a kill left; how many saves that nobody was told of.
fn check(script: &Script, versions: &[ScriptVersion], told: &Told) -> usize {
    let revisions: Vec<i64> = versions.iter().map(|version| version.revision).collect();
    let all: Vec<i64> = (1..=script.revision).collect();
    assert_eq!(revisions, all, "history has a gap");
    for version in versions {
        assert_eq!(
            version.hash,
            hash_of(version),
            "revision {}",
            version.revision
        );
    }
    let marks: Vec<String> = versions
        .iter()
        .map(|version| mark_of(&version.script))
        .collect();
    let last = versions.last().unwrap();
    assert_eq!(
        (&script.script, &script.version, script.enabled),
        (&last.script, &last.hash, last.enabled)
    );
    let stored: BTreeSet<String> = marks.iter().cloned().collect();
    assert_eq!(stored.len(), marks.len(), "a save twice in history");
    let missing: Vec<_> = told.acknowledged.difference(&stored).collect();
    assert!(missing.is_empty(), "acknowledged and lost: {missing:?}");
    let kept: Vec<_> = told.refused.intersection(&stored).collect();
    assert!(kept.is_empty(), "refused and kept: {kept:?}");
    let unknown: Vec<_> = stored.difference(&told.begun).collect();
    assert!(unknown.is_empty(), "nobody saved {unknown:?}");
    stored.difference(&told.acknowledged).count()
}

/// The version that is stored is the one that a notification reaches.
async fn check_serving(home: &Home, caller: &Caller, app: &Credentials, script: &Script) {
    let answer = caller.ciba(app, "alice", "W4SCT").await.unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    let line = format!("info {}", mark_of(&script.script));
    home.script_log_with(NAME, |log| {
        log.iter().any(|entry| {
            entry["version"] == script.version.as_str() && entry["lines"] == json!([line])
        })
    });
}

#[test]
fn a_save_is_whole_or_was_never_there() {
    let home = Home::new();
    home.user("alice");
    home.set("scriptVersionsKept", "1000");
    home.set("backchannelPendingRequestsPerUser", "1000000");
    home.set("notificationFailure", "reject");
    let app = home.app();
    let told = Shared::default();
    let first = begin(&told, "first");
    home.script(NAME, &text(&first), &[]).ok();
    told.lock().unwrap().acknowledged.insert(first);
    let mut dice = Dice(0x00c0_ffee);
    Runtime::new().unwrap().block_on(async {
        let caller = Caller::new(&home);
        let mut api = None;
        let mut untold = 0;
        for round in 0..ROUNDS {
            let (before, _) = stored(&home).await;
            let server = home.serve();
            check_serving(&home, &caller, &app, &before).await;
            if api.is_none() {
                api = Some(Api::new(&home).await);
            }
            let api = api.clone().unwrap();
            let mut by_api = tokio::spawn(save_by_api(
                api,
                before.inum.as_str().to_owned(),
                told.clone(),
            ));
            let by_command = CommandLine::start(&home, &told);
            // At least one save, then up to half a second: anywhere in a save.
            let enough = told.lock().unwrap().acknowledged.len() + 1;
            until_async("a save is acknowledged", LONG, || async {
                (told.lock().unwrap().acknowledged.len() >= enough).then_some(())
            })
            .await;
            let moment = Duration::from_millis(dice.below(500));
            let early = tokio::time::timeout(moment, &mut by_api).await;
            assert!(early.is_err(), "saving ended before the kill: {early:?}");
            if dice.below(2) == 0 {
                server.kill_nine();
                by_command.kill_nine();
            } else {
                by_command.kill_nine();
                server.kill_nine();
            }
            by_api.await.unwrap().unwrap_err();
            let (script, versions) = stored(&home).await;
            let told = told.lock().unwrap();
            untold = check(&script, &versions, &told);
            // Two savers, each with one save under way at the kill.
            assert!(untold as u64 <= 2 * (round + 1), "{untold}");
        }
        let (last, _) = stored(&home).await;
        let _server = home.serve();
        check_serving(&home, &caller, &app, &last).await;
        let told = told.lock().unwrap();
        println!(
            "{} saves begun, {} acknowledged, {} refused; {untold} stored that nobody was told of",
            told.begun.len(),
            told.acknowledged.len(),
            told.refused.len(),
        );
    });
}
