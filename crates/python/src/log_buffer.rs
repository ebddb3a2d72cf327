//! Log lines that wait for the next frame, kept as bytes that are ready to be
//! sent, so that a signal handler, or a process that has no memory left, can
//! still send them: what a script said before it was killed is what its author
//! needs most.
//!
//! Not here: which lines are kept (see `session`), when the handler runs (see
//! `confine`).

use std::cell::UnsafeCell;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};

use durward_engine::wire::LogLine;

/// Room for waiting lines, bytes.
const ROOM: usize = 64 * 1024;

/// Lines go out at the latest when they have come to this size, bytes.
const ENOUGH: usize = 16 * 1024;

/// What stands before and after the lines of a frame.
const HEAD: &[u8] = b"\0\0\0\0{\"log\":[";
const TAIL: &[u8] = b"]}";

/// The one buffer of this process, which has one thread.
static BUFFER: Buffer = Buffer {
    bytes: UnsafeCell::new([0; ROOM]),
    used: AtomicUsize::new(0),
    busy: AtomicBool::new(false),
    wire: AtomicI32::new(-1),
};

struct Buffer {
    /// A frame in the making; its first four bytes are its length, set last.
    bytes: UnsafeCell<[u8; ROOM]>,
    /// Bytes of the frame that are there; none while no line waits.
    used: AtomicUsize,
    /// The buffer is being changed, or the wire written to: not now.
    busy: AtomicBool,
    /// The descriptor that frames go to.
    wire: AtomicI32,
}

// SAFETY: a worker has one thread. Its signal handler touches `bytes` only while
// `busy` is not set, and everything else only while it is.
unsafe impl Sync for Buffer {}

/// From here on lines go to `wire`, and [`flush`] works.
pub(crate) fn bind(wire: i32) {
    BUFFER.used.store(0, Ordering::SeqCst);
    BUFFER.wire.store(wire, Ordering::SeqCst);
}

/// Keeps a line for the next frame.
///
/// # Errors
/// The wire broke.
pub(crate) fn push(line: &LogLine) -> io::Result<()> {
    let text = serde_json::to_vec(line)?;
    if HEAD.len() + 1 + text.len() + TAIL.len() > ROOM {
        return Err(io::Error::other("a log line that is longer than any limit"));
    }
    if BUFFER.used.load(Ordering::SeqCst) + 1 + text.len() + TAIL.len() > ROOM {
        flush()?;
    }
    alone(|bytes, used| {
        let separator: &[u8] = if used == 0 { HEAD } else { b"," };
        let at = append(bytes, used, separator);
        append(bytes, at, &text)
    });
    if BUFFER.used.load(Ordering::SeqCst) >= ENOUGH {
        flush()?;
    }
    Ok(())
}

/// Sends `frame`, and before it what waits, in one write if that is possible.
///
/// # Errors
/// The wire broke.
pub(crate) fn send(frame: &[u8]) -> io::Result<()> {
    let mut sent = Ok(());
    alone(|bytes, used| {
        let waiting = finish(bytes, used);
        sent = if waiting.is_empty() {
            write(frame)
        } else {
            write(&[waiting, frame].concat())
        };
        0
    });
    sent
}

/// Sends what waits, unless it is being changed this moment. Takes no memory, so
/// that a signal handler may call it.
///
/// # Errors
/// The wire broke.
pub(crate) fn flush() -> io::Result<()> {
    if BUFFER.busy.load(Ordering::SeqCst) || BUFFER.used.load(Ordering::SeqCst) == 0 {
        return Ok(());
    }
    let mut sent = Ok(());
    alone(|bytes, used| {
        sent = write(finish(bytes, used));
        0
    });
    sent
}

/// Changes the buffer while the handler keeps its hands off; `change` answers how
/// much of it is used then.
fn alone(change: impl FnOnce(&mut [u8; ROOM], usize) -> usize) {
    BUFFER.busy.store(true, Ordering::SeqCst);
    // SAFETY: one thread, and the handler does nothing while `busy` is set.
    let bytes = unsafe { &mut *BUFFER.bytes.get() };
    let used = change(bytes, BUFFER.used.load(Ordering::SeqCst));
    BUFFER.used.store(used, Ordering::SeqCst);
    BUFFER.busy.store(false, Ordering::SeqCst);
}

/// Puts `text` at `at`; what follows it. Callers have made sure that there is room.
fn append(bytes: &mut [u8; ROOM], at: usize, text: &[u8]) -> usize {
    match bytes.get_mut(at..at + text.len()) {
        Some(room) => {
            room.copy_from_slice(text);
            at + text.len()
        }
        None => at,
    }
}

/// The waiting lines as a whole frame; empty when there are none.
fn finish(bytes: &mut [u8; ROOM], used: usize) -> &[u8] {
    if used == 0 {
        return &[];
    }
    let end = append(bytes, used, TAIL);
    let length = u32::try_from(end.saturating_sub(4)).unwrap_or(u32::MAX);
    append(bytes, 0, &length.to_be_bytes());
    bytes.get(..end).unwrap_or_default()
}

fn write(mut bytes: &[u8]) -> io::Result<()> {
    let wire = BUFFER.wire.load(Ordering::SeqCst);
    while !bytes.is_empty() {
        // SAFETY: the buffer outlives the call.
        let written = unsafe { libc::write(wire, bytes.as_ptr().cast(), bytes.len()) };
        if let Ok(written) = usize::try_from(written) {
            bytes = bytes.get(written..).unwrap_or_default();
            continue;
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    Ok(())
}
