//! Keeping what scripts did. Of each call: its entry in the journal, what it printed or how
//! it failed in the script's log, both written in batches off the request's way; and its
//! part of the script's figures, whose last error is the `scriptError` of a script that fails.
//! Nothing is written on the script itself: what anybody can make fail must not get in the
//! way of the save that mends it.

pub mod reading;
pub mod tally;
mod writer;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use durward_model::{
    Clock, Entropy, JournalEntry, ScriptFigures, ScriptId, ScriptLogEntry, Timestamp,
    entropy::new_id,
    journal::{SHADOW, key_at},
};
use durward_script::{
    EngineError, ScriptInfo,
    engine::HostCallRecord,
    origin::{self, Origin},
    program::{Failure, LogLine},
    record::{CallRecord, Recorder, StageNote},
};
use durward_store::Store;
use tokio::sync::mpsc;

use crate::script_recording::taken::{Desk, Taken};
use tally::Tally;
pub use writer::ScriptLogWriter;

/// Calls that may wait for the store.
const QUEUE: usize = 1_024;

/// Seconds that what a call printed is kept.
const KEPT_SECONDS: i64 = 7 * 24 * 3_600;

/// What is kept of a traceback, bytes.
const MAX_TRACE_BYTES: usize = 16 * 1024;

/// Records calls.
pub struct ScriptLog {
    queue: mpsc::Sender<Kept>,
    tally: Arc<Tally>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    dropped: AtomicU64,
    desk: Desk,
}

/// What is written of one call, or one note.
struct Kept {
    journal: Option<JournalEntry>,
    log: Option<ScriptLogEntry>,
    recorded: Option<Box<Taken>>,
}

/// A log and the writer that must run beside it.
pub fn script_log(
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> (ScriptLog, ScriptLogWriter) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let tally = Arc::new(Tally::default());
    let log = ScriptLog {
        queue: sender,
        tally: tally.clone(),
        clock,
        entropy,
        dropped: AtomicU64::new(0),
        desk: Desk::default(),
    };
    (log, ScriptLogWriter::new(receiver, store, tally))
}

impl Recorder for ScriptLog {
    fn record(&self, record: &CallRecord<'_>) {
        let now = self.clock.now();
        let id = key_at(now, &new_id(&*self.entropy));
        tell(&id, record);
        if !record.is_shadow() {
            self.tally.count(&id, now, record);
        }
        let tells = !record.log.is_empty() || record.error.is_some();
        let log = tells.then(|| log_entry(id.clone(), now, record));
        let recorded = self.desk.take(&id, now, record);
        self.keep(Kept {
            journal: Some(journal_entry(id, now, record)),
            log,
            recorded,
        });
    }

    fn note(&self, script: &ScriptInfo, method: &str, lines: &[LogLine]) {
        let now = self.clock.now();
        let id = key_at(now, &new_id(&*self.entropy));
        tell_lines(&id, script, lines);
        let origin = origin::current();
        let log = entry(id, now, (script, method), lines, origin.as_ref());
        self.keep(Kept {
            journal: None,
            log: Some(log),
            recorded: None,
        });
    }

    fn figures(&self) -> Vec<ScriptFigures> {
        self.tally.since_start()
    }
}

impl ScriptLog {
    fn keep(&self, kept: Kept) {
        if self.queue.try_send(kept).is_err() {
            let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            tracing::warn!(
                dropped,
                "journal entries of scripts were dropped: the store is too slow"
            );
        }
    }
}

/// One line of the server's own log for each call, and what it printed.
fn tell(id: &str, record: &CallRecord<'_>) {
    let script = record.script;
    tracing::info!(
        target: "audit",
        call = id,
        script = script.name,
        version = script.version,
        method = record.method,
        input = record.input,
        element = record.decision.map(|decision| decision.element),
        verdict = record.verdict,
        stage = record.stage.map(stage),
        duration_us = micros(record),
        "script decided"
    );
    if let Some(error) = record.error {
        tracing::warn!(
            call = id,
            script = script.name,
            method = record.method,
            stage = record.stage.map(stage),
            kind = error.kind(),
            line = failure(error).and_then(|failure| failure.line),
            %error,
            "script failed"
        );
    }
    tell_lines(id, script, record.log);
}

fn tell_lines(id: &str, script: &ScriptInfo, lines: &[LogLine]) {
    for line in lines {
        tracing::info!(target: "script", call = id, script = script.name, level = line.level, "{}", line.text);
    }
}

fn journal_entry(id: String, now: Timestamp, record: &CallRecord<'_>) -> JournalEntry {
    let script = record.script;
    let origin = record.origin.as_ref();
    let (served, differs) = match record.stage {
        Some(StageNote::Shadow { served, differs }) => (
            Some(served.to_owned()),
            differs.iter().map(|&what| what.to_owned()).collect(),
        ),
        _ => (None, Vec::new()),
    };
    JournalEntry {
        id,
        at: now,
        inum: ScriptId::new(&script.inum),
        script: script.name.clone(),
        script_type: script.script_type.clone(),
        version: script.version.clone(),
        method: record.method.to_owned(),
        input: record.input.to_owned(),
        element: record.decision.map(|decision| decision.element.to_owned()),
        verdict: record.verdict.to_owned(),
        failure: record.error.map(|error| error.kind().to_owned()),
        duration_us: micros(record),
        host_calls: count(record.host_calls),
        request_id: origin.map(|origin| origin.request_id().to_owned()),
        client_id: origin.and_then(Origin::client_id).map(str::to_owned),
        stage: record.stage.map(|noted| stage(noted).to_owned()),
        served,
        differs,
        // The writer knows for how long it is kept.
        expires_at: now,
    }
}

/// How a version on trial was asked, in one word.
fn stage(note: StageNote<'_>) -> &'static str {
    match note {
        StageNote::Canary => "canary",
        StageNote::Shadow { .. } => SHADOW,
    }
}

fn log_entry(id: String, now: Timestamp, record: &CallRecord<'_>) -> ScriptLogEntry {
    let called = (record.script, record.method);
    let error = record.error;
    let failure = error.and_then(failure);
    ScriptLogEntry {
        duration_us: micros(record),
        error: error.map(|error| format!("{}: {error}", error.kind())),
        line: failure.and_then(|failure| failure.line),
        stack_trace: failure.map(trace).unwrap_or_default(),
        ..entry(id, now, called, record.log, record.origin.as_ref())
    }
}

/// An entry of lines alone.
fn entry(
    id: String,
    now: Timestamp,
    (script, method): (&ScriptInfo, &str),
    lines: &[LogLine],
    origin: Option<&Origin>,
) -> ScriptLogEntry {
    ScriptLogEntry {
        id,
        inum: ScriptId::new(&script.inum),
        version: script.version.clone(),
        method: method.to_owned(),
        at: now,
        duration_us: 0,
        error: None,
        line: None,
        stack_trace: String::new(),
        lines: lines
            .iter()
            .map(|line| format!("{} {}", line.level, line.text))
            .collect(),
        request_id: origin.map(|origin| origin.request_id().to_owned()),
        expires_at: now.plus_seconds(KEPT_SECONDS),
    }
}

/// What the script itself did wrong, if it was that.
fn failure(error: &EngineError) -> Option<&Failure> {
    match error {
        EngineError::Script(failure) => Some(failure),
        _ => None,
    }
}

fn trace(failure: &Failure) -> String {
    let trace = failure.trace.as_str();
    let end = trace.floor_char_boundary(MAX_TRACE_BYTES);
    trace.get(..end).unwrap_or_default().to_owned()
}

fn count(host_calls: &[HostCallRecord]) -> u64 {
    u64::try_from(host_calls.len()).unwrap_or(u64::MAX)
}

fn micros(record: &CallRecord<'_>) -> u64 {
    u64::try_from(record.duration.as_micros()).unwrap_or(u64::MAX)
}
