//! Recorded calls of scripts: so many of the last ones as a script's `record` says, without
//! what must not be kept, and made again with another version.
//!
//! [`taken`]: what is set aside on the request's way. [`kept`]: what is kept of that. [`ring`]:
//! where. [`replay`]: making calls again. Not here: the property `record` (`script_keeping`).

pub mod kept;
pub mod replay;
pub(crate) mod ring;
pub(crate) mod taken;

use durward_model::{RecordedCall, Script};
use durward_store::StoreError;

use crate::{Provider, script_keeping::recording};

/// Behind every key: they begin with a hexadecimal digit.
pub(crate) const END: &str = "g";

/// Recorded calls of a script, the last one first.
///
/// # Errors
/// A fault of the store.
pub async fn list(provider: &Provider, script: &Script) -> Result<Vec<RecordedCall>, StoreError> {
    let most = provider.live().configuration.script_record_maximum;
    // Several nodes may keep so many each: the last ones of all are those that count.
    let limit = usize::try_from(recording::kept(script).min(most)).unwrap_or(usize::MAX);
    let store = &provider.store;
    let found = store
        .list_last_recorded_calls(&script.inum, ""..END, limit)
        .await?;
    Ok(found.into_iter().map(|call| call.value).collect())
}
