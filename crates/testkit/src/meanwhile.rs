//! What somebody else writes between a rule's reading and its writing: races that happen in
//! every run.
//!
//! A store before the real one. Not here: the store's own promises (its conformance suite).

use std::{
    ops::Range,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use durward_store::{Change, Kind, Row, Store, StoreError, StoreFigures, Write};

/// A store, and what comes in between.
pub struct Meanwhile {
    store: Arc<dyn Store>,
    waiting: Mutex<Option<(Kind, Vec<Change>)>>,
}

impl Meanwhile {
    /// Nothing comes in between.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            waiting: Mutex::default(),
        }
    }

    /// Once, right before a list of writes that has one of this kind, these changes come in.
    pub fn before_writing(&self, kind: Kind, changes: Vec<Change>) {
        *self.waiting.lock().unwrap() = Some((kind, changes));
    }

    fn comes_before(&self, writes: &[Write]) -> Option<Vec<Change>> {
        let mut waiting = self.waiting.lock().unwrap();
        let taken = waiting.take_if(|(kind, _)| writes.iter().any(|write| write.kind == *kind))?;
        Some(taken.1)
    }
}

#[async_trait]
impl Store for Meanwhile {
    async fn fetch(&self, kind: Kind, key: &str) -> Result<Option<Row>, StoreError> {
        self.store.fetch(kind, key).await
    }

    async fn fetch_linked(
        &self,
        kind: Kind,
        link: &str,
        value: &str,
    ) -> Result<Vec<Row>, StoreError> {
        self.store.fetch_linked(kind, link, value).await
    }

    async fn fetch_linked_up_to(
        &self,
        kind: Kind,
        link: &str,
        value: &str,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        self.store
            .fetch_linked_up_to(kind, link, value, limit)
            .await
    }

    async fn fetch_linked_keys(
        &self,
        kind: Kind,
        link: &str,
        value: &str,
    ) -> Result<Vec<String>, StoreError> {
        self.store.fetch_linked_keys(kind, link, value).await
    }

    async fn fetch_all(&self, kind: Kind) -> Result<Vec<Row>, StoreError> {
        self.store.fetch_all(kind).await
    }

    async fn fetch_last(
        &self,
        kind: Kind,
        link: Option<(&str, &str)>,
        keys: Range<&str>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        self.store.fetch_last(kind, link, keys, limit).await
    }

    async fn write(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        if let Some(changes) = self.comes_before(&writes) {
            self.store.apply(changes).await.unwrap();
        }
        self.store.write(writes).await
    }

    async fn sweep(&self, now_ms: i64) -> Result<u64, StoreError> {
        self.store.sweep(now_ms).await
    }

    async fn next_expiry_ms(&self) -> Result<Option<i64>, StoreError> {
        self.store.next_expiry_ms().await
    }

    fn figures(&self) -> StoreFigures {
        self.store.figures()
    }

    async fn revision(&self) -> Result<u64, StoreError> {
        self.store.revision().await
    }
}
