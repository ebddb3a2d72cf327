//! One JVM from launch to exit: who uses it, how it does, how it ended.
//!
//! Not here: which one new workers come from (`jvm.rs`).

use std::{
    fmt,
    future::Future,
    io,
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use durward_script::EngineError;
use tokio::{
    net::UnixStream,
    sync::{Notify, watch},
    time::{Instant, sleep, timeout},
};

use super::{
    JvmKeeper,
    command::{JvmCommand, Started},
    health::Status,
};

/// How long calls of a replaced JVM may go on. No call has longer than a minute.
const DRAIN: Duration = Duration::from_mins(1);
/// How long a JVM whose standard input has ended may take to exit.
const EXIT: Duration = Duration::from_secs(2);
/// How long a connection's end may come before that of its process.
const POST_MORTEM: Duration = Duration::from_millis(500);
/// How often to look at a JVM that may not be well, or that drains.
const TICK: Duration = Duration::from_secs(1);
/// After so many turns its heap is looked at.
const TURNS: usize = 1000;

/// A running JVM, or one that ran.
pub(crate) struct Jvm {
    socket: PathBuf,
    pid: Option<u32>,
    leases: AtomicUsize,
    turns: AtomicUsize,
    outdated: AtomicBool,
    /// Something happened that its keeper should look at.
    look: Notify,
    /// How it ended, once it has.
    end: watch::Sender<Option<String>>,
}

impl fmt::Debug for Jvm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jvm")
            .field("socket", &self.socket)
            .finish_non_exhaustive()
    }
}

impl Jvm {
    /// Starts one and attends to it until it ends.
    pub(super) async fn launch(
        command: &JvmCommand,
        keeper: Weak<JvmKeeper>,
        keeper_lives: watch::Receiver<()>,
    ) -> io::Result<Arc<Self>> {
        let started = command.start().await?;
        let jvm = Arc::new(Self {
            socket: started.directory.socket(),
            pid: started.child.id(),
            leases: AtomicUsize::new(0),
            turns: AtomicUsize::new(0),
            outdated: AtomicBool::new(false),
            look: Notify::new(),
            end: watch::Sender::new(None),
        });
        // Looked at once, or a JVM that nobody comes to use would never be idle.
        jvm.look.notify_one();
        let attendant = Attendant {
            jvm: jvm.clone(),
            keeper,
            idle: command.idle,
            unused_since: None,
            lingering_since: None,
            outdated_since: None,
        };
        tokio::spawn(attendant.attend(started, keeper_lives));
        Ok(jvm)
    }

    pub(super) fn is_alive(&self) -> bool {
        self.end.borrow().is_none()
    }

    pub(super) fn is_unused(&self) -> bool {
        self.leases.load(Ordering::Acquire) == 0
    }

    /// Another one serves from now on.
    pub(super) fn outdate(&self) {
        self.outdated.store(true, Ordering::Release);
        self.look.notify_one();
    }
}

/// A worker's hold on its JVM.
#[derive(Debug)]
pub(crate) struct Lease(Arc<Jvm>);

impl Lease {
    pub(super) fn new(jvm: Arc<Jvm>) -> Self {
        jvm.leases.fetch_add(1, Ordering::AcqRel);
        Self(jvm)
    }

    /// A new connection to it.
    pub(super) async fn connect(&self, patience: Duration) -> io::Result<UnixStream> {
        timeout(patience, UnixStream::connect(&self.0.socket))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    /// Waits a moment for an end that nobody has been told of; whether there was one.
    pub(super) async fn ends_soon(&self) -> bool {
        let mut end = self.0.end.subscribe();
        timeout(POST_MORTEM, end.wait_for(Option::is_some))
            .await
            .is_ok()
    }

    /// Something is not as it should be.
    pub(super) fn look_at_it(&self) {
        self.0.look.notify_one();
    }

    /// Its process id, if it could be told.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.0.pid
    }

    /// Whether the process is there.
    pub(crate) fn is_alive(&self) -> bool {
        self.0.is_alive()
    }

    /// Whether new workers come from this process.
    pub(crate) fn is_current(&self) -> bool {
        !self.0.outdated.load(Ordering::Acquire)
    }

    /// A turn has ended well: now and then its heap is looked at.
    pub(crate) fn turn_ended(&self) {
        if self.0.turns.fetch_add(1, Ordering::Relaxed) % TURNS == TURNS - 1 {
            self.0.look.notify_one();
        }
    }

    /// Why the worker's connection ended.
    pub(crate) async fn post_mortem(&self) -> EngineError {
        self.ends_soon().await;
        EngineError::Crashed(match &*self.0.end.borrow() {
            Some(how) => format!("the JVM host died: {how}"),
            None => "the JVM host closed its connection".to_owned(),
        })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.0.leases.fetch_sub(1, Ordering::AcqRel);
        // Its thread may run on, or this was the last user.
        self.0.look.notify_one();
    }
}

/// Looks after one JVM.
struct Attendant {
    jvm: Arc<Jvm>,
    keeper: Weak<JvmKeeper>,
    idle: Duration,
    unused_since: Option<Instant>,
    lingering_since: Option<Instant>,
    outdated_since: Option<Instant>,
}

impl Attendant {
    // Boxed, because a replacement is launched from in here.
    fn attend(
        mut self,
        started: Started,
        mut keeper_lives: watch::Receiver<()>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            let Started {
                mut child,
                stdin,
                directory,
            } = started;
            let mut next_look = None;
            let how = loop {
                tokio::select! {
                    status = child.wait() => {
                        break status.map_or_else(|error| error.to_string(), |status| status.to_string());
                    }
                    // Sends nothing: it only ever ends.
                    _ = keeper_lives.changed() => break String::new(),
                    () = self.jvm.look.notified() => {}
                    () = rest(next_look) => {}
                }
                if self.may_end().await {
                    break String::new();
                }
                self.examine().await;
                next_look = self.next_look();
            };
            if !how.is_empty() {
                tracing::warn!(how, "the JVM host is gone");
            }
            self.jvm.end.send_replace(Some(how));
            drop(stdin);
            if timeout(EXIT, child.wait()).await.is_err() {
                let _ = child.kill().await;
            }
            drop(directory);
        })
    }

    /// Whether nobody needs it any more.
    async fn may_end(&mut self) -> bool {
        let now = Instant::now();
        let unused = self.jvm.is_unused();
        if self.jvm.outdated.load(Ordering::Acquire) {
            let since = *self.outdated_since.get_or_insert(now);
            return unused || now - since >= DRAIN;
        }
        if !unused {
            self.unused_since = None;
            return false;
        }
        let since = *self.unused_since.get_or_insert(now);
        now - since >= self.idle
            && match self.keeper.upgrade() {
                Some(keeper) => keeper.release(&self.jvm).await,
                None => true,
            }
    }

    /// Asks how it does, and has it replaced when that is not well.
    async fn examine(&mut self) {
        if self.jvm.outdated.load(Ordering::Acquire) {
            return;
        }
        let complaint = match self.status().await {
            Ok(status) => {
                if status.abandoned_threads == 0 {
                    self.lingering_since = None;
                }
                let lingering = match self.lingering_since {
                    Some(since) => since.elapsed(),
                    None => Duration::ZERO,
                };
                if status.abandoned_threads > 0 {
                    self.lingering_since.get_or_insert_with(Instant::now);
                }
                status.complaint(lingering)
            }
            Err(error) => {
                tracing::warn!(%error, "the JVM host does not say how it is");
                Some("it does not answer")
            }
        };
        if let Some(reason) = complaint
            && let Some(keeper) = self.keeper.upgrade()
        {
            tracing::warn!(reason, "the JVM host is replaced");
            keeper.replace(&self.jvm).await;
        }
    }

    async fn status(&self) -> io::Result<Status> {
        let status = Status::ask(&self.jvm.socket, false).await?;
        if status.heap_is_full() {
            return Status::ask(&self.jvm.socket, true).await;
        }
        Ok(status)
    }

    /// When to look again although nothing happens.
    fn next_look(&self) -> Option<Duration> {
        if self.outdated_since.is_some()
            || self.lingering_since.is_some()
            || self.jvm.outdated.load(Ordering::Acquire)
        {
            return Some(TICK);
        }
        self.unused_since
            .map(|since| self.idle.saturating_sub(since.elapsed()))
    }
}

async fn rest(time: Option<Duration>) {
    match time {
        Some(time) => sleep(time).await,
        None => std::future::pending().await,
    }
}
