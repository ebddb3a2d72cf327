//! Writes what waits: entries that came within a moment together, figures later and all at once.

use std::{future::Future, pin::pin, sync::Arc, sync::Weak, time::Duration};

use durward_model::Configuration;
use durward_store::{Change, Store};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use super::{Kept, tally::Tally};
use crate::{
    Provider,
    script_recording::ring::{self, Recordings},
};

/// Calls written at once.
const BATCH: usize = 128;

/// How long an entry waits for others. A commit of its own for each call would be a sync of
/// the disk that flows wait behind.
const GATHER: Duration = Duration::from_millis(50);

/// From the first call that is not in the stored figures to when they are written.
const FIGURES: Duration = Duration::from_secs(2);

/// The other end of a [`ScriptLog`](super::ScriptLog).
pub struct ScriptLogWriter {
    queue: mpsc::Receiver<Kept>,
    store: Arc<dyn Store>,
    tally: Arc<Tally>,
    provider: Weak<Provider>,
    recordings: Option<Recordings>,
}

impl ScriptLogWriter {
    pub(super) fn new(
        queue: mpsc::Receiver<Kept>,
        store: Arc<dyn Store>,
        tally: Arc<Tally>,
    ) -> Self {
        Self {
            queue,
            store,
            tally,
            provider: Weak::new(),
            recordings: None,
        }
    }

    /// Takes live configuration from `provider` and looks at the workers of its scripts;
    /// without one the defaults hold.
    #[must_use]
    pub fn beside(mut self, provider: &Arc<Provider>) -> Self {
        self.provider = Arc::downgrade(provider);
        self
    }

    /// Writes until every [`ScriptLog`](super::ScriptLog) is gone and nothing waits.
    pub async fn run(self) {
        self.run_until(std::future::pending()).await;
    }

    /// Writes until `stop` ends or every [`ScriptLog`](super::ScriptLog) is gone, then what
    /// still waits.
    pub async fn run_until(mut self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        // A task of its own: the journal does not wait while calls are looked through.
        let (recordings, recorder) = ring::begin(self.provider.clone());
        self.recordings = Some(recordings);
        let mut stopped = false;
        let (mut figures_due, mut entries_due) = (None, None);
        let mut waiting = Vec::with_capacity(BATCH);
        loop {
            let room = BATCH - waiting.len();
            if room == 0 {
                entries_due = Some(Instant::now());
            }
            tokio::select! {
                biased;
                () = until(entries_due) => {
                    entries_due = None;
                    self.write(waiting.drain(..)).await;
                    figures_due.get_or_insert_with(|| Instant::now() + FIGURES);
                }
                () = until(figures_due) => {
                    figures_due = None;
                    self.save_figures().await;
                }
                count = self.queue.recv_many(&mut waiting, room), if room > 0 => {
                    if count == 0 {
                        break;
                    }
                    entries_due.get_or_insert_with(|| Instant::now() + GATHER);
                }
                () = &mut stop, if !stopped => {
                    stopped = true;
                    self.queue.close();
                }
            }
        }
        self.write(waiting.drain(..)).await;
        self.save_figures().await;
        self.recordings = None;
        let _ = recorder.await;
    }

    async fn write(&mut self, waiting: impl Iterator<Item = Kept>) {
        let kept_seconds = self.journal_seconds();
        let mut changes = Vec::new();
        let mut taken = Vec::new();
        for Kept {
            journal,
            log,
            recorded,
        } in waiting
        {
            taken.extend(recorded.map(|taken| *taken));
            if let Some(mut entry) = journal {
                entry.expires_at = entry.at.plus_seconds(kept_seconds);
                changes.push(Change::insert(&entry));
            }
            changes.extend(log.as_ref().map(Change::insert));
        }
        if let Err(error) = self.store.apply(changes).await {
            tracing::error!(%error, "journal entries of scripts were lost");
        }
        if let (Some(recordings), false) = (&self.recordings, taken.is_empty()) {
            // There is nobody to take them only when nobody runs any more.
            let _ = recordings.send(taken);
        }
    }

    fn journal_seconds(&self) -> i64 {
        let days = match self.provider.upgrade() {
            Some(provider) => provider.live().configuration.script_journal_days,
            None => Configuration::default().script_journal_days,
        };
        i64::from(days) * 24 * 3_600
    }

    async fn save_figures(&self) {
        if let Some(provider) = self.provider.upgrade() {
            self.tally.look_at(&provider.scripts);
        }
        if let Err(error) = self.tally.save(&*self.store).await {
            tracing::error!(%error, "figures of scripts were not stored, and will be tried again");
        }
    }
}

/// Ends at that moment, or never.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
