//! What a store has written since it was opened, counted where it happens.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{StoreError, StoreFigures};

#[derive(Debug, Default)]
pub(super) struct Counts {
    commits: AtomicU64,
    applied: AtomicU64,
    conflicts: AtomicU64,
    faults: AtomicU64,
}

impl Counts {
    pub(super) fn committed(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// A list of changes was answered.
    pub(super) fn answered<T>(&self, outcome: &Result<T, StoreError>) {
        let count = match outcome {
            Ok(_) => &self.applied,
            Err(StoreError::Conflict { .. }) => &self.conflicts,
            Err(StoreError::Full(_) | StoreError::Fault(_)) => &self.faults,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn figures(&self) -> StoreFigures {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        StoreFigures {
            commits: read(&self.commits),
            applied: read(&self.applied),
            conflicts: read(&self.conflicts),
            faults: read(&self.faults),
        }
    }
}
