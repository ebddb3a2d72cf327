//! Brings a database to the schema that this version knows, or refuses it.

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, TransactionBehavior};

use crate::StoreError;

/// Migrations by number, from 1, without gaps. PostgreSQL's carry the same numbers.
const MIGRATIONS: [(i64, &str, &str); 9] = [
    (
        1,
        "initial",
        include_str!("../../migrations/sqlite/0001_initial.sql"),
    ),
    (
        2,
        "logout",
        include_str!("../../migrations/sqlite/0002_logout.sql"),
    ),
    (
        3,
        "pushed_requests",
        include_str!("../../migrations/sqlite/0003_pushed_requests.sql"),
    ),
    (
        4,
        "registration",
        include_str!("../../migrations/sqlite/0004_registration.sql"),
    ),
    (
        5,
        "seeing",
        include_str!("../../migrations/sqlite/0005_seeing.sql"),
    ),
    (
        6,
        "script_versions",
        include_str!("../../migrations/sqlite/0006_script_versions.sql"),
    ),
    (
        7,
        "candidates",
        include_str!("../../migrations/sqlite/0007_candidates.sql"),
    ),
    (
        8,
        "recorded_calls",
        include_str!("../../migrations/sqlite/0008_recorded_calls.sql"),
    ),
    (
        9,
        "due_deliveries",
        include_str!("../../migrations/sqlite/0009_due_deliveries.sql"),
    ),
];

/// Times that switching a new file to WAL is tried while another process does the same.
const SWITCH_ATTEMPTS: u32 = 20;

/// Switches to the write-ahead log and applies what is missing, in one transaction.
///
/// # Errors
/// [`StoreError::Full`] where there is no room; [`StoreError::Fault`] with a sentence for
/// operators: newer schema, foreign database, file system without WAL, or what SQLite says.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    switch_to_wal(connection)?;
    let known = MIGRATIONS.last().map_or(0, |(number, ..)| *number);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(super::fault)?;
    let found = applied(&transaction)?;
    if found > known {
        return Err(StoreError::Fault(format!(
            "the database has schema {found}, this version of Durward knows schemas up to {known}: \
             run the newer version, or restore a backup made before the upgrade"
        )));
    }
    for (number, name, sql) in MIGRATIONS.iter().filter(|(number, ..)| *number > found) {
        transaction
            .execute_batch(sql)
            .and_then(|()| {
                let insert = "INSERT INTO schema_migration (number, name) VALUES (?1, ?2)";
                transaction.execute(insert, (number, name))
            })
            .map_err(|error| StoreError::Fault(format!("migration {number} {name}: {error}")))?;
        tracing::info!(number, name, "migrated the store");
    }
    transaction.commit().map_err(super::fault)
}

/// Number of the last migration that was applied; 0 for an empty database.
fn applied(connection: &Connection) -> Result<i64, StoreError> {
    let tables: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .map_err(super::fault)?;
    if tables.iter().any(|table| table == "schema_migration") {
        let last = "SELECT max(number) FROM schema_migration";
        let number: Option<i64> = connection
            .query_row(last, [], |row| row.get(0))
            .map_err(super::fault)?;
        return Ok(number.unwrap_or(0));
    }
    if !tables.is_empty() {
        let sentence = "the file is a database of some other program, not Durward's";
        return Err(StoreError::Fault(sentence.to_owned()));
    }
    connection
        .execute_batch(
            "CREATE TABLE schema_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT",
        )
        .map_err(super::fault)?;
    Ok(0)
}

fn switch_to_wal(connection: &Connection) -> Result<(), StoreError> {
    let mut attempt = 0;
    let mode = loop {
        attempt += 1;
        let switched = connection
            .query_row("PRAGMA journal_mode = WAL", [], |row| {
                row.get::<_, String>(0)
            })
            .optional();
        match switched {
            // Two processes that switch the same new file at once: SQLite answers one
            // of them at once instead of letting both wait for ever.
            Err(error)
                if attempt < SWITCH_ATTEMPTS
                    && error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) =>
            {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            other => break other.map_err(super::fault)?,
        }
    };
    match mode.as_deref() {
        Some("wal") => Ok(()),
        other => Err(StoreError::Fault(format!(
            "the file system does not support SQLite's write-ahead log (mode {}): \
             keep the store on a local disk",
            other.unwrap_or("unknown")
        ))),
    }
}
