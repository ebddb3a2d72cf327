//! Reading what was kept: calls with what they printed, and the journal.

use std::collections::BTreeMap;

use durward_model::{JournalEntry, ScriptId, ScriptLogEntry, Timestamp, journal::first_key_at};
use durward_store::{Store, StoreError};
use serde::Serialize;

/// Behind every key: they begin with a hexadecimal digit.
const END: &str = "g";

/// Entries that are read at once while looking for some among them.
const PAGE: usize = 512;

/// A call as its script's log shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // as in JournalEntry and ScriptLogEntry
pub struct LoggedCall {
    pub id: String,
    pub at: Timestamp,
    pub version: String,
    pub method: String,
    pub duration_us: u64,
    /// Nothing where the server added lines of its own outside of a call.
    pub decision: Option<Decision>,
    pub error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub stack_trace: String,
    pub lines: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
}

/// What a call decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Hash of what was decided about, where it was one thing of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// One word.
    pub verdict: String,
}

/// The last `limit` calls of a script whose keys begin at `from`, oldest first.
///
/// # Errors
/// Of the store.
pub async fn last_calls(
    store: &dyn Store,
    inum: &ScriptId,
    from: &str,
    limit: usize,
) -> Result<Vec<LoggedCall>, StoreError> {
    let printed = store.list_last_script_log(inum, from..END, limit).await?;
    let journal = store.list_last_journal_of(inum, from..END, limit).await?;
    let mut calls: BTreeMap<String, LoggedCall> = journal
        .into_iter()
        .map(|found| (found.value.id.clone(), of_journal(found.value)))
        .collect();
    for found in printed {
        let entry = found.value;
        match calls.get_mut(&entry.id) {
            Some(call) => tell(call, entry),
            None => {
                calls.insert(entry.id.clone(), of_log(entry));
            }
        }
    }
    let skipped = calls.len().saturating_sub(limit);
    Ok(calls.into_values().skip(skipped).collect())
}

fn of_journal(entry: JournalEntry) -> LoggedCall {
    LoggedCall {
        id: entry.id,
        at: entry.at,
        version: entry.version,
        method: entry.method,
        duration_us: entry.duration_us,
        decision: Some(Decision {
            element: entry.element,
            verdict: entry.verdict,
        }),
        error: entry.failure,
        line: None,
        stack_trace: String::new(),
        lines: Vec::new(),
        request_id: entry.request_id,
        stage: entry.stage,
    }
}

fn of_log(entry: ScriptLogEntry) -> LoggedCall {
    LoggedCall {
        id: entry.id,
        at: entry.at,
        version: entry.version,
        method: entry.method,
        duration_us: entry.duration_us,
        decision: None,
        error: entry.error,
        line: entry.line,
        stack_trace: entry.stack_trace,
        lines: entry.lines,
        request_id: entry.request_id,
        stage: None,
    }
}

fn tell(call: &mut LoggedCall, entry: ScriptLogEntry) {
    call.error = entry.error.or_else(|| call.error.take());
    call.line = entry.line;
    call.stack_trace = entry.stack_trace;
    call.lines = entry.lines;
}

/// Which entries of the journal are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of that script alone.
    pub script: Option<ScriptId>,
    /// Of scripts alone that had that name then; they may be gone.
    pub script_name: Option<String>,
    /// Of that request alone.
    pub request_id: Option<String>,
    /// With that verdict alone.
    pub verdict: Option<String>,
    /// From that moment on.
    pub since: Option<Timestamp>,
    /// Before that moment.
    pub until: Option<Timestamp>,
}

impl Wanted {
    fn fits(&self, entry: &JournalEntry) -> bool {
        let fits = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        fits(&self.verdict, Some(&entry.verdict))
            && fits(&self.script_name, Some(&entry.script))
            && fits(&self.request_id, entry.request_id.as_deref())
            && self
                .script
                .as_ref()
                .is_none_or(|script| *script == entry.inum)
    }
}

/// The last `limit` entries that are wanted, oldest first.
///
/// # Errors
/// Of the store.
pub async fn journal(
    store: &dyn Store,
    wanted: &Wanted,
    limit: usize,
) -> Result<Vec<JournalEntry>, StoreError> {
    let from = wanted.since.map(first_key_at).unwrap_or_default();
    let mut before = wanted.until.map_or_else(|| END.to_owned(), first_key_at);
    let mut found = Vec::new();
    loop {
        let page = page(store, wanted, (&from, &before)).await?;
        let Some(oldest) = page.last() else { break };
        before.clone_from(&oldest.id);
        let full = page.len() == PAGE;
        let room = limit.saturating_sub(found.len());
        found.extend(
            page.into_iter()
                .filter(|entry| wanted.fits(entry))
                .take(room),
        );
        if !full || found.len() >= limit {
            break;
        }
    }
    found.reverse();
    Ok(found)
}

async fn page(
    store: &dyn Store,
    wanted: &Wanted,
    (from, before): (&str, &str),
) -> Result<Vec<JournalEntry>, StoreError> {
    let keys = from..before;
    let page = match (&wanted.request_id, &wanted.script) {
        (Some(request_id), _) => {
            store
                .list_last_journal_of_request(request_id, keys, PAGE)
                .await?
        }
        (None, Some(script)) => store.list_last_journal_of(script, keys, PAGE).await?,
        (None, None) => store.list_last_journal(keys, PAGE).await?,
    };
    Ok(page.into_iter().map(|found| found.value).collect())
}
