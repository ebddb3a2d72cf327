//! Figures of scripts, counted in memory and added to the stored ones now and then.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use durward_model::{ScriptFigures, ScriptId, Timestamp, script_figures::LastError};
use durward_script::{Scripts, record::CallRecord, services::known_name};
use durward_store::{Change, Store, StoreError};

use super::{failure, micros, trace};

/// Times that adding to a record is tried while other nodes add to it too.
const ATTEMPTS: u32 = 8;

/// What the calls of all scripts add up to.
#[derive(Debug, Default)]
pub struct Tally(Mutex<HashMap<String, Figures>>);

#[derive(Debug)]
struct Figures {
    since_start: ScriptFigures,
    unsaved: Option<ScriptFigures>,
}

impl Tally {
    /// Counts a call.
    pub fn count(&self, id: &str, now: Timestamp, record: &CallRecord<'_>) {
        let mut one = ScriptFigures::new(ScriptId::new(&record.script.inum));
        let method = one.verdicts.entry(record.method.to_owned()).or_default();
        method.insert(record.verdict.to_owned(), 1);
        one.kills = u64::from(record.killed);
        for call in record.host_calls {
            let service = known_name(&call.service).to_owned();
            let calls = one.host_calls.entry(service).or_default();
            calls.answered += u64::from(call.is_answered());
            calls.refused += u64::from(!call.is_answered());
        }
        one.durations.observe(micros(record));
        one.last_call_at = Some(now);
        if let Some(error) = record.error {
            one.failures.insert(error.kind().to_owned(), 1);
            let failure = failure(error);
            one.last_error = Some(LastError {
                call: id.to_owned(),
                raised_at: now,
                version: record.script.version.clone(),
                method: record.method.to_owned(),
                kind: error.kind().to_owned(),
                message: error.to_string(),
                line: failure.and_then(|failure| failure.line),
                stack_trace: failure.map(trace).unwrap_or_default(),
            });
        }
        self.add(&one);
    }

    /// Looks how much memory workers have.
    pub fn look_at(&self, scripts: &Scripts) {
        for script in scripts.all() {
            let Ok(program) = &script.program else {
                continue;
            };
            let workers = program.workers();
            // A process that others share says nothing about one of them.
            if workers.peak_bytes > 0 && !workers.shared {
                let mut seen = ScriptFigures::new(ScriptId::new(&script.info.inum));
                seen.peak_worker_bytes = workers.peak_bytes;
                self.add(&seen);
            }
        }
    }

    /// What was counted since the start, by script.
    pub fn since_start(&self) -> Vec<ScriptFigures> {
        let mut all: Vec<ScriptFigures> = self
            .lock()
            .values()
            .map(|figures| figures.since_start.clone())
            .collect();
        all.sort_by(|a, b| a.inum.cmp(&b.inum));
        all
    }

    /// Adds what is not yet stored to what is. What cannot be stored is kept for the next time.
    ///
    /// # Errors
    /// The first fault of the store.
    pub async fn save(&self, store: &dyn Store) -> Result<(), StoreError> {
        let unsaved: Vec<ScriptFigures> = self
            .lock()
            .values_mut()
            .filter_map(|figures| figures.unsaved.take())
            .collect();
        let mut outcome = Ok(());
        for figures in unsaved {
            if let Err(error) = add_to_stored(store, &figures).await {
                self.owe(&figures);
                outcome = outcome.and(Err(error));
            }
        }
        outcome
    }

    fn add(&self, more: &ScriptFigures) {
        let mut all = self.lock();
        let figures = all
            .entry(more.inum.as_str().to_owned())
            .or_insert_with(|| Figures {
                since_start: ScriptFigures::new(more.inum.clone()),
                unsaved: None,
            });
        figures.since_start.add(more);
        owe(figures, more);
    }

    fn owe(&self, more: &ScriptFigures) {
        if let Some(figures) = self.lock().get_mut(more.inum.as_str()) {
            owe(figures, more);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Figures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn owe(figures: &mut Figures, more: &ScriptFigures) {
    figures
        .unsaved
        .get_or_insert_with(|| ScriptFigures::new(more.inum.clone()))
        .add(more);
}

/// Several nodes add to one record.
async fn add_to_stored(store: &dyn Store, more: &ScriptFigures) -> Result<(), StoreError> {
    let mut attempts = ATTEMPTS;
    loop {
        attempts -= 1;
        let change = match store.find_script_figures(&more.inum).await? {
            None => Change::insert(more),
            Some(stored) => {
                let mut sum = stored.value.clone();
                sum.add(more);
                Change::replace(&stored, &sum)
            }
        };
        match store.apply(vec![change]).await {
            Err(StoreError::Conflict { .. }) if attempts > 0 => {}
            other => return other,
        }
    }
}
