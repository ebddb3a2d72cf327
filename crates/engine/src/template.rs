//! The template process: a warm host that workers are forked from.
//!
//! Here: launching one, asking it for workers, and [`Keeper`], which keeps one
//! running. Not here: what is said on its socket (`control.rs`), or what a
//! worker does (`worker.rs`).

use std::{ffi::OsString, io, os::fd::OwnedFd, path::PathBuf, process::Stdio, time::Duration};

use durward_script::EngineError;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use tokio::{
    net::UnixDatagram,
    process::{Child, Command},
    sync::{Mutex, mpsc, oneshot},
    time::{Instant, sleep, timeout},
};

use crate::{
    control::{Ledger, Order},
    restarts::Restarts,
};

/// How long a template may take to warm up.
const WARM_UP: Duration = Duration::from_secs(20);
/// How long a fork may take before the template counts as hung.
const FORK: Duration = Duration::from_secs(5);
/// How long a killed worker may take to be reaped.
const REAP: Duration = Duration::from_secs(2);
/// How long a template may take to exit once its control socket is closed.
const EXIT: Duration = Duration::from_secs(1);

/// How to start a host.
#[derive(Debug, Clone)]
pub struct HostCommand {
    /// Absolute path of the executable.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

/// A handle to a running template; the process ends when the last handle goes.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    orders: mpsc::UnboundedSender<Order>,
}

impl Template {
    /// Starts `command` with nothing but the control socket as descriptor 0 and
    /// standard error, and waits until it is warm.
    async fn launch(command: &HostCommand) -> io::Result<Self> {
        let (ours, theirs) = socketpair(
            AddressFamily::UNIX,
            SocketType::SEQPACKET,
            SocketFlags::CLOEXEC,
            None,
        )?;
        let child = Command::new(&command.program)
            .args(&command.args)
            .env_clear()
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            // Ctrl-C in a terminal is for the server, which drains; not for the host.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        // A packet socket is a datagram socket as far as readiness goes.
        let ours = std::os::unix::net::UnixDatagram::from(ours);
        ours.set_nonblocking(true)?;
        let socket = UnixDatagram::from_std(ours)?;
        let (orders, receiver) = mpsc::unbounded_channel();
        let (warm, is_warm) = oneshot::channel();
        tokio::spawn(attend(Ledger::new(warm), socket, receiver, child));
        match timeout(WARM_UP, is_warm).await {
            Ok(Ok(())) => Ok(Self { orders }),
            Ok(Err(_)) => Err(io::Error::other("it exited while starting")),
            Err(_) => {
                let _ = orders.send(Order::Abandon);
                Err(io::Error::other("it did not become ready"))
            }
        }
    }

    /// Forks a worker that serves `wire` and returns its process id.
    pub(crate) async fn fork(&self, wire: OwnedFd) -> Result<i32, EngineError> {
        let (reply, pid) = oneshot::channel();
        let died = || EngineError::Crashed("the script host died".to_owned());
        self.orders
            .send(Order::Fork { wire, reply })
            .map_err(|_| died())?;
        match timeout(FORK, pid).await {
            Ok(Ok(pid)) if pid > 0 => Ok(pid),
            Ok(Ok(_)) => Err(EngineError::Crashed(
                "the script host could not fork".to_owned(),
            )),
            Ok(Err(_)) => Err(died()),
            Err(_) => {
                let _ = self.orders.send(Order::Abandon);
                Err(EngineError::Crashed("the script host hung".to_owned()))
            }
        }
    }

    /// Kills a worker without waiting. `pid` must not be used afterwards.
    pub(crate) fn end(&self, pid: i32) {
        // A template that is gone has taken its workers along.
        let _ = self.orders.send(Order::End { pid, reply: None });
    }

    /// Kills a worker and returns how it ended: its own end if that came first.
    /// `None` when the template is gone. `pid` must not be used afterwards.
    pub(crate) async fn reap(&self, pid: i32) -> Option<i32> {
        let (reply, status) = oneshot::channel();
        self.orders
            .send(Order::End {
                pid,
                reply: Some(reply),
            })
            .ok()?;
        timeout(REAP, status).await.ok()?.ok()
    }

    /// Whether the process is there, as far as is known.
    pub(crate) fn is_alive(&self) -> bool {
        !self.orders.is_closed()
    }
}

/// Attends to one template from launch to exit.
async fn attend(
    ledger: Ledger,
    socket: UnixDatagram,
    mut orders: mpsc::UnboundedReceiver<Order>,
    mut child: Child,
) {
    let result = ledger.attend(&socket, &mut orders).await;
    // From here on the handles say that it is gone; closing the socket makes it so.
    drop(orders);
    drop(socket);
    let hung = matches!(&result, Err(error) if error.kind() == io::ErrorKind::TimedOut);
    let grace = if hung { Duration::ZERO } else { EXIT };
    let mut status = timeout(grace, child.wait()).await.ok().and_then(Result::ok);
    if status.is_none() {
        let _ = child.kill().await;
        status = child.try_wait().ok().flatten();
    }
    if let Err(error) = result {
        tracing::warn!(%error, ?status, "the script host is gone");
    }
}

/// Keeps one template running: starts it at first use and, after a pause that
/// grows while it keeps dying young, again when it is gone.
#[derive(Debug)]
pub(crate) struct Keeper {
    command: HostCommand,
    slot: Mutex<Slot>,
}

#[derive(Debug, Default)]
struct Slot {
    current: Option<(Template, Instant)>,
    restarts: Restarts,
}

impl Keeper {
    pub(crate) fn new(command: HostCommand) -> Self {
        Self {
            command,
            slot: Mutex::default(),
        }
    }

    /// The running template.
    ///
    /// # Errors
    /// [`EngineError::Missing`] when it cannot be started.
    pub(crate) async fn template(&self) -> Result<Template, EngineError> {
        let mut slot = self.slot.lock().await;
        if let Some((template, started)) = &slot.current {
            if template.is_alive() {
                return Ok(template.clone());
            }
            let lived = started.elapsed();
            slot.restarts.died(lived);
            slot.current = None;
        }
        sleep(slot.restarts.pause()).await;
        match Template::launch(&self.command).await {
            Ok(template) => {
                slot.current = Some((template.clone(), Instant::now()));
                Ok(template)
            }
            Err(error) => {
                slot.restarts.failed();
                let program = self.command.program.display();
                Err(EngineError::Missing(format!(
                    "the script host {program} cannot be started: {error}"
                )))
            }
        }
    }
}
