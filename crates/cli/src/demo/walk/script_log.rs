//! What a script logged in a walk, once all of it is written: the log follows the requests
//! by a moment.
//!
//! Not here: how it is told (`walk.rs`, `registration.rs`).

use std::time::Duration;

use durward_model::ScriptId;
use durward_protocol::script_log::reading::{LoggedCall, last_calls};
use durward_store::{Store, StoreError};

/// Calls that are looked at.
const LOGGED_CALLS: usize = 1_000;

/// Between two looks: longer than calls are gathered for.
const LOOK: Duration = Duration::from_millis(200);

/// Looks until it is given up: there may be nothing to see.
const LOOKS: usize = 25;

/// The calls of a script, oldest first, when no more come.
///
/// # Errors
/// Of the store.
pub async fn settled(store: &dyn Store, inum: &ScriptId) -> Result<Vec<LoggedCall>, StoreError> {
    let mut before = 0;
    for _ in 1..LOOKS {
        let calls = last_calls(store, inum, "", LOGGED_CALLS).await?;
        if before > 0 && calls.len() == before {
            return Ok(calls);
        }
        before = calls.len();
        tokio::time::sleep(LOOK).await;
    }
    last_calls(store, inum, "", LOGGED_CALLS).await
}
