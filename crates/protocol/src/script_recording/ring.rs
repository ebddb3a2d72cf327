//! Where recorded calls are kept: the last ones of each script, the oldest one gone for each
//! that comes.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Weak},
};

use durward_model::{RecordedCall, ScriptId};
use durward_store::{Change, StoreError};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{END, kept::redacted, taken::Taken};
use crate::{Provider, redaction::names::Names, script_keeping::recording};

/// Older calls that are removed at once.
const BATCH: usize = 100;

/// Where calls go that were set aside.
pub(crate) type Recordings = mpsc::UnboundedSender<Vec<Taken>>;

/// Begins to keep what comes, until nothing comes any more. What waits is bounded where it
/// was set aside.
pub(crate) fn begin(provider: Weak<Provider>) -> (Recordings, JoinHandle<()>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (sender, tokio::spawn(keep(receiver, provider)))
}

async fn keep(mut come: mpsc::UnboundedReceiver<Vec<Taken>>, provider: Weak<Provider>) {
    let mut ring = Ring::default();
    while let Some(taken) = come.recv().await {
        if let Some(provider) = provider.upgrade()
            && let Err(error) = ring.write(&provider, taken).await
        {
            tracing::error!(%error, "recorded calls of scripts were lost");
        }
    }
}

/// What this node has written, by script: keys of the calls that are kept, in their order.
#[derive(Default)]
struct Ring {
    keys: HashMap<ScriptId, BTreeSet<String>>,
}

impl Ring {
    /// Keeps what was set aside, without what must not be kept.
    async fn write(
        &mut self,
        provider: &Arc<Provider>,
        taken: Vec<Taken>,
    ) -> Result<(), StoreError> {
        let mut by_script: HashMap<ScriptId, Vec<Taken>> = HashMap::new();
        for one in taken {
            by_script.entry(one.inum.clone()).or_default().push(one);
        }
        for (inum, calls) in by_script {
            self.write_of(provider, &inum, calls).await?;
        }
        Ok(())
    }

    async fn write_of(
        &mut self,
        provider: &Arc<Provider>,
        inum: &ScriptId,
        calls: Vec<Taken>,
    ) -> Result<(), StoreError> {
        let keep = wanted(provider, inum).await?;
        if keep == 0 {
            self.keys.remove(inum);
            return recording::forget(provider, inum).await;
        }
        let store = &provider.store;
        let calls = looked_at(provider.clone(), calls).await;
        let keys = match self.keys.entry(inum.clone()) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(unknown) => {
                let last = store.list_last_recorded_calls(inum, ""..END, keep).await?;
                unknown.insert(last.into_iter().map(|call| call.value.id).collect())
            }
        };
        keys.extend(calls.iter().map(|call| call.id.clone()));
        while keys.len() > keep {
            keys.pop_first();
        }
        let mut changes: Vec<Change> = calls
            .iter()
            .filter(|call| keys.contains(&call.id))
            .map(Change::insert)
            .collect();
        if let Some(first) = keys.first() {
            // Whoever wrote them: what is older than so many is not among the last.
            let older = store
                .list_last_recorded_calls(inum, ""..first.as_str(), BATCH)
                .await?;
            let older = older.iter();
            changes.extend(older.map(|call| Change::delete::<RecordedCall>(&call.id)));
        }
        store.apply(changes).await?;
        // Somebody may have ended it while this was written.
        if wanted(provider, inum).await? == 0 {
            self.keys.remove(inum);
            recording::forget(provider, inum).await?;
        }
        Ok(())
    }
}

/// How many calls of a script are to be kept now.
async fn wanted(provider: &Provider, inum: &ScriptId) -> Result<usize, StoreError> {
    let most = provider.live().configuration.script_record_maximum;
    let script = provider.store.find_script(inum).await?;
    let keep = script.map_or(0, |script| recording::kept(&script).min(most));
    Ok(usize::try_from(keep).unwrap_or(usize::MAX))
}

/// Takes out what must not be kept, away from where requests are answered.
async fn looked_at(provider: Arc<Provider>, calls: Vec<Taken>) -> Vec<RecordedCall> {
    let look = move || {
        let live = provider.live();
        let names = Names::new(&live.configuration.script_record_redacted_attributes);
        let looked = calls.iter().filter_map(|taken| {
            // A key of its own for each call, which nobody keeps: placeholders of two calls
            // say nothing about each other.
            let mut key = [0; 32];
            provider.entropy.fill(&mut key);
            let call = redacted(taken, &names, key);
            if call.is_none() {
                tracing::debug!(call = taken.id, "a call was not recorded: it is too large");
            }
            call
        });
        looked.collect()
    };
    // A look that did not end well has nothing to keep.
    tokio::task::spawn_blocking(look).await.unwrap_or_default()
}
