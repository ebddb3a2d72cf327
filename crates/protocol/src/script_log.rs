//! Keeping what scripts did: call records go to the log and, in batches off the
//! request's way, to the store. A script whose calls begin to fail, or succeed
//! again, carries that as its `scriptError`.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use durward_model::{
    Clock, Entropy, ScriptId, ScriptLogEntry,
    entropy::new_id,
    script::{ScriptDecision, ScriptError},
};
use durward_script::record::{CallRecord, Recorder};
use durward_store::{Change, Store, StoreError};
use tokio::sync::mpsc;

/// Entries that may wait for the store.
const QUEUE: usize = 1_024;

/// Entries written at once.
const BATCH: usize = 128;

/// Seconds that an entry is kept.
const KEPT_SECONDS: i64 = 7 * 24 * 3_600;

/// Records calls.
pub struct ScriptLog {
    queue: mpsc::Sender<ScriptLogEntry>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    dropped: AtomicU64,
}

/// The other end: write what waits.
pub struct ScriptLogWriter {
    queue: mpsc::Receiver<ScriptLogEntry>,
    store: Arc<dyn Store>,
    /// How the last call of each script ended that had one since the start.
    failing: HashMap<ScriptId, bool>,
}

/// A log and the writer that must run beside it.
pub fn script_log(
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> (ScriptLog, ScriptLogWriter) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let log = ScriptLog {
        queue: sender,
        clock,
        entropy,
        dropped: AtomicU64::new(0),
    };
    (
        log,
        ScriptLogWriter {
            queue: receiver,
            store,
            failing: HashMap::new(),
        },
    )
}

impl Recorder for ScriptLog {
    fn record(&self, record: &CallRecord<'_>) {
        let script = record.script;
        if let Some(decision) = record.decision {
            tracing::info!(
                target: "audit",
                script = script.name,
                version = script.version,
                method = record.method,
                element = decision.element,
                verdict = decision.verdict,
                duration_us = micros(record),
                "script decided"
            );
        }
        match record.error {
            None => tracing::debug!(
                script = script.name,
                method = record.method,
                duration_us = micros(record),
                "script answered"
            ),
            Some(error) => tracing::warn!(
                script = script.name,
                method = record.method,
                kind = error.kind(),
                %error,
                "script failed"
            ),
        }
        for line in record.log {
            tracing::info!(target: "script", script = script.name, level = line.level, "{}", line.text);
        }
        if self.queue.try_send(self.entry(record)).is_err() {
            let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            tracing::warn!(
                dropped,
                "script log entries were dropped: the store is too slow"
            );
        }
    }
}

impl ScriptLog {
    fn entry(&self, record: &CallRecord<'_>) -> ScriptLogEntry {
        let now = self.clock.now();
        ScriptLogEntry {
            // Keys sort by time, so a listing is in order.
            id: format!("{:016x}-{}", now.ms(), new_id(&*self.entropy)),
            inum: ScriptId::new(&record.script.inum),
            version: record.script.version.clone(),
            method: record.method.to_owned(),
            at: now,
            duration_us: micros(record),
            decision: record.decision.map(|decision| ScriptDecision {
                element: decision.element.to_owned(),
                verdict: decision.verdict.to_owned(),
            }),
            error: record
                .error
                .map(|error| format!("{}: {error}", error.kind())),
            lines: record
                .log
                .iter()
                .map(|line| format!("{} {}", line.level, line.text))
                .collect(),
            expires_at: now.plus_seconds(KEPT_SECONDS),
        }
    }
}

fn micros(record: &CallRecord<'_>) -> u64 {
    u64::try_from(record.duration.as_micros()).unwrap_or(u64::MAX)
}

impl ScriptLogWriter {
    /// Writes until every [`ScriptLog`] is gone and nothing waits.
    pub async fn run(mut self) {
        let mut entries = Vec::with_capacity(BATCH);
        while self.queue.recv_many(&mut entries, BATCH).await > 0 {
            let turned = self.turned(&entries);
            let changes = entries
                .drain(..)
                .map(|entry| Change::insert(&entry))
                .collect();
            if let Err(error) = self.store.apply(changes).await {
                tracing::error!(%error, "script log entries were lost");
            }
            for (inum, script_error) in turned {
                if let Err(error) = self.keep_error(&inum, script_error).await {
                    tracing::error!(%error, "a script's error was not recorded");
                }
            }
        }
    }

    /// Scripts whose last call ended otherwise than the one before: most calls end
    /// as the one before, and are no reason to write.
    fn turned(&mut self, entries: &[ScriptLogEntry]) -> HashMap<ScriptId, Option<ScriptError>> {
        let mut turned = HashMap::new();
        for entry in entries {
            let fails = entry.error.is_some();
            if self.failing.insert(entry.inum.clone(), fails) == Some(fails) {
                continue;
            }
            let error = entry.error.as_ref().map(|error| ScriptError {
                raised_at: entry.at,
                stack_trace: error.clone(),
            });
            turned.insert(entry.inum.clone(), error);
        }
        turned
    }

    /// Keeps the error on the script, or takes it away; not against a save that comes
    /// at the same time.
    async fn keep_error(
        &self,
        inum: &ScriptId,
        script_error: Option<ScriptError>,
    ) -> Result<(), StoreError> {
        let Some(found) = self.store.find_script(inum).await? else {
            return Ok(());
        };
        if found.value.script_error.is_none() && script_error.is_none() {
            return Ok(());
        }
        let mut script = found.value.clone();
        script.script_error = script_error;
        match self
            .store
            .apply(vec![Change::replace(&found, &script)])
            .await
        {
            Err(StoreError::Conflict { .. }) => Ok(()),
            other => other,
        }
    }
}
