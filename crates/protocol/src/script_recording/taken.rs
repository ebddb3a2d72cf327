//! What is set aside of a call on the request's way: everything, as it is, in memory alone.
//! Nothing of it is stored before `kept` has looked at it.

use std::sync::Arc;

use durward_model::{ScriptId, Timestamp};
use durward_script::{
    Recording,
    engine::{HostCallRecord, Reply},
    program::Call,
    record::{CallRecord, plain_verdict},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Calls that may wait to be looked at. Further ones are not recorded: memory is worth more.
const WAITING: usize = 64;

/// Where calls are set aside.
pub(crate) struct Desk(Arc<Semaphore>);

/// A call that was set aside.
pub(crate) struct Taken {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    pub(crate) inum: ScriptId,
    pub(crate) version: String,
    pub(crate) script_type: String,
    pub(crate) call: Call,
    pub(crate) host_calls: Vec<HostCallRecord>,
    pub(crate) reply: Option<Reply>,
    pub(crate) verdict: &'static str,
    pub(crate) error: Option<&'static str>,
    pub(crate) duration_us: u64,
    pub(crate) recording: Arc<Recording>,
    /// Gives its place back when it is dropped.
    pub(crate) _place: OwnedSemaphorePermit,
}

impl Default for Desk {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(WAITING)))
    }
}

impl Desk {
    /// Sets a call aside, if it is to be recorded and there is a place.
    pub(crate) fn take(
        &self,
        id: &str,
        at: Timestamp,
        record: &CallRecord<'_>,
    ) -> Option<Box<Taken>> {
        let recorded = record.recorded?;
        let Ok(place) = self.0.clone().try_acquire_owned() else {
            tracing::debug!(call = id, "a call was not recorded: too many wait");
            return None;
        };
        let verdict = match (recorded.reply, record.error) {
            (Some(reply), _) => plain_verdict(Ok(reply)),
            (None, Some(error)) => plain_verdict(Err(error)),
            (None, None) => return None,
        };
        Some(Box::new(Taken {
            id: id.to_owned(),
            at,
            inum: ScriptId::new(&record.script.inum),
            version: record.script.version.clone(),
            script_type: record.script.script_type.clone(),
            call: recorded.call.clone(),
            host_calls: record.host_calls.to_vec(),
            reply: recorded.reply.cloned(),
            verdict,
            error: record.error.map(durward_script::EngineError::kind),
            duration_us: u64::try_from(record.duration.as_micros()).unwrap_or(u64::MAX),
            recording: recorded.recording.clone(),
            _place: place,
        }))
    }
}
