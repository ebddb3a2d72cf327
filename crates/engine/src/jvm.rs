//! One JVM that runs scripts, kept running while there are any: started at first use,
//! replaced while it serves when scripts have worn it out, ended when nobody uses it.
//!
//! Not here: what is said on a worker's connection (`worker.rs`), how the process is
//! started (`command.rs`), when it is worn out (`health.rs`).

mod command;
mod health;
mod process;

use std::{
    sync::{Arc, Mutex as Lock, PoisonError, Weak},
    time::Duration,
};

use durward_script::EngineError;
use tokio::{
    net::UnixStream,
    sync::{Mutex, watch},
    time::{Instant, sleep},
};

pub use command::JvmCommand;
pub(crate) use process::Lease;

use self::process::Jvm;
use crate::{pool::Pool, restarts::Restarts};

/// How long a running JVM may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// Keeps one JVM running.
#[derive(Debug)]
pub(crate) struct JvmKeeper {
    command: JvmCommand,
    slot: Mutex<Slot>,
    pools: Lock<Vec<Weak<Pool>>>,
    /// Never sent on: its end tells processes that their keeper is gone.
    alive: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Slot {
    current: Option<(Arc<Jvm>, Instant)>,
    restarts: Restarts,
}

impl JvmKeeper {
    pub(crate) fn new(command: JvmCommand) -> Arc<Self> {
        Arc::new(Self {
            command,
            slot: Mutex::default(),
            pools: Lock::default(),
            alive: watch::Sender::new(()),
        })
    }

    /// A connection to the running JVM.
    ///
    /// # Errors
    /// [`EngineError::Missing`] when it cannot be started.
    pub(crate) async fn connect(self: &Arc<Self>) -> Result<(UnixStream, Lease), EngineError> {
        let first = self.lease().await?;
        let error = match first.connect(CONNECT).await {
            Ok(stream) => return Ok((stream, first)),
            Err(error) => error,
        };
        // It may have died and nobody was told yet: that costs no call.
        if !first.ends_soon().await {
            first.look_at_it();
            return Err(EngineError::Crashed(format!(
                "the JVM host does not listen: {error}"
            )));
        }
        let second = self.lease().await?;
        match second.connect(CONNECT).await {
            Ok(stream) => Ok((stream, second)),
            Err(error) => Err(EngineError::Crashed(format!(
                "the JVM host does not listen: {error}"
            ))),
        }
    }

    /// A hold on the running JVM. Taken under the lock: it cannot be found unused and
    /// ended meanwhile.
    async fn lease(self: &Arc<Self>) -> Result<Lease, EngineError> {
        Ok(Lease::new(
            self.running(&mut *self.slot.lock().await).await?,
        ))
    }

    /// Starts the JVM if it does not run.
    ///
    /// # Errors
    /// As [`JvmKeeper::connect`].
    pub(crate) async fn warm(self: &Arc<Self>) -> Result<(), EngineError> {
        self.running(&mut *self.slot.lock().await).await.map(drop)
    }

    /// How long loading a script may take, however short its calls must be, milliseconds.
    pub(crate) fn loading_ms(&self) -> u64 {
        u64::try_from(self.command.loading.as_millis()).unwrap_or(u64::MAX)
    }

    /// `pool` is told when workers come from another process from then on.
    pub(crate) fn tell_of_replacement(&self, pool: Weak<Pool>) {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.retain(|pool| pool.strong_count() > 0);
        pools.push(pool);
    }

    async fn running(self: &Arc<Self>, slot: &mut Slot) -> Result<Arc<Jvm>, EngineError> {
        if let Some((jvm, started)) = &slot.current {
            if jvm.is_alive() {
                return Ok(jvm.clone());
            }
            let lived = started.elapsed();
            slot.restarts.died(lived);
            slot.current = None;
        }
        sleep(slot.restarts.pause()).await;
        self.start(slot).await
    }

    async fn start(self: &Arc<Self>, slot: &mut Slot) -> Result<Arc<Jvm>, EngineError> {
        match Jvm::launch(&self.command, Arc::downgrade(self), self.alive.subscribe()).await {
            Ok(jvm) => {
                slot.current = Some((jvm.clone(), Instant::now()));
                Ok(jvm)
            }
            Err(error) => {
                slot.restarts.failed();
                Err(EngineError::Missing(format!(
                    "the JVM host cannot be started: {error}"
                )))
            }
        }
    }

    /// Starts another JVM and lets `old` go when its calls have ended. If none can be
    /// started the old one serves on.
    async fn replace(self: &Arc<Self>, old: &Arc<Jvm>) {
        let mut slot = self.slot.lock().await;
        if !holds(&slot, old) {
            return;
        }
        match self.start(&mut slot).await {
            Ok(_) => old.outdate(),
            Err(error) => {
                tracing::error!(%error, "a worn JVM was not replaced");
                return;
            }
        }
        drop(slot);
        let pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        for pool in pools.iter().filter_map(Weak::upgrade) {
            pool.renew();
        }
    }

    /// Forgets `jvm` if nobody uses it; whether it may end.
    async fn release(&self, jvm: &Arc<Jvm>) -> bool {
        let mut slot = self.slot.lock().await;
        let unused = jvm.is_unused();
        if unused && holds(&slot, jvm) {
            slot.current = None;
        }
        unused
    }
}

fn holds(slot: &Slot, jvm: &Arc<Jvm>) -> bool {
    matches!(&slot.current, Some((current, _)) if Arc::ptr_eq(current, jvm))
}
