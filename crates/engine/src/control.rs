//! The control socket of a template process: orders out, reports in.
//!
//! One task attends to one socket, so orders keep their sequence and a worker's
//! end can be asked for from a destructor. Not here: starting the template
//! (`template.rs`), the workers' own wires (`worker.rs`).
//!
//! Messages are packets of one letter and native-word fields, little endian:
//! `R` (template warm), `F` + descriptor → `P` pid, `K` pid → `D` pid status.

use std::{
    collections::{HashMap, VecDeque},
    io::{self, IoSlice},
    mem::MaybeUninit,
    os::fd::{AsFd, OwnedFd},
};

use rustix::net::{
    RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, recv, send, sendmsg,
};
use tokio::{
    io::Interest,
    net::UnixDatagram,
    sync::{mpsc::UnboundedReceiver, oneshot},
};

/// What the server wants of a template.
#[derive(Debug)]
pub(crate) enum Order {
    /// Fork a worker that serves `wire`; its process id is the reply.
    Fork {
        /// The worker's end.
        wire: OwnedFd,
        /// Process id; dropped when the template died first.
        reply: oneshot::Sender<i32>,
    },
    /// Kill and reap a worker; its raw wait status is the reply.
    End {
        /// Given out by a fork and never ended before: process ids are reused.
        pid: i32,
        /// For who cares how it ended.
        reply: Option<oneshot::Sender<i32>>,
    },
    /// Give the template up: it does not answer any more.
    Abandon,
}

/// Orders under way and reports awaited on one control socket.
#[derive(Debug)]
pub(crate) struct Ledger {
    unsent: VecDeque<Order>,
    forking: VecDeque<oneshot::Sender<i32>>,
    ending: HashMap<i32, Option<oneshot::Sender<i32>>>,
    warm: Option<oneshot::Sender<()>>,
}

impl Ledger {
    /// An empty ledger that tells `warm` when the template is.
    pub(crate) fn new(warm: oneshot::Sender<()>) -> Self {
        Self {
            unsent: VecDeque::new(),
            forking: VecDeque::new(),
            ending: HashMap::new(),
            warm: Some(warm),
        }
    }

    /// Serves until nobody gives orders any more, or the template is gone, which is the error.
    pub(crate) async fn attend(
        mut self,
        socket: &UnixDatagram,
        orders: &mut UnboundedReceiver<Order>,
    ) -> io::Result<()> {
        loop {
            // Reading goes on while an order waits for room in the socket, or
            // two full sockets would wait for each other.
            tokio::select! {
                order = orders.recv() => match order {
                    None => return Ok(()),
                    Some(Order::Abandon) => return Err(io::ErrorKind::TimedOut.into()),
                    Some(order) => self.unsent.push_back(order),
                },
                ready = socket.writable(), if !self.unsent.is_empty() => {
                    ready?;
                    settle(socket.try_io(Interest::WRITABLE, || self.send_all(socket)))?;
                },
                ready = socket.readable() => {
                    ready?;
                    settle(socket.try_io(Interest::READABLE, || self.receive_all(socket)))?;
                },
            }
        }
    }

    /// Sends until nothing is left or the socket has no room (`WouldBlock`).
    fn send_all(&mut self, socket: &UnixDatagram) -> io::Result<()> {
        while let Some(order) = self.unsent.front() {
            match order {
                Order::Fork { wire, .. } => send_descriptor(socket, wire)?,
                Order::End { pid, .. } => {
                    let [a, b, c, d] = pid.to_le_bytes();
                    send(
                        socket,
                        &[b'K', a, b, c, d],
                        SendFlags::DONTWAIT | SendFlags::NOSIGNAL,
                    )?;
                }
                Order::Abandon => {}
            }
            // Sent: our copy of the worker's descriptor closes here.
            match self.unsent.pop_front() {
                Some(Order::Fork { reply, .. }) => self.forking.push_back(reply),
                Some(Order::End { pid, reply }) => {
                    self.ending.insert(pid, reply);
                }
                Some(Order::Abandon) | None => {}
            }
        }
        Ok(())
    }

    /// Receives until the socket is empty (`WouldBlock`) or its other end closed.
    fn receive_all(&mut self, socket: &UnixDatagram) -> io::Result<()> {
        loop {
            let mut packet = [0; 16];
            let (length, _) = recv(socket, &mut packet, RecvFlags::DONTWAIT)?;
            if length == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.note(packet.get(..length).unwrap_or_default())?;
        }
    }

    fn note(&mut self, packet: &[u8]) -> io::Result<()> {
        let (letter, fields) = packet.split_first().ok_or_else(unexpected)?;
        let mut fields = fields
            .chunks_exact(4)
            .map(|field| field.try_into().map(i32::from_le_bytes).unwrap_or_default());
        match (letter, packet.len(), fields.next(), fields.next()) {
            (b'R', 1, None, None) => {
                if let Some(warm) = self.warm.take() {
                    let _ = warm.send(());
                }
            }
            (b'P', 5, Some(pid), None) => {
                let reply = self.forking.pop_front().ok_or_else(unexpected)?;
                if reply.send(pid).is_err() && pid > 0 {
                    // Who asked went away meanwhile.
                    self.unsent.push_back(Order::End { pid, reply: None });
                }
            }
            (b'D', 9, Some(pid), Some(status)) => {
                if let Some(reply) = self.ending.remove(&pid).ok_or_else(unexpected)? {
                    let _ = reply.send(status);
                }
            }
            _ => return Err(unexpected()),
        }
        Ok(())
    }
}

/// The socket being full or empty is no error: the next readiness goes on.
fn settle(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
        other => other,
    }
}

fn send_descriptor(socket: &UnixDatagram, wire: &OwnedFd) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let descriptors = [wire.as_fd()];
    if !ancillary.push(SendAncillaryMessage::ScmRights(&descriptors)) {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
    sendmsg(socket, &[IoSlice::new(b"F")], &mut ancillary, flags)?;
    Ok(())
}

fn unexpected() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "unexpected message from the script host",
    )
}
