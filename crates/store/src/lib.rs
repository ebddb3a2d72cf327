//! Durable state behind one trait: reads by name, writes as a list of changes.
//!
//! Not here: what a change means (durward-protocol decides), secrets in clear
//! (callers hash and seal), or any HTTP.
#![allow(clippy::doc_markdown)] // SQLite and PostgreSQL are names of products

pub mod change;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod entities;
pub mod entity;
mod reads;
pub mod sqlite;
pub mod statements;

use std::ops::Range;

use async_trait::async_trait;

pub use change::{Change, Write};
pub use entities::script_version_key;
pub use entity::{Entity, Kind, Row, Versioned};
pub use sqlite::SqliteStore;

/// What can go wrong below the rules.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A compare-and-set, a uniqueness rule or an insert met something else than expected.
    /// Nothing of the list was applied.
    #[error("conflict on {kind:?} {key}")]
    Conflict {
        /// Where.
        kind: Kind,
        /// Which.
        key: String,
    },
    /// There is no room on the disk, or it takes no more writes. Nothing of the list was
    /// applied, and reads go on; once there is room, writes do too.
    #[error("store: {0}")]
    Full(String),
    /// The store itself failed.
    #[error("store: {0}")]
    Fault(String),
}

/// What a store was asked to write, and what came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StoreFigures {
    /// Transactions that were committed; lists that wait at the same time share one.
    pub commits: u64,
    /// Lists of changes that were applied.
    pub applied: u64,
    /// Lists that met something else than they expected.
    pub conflicts: u64,
    /// Lists that the store itself could not apply.
    pub faults: u64,
}

/// A durable store of rows. Typed reads and `apply` are inherent methods of `dyn Store`.
#[async_trait]
pub trait Store: Send + Sync {
    /// The row of that key; expired rows that are not swept yet are still found.
    async fn fetch(&self, kind: Kind, key: &str) -> Result<Option<Row>, StoreError>;

    /// Rows whose link has that value, by key.
    async fn fetch_linked(
        &self,
        kind: Kind,
        link: &str,
        value: &str,
    ) -> Result<Vec<Row>, StoreError>;

    /// At most `limit` rows whose link has that value or one before it, by value and key.
    /// Values compare by their bytes.
    async fn fetch_linked_up_to(
        &self,
        kind: Kind,
        link: &str,
        value: &str,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError>;

    /// Keys of the rows whose link has that value, in their order.
    async fn fetch_linked_keys(
        &self,
        kind: Kind,
        link: &str,
        value: &str,
    ) -> Result<Vec<String>, StoreError>;

    /// Every row of a kind, by key.
    async fn fetch_all(&self, kind: Kind) -> Result<Vec<Row>, StoreError>;

    /// At most `limit` rows in a range of keys, the last one first; of those whose link has
    /// that value, where one is given as name and value. Keys compare by their bytes.
    async fn fetch_last(
        &self,
        kind: Kind,
        link: Option<(&str, &str)>,
        keys: Range<&str>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError>;

    /// Applies all writes in one durable transaction, or none.
    async fn write(&self, writes: Vec<Write>) -> Result<(), StoreError>;

    /// Removes rows that expired before `now_ms`. Returns how many went.
    async fn sweep(&self, now_ms: i64) -> Result<u64, StoreError>;

    /// The earliest expiry of any row, milliseconds since the epoch: when to sweep next.
    async fn next_expiry_ms(&self) -> Result<Option<i64>, StoreError>;

    /// What this node has written since it opened the store.
    fn figures(&self) -> StoreFigures;

    /// Changes whenever anybody, in this process or another, committed a write to
    /// configuration, keys or scripts.
    async fn revision(&self) -> Result<u64, StoreError>;
}
