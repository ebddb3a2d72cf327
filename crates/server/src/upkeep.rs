//! What a server does beside answering: notice changes that others stored or that were
//! made to files of scripts, and sweep what has expired.

use std::{sync::Arc, time::Duration};

use durward_protocol::{
    Provider, script_files::watching::FileWatcher, script_loading::ScriptLoader,
};

/// How often the store is asked whether somebody changed something: one read of a counter.
const CHANGE_INTERVAL: Duration = Duration::from_millis(250);

/// How often files of scripts are looked at; a change is taken when it was seen twice.
const FILES_INTERVAL: Duration = Duration::from_millis(500);

/// Longest time between two looks for expired rows.
const MAX_SWEEP_INTERVAL: Duration = Duration::from_mins(1);

/// Shortest, so that many near expiries are swept together.
const MIN_SWEEP_INTERVAL: Duration = Duration::from_secs(1);

/// Reloads configuration, keys and scripts when the stored ones change. Never ends.
pub async fn follow_changes(provider: Arc<Provider>, loader: Arc<ScriptLoader>, mut seen: u64) {
    let mut ticks = tokio::time::interval(CHANGE_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let revision = match provider.store.revision().await {
            Ok(revision) => revision,
            Err(error) => {
                tracing::error!(%error, "the store does not answer");
                continue;
            }
        };
        if revision == seen {
            continue;
        }
        let reloaded = match provider.reload().await {
            Ok(()) => loader.refresh().await,
            Err(error) => Err(error),
        };
        match reloaded {
            Ok(()) => seen = revision,
            Err(error) => tracing::error!(%error, "stored changes could not be taken over"),
        }
    }
}

/// Looks at the files of scripts. Never ends.
pub async fn watch_script_files(watcher: FileWatcher) {
    let mut ticks = tokio::time::interval(FILES_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        watcher.tick().await;
    }
}

/// Removes expired rows at the next expiry, not before. Never ends.
pub async fn sweep_expired(provider: Arc<Provider>) {
    loop {
        let now_ms = provider.clock.now().ms();
        if let Err(error) = provider.store.sweep(now_ms).await {
            tracing::error!(%error, "expired rows were not swept");
        }
        let next_ms = provider.store.next_expiry_ms().await.ok().flatten();
        let wait = next_ms
            .map_or(MAX_SWEEP_INTERVAL, |next| {
                Duration::from_millis(u64::try_from(next.saturating_sub(now_ms)).unwrap_or(0))
            })
            .clamp(MIN_SWEEP_INTERVAL, MAX_SWEEP_INTERVAL);
        tokio::time::sleep(wait).await;
    }
}
