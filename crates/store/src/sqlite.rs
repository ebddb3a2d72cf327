//! The store in one SQLite file: one writer thread that commits waiting changes
//! together, readers that never wait for it.
//!
//! Several processes may have the same file open: the command line's offline tools
//! write beside a running server.

mod apply;
mod connection;
mod counts;
mod migrations;
mod reader;
mod writer;

#[cfg(test)]
mod tests;

use std::{
    ops::Range,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use rusqlite::{ErrorCode, ffi};

use self::{
    counts::Counts,
    reader::Readers,
    writer::{SWEEP_CHUNK, Task, Writer},
};
use crate::{
    Kind, Row, Store, StoreError, StoreFigures, Write,
    statements::{self, REVISION},
};

/// Opening is one at a time within a process: making the file must be over before
/// another thread's SQLite locks it.
static OPENING: Mutex<()> = Mutex::new(());

/// A store in one SQLite file.
///
/// A write whose future is dropped after it was polled may still be applied.
/// [`StoreError::Fault`] from a write means that it was not confirmed, not that it
/// left no trace: after a failed sync only the disk knows. [`StoreError::Full`] left none.
pub struct SqliteStore {
    // Readers are closed first: the writer, last on the file, folds the log into it.
    readers: Readers,
    writer: Writer,
    counts: Arc<Counts>,
}

impl SqliteStore {
    /// Opens the store at `path`, and makes it, its directory (mode 0700) and its
    /// schema if they are missing. The file's mode becomes 0600.
    ///
    /// # Errors
    /// [`StoreError::Fault`] if the file cannot be used: access, a newer schema, another
    /// program's database, a file system without shared memory.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let named = |error: StoreError| match error {
            StoreError::Fault(text) => StoreError::Fault(format!("{}: {text}", path.display())),
            StoreError::Full(text) => StoreError::Full(format!("{}: {text}", path.display())),
            conflict @ StoreError::Conflict { .. } => conflict,
        };
        Self::open_unnamed(path).map_err(named)
    }

    fn open_unnamed(path: &Path) -> Result<Self, StoreError> {
        let _one_at_a_time = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
        connection::make_private(path).map_err(|error| StoreError::Fault(error.to_string()))?;
        let mut connection = connection::open_writer(path).map_err(fault)?;
        migrations::migrate(&mut connection)?;
        let counts = Arc::new(Counts::default());
        let writer = Writer::start(path.to_owned(), connection, counts.clone())?;
        Ok(Self {
            readers: Readers::new(path.to_owned()),
            writer,
            counts,
        })
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.readers.close();
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn fetch(&self, kind: Kind, key: &str) -> Result<Option<Row>, StoreError> {
        self.readers
            .read(|connection| reader::find(connection, statements::of(kind).find, key))
    }

    async fn fetch_linked(
        &self,
        kind: Kind,
        link: &str,
        value: &str,
    ) -> Result<Vec<Row>, StoreError> {
        let sql = statements::of(kind).linked;
        self.readers
            .read(|connection| reader::list(connection, sql, [link, value]))
    }

    async fn fetch_linked_up_to(
        &self,
        kind: Kind,
        link: &str,
        value: &str,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let sql = statements::of(kind).linked_up_to;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.readers
            .read(|connection| reader::list(connection, sql, (link, value, limit)))
    }

    async fn fetch_linked_keys(
        &self,
        kind: Kind,
        link: &str,
        value: &str,
    ) -> Result<Vec<String>, StoreError> {
        let sql = statements::of(kind).linked_keys;
        self.readers
            .read(|connection| reader::texts(connection, sql, [link, value]))
    }

    async fn fetch_all(&self, kind: Kind) -> Result<Vec<Row>, StoreError> {
        self.readers
            .read(|connection| reader::list(connection, statements::of(kind).all, []))
    }

    async fn fetch_last(
        &self,
        kind: Kind,
        link: Option<(&str, &str)>,
        keys: Range<&str>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let statements = statements::of(kind);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let Range { start, end } = keys;
        self.readers.read(|connection| match link {
            None => reader::list(connection, statements.last, (start, end, limit)),
            Some((name, value)) => {
                let params = (name, value, start, end, limit);
                reader::list(connection, statements.last_linked, params)
            }
        })
    }

    async fn write(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        if writes.is_empty() {
            return Ok(());
        }
        let outcome = self.writer.run(Task::Apply(writes)).await;
        self.counts.answered(&outcome);
        outcome.map(drop)
    }

    async fn sweep(&self, now_ms: i64) -> Result<u64, StoreError> {
        let mut swept = 0;
        loop {
            let chunk = self.writer.run(Task::Sweep(now_ms)).await?.rows;
            swept += chunk;
            if chunk < SWEEP_CHUNK {
                return Ok(swept);
            }
        }
    }

    async fn next_expiry_ms(&self) -> Result<Option<i64>, StoreError> {
        self.readers.read(|connection| {
            // One snapshot, and one set of locks instead of one for each kind.
            let snapshot = connection.unchecked_transaction()?;
            let mut earliest: Option<i64> = None;
            for kind in Kind::ALL {
                let of_kind = reader::number(&snapshot, statements::of(kind).next_expiry)?;
                earliest = [earliest, of_kind].into_iter().flatten().min();
            }
            Ok(earliest)
        })
    }

    fn figures(&self) -> StoreFigures {
        self.counts.figures()
    }

    async fn revision(&self) -> Result<u64, StoreError> {
        let revision = self
            .readers
            .read(|connection| reader::number(connection, REVISION))?;
        revision
            .and_then(|revision| u64::try_from(revision).ok())
            .ok_or_else(|| StoreError::Fault("the revision counter is missing".to_owned()))
    }
}

/// Errors of the system and of SQLite name files, tables and causes, never values.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn fault(error: rusqlite::Error) -> StoreError {
    let text = error.to_string();
    if error
        .sqlite_error()
        .is_some_and(|error| means_no_room(*error))
    {
        StoreError::Full(text)
    } else {
        StoreError::Fault(text)
    }
}

/// SQLite has a code of its own for `ENOSPC` alone: what a quota or a limit of the process
/// forbids comes as a write that failed. Not a failed sync, after which only the disk knows.
fn means_no_room(error: ffi::Error) -> bool {
    error.code == ErrorCode::DiskFull
        || [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_SHMSIZE].contains(&error.extended_code)
}
