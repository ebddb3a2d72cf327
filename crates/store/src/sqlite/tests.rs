//! The conformance suite on SQLite, and what only SQLite does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::PathBuf,
    sync::{Arc, Mutex, mpsc},
};

use async_trait::async_trait;
use durward_model::{
    ClientId, LogoutNotice, SecretHash, Timestamp, UserId,
    logout::{Channel, NoticeState},
};
use proptest::test_runner::{Config, TestRunner};
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::{runtime, task::JoinSet};

use super::{SqliteStore, writer::Task};
use crate::{
    Change, Kind, Store, StoreError, Write,
    change::{Content, Expected},
    conformance::{Fixture, model},
};

struct SqliteFixture {
    directory: TempDir,
}

impl SqliteFixture {
    fn new() -> Self {
        Self {
            directory: TempDir::new().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("durward.db")
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::open(&self.path()).unwrap()
    }
}

#[async_trait]
impl Fixture for SqliteFixture {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(self.store())
    }
}

crate::conformance_suite!(SqliteFixture::new());

#[test]
fn random_steps_agree_with_the_model() {
    let runtime = runtime::Builder::new_current_thread().build().unwrap();
    let config = Config {
        cases: 64,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&model::steps(), |steps| {
        runtime.block_on(model::agrees(&SqliteFixture::new(), &steps));
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

fn insert(key: &str, bytes: usize) -> Write {
    let body = "x".repeat(bytes);
    let content = Some(Content {
        body,
        expires_at: None,
        links: Vec::new(),
    });
    Write {
        kind: Kind::Grant,
        key: key.to_owned(),
        expected: Expected::Absent,
        content,
    }
}

fn mode(path: &str) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

fn fault_text<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> String {
    match outcome {
        Err(StoreError::Fault(text)) => text,
        other => panic!("expected a fault, got {other:?}"),
    }
}

#[tokio::test]
async fn files_are_private() {
    let fixture = SqliteFixture::new();
    let path = fixture.directory.path().join("a/b/durward.db");
    let store = SqliteStore::open(&path).unwrap();
    store.write(vec![insert("a", 10)]).await.unwrap();
    let path = path.to_str().unwrap().to_owned();
    for suffix in ["", "-wal", "-shm"] {
        assert_eq!(mode(&format!("{path}{suffix}")), 0o600, "{suffix}");
    }
    for directory in ["a", "a/b"] {
        let directory = fixture.directory.path().join(directory);
        assert_eq!(mode(directory.to_str().unwrap()), 0o700);
    }
    drop(store);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
    let store = SqliteStore::open(path.as_ref()).unwrap();
    store.write(vec![insert("b", 10)]).await.unwrap();
    for suffix in ["", "-wal", "-shm"] {
        assert_eq!(mode(&format!("{path}{suffix}")), 0o600, "{suffix}");
    }
}

#[test]
fn closing_folds_the_log_into_the_file() {
    let fixture = SqliteFixture::new();
    drop(fixture.store());
    let names = fs::read_dir(fixture.directory.path())
        .unwrap()
        .map(|e| e.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["durward.db"]);
}

#[test]
fn the_log_is_synced_at_each_commit() {
    let fixture = SqliteFixture::new();
    let store = fixture.store();
    drop(store);
    let writer = super::connection::open_writer(&fixture.path()).unwrap();
    let pragma = |name: &str| {
        let sql = format!("PRAGMA {name}");
        writer
            .query_row(&sql, [], |row| row.get::<_, rusqlite::types::Value>(0))
            .unwrap()
    };
    assert_eq!(pragma("journal_mode"), "wal".to_owned().into());
    assert_eq!(pragma("synchronous"), 2.into());
}

#[test]
fn a_newer_schema_is_refused() {
    let fixture = SqliteFixture::new();
    drop(fixture.store());
    let connection = Connection::open(fixture.path()).unwrap();
    connection
        .execute("INSERT INTO schema_migration VALUES (99, 'future')", [])
        .unwrap();
    drop(connection);
    let text = fault_text(SqliteStore::open(&fixture.path()));
    assert!(
        text.contains("schema 99") && text.contains("up to 9"),
        "{text}"
    );
    assert!(text.contains("durward.db"), "{text}");
}

#[test]
fn a_foreign_file_is_refused() {
    let fixture = SqliteFixture::new();
    let connection = Connection::open(fixture.path()).unwrap();
    connection
        .execute("CREATE TABLE invoice (id INTEGER)", [])
        .unwrap();
    drop(connection);
    let text = fault_text(SqliteStore::open(&fixture.path()));
    assert!(text.contains("some other program"), "{text}");
    fs::write(
        fixture.path(),
        "not a database, but long enough to have a header".repeat(9),
    )
    .unwrap();
    let text = fault_text(SqliteStore::open(&fixture.path()));
    assert!(text.contains("not a database"), "{text}");
    let text = fault_text(SqliteStore::open(fixture.directory.path()));
    assert!(text.contains("unable to open"), "{text}");
}

#[test]
fn migrations_apply_once() {
    let fixture = SqliteFixture::new();
    for _ in 0..3 {
        drop(fixture.store());
    }
    let connection = Connection::open(fixture.path()).unwrap();
    let sql = "SELECT count(*), max(number) FROM schema_migration";
    let row: (i64, i64) = connection
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(row, (9, 9));
}

/// A delivery that waited when the queue had no moments yet.
#[tokio::test]
async fn deliveries_from_before_are_found_by_their_moments() {
    let fixture = SqliteFixture::new();
    let until = Timestamp::from_seconds(1_800_000_000);
    let notice = LogoutNotice {
        id: "notice".into(),
        logout: SecretHash::of("report"),
        client_id: ClientId::new("shop"),
        user_id: UserId::new("ada"),
        sid: "sid".into(),
        channel: Channel::Back,
        uri: "https://shop.example/out".into(),
        state: NoticeState::Waiting {
            until,
            attempts: 1,
            problem: None,
        },
        created_at: until,
        expires_at: until.plus_seconds(60),
    };
    let store: Arc<dyn Store> = Arc::new(fixture.store());
    store.apply(vec![Change::insert(&notice)]).await.unwrap();
    drop(store);
    let connection = Connection::open(fixture.path()).unwrap();
    connection
        .execute_batch(
            "UPDATE link SET value = 'waiting' WHERE name = 'delivery';
             UPDATE logout_notice SET links = json_set(links, '$[1][1]', 'waiting');
             DELETE FROM schema_migration WHERE number = 9;",
        )
        .unwrap();
    let links: String = connection
        .query_row("SELECT links FROM logout_notice", [], |row| row.get(0))
        .unwrap();
    assert!(links.contains(r#"["delivery","waiting",false]"#), "{links}");
    drop(connection);
    let store: Arc<dyn Store> = Arc::new(fixture.store());
    let early = store.list_due_deliveries(until.plus_seconds(-1), 9).await;
    assert_eq!(early.unwrap(), []);
    let due = store.list_due_deliveries(until, 9).await.unwrap();
    // What it was found by goes with it.
    store.apply(vec![Change::remove(&due[0])]).await.unwrap();
    let connection = Connection::open(fixture.path()).unwrap();
    let left: i64 = connection
        .query_row("SELECT count(*) FROM link", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0);
}

/// The index serves: a sweep or a look for the next expiry must not read whole tables.
#[test]
fn lookups_use_indexes() {
    let fixture = SqliteFixture::new();
    drop(fixture.store());
    let connection = Connection::open(fixture.path()).unwrap();
    for kind in Kind::ALL {
        let s = crate::statements::of(kind);
        let looks = [
            s.find,
            s.inspect,
            s.update,
            s.delete,
            s.linked,
            s.linked_up_to,
            s.linked_keys,
            s.last,
            s.last_linked,
            s.sweep,
            s.next_expiry,
            s.delete_link,
        ];
        for sql in looks {
            let mut statement = connection
                .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
                .unwrap();
            let params = vec![rusqlite::types::Null; statement.parameter_count()];
            let steps = statement
                .query_map(rusqlite::params_from_iter(params), |row| {
                    row.get::<_, String>(3)
                })
                .unwrap();
            for step in steps.map(Result::unwrap) {
                assert!(
                    !step.contains("SCAN") && !step.contains("TEMP"),
                    "{sql}: {step}"
                );
            }
        }
    }
}

/// What keeps the writer busy until a group has gathered.
static HELD: Mutex<Option<mpsc::Receiver<()>>> = Mutex::new(None);

/// Fills the queue behind a task, so that all of it shares a group.
async fn with_company(
    store: &Arc<SqliteStore>,
    disturb: fn(&Connection) -> Result<(), StoreError>,
) -> (Result<(), StoreError>, Vec<Result<(), StoreError>>) {
    // Holds the thread until the others wait.
    let (release, held) = mpsc::channel::<()>();
    *HELD.lock().unwrap() = Some(held);
    let mut company = JoinSet::new();
    let holder = tokio::spawn({
        let store = Arc::clone(store);
        async move {
            let wait: fn(&Connection) -> Result<(), StoreError> = |_| {
                let held = HELD.lock().unwrap().take();
                held.map_or(Ok(()), |held| {
                    held.recv()
                        .map_err(|error| StoreError::Fault(error.to_string()))
                })
            };
            store.writer.run(Task::Disturb(wait)).await
        }
    });
    while HELD.lock().unwrap().is_some() {
        tokio::task::yield_now().await;
    }
    let disturber = tokio::spawn({
        let store = Arc::clone(store);
        async move { store.writer.run(Task::Disturb(disturb)).await.map(drop) }
    });
    for index in 0..10 {
        let store = Arc::clone(store);
        company.spawn(async move { store.write(vec![insert(&format!("c{index}"), 10)]).await });
    }
    while store.writer.waiting() < 11 {
        tokio::task::yield_now().await;
    }
    release.send(()).unwrap();
    holder.await.unwrap().unwrap();
    (disturber.await.unwrap(), company.join_all().await)
}

/// One test for all, since they share the holder.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_group_is_reported_to_all_and_leaves_nothing() {
    let fixture = SqliteFixture::new();
    let store = Arc::new(fixture.store());
    store.write(vec![insert("before", 10)]).await.unwrap();

    // A panic: all fail, nothing is applied.
    let (own, others) = with_company(&store, |_| panic!("struck by lightning")).await;
    assert!(fault_text(own).contains("struck by lightning"));
    for other in others {
        assert!(fault_text(other).contains("struck by lightning"));
    }
    assert_eq!(store.fetch_all(Kind::Grant).await.unwrap().len(), 1);

    // A transaction that is gone: all fail, nothing is applied.
    let (own, others) = with_company(&store, |connection| {
        connection.execute_batch("ROLLBACK").map_err(super::fault)?;
        Err(StoreError::Fault("disk on fire".to_owned()))
    })
    .await;
    assert!(fault_text(own).contains("disk on fire"));
    for other in others {
        assert!(fault_text(other).contains("disk on fire"));
    }
    assert_eq!(store.fetch_all(Kind::Grant).await.unwrap().len(), 1);

    // A failure that leaves the transaction alone: only its own task fails.
    let (own, others) =
        with_company(&store, |_| Err(StoreError::Fault("too big".to_owned()))).await;
    assert_eq!(fault_text(own), "too big");
    assert!(others.iter().all(Result::is_ok), "{others:?}");
    assert_eq!(store.fetch_all(Kind::Grant).await.unwrap().len(), 11);
}

#[tokio::test]
async fn a_full_disk_is_named_and_passes() {
    let fixture = SqliteFixture::new();
    let store = fixture.store();
    let limit = |connection: &Connection| {
        let pages: i64 = connection
            .query_row("PRAGMA page_count", [], |row| row.get(0))
            .map_err(super::fault)?;
        let sql = format!("PRAGMA max_page_count = {}", pages + 3);
        connection
            .query_row(&sql, [], |_| Ok(()))
            .map_err(super::fault)
    };
    store.writer.run(Task::Disturb(limit)).await.unwrap();
    let refused = store
        .write(vec![insert("small", 10), insert("large", 100_000)])
        .await;
    let Err(StoreError::Full(text)) = refused else {
        panic!("{refused:?}");
    };
    assert!(text.contains("full"), "{text}");
    assert_eq!(store.fetch_all(Kind::Grant).await.unwrap(), []);
    // The connection is a fresh one, whose limit is the usual.
    store
        .write(vec![insert("small", 10), insert("large", 100_000)])
        .await
        .unwrap();
    assert_eq!(store.fetch_all(Kind::Grant).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_writer_that_cannot_begin_says_so() {
    let fixture = SqliteFixture::new();
    let store = fixture.store();
    store
        .writer
        .run(Task::Disturb(|c| {
            c.busy_timeout(std::time::Duration::ZERO)
                .map_err(super::fault)
        }))
        .await
        .unwrap();
    let other = Connection::open(fixture.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let text = fault_text(store.write(vec![insert("a", 10)]).await);
    assert!(text.contains("locked"), "{text}");
    // Readers do not mind a writer, not even another process's.
    assert_eq!(store.fetch_all(Kind::Grant).await.unwrap(), []);
    other.execute_batch("COMMIT").unwrap();
    store.write(vec![insert("a", 10)]).await.unwrap();
}

/// Dropping the store waits for what was handed over, even if nobody waits for it.
#[test]
fn dropping_finishes_what_waits() {
    let fixture = SqliteFixture::new();
    let runtime = runtime::Builder::new_current_thread().build().unwrap();
    let store = Arc::new(fixture.store());
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for index in 0..40 {
            let store = Arc::clone(&store);
            tasks.spawn(async move { store.write(vec![insert(&index.to_string(), 10)]).await });
        }
        // Each task runs once, up to its wait for the answer, and is then abandoned.
        tokio::task::yield_now().await;
        tasks.abort_all();
        while tasks.join_next().await.is_some() {}
    });
    drop(Arc::into_inner(store).unwrap());
    let rows = runtime.block_on(async { fixture.store().fetch_all(Kind::Grant).await.unwrap() });
    assert_eq!(rows.len(), 40);
}
