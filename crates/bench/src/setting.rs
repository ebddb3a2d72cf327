//! What every figure needs to know, and the runtimes they run on.

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tokio::runtime::Builder;

use crate::{
    failure::{Failure, Result},
    process::is_there,
};

/// Where things are and how long rounds last.
#[derive(Debug)]
pub struct Setting {
    /// The server's binary, built beside ours.
    pub durward: PathBuf,
    /// Ours, for the processes that measurements are made against.
    pub bench: PathBuf,
    /// The npm project with oidc-provider in it.
    pub peer: PathBuf,
    /// Data directories are made here: on the disk of the build, not in memory.
    work: PathBuf,
    /// Connections that ask at the same time.
    pub concurrency: usize,
    /// Length of one round of load.
    pub round: Duration,
    made: AtomicU32,
}

impl Setting {
    /// For the binaries beside the running one.
    ///
    /// # Errors
    /// When `durward` was not built.
    pub fn find(concurrency: usize, round: Duration) -> Result<Self> {
        let bench = std::env::current_exe()?;
        let beside = bench.parent().unwrap_or_else(|| Path::new("."));
        let durward = beside.join("durward");
        if !is_there(&durward) {
            return Err(Failure::new(format!("{} was not built", durward.display())));
        }
        Ok(Self {
            durward,
            peer: Path::new(env!("CARGO_MANIFEST_DIR")).join("peer"),
            work: beside.join(format!("bench-data-{}", std::process::id())),
            bench: bench.clone(),
            concurrency,
            round,
            made: AtomicU32::new(0),
        })
    }

    /// A directory that does not exist yet.
    ///
    /// # Errors
    /// When its parent cannot be made.
    pub fn new_place(&self) -> Result<PathBuf> {
        std::fs::create_dir_all(&self.work)?;
        Ok(self
            .work
            .join(self.made.fetch_add(1, Ordering::Relaxed).to_string()))
    }
}

impl Drop for Setting {
    fn drop(&mut self) {
        // What stays lies in the build directory.
        let _ = std::fs::remove_dir_all(&self.work);
    }
}

/// Runs on one thread: load, which is to leave the rest of the machine alone.
///
/// # Errors
/// Those of `work`.
pub fn on_one_thread<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

/// Runs on the threads that the server would have.
///
/// # Errors
/// Those of `work`.
pub fn on_threads<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    // A task, because calls are made by tasks in the server; the main thread is no worker.
    runtime.block_on(async { tokio::spawn(work).await? })
}
