//! The module property `record`: how many of a script's last calls are kept, so that another
//! version can be asked the same. Not here: keeping them (`script_recording`).

use durward_model::{RecordedCall, Script, ScriptId, script::ScriptProperty};
use durward_store::{Change, StoreError};

use super::{SaveError, invalid};
use crate::{Provider, script_recording::END};

/// Name of the property.
const NAME: &str = "record";

/// Recorded calls that are forgotten at once.
const BATCH: usize = 100;

/// Is it this property?
pub fn is_meant(property: &ScriptProperty) -> bool {
    property.value1.eq_ignore_ascii_case(NAME)
}

/// How many calls of a script are to be kept; what is no number keeps none.
pub fn kept(script: &Script) -> u32 {
    let mut properties = script.module_properties.iter();
    let found = properties.find(|property| is_meant(property));
    found.map_or(0, |property| property.value2.trim().parse().unwrap_or(0))
}

/// These properties, with that number; without it for 0.
pub fn set(mut properties: Vec<ScriptProperty>, keep: u32) -> Vec<ScriptProperty> {
    properties.retain(|property| !is_meant(property));
    if keep > 0 {
        properties.push(ScriptProperty {
            value1: NAME.to_owned(),
            value2: keep.to_string(),
            ..ScriptProperty::default()
        });
    }
    properties
}

/// These properties, with the number that a script has.
pub(super) fn as_in(properties: Vec<ScriptProperty>, script: &Script) -> Vec<ScriptProperty> {
    set(properties, kept(script))
}

/// Are there no more to be kept than may be?
///
/// # Errors
/// `Invalid` for too many, and for what is no number.
pub(super) fn check(provider: &Provider, properties: &[ScriptProperty]) -> Result<(), SaveError> {
    let most = provider.live().configuration.script_record_maximum;
    for property in properties.iter().filter(|property| is_meant(property)) {
        let keep: Option<u32> = property.value2.trim().parse().ok();
        if keep.is_none_or(|keep| keep > most) {
            return Err(invalid(
                "moduleProperties",
                format!(
                    "'{NAME}' is how many calls are kept: 0 to {most} (scriptRecordMaximum), not '{}'",
                    property.value2
                ),
            ));
        }
    }
    Ok(())
}

/// Forgets every recorded call of a script. It is done after the script was changed: what is
/// written meanwhile is seen here, or taken back by who wrote it.
///
/// # Errors
/// A fault of the store.
pub(crate) async fn forget(provider: &Provider, inum: &ScriptId) -> Result<(), StoreError> {
    loop {
        let store = &provider.store;
        let found = store.list_last_recorded_calls(inum, ""..END, BATCH).await?;
        if found.is_empty() {
            return Ok(());
        }
        let gone = found
            .iter()
            .map(|call| Change::delete::<RecordedCall>(&call.id));
        store.apply(gone.collect()).await?;
    }
}
