//! Finding and listing over the config API; lists are read to their end.

use serde_json::Value;

use super::{
    Call, Connection,
    told::{member, strange},
};
use crate::failure::Failure;

/// Entries that are asked for at once: as many as there may be.
const AT_ONCE: usize = 200;

/// Most entries that a list is read for.
const MOST: usize = 100_000;

impl Connection {
    /// What a request tells; nothing where there is no such thing.
    ///
    /// # Errors
    /// As [`Connection::request`], or any other answer that says no.
    pub async fn find(&self, call: &Call) -> Result<Option<Value>, Failure> {
        let answer = self.request(call).await?;
        if answer.is_missing() {
            return Ok(None);
        }
        answer.accepted().map(Some)
    }

    /// Everything of a list, page by page. Who adds or takes away meanwhile may move entries
    /// between pages, as in any list that is read in parts.
    ///
    /// # Errors
    /// As [`Connection::request`], or a server that tells no list.
    pub async fn list(&self, path: &str) -> Result<Vec<Value>, Failure> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let call = Call::get(path)
                .query("limit", &AT_ONCE.to_string())
                .query("startIndex", &(all.len() + 1).to_string());
            let page = self.request(&call).await?.accepted()?;
            let total = member(&page, "totalEntriesCount").as_u64();
            let (Some(total), Some(entries)) = (total, member(&page, "entries").as_array()) else {
                return Err(strange());
            };
            all.extend(entries.iter().cloned());
            if entries.is_empty() || all.len() as u64 >= total {
                return Ok(all);
            }
            if all.len() > MOST {
                return Err(Failure::new(format!(
                    "the list has more than {MOST} entries"
                )));
            }
        }
    }
}
