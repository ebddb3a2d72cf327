//! Several processes on one file: writing side by side, and dying without notice.
//! The other processes are this test binary, run again for one ignored test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
// How a test binary tells its child what to do.
#![allow(clippy::disallowed_methods)]

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};

use durward_store::{
    Kind, SqliteStore, Store, StoreError, Write,
    change::{Content, Expected},
};
use tempfile::TempDir;
use tokio::task::JoinSet;

const PATH: &str = "DURWARD_TEST_STORE";
const NAME: &str = "DURWARD_TEST_CHILD";
const TASKS: usize = 8;
const INCREMENTS: u64 = 40;

fn write(kind: Kind, key: &str, expected: Expected, body: &str) -> Write {
    let content = Content {
        body: body.to_owned(),
        expires_at: None,
        links: Vec::new(),
    };
    Write {
        kind,
        key: key.to_owned(),
        expected,
        content: Some(content),
    }
}

fn open(path: &Path) -> Arc<SqliteStore> {
    Arc::new(SqliteStore::open(path).unwrap())
}

/// Runs this binary again for one of the `child_` tests.
fn child(test: &str, path: &Path, name: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            test,
            "--exact",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .envs([(PATH, path.as_os_str()), (NAME, name.as_ref())])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn path_for_child() -> PathBuf {
    std::env::var_os(PATH)
        .expect("run by another test only")
        .into()
}

fn say(line: &str) {
    // Locked: lines of several threads must not mix.
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
}

/// Inserts pairs for ever and says each after it was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "run by another test as a process of its own"]
async fn child_that_inserts() {
    let store = open(&path_for_child());
    let name = std::env::var(NAME).unwrap();
    say("");
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (store, name) = (Arc::clone(&store), name.clone());
        tasks.spawn(async move {
            for count in 0_u64.. {
                let key = format!("{name}.{task}.{count}");
                let pair = vec![
                    write(Kind::AccessToken, &key, Expected::Absent, &key.repeat(20)),
                    write(Kind::Grant, &key, Expected::Absent, &key),
                ];
                store.write(pair).await.unwrap();
                say(&format!("acknowledged {key}"));
            }
        });
    }
    tasks.join_all().await;
}

/// What a process killed in mid-flight had acknowledged is there, and no half of a list.
#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("durward.db");
    let mut acknowledged = Vec::new();
    for round in 0..4_usize {
        let mut child = child("child_that_inserts", &path, &round.to_string());
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let enough = acknowledged.len() + 150 + 61 * round;
        let mut line = String::new();
        // To the end of the pipe: what was said before the kill counts as well.
        while out.read_line(&mut line).unwrap() > 0 {
            let whole = line.strip_suffix('\n');
            acknowledged.extend(
                whole
                    .and_then(|l| l.strip_prefix("acknowledged "))
                    .map(str::to_owned),
            );
            if acknowledged.len() == enough {
                child.kill().unwrap();
            }
            line.clear();
        }
        assert!(!child.wait().unwrap().success());
        assert!(acknowledged.len() >= enough, "the child ended by itself");

        let store = open(&path);
        let tokens = store.fetch_all(Kind::AccessToken).await.unwrap();
        let grants = store.fetch_all(Kind::Grant).await.unwrap();
        for key in &acknowledged {
            let token = store
                .fetch(Kind::AccessToken, key)
                .await
                .unwrap()
                .expect(key);
            assert_eq!(token.body, key.repeat(20));
        }
        let keys =
            |rows: &[durward_store::Row]| rows.iter().map(|r| r.key.clone()).collect::<Vec<_>>();
        assert_eq!(keys(&tokens), keys(&grants));
    }
}

async fn increment(store: &dyn Store, key: &str) {
    loop {
        let read = store.fetch(Kind::Throttle, key).await.unwrap().unwrap();
        let next = (read.body.parse::<u64>().unwrap() + 1).to_string();
        let replace = write(Kind::Throttle, key, Expected::Version(read.version), &next);
        match store.write(vec![replace]).await {
            Ok(()) => return,
            Err(StoreError::Conflict { .. }) => {}
            Err(fault) => panic!("{fault}"),
        }
    }
}

/// Counts up what others count up too, and adds rows of its own.
async fn count_up(store: Arc<SqliteStore>, name: String) {
    let mut tasks = JoinSet::new();
    for task in 0..2 {
        let (store, name) = (Arc::clone(&store), name.clone());
        tasks.spawn(async move {
            for count in 0..INCREMENTS {
                increment(&*store, "shared").await;
                let own = format!("{name}.{task}.{count}");
                let put = write(Kind::Script, &own, Expected::Absent, "{}");
                store.write(vec![put]).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by another test as a process of its own"]
async fn child_that_counts() {
    count_up(open(&path_for_child()), std::env::var(NAME).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_write_side_by_side() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("durward.db");
    let store = open(&path);
    store
        .write(vec![write(Kind::Throttle, "shared", Expected::Absent, "0")])
        .await
        .unwrap();
    let revision = store.revision().await.unwrap();
    let children = ["one", "two"].map(|name| child("child_that_counts", &path, name));
    count_up(Arc::clone(&store), "parent".to_owned()).await;
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    let counted = store
        .fetch(Kind::Throttle, "shared")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(counted.body, (6 * INCREMENTS).to_string());
    assert_eq!(counted.version, 6 * INCREMENTS + 1);
    let scripts = store.fetch_all(Kind::Script).await.unwrap();
    assert_eq!(scripts.len(), usize::try_from(6 * INCREMENTS).unwrap());
    // Each script moved the revision, unless it shared its commit with another.
    let moved = store.revision().await.unwrap() - revision;
    assert!(moved > 2 * INCREMENTS && moved <= 6 * INCREMENTS, "{moved}");
}

/// All of them make the file, its log and its schema at once.
#[test]
fn processes_open_a_new_store_at_once() {
    for _ in 0..5 {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("new/durward.db");
        let children = [(); 6].map(|()| child("child_that_opens", &path, "opens"));
        for child in children {
            assert!(child.wait_with_output().unwrap().status.success());
        }
        SqliteStore::open(&path).unwrap();
    }
}

#[tokio::test]
#[ignore = "run by another test as a process of its own"]
async fn child_that_opens() {
    let store = open(&path_for_child());
    store
        .write(vec![write(Kind::Consent, "c", Expected::Any, "{}")])
        .await
        .unwrap();
    assert!(store.fetch(Kind::Consent, "c").await.unwrap().is_some());
}

/// Opening a file a second time in a process must not drop the process's locks on
/// it: to another process it would seem unused, and free to lose its log.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_second_handle_keeps_the_locks() {
    use std::os::unix::fs::MetadataExt as _;

    let directory = TempDir::new().unwrap();
    let path = directory.path().join("durward.db");
    let store = open(&path);
    store
        .write(vec![write(Kind::Grant, "a", Expected::Absent, "{}")])
        .await
        .unwrap();
    let inode = std::fs::metadata(&path).unwrap().ino();
    let locks = || {
        let all = std::fs::read_to_string("/proc/locks").unwrap();
        // Ours: a file of another file system may have the same number.
        all.lines()
            .filter(|line| line.contains(&format!(" {} ", std::process::id())))
            .filter(|line| line.contains(&format!(":{inode} ")))
            .count()
    };
    assert_eq!(locks(), 1);
    let second = open(&path);
    assert_eq!(locks(), 1);
    drop(second);
    assert_eq!(locks(), 1);
    store
        .write(vec![write(Kind::Grant, "b", Expected::Absent, "{}")])
        .await
        .unwrap();
    assert_eq!(store.fetch_all(Kind::Grant).await.unwrap().len(), 2);
}
