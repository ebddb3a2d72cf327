//! The template: a warmed interpreter that runs no script and forks a worker
//! whenever the server asks for one.
//!
//! Descriptor 0 is a `SOCK_SEQPACKET` Unix socket to the server; a message is
//! a letter and, for some, a number of four bytes, little endian.
//!
//! | from the server | answer |
//! |---|---|
//! | (start) | `R`: ready |
//! | `F` with one descriptor (`SCM_RIGHTS`): the worker's wire | `P` pid; a negative pid is an `errno` |
//! | `K` pid | kill and reap: `D` pid status; status −1 for a pid that is not ours |
//!
//! The end of the socket ends the template and every worker.

use std::collections::HashSet;
use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::process::ExitCode;

use rustpython_vm::{PyObjectRef, VirtualMachine};

use crate::confine::{self, Filters};
use crate::worker::{EXIT_CONFINEMENT, EXIT_PANIC, Worker};
use crate::{interpreter, memory};

/// Stack of the interpreter's thread, bytes: reserved, touched only when used.
const STACK_BYTES: usize = 256 * 1024 * 1024;

/// Descriptor of the control socket.
const CONTROL_FD: RawFd = 0;

/// Runs the template until the server closes the control socket.
///
/// The process is to have an empty environment, the control socket as
/// descriptor 0, and nothing else open that matters.
pub fn main() -> ExitCode {
    // One arena: a worker's address space is bounded, and each further arena
    // would reserve 64 MB of it.
    // No fast bins: the interpreter mixes small and large blocks, and each large
    // one would sweep all the small ones up first.
    // SAFETY: called before any other thread exists.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_MXFAST, 0);
    }
    let thread = std::thread::Builder::new()
        .name("template".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(template);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        // The server went away between its order and our answer: that is an end like any other.
        Ok(Ok(Err(error))) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Ok(Ok(Err(error))) => {
            eprintln!("python host: {error}");
            ExitCode::FAILURE
        }
        Ok(Err(_)) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("python host: no thread: {error}");
            ExitCode::FAILURE
        }
    }
}

fn template() -> io::Result<()> {
    let filters = confine::filters()?;
    interpreter::build().enter(|vm| {
        let turns = interpreter::warm(vm).map_err(|exception| {
            let mut text = String::new();
            // Formatting into a string cannot fail in a way worth telling.
            let _ = vm.write_exception(&mut text, &exception);
            io::Error::other(text)
        })?;
        let mut template = Template {
            vm,
            turns,
            filters,
            workers: HashSet::new(),
        };
        send(b"R")?;
        while let Some(request) = receive()? {
            template.serve(request)?;
        }
        template.end();
        Ok(())
    })
}

enum Request {
    Fork(OwnedFd),
    Kill(libc::pid_t),
}

struct Template<'vm> {
    vm: &'vm VirtualMachine,
    turns: PyObjectRef,
    filters: Filters,
    workers: HashSet<libc::pid_t>,
}

impl Template<'_> {
    fn serve(&mut self, request: Request) -> io::Result<()> {
        match request {
            Request::Fork(wire) => {
                let pid = self.fork(wire);
                send(&message(b'P', &[pid]))
            }
            Request::Kill(pid) => {
                let status = self.kill(pid);
                send(&message(b'D', &[pid, status]))
            }
        }
    }

    /// The new worker's pid, or a negative `errno`.
    fn fork(&mut self, wire: OwnedFd) -> libc::pid_t {
        // SAFETY: the only other thread of this process waits in `join` and
        // holds no lock; the child goes on in this thread alone.
        let (template, pid) = unsafe { (libc::getpid(), libc::fork()) };
        match pid {
            0 => {
                let code = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    self.worker(wire, template)
                }));
                // SAFETY: ends the child without running the template's exit handlers.
                unsafe { libc::_exit(code.unwrap_or(EXIT_PANIC)) }
            }
            failed if failed < 0 => -io::Error::last_os_error()
                .raw_os_error()
                .unwrap_or(libc::EAGAIN),
            pid => {
                self.workers.insert(pid);
                pid
            }
        }
    }

    /// The child's whole life; answers its exit code.
    fn worker(&self, wire: OwnedFd, template: libc::pid_t) -> i32 {
        let Ok(base_bytes) = confine::address_space_bytes() else {
            return EXIT_CONFINEMENT;
        };
        let Ok(wire) = confine::enter(&self.filters, wire, template) else {
            return EXIT_CONFINEMENT;
        };
        memory::bind_to_worker();
        match Worker::new(self.vm, self.turns.clone(), base_bytes) {
            Ok(mut worker) => worker.serve(wire),
            Err(_) => EXIT_CONFINEMENT,
        }
    }

    /// Kills and reaps one of our own workers; its raw wait status, or −1.
    fn kill(&mut self, pid: libc::pid_t) -> i32 {
        if !self.workers.remove(&pid) {
            return -1;
        }
        let mut status = -1;
        // SAFETY: `pid` is a child that was not waited for, so the number is still its own.
        unsafe {
            libc::kill(pid, libc::SIGKILL);
            while libc::waitpid(pid, &raw mut status, 0) < 0 {
                if io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
                    return -1;
                }
            }
        }
        status
    }

    fn end(&mut self) {
        let pids: Vec<_> = self.workers.iter().copied().collect();
        for pid in pids {
            self.kill(pid);
        }
    }
}

fn message(letter: u8, numbers: &[i32]) -> Vec<u8> {
    let mut bytes = vec![letter];
    for number in numbers {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes
}

fn send(bytes: &[u8]) -> io::Result<()> {
    // SAFETY: the buffer outlives the call.
    let sent = unsafe {
        libc::send(
            CONTROL_FD,
            bytes.as_ptr().cast(),
            bytes.len(),
            libc::MSG_NOSIGNAL,
        )
    };
    if sent < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// Room for one descriptor as a control message.
#[repr(align(8))]
struct ControlBuffer([u8; 64]);

/// The next request; `None` at the end of the socket.
fn receive() -> io::Result<Option<Request>> {
    let mut bytes = [0_u8; 16];
    let mut control = ControlBuffer([0; 64]);
    let mut part = libc::iovec {
        iov_base: bytes.as_mut_ptr().cast(),
        iov_len: bytes.len(),
    };
    // SAFETY: a zeroed header is valid; its pointers name locals that outlive the call.
    let (length, descriptor) = unsafe {
        let mut header: libc::msghdr = std::mem::zeroed();
        header.msg_iov = &raw mut part;
        header.msg_iovlen = 1;
        header.msg_control = control.0.as_mut_ptr().cast();
        header.msg_controllen = control.0.len();
        let length = loop {
            let length = libc::recvmsg(CONTROL_FD, &raw mut header, libc::MSG_CMSG_CLOEXEC);
            if length >= 0 {
                break length;
            }
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        };
        (length, received_descriptor(&header))
    };
    let received = usize::try_from(length)
        .ok()
        .and_then(|length| bytes.get(..length))
        .unwrap_or_default();
    match (received.split_first(), descriptor) {
        (None, _) => Ok(None),
        (Some((b'F', _)), Some(wire)) => Ok(Some(Request::Fork(wire))),
        (Some((b'K', rest)), None) => match rest.try_into() {
            Ok(number) => Ok(Some(Request::Kill(i32::from_le_bytes(number)))),
            Err(_) => Err(io::Error::other("a kill without a pid")),
        },
        _ => Err(io::Error::other("an unknown control message")),
    }
}

/// The first descriptor that came with a message.
///
/// # Safety
/// `header` was filled in by a successful `recvmsg`.
unsafe fn received_descriptor(header: &libc::msghdr) -> Option<OwnedFd> {
    // SAFETY: the control macros walk the buffer that the kernel filled.
    unsafe {
        let first = libc::CMSG_FIRSTHDR(header);
        if first.is_null()
            || (*first).cmsg_level != libc::SOL_SOCKET
            || (*first).cmsg_type != libc::SCM_RIGHTS
        {
            return None;
        }
        let descriptor = libc::CMSG_DATA(first).cast::<RawFd>().read_unaligned();
        Some(OwnedFd::from_raw_fd(descriptor))
    }
}
