//! One worker process and its wire: a turn at a time.
//!
//! Dropping a worker ends its process, or its connection to a shared one. A worker is usable from the end of a
//! turn that kept to the wire until the start of the next, so a turn that was
//! abandoned half-way leaves one that is not. Not here: who gets which worker
//! (`pool.rs`), what a turn may use (`turn.rs`).

use std::{io, os::fd::OwnedFd, sync::Arc};

use durward_script::EngineError;
use rustix::{
    io::Errno,
    net::{RecvFlags, recv},
};
use tokio::{
    io::{AsyncWriteExt, Interest},
    net::UnixStream,
    time::{Instant, timeout_at},
};

use crate::{
    census::{Census, Entry},
    inbox::Inbox,
    source::Origin,
    template::Template,
    turn::{Stop, Turn, bounded},
    wire::{Done, FromHost},
};

/// A worker of a host.
#[derive(Debug)]
pub(crate) struct Worker {
    stream: UnixStream,
    inbox: Inbox,
    origin: Origin,
    usable: bool,
    census: Option<Entry>,
}

impl Worker {
    /// Forks a worker from `template`.
    pub(crate) async fn fork(template: &Template) -> Result<Self, EngineError> {
        let failed =
            |error: io::Error| EngineError::Crashed(format!("no wire for a new worker: {error}"));
        // Only our end is non-blocking; hosts read theirs as a plain file.
        let (ours, theirs) = std::os::unix::net::UnixStream::pair().map_err(failed)?;
        ours.set_nonblocking(true).map_err(failed)?;
        let stream = UnixStream::from_std(ours).map_err(failed)?;
        let pid = template.fork(OwnedFd::from(theirs)).await?;
        let (template, pid) = (template.clone(), Some(pid));
        Ok(Self::over(stream, Origin::Forked { template, pid }))
    }

    /// The worker at the other end of `stream`.
    pub(crate) fn over(stream: UnixStream, origin: Origin) -> Self {
        Self {
            stream,
            inbox: Inbox::default(),
            origin,
            usable: true,
            census: None,
        }
    }

    /// Counts this worker as long as there is one.
    pub(crate) fn enter(&mut self, census: &Arc<Census>) {
        self.census = self.origin.enter(census);
    }

    /// Whether new workers come from the same process as this one.
    pub(crate) fn is_current(&self) -> bool {
        self.origin.is_current()
    }

    /// Whether the next turn may use this worker, as far as its own behaviour goes.
    pub(crate) fn is_usable(&self) -> bool {
        self.usable
    }

    /// Whether an idle worker still waits in silence: one that died, or spoke
    /// without being asked, must not answer the next call.
    pub(crate) fn is_waiting(&self) -> bool {
        self.usable
            && self.origin.is_alive()
            && matches!(peek(&self.stream), Err(Errno::WOULDBLOCK))
    }

    /// Runs one turn: sends `request`, an encoded frame, and serves the worker
    /// until it is done or `deadline` has passed.
    pub(crate) async fn run(
        &mut self,
        request: &[u8],
        turn: &mut Turn<'_>,
        deadline: Instant,
    ) -> Result<Done, EngineError> {
        self.usable = false;
        match timeout_at(deadline, self.exchange(request, turn)).await {
            Ok(Ok(done)) => {
                self.usable = true;
                self.origin.turn_ended();
                Ok(done)
            }
            Ok(Err(Stop::Failed(failure))) => {
                self.usable = true;
                Err(EngineError::Script(bounded(failure)))
            }
            Ok(Err(Stop::Bad(error))) => {
                turn.killed = true;
                Err(error)
            }
            Ok(Err(Stop::Gone)) => {
                turn.killed = true;
                Err(self.origin.reap().await)
            }
            Err(_) => {
                turn.killed = true;
                Err(EngineError::TimedOut {
                    limit_ms: turn.wall_ms(),
                })
            }
        }
    }

    async fn exchange(&mut self, request: &[u8], turn: &mut Turn<'_>) -> Result<Done, Stop> {
        self.send(request).await?;
        loop {
            let Some((frame, length)) = self.inbox.take().map_err(Stop::broke)? else {
                match self.inbox.fill(&mut self.stream).await {
                    Ok(0) | Err(_) => return Err(Stop::Gone),
                    Ok(_) => continue,
                }
            };
            match frame {
                FromHost::Log(lines) => turn.keep(lines)?,
                FromHost::Host(call) => {
                    self.nothing_follows()?;
                    let answer = tokio::select! {
                        biased;
                        answer = turn.ask(call, length) => answer?,
                        stop = self.disturbance() => return Err(stop),
                    };
                    self.send(&answer).await?;
                }
                FromHost::Done(done) => {
                    self.nothing_follows()?;
                    return turn.end(done, length);
                }
                FromHost::Failed(failure) => {
                    self.nothing_follows()?;
                    return Err(Stop::Failed(failure));
                }
            }
        }
    }

    async fn send(&mut self, frame: &[u8]) -> Result<(), Stop> {
        self.stream.write_all(frame).await.map_err(|_| Stop::Gone)
    }

    /// After a host call or the end of a turn it is the server's move.
    fn nothing_follows(&self) -> Result<(), Stop> {
        if self.inbox.is_empty() {
            Ok(())
        } else {
            Err(Stop::broke("it spoke out of turn"))
        }
    }

    /// Ends when the worker dies or speaks although it is the server's move.
    async fn disturbance(&self) -> Stop {
        loop {
            if self.stream.readable().await.is_err() {
                return Stop::Gone;
            }
            let peek = || Ok(peek(&self.stream)?);
            match self.stream.try_io(Interest::READABLE, peek) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(0) | Err(_) => return Stop::Gone,
                Ok(_) => return Stop::broke("it spoke out of turn"),
            }
        }
    }
}

/// How many bytes can be read now, at most one; none at the end of the stream.
fn peek(stream: &UnixStream) -> rustix::io::Result<usize> {
    let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
    recv(stream, &mut [0_u8; 1], flags).map(|(length, _)| length)
}
