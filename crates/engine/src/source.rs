//! Where workers come from: forked from a warm template, or connections to a JVM.
//!
//! Not here: what a worker does in a turn (`worker.rs`), who gets which (`pool.rs`).

use std::sync::Arc;

use durward_script::{EngineError, program::Limits};

use crate::{
    census::{Census, Entry},
    jvm::{self, JvmKeeper},
    template::{Keeper, Template},
    worker::Worker,
};

/// Makes workers.
#[derive(Debug)]
pub(crate) enum Source {
    /// A process each.
    Template(Keeper),
    /// A connection and a thread each, in one process.
    Jvm(Arc<JvmKeeper>),
}

impl Source {
    /// A new worker with nothing loaded.
    ///
    /// # Errors
    /// [`EngineError::Missing`] when the host cannot be started.
    pub(crate) async fn worker(&self) -> Result<Worker, EngineError> {
        match self {
            Self::Template(keeper) => Worker::fork(&keeper.template().await?).await,
            Self::Jvm(keeper) => {
                let (stream, lease) = keeper.connect().await?;
                Ok(Worker::over(stream, Origin::Connected(lease)))
            }
        }
    }

    /// Starts the host if it does not run.
    ///
    /// # Errors
    /// [`EngineError::Missing`] when it cannot be started.
    pub(crate) async fn warm(&self) -> Result<(), EngineError> {
        match self {
            Self::Template(keeper) => keeper.template().await.map(drop),
            Self::Jvm(keeper) => keeper.warm().await,
        }
    }

    /// What checking or loading a script may use, whose calls have `limits`.
    pub(crate) fn loading_limits(&self, limits: Limits) -> Limits {
        match self {
            Self::Template(_) => limits,
            Self::Jvm(keeper) => Limits {
                wall_ms: limits.wall_ms.max(keeper.loading_ms()),
                ..limits
            },
        }
    }
}

/// The process behind a worker.
#[derive(Debug)]
pub(crate) enum Origin {
    /// Its own.
    Forked {
        /// What forked it.
        template: Template,
        /// `None` once its end was asked for: the id may belong to another process by then.
        pid: Option<i32>,
    },
    /// One that it shares with other workers.
    Connected(jvm::Lease),
}

impl Origin {
    /// Whether the process is there, as far as is known.
    pub(crate) fn is_alive(&self) -> bool {
        match self {
            Self::Forked { template, .. } => template.is_alive(),
            Self::Connected(lease) => lease.is_alive(),
        }
    }

    /// Whether new workers come from the same process; otherwise this one is to go soon.
    pub(crate) fn is_current(&self) -> bool {
        match self {
            Self::Forked { .. } => true,
            Self::Connected(lease) => lease.is_current(),
        }
    }

    /// Counts a worker of this process, if its id is known.
    pub(crate) fn enter(&self, census: &Arc<Census>) -> Option<Entry> {
        match self {
            Self::Forked { pid, .. } => {
                let pid = u32::try_from((*pid)?).ok()?;
                Some(census.enter(pid, false))
            }
            Self::Connected(lease) => Some(census.enter(lease.pid()?, true)),
        }
    }

    /// A turn has ended well.
    pub(crate) fn turn_ended(&self) {
        if let Self::Connected(lease) = self {
            lease.turn_ended();
        }
    }

    /// Makes sure that the worker is gone, whose wire has ended, and says why it went.
    pub(crate) async fn reap(&mut self) -> EngineError {
        match self {
            Self::Forked { template, pid } => {
                let status = match pid.take() {
                    Some(pid) => template.reap(pid).await,
                    None => None,
                };
                crate::classify::classify(status)
            }
            Self::Connected(lease) => lease.post_mortem().await,
        }
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        if let Self::Forked { template, pid } = self
            && let Some(pid) = pid.take()
        {
            template.end(pid);
        }
    }
}
