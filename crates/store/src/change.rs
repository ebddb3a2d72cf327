//! Writes as values: a rule returns them, `apply` runs them.

use durward_model::Timestamp;

use crate::{
    Store, StoreError,
    entity::{Entity, Kind, Link, Versioned},
};

/// One change, already encoded. `PartialEq` so that rules are tested as values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change(Result<Write, String>);

/// What a backend does with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Table.
    pub kind: Kind,
    /// Primary key.
    pub key: String,
    /// What must hold before.
    pub expected: Expected,
    /// The new row; `None` deletes.
    pub content: Option<Content>,
}

/// What must hold of a key for a write to go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Nothing is there.
    Absent,
    /// That version is there.
    Version(u64),
    /// Anything.
    Any,
}

/// A row's new content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// JSON.
    pub body: String,
    /// When it may be swept.
    pub expires_at: Option<Timestamp>,
    /// Secondary keys.
    pub links: Vec<Link>,
}

impl Change {
    /// A new row; a conflict if the key exists.
    pub fn insert<E: Entity>(value: &E) -> Self {
        Self::of(value, Expected::Absent)
    }

    /// Compare-and-set: `value` in place of what was read as `before`.
    pub fn replace<E: Entity>(before: &Versioned<E>, value: &E) -> Self {
        Self::of(value, Expected::Version(before.version))
    }

    /// Whatever was there, this is there now.
    pub fn put<E: Entity>(value: &E) -> Self {
        Self::of(value, Expected::Any)
    }

    /// No row of that key any more.
    pub fn delete<E: Entity>(key: &str) -> Self {
        let write = Write {
            kind: E::KIND,
            key: key.to_owned(),
            expected: Expected::Any,
            content: None,
        };
        Self(Ok(write))
    }

    /// Compare-and-delete: gone only if unchanged since it was read.
    pub fn remove<E: Entity>(before: &Versioned<E>) -> Self {
        let write = Write {
            kind: E::KIND,
            key: before.value.key(),
            expected: Expected::Version(before.version),
            content: None,
        };
        Self(Ok(write))
    }

    fn of<E: Entity>(value: &E, expected: Expected) -> Self {
        let encoded = serde_json::to_string(value).map_err(|error| error.to_string());
        Self(encoded.map(|body| Write {
            kind: E::KIND,
            key: value.key(),
            expected,
            content: Some(Content {
                body,
                expires_at: value.expires_at(),
                links: value.links(),
            }),
        }))
    }
}

impl dyn Store + '_ {
    /// Applies a rule's changes: all, durably, or none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when an expectation did not hold.
    pub async fn apply(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        let writes: Result<Vec<Write>, String> =
            changes.into_iter().map(|change| change.0).collect();
        self.write(writes.map_err(StoreError::Fault)?).await
    }
}
