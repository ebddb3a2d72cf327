//! A pool of read-only connections, used inline: a read by key takes microseconds,
//! less than handing it to another thread. Readers see the last commit and never
//! wait for the writer.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension as _, Params};

use super::{connection::open_reader, fault};
use crate::{Row, StoreError};

/// Connections that stay open between reads. More are opened when more threads read
/// at once, and closed after.
const IDLE_CONNECTIONS: usize = 16;

pub(super) struct Readers {
    path: PathBuf,
    /// Last in, first out: the statements and pages of the last one are warm.
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::default(),
        }
    }

    /// Runs one read. A connection that failed is not used again.
    pub(super) fn read<T>(
        &self,
        run: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open_reader(&self.path).map_err(fault)?,
        };
        let outcome = run(&connection).map_err(fault)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_CONNECTIONS {
            idle.push(connection);
        }
        Ok(outcome)
    }

    /// Closes what is open.
    pub(super) fn close(&self) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

/// The row of a key.
pub(super) fn find(connection: &Connection, sql: &str, key: &str) -> rusqlite::Result<Option<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    statement
        .query_row([key], |row| {
            Ok(Row {
                key: key.to_owned(),
                version: row.get(0)?,
                body: row.get(1)?,
            })
        })
        .optional()
}

/// Rows of key, version and body.
pub(super) fn list(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params, |row| {
        Ok(Row {
            key: row.get(0)?,
            version: row.get(1)?,
            body: row.get(2)?,
        })
    })?;
    rows.collect()
}

/// Rows of one text.
pub(super) fn texts(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params, |row| row.get(0))?;
    rows.collect()
}

/// A single number, NULL as none.
pub(super) fn number(connection: &Connection, sql: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))
}
