//! One list of writes, or one sweep, within the writer's open transaction.
//! Not here: transactions, savepoints, threads.

use rusqlite::{Connection, OptionalExtension as _};

use crate::{
    StoreError,
    change::{Content, Expected, Write},
    entity::{Kind, Link},
    statements::{self, Statements},
};

use super::fault;

/// A link as the `links` column of its row keeps it: name, value, uniqueness.
type Held = (String, String, bool);

/// What a list of writes, or a sweep, has done.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Effect {
    /// Rows written or removed.
    pub(super) rows: u64,
    /// Some of them are of a [watched](Kind::is_watched) kind.
    pub(super) watched: bool,
}

impl Effect {
    fn count(&mut self, kind: Kind, rows: u64) {
        self.rows += rows;
        self.watched |= rows > 0 && kind.is_watched();
    }
}

/// Can this list end in a conflict after it has changed something? If not, it needs
/// no savepoint: a single write checks everything before its first change, except
/// whether its links are free.
pub(super) fn may_conflict_midway(writes: &[Write]) -> bool {
    match writes {
        [only] => only
            .content
            .as_ref()
            .is_some_and(|content| !content.links.is_empty()),
        _ => true,
    }
}

/// Applies writes in order. After an error the caller must roll back.
pub(super) fn apply(connection: &Connection, writes: &[Write]) -> Result<Effect, StoreError> {
    let mut effect = Effect::default();
    for write in writes {
        let rows = apply_one(connection, write)?;
        effect.count(write.kind, rows);
    }
    Ok(effect)
}

fn apply_one(connection: &Connection, write: &Write) -> Result<u64, StoreError> {
    let sql = statements::of(write.kind);
    if let (Expected::Absent, Some(content)) = (write.expected, &write.content) {
        // The common case: tokens, codes, sessions. One statement and its links.
        return insert(connection, sql, write, content).map(|()| 1);
    }
    let found = inspect(connection, sql, &write.key).map_err(fault)?;
    let version = found.as_ref().map(|(version, _)| *version);
    let holds = match write.expected {
        Expected::Any => true,
        Expected::Absent => version.is_none(),
        Expected::Version(expected) => version == Some(expected),
    };
    if !holds {
        return Err(conflict(write));
    }
    match (found, &write.content) {
        (None, None) => Ok(0),
        (None, Some(content)) => insert(connection, sql, write, content).map(|()| 1),
        (Some((_, held)), Some(content)) => {
            update(connection, sql, write, content, &held).map(|()| 1)
        }
        (Some((_, held)), None) => {
            let mut delete = connection.prepare_cached(sql.delete).map_err(fault)?;
            delete.execute([&write.key]).map_err(fault)?;
            release(connection, sql, &write.key, &held).map_err(fault)?;
            Ok(1)
        }
    }
}

fn insert(
    connection: &Connection,
    sql: &Statements,
    write: &Write,
    content: &Content,
) -> Result<(), StoreError> {
    let links = held_by(&content.links);
    let column = encode(&links)?;
    let expires_at = content.expires_at.map(durward_model::Timestamp::ms);
    let mut insert = connection.prepare_cached(sql.insert).map_err(fault)?;
    let inserted = insert
        .execute((&write.key, expires_at, column, &content.body))
        .map_err(fault)?;
    if inserted == 0 {
        return Err(conflict(write));
    }
    hold(connection, sql, write, links.iter())
}

fn update(
    connection: &Connection,
    sql: &Statements,
    write: &Write,
    content: &Content,
    before: &[Held],
) -> Result<(), StoreError> {
    let after = held_by(&content.links);
    let column = encode(&after)?;
    let expires_at = content.expires_at.map(durward_model::Timestamp::ms);
    let mut update = connection.prepare_cached(sql.update).map_err(fault)?;
    update
        .execute((expires_at, column, &content.body, &write.key))
        .map_err(fault)?;
    let gone = before.iter().filter(|link| !after.contains(link));
    release(connection, sql, &write.key, gone).map_err(fault)?;
    hold(
        connection,
        sql,
        write,
        after.iter().filter(|link| !before.contains(link)),
    )
}

/// Version and links of the row that a write meets.
fn inspect(
    connection: &Connection,
    sql: &Statements,
    key: &str,
) -> rusqlite::Result<Option<(u64, Vec<Held>)>> {
    let mut statement = connection.prepare_cached(sql.inspect)?;
    statement
        .query_row([key], |row| {
            Ok((
                row.get(0)?,
                decode(
                    row.get_ref(1)?
                        .as_str_or_null()
                        .map_err(rusqlite::Error::from)?,
                )?,
            ))
        })
        .optional()
}

fn hold<'a>(
    connection: &Connection,
    sql: &Statements,
    write: &Write,
    links: impl Iterator<Item = &'a Held>,
) -> Result<(), StoreError> {
    for (name, value, unique) in links {
        let mut insert = connection.prepare_cached(sql.insert_link).map_err(fault)?;
        if insert
            .execute((name, value, &write.key, unique))
            .map_err(fault)?
            == 0
        {
            return Err(conflict(write));
        }
    }
    Ok(())
}

fn release<'a>(
    connection: &Connection,
    sql: &Statements,
    key: &str,
    links: impl IntoIterator<Item = &'a Held>,
) -> rusqlite::Result<()> {
    for (name, value, _) in links {
        connection
            .prepare_cached(sql.delete_link)?
            .execute((name, value, key))?;
    }
    Ok(())
}

/// Removes up to `limit` rows that expired before `now_ms`.
pub(super) fn sweep(
    connection: &Connection,
    now_ms: i64,
    limit: u64,
) -> Result<Effect, StoreError> {
    let mut effect = Effect::default();
    for kind in Kind::ALL {
        let left = limit.saturating_sub(effect.rows);
        if left == 0 {
            break;
        }
        let swept = sweep_kind(connection, statements::of(kind), now_ms, left).map_err(fault)?;
        effect.count(kind, swept);
    }
    Ok(effect)
}

fn sweep_kind(
    connection: &Connection,
    sql: &Statements,
    now_ms: i64,
    limit: u64,
) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(sql.sweep)?;
    let gone: Vec<(String, Vec<Held>)> = statement
        .query_map((now_ms, limit), |row| {
            Ok((
                row.get(0)?,
                decode(
                    row.get_ref(1)?
                        .as_str_or_null()
                        .map_err(rusqlite::Error::from)?,
                )?,
            ))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut swept = 0;
    for (key, held) in gone {
        release(connection, sql, &key, &held)?;
        swept += 1;
    }
    Ok(swept)
}

/// Links as the column keeps them; the same name and value twice is one link.
fn held_by(links: &[Link]) -> Vec<Held> {
    let mut held: Vec<Held> = Vec::with_capacity(links.len());
    for link in links {
        let same = |known: &&mut Held| known.0 == link.name && known.1 == link.value;
        match held.iter_mut().find(same) {
            Some(known) => known.2 |= link.unique,
            None => held.push((link.name.to_owned(), link.value.clone(), link.unique)),
        }
    }
    held
}

fn encode(links: &[Held]) -> Result<Option<String>, StoreError> {
    if links.is_empty() {
        return Ok(None);
    }
    let column = serde_json::to_string(links);
    column
        .map(Some)
        .map_err(|error| StoreError::Fault(format!("links: {error}")))
}

fn decode(column: Option<&str>) -> rusqlite::Result<Vec<Held>> {
    let Some(column) = column else {
        return Ok(Vec::new());
    };
    serde_json::from_str(column).map_err(|error| {
        let text = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(1, text, Box::new(error))
    })
}

fn conflict(write: &Write) -> StoreError {
    StoreError::Conflict {
        kind: write.kind,
        key: write.key.clone(),
    }
}
