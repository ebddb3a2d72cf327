//! Hook calls a second while versions are swapped, against a version that stays.

use std::{sync::Arc, time::Duration};

use durward_script::program::Call;
use tokio::time::{MissedTickBehavior, interval};

use crate::{
    failure::{Failure, Result},
    figure::{Bound, Figure},
    hooks::{self, Hook, Host},
    load::{Walker, flows_per_second, median},
    setting::{Setting, on_threads},
};

/// Pairs of rounds.
const ROUNDS: usize = 7;

/// From one save to the next.
const EVERY: Duration = Duration::from_millis(500);

/// Calls without a pause.
struct Caller {
    hook: Arc<Hook>,
    call: Call,
}

impl Walker for Caller {
    async fn walk(&mut self) -> Result<()> {
        self.hook.call(self.call.clone()).await.map(drop)
    }
}

pub(super) fn measure(setting: &Setting) -> Result<Figure> {
    let (durward, round) = (setting.durward.clone(), setting.round);
    let callers = setting.concurrency;
    on_threads(async move {
        let hook = Arc::new(Hook::load(&durward, Host::Native).await?);
        let mut load = Vec::new();
        for _ in 0..callers {
            let (hook, call) = (hook.clone(), hooks::call()?);
            load.push(Caller { hook, call });
        }
        flows_per_second(&mut load, round).await?;
        let (mut steady, mut swapped, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        let mut versions = 0;
        for _ in 0..ROUNDS {
            let one = flows_per_second(&mut load, round).await?;
            let swapping = tokio::spawn(swap(hook.clone(), versions));
            let other = flows_per_second(&mut load, round).await;
            swapping.abort();
            versions = match swapping.await {
                // It never ends by itself but for a failure.
                Ok(failure) => return Err(failure),
                Err(_) => versions + 1_000,
            };
            let other = other?;
            ratios.push(other / one);
            steady.push(one);
            swapped.push(other);
        }
        let ours = format!("{:.0}/s, a version each {EVERY:?}", median(&swapped));
        let against = format!("{:.0}/s without", median(&steady));
        let why = "a save is checked, tried out and loaded in three processes, and the pool of the new \
                   version grows again to as many workers as there are callers.";
        let bound = Bound::AtLeast(0.9);
        let figure = Figure::promised("k_swap_throughput", median(&ratios), "x", bound);
        Ok(figure.of(ours, Some(against)).because(why))
    })
}

/// Swaps versions for ever; why it could not.
async fn swap(hook: Arc<Hook>, first: usize) -> Failure {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for version in first.. {
        ticks.tick().await;
        if let Err(failure) = hook.swap(version).await {
            return failure;
        }
    }
    Failure::new("no numbers left")
}
