//! One worker's end of the wire and what the running turn has used of its
//! limits: log lines kept and dropped, host calls made.
//!
//! Not here: interpreting frames (see `worker`), Python values (see `value`).

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufReader};
use std::os::fd::AsRawFd;

use durward_engine::wire::{
    self, Answer, Done, Failure, FromHost, HostCall, Limits, LogLine, ToHost,
};
use serde_json::Value;

use crate::log_buffer;

thread_local! {
    /// The session that native functions called by scripts belong to.
    static CURRENT: RefCell<Option<Session>> = const { RefCell::new(None) };
}

/// What became of a host call.
#[derive(Debug)]
pub enum HostAnswer {
    /// The server's result.
    Value(Value),
    /// The server's or our own refusal.
    Refused(String),
    /// The turn has used up its host calls.
    TooMany(usize),
}

/// The wire and the running turn.
#[derive(Debug)]
pub struct Session {
    reader: BufReader<File>,
    limits: Limits,
    kept: usize,
    dropped: u64,
    host_calls: usize,
    partial: [String; 2],
}

/// Standard output or standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// `print` and `sys.stdout`: level `info`.
    Output,
    /// `sys.stderr`: level `error`.
    Error,
}

impl Stream {
    const BOTH: [Self; 2] = [Self::Output, Self::Error];

    fn level(self) -> &'static str {
        match self {
            Self::Output => "info",
            Self::Error => "error",
        }
    }
}

/// Limits before the first program has named its own.
const FIRST_LIMITS: Limits = Limits {
    wall_ms: 0,
    cpu_ms: 0,
    memory_bytes: 0,
    result_bytes: 0,
    log_lines: 0,
    log_line_bytes: 0,
    host_calls: 0,
    recursion: 1000,
};

impl Session {
    /// A session over a connected stream socket.
    pub fn new(wire: File) -> Self {
        log_buffer::bind(wire.as_raw_fd());
        Self {
            reader: BufReader::with_capacity(64 * 1024, wire),
            limits: FIRST_LIMITS,
            kept: 0,
            dropped: 0,
            host_calls: 0,
            partial: [String::new(), String::new()],
        }
    }

    /// The next frame from the server; `None` when it closed the wire.
    ///
    /// # Errors
    /// I/O, or bytes that are not of the protocol.
    pub fn next(&mut self) -> io::Result<Option<ToHost>> {
        wire::read_frame(&mut self.reader)
    }

    /// Starts a turn under `limits`.
    pub fn begin(&mut self, limits: Limits) {
        self.limits = limits;
        self.kept = 0;
        self.dropped = 0;
        self.host_calls = 0;
    }

    /// Ends the turn well.
    ///
    /// # Errors
    /// I/O.
    pub fn done(
        &mut self,
        result: Value,
        changes: serde_json::Map<String, Value>,
    ) -> io::Result<()> {
        self.end_partial_lines();
        let dropped_log_lines = self.dropped;
        send(&FromHost::Done(Done {
            result,
            changes,
            dropped_log_lines,
        }))
    }

    /// Ends the turn badly.
    ///
    /// # Errors
    /// I/O.
    pub fn failed(&mut self, failure: Failure) -> io::Result<()> {
        self.end_partial_lines();
        if self.dropped > 0 {
            let text = format!("{} more log lines were dropped", self.dropped);
            log_buffer::push(&LogLine {
                level: "warn".to_owned(),
                text,
            })?;
        }
        send(&FromHost::Failed(failure))
    }

    /// Keeps one line, cut to its limit, or counts it as dropped.
    fn log_line(&mut self, level: &str, text: &str) -> io::Result<()> {
        if self.kept >= self.limits.log_lines {
            self.dropped = self.dropped.saturating_add(1);
            return Ok(());
        }
        self.kept += 1;
        let text = cut(text, self.limits.log_line_bytes);
        log_buffer::push(&LogLine {
            level: level.to_owned(),
            text: text.to_owned(),
        })
    }

    /// Text written to a stream: whole lines are kept at once, the rest when
    /// its newline comes or the turn ends.
    fn write_text(&mut self, stream: Stream, text: &str) -> io::Result<()> {
        let slot = stream as usize;
        let mut rest = text;
        while let Some((line, after)) = rest.split_once('\n') {
            let mut whole = self
                .partial
                .get_mut(slot)
                .map(std::mem::take)
                .unwrap_or_default();
            whole.push_str(line);
            self.log_line(stream.level(), whole.trim_end_matches('\r'))?;
            rest = after;
        }
        let room = self.limits.log_line_bytes;
        if let Some(partial) = self.partial.get_mut(slot) {
            // A line is never longer than its limit, so neither is what waits for its end.
            partial.push_str(cut(rest, room.saturating_sub(partial.len())));
        }
        Ok(())
    }

    fn end_partial_lines(&mut self) {
        for stream in Stream::BOTH {
            let text = self
                .partial
                .get_mut(stream as usize)
                .map(std::mem::take)
                .unwrap_or_default();
            if !text.is_empty() {
                // Buffered or dropped: a failing wire shows at the frame that follows.
                let _ = self.log_line(stream.level(), &text);
            }
        }
    }

    fn ask(&mut self, service: String, arguments: Value) -> io::Result<HostAnswer> {
        if self.host_calls >= self.limits.host_calls {
            return Ok(HostAnswer::TooMany(self.limits.host_calls));
        }
        self.host_calls += 1;
        send(&FromHost::Host(HostCall { service, arguments }))?;
        match self.next()? {
            Some(ToHost::Answer(Answer::Value(value))) => Ok(HostAnswer::Value(value)),
            Some(ToHost::Answer(Answer::Refused(text))) => Ok(HostAnswer::Refused(text)),
            Some(_) => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "expected an answer",
            )),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// Sends `frame`, after the log lines that wait.
fn send(frame: &FromHost) -> io::Result<()> {
    log_buffer::send(&wire::encode(frame)?)
}

/// `text` cut to at most `bytes`, at a character boundary.
fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// Makes `session` the one that native functions of this thread use.
pub fn install(session: Session) {
    CURRENT.with(|current| *current.borrow_mut() = Some(session));
}

/// Runs `act` on this thread's session.
///
/// # Errors
/// There is no session (the template runs no script), or `act` fails.
pub fn with<R>(act: impl FnOnce(&mut Session) -> io::Result<R>) -> io::Result<R> {
    CURRENT.with(|current| match current.borrow_mut().as_mut() {
        Some(session) => act(session),
        None => Err(io::Error::other("no turn is running")),
    })
}

/// `print`, `sys.stdout.write`, `sys.stderr.write`.
pub fn write_text(stream: Stream, text: &str) {
    exit_if_broken(with(|session| session.write_text(stream, text)));
}

/// A logger's message: a line for each line of `text`.
pub fn log(level: &str, text: &str) {
    exit_if_broken(with(|session| {
        text.lines()
            .try_for_each(|line| session.log_line(level, line))
    }));
}

/// Asks the server for a service and waits for its answer.
///
/// # Errors
/// Only when there is no session.
pub fn ask(service: String, arguments: Value) -> io::Result<HostAnswer> {
    let answer = with(|session| session.ask(service, arguments));
    if CURRENT.with(|current| current.borrow().is_some()) {
        return Ok(exit_if_broken(answer)
            .unwrap_or_else(|| HostAnswer::Refused("the wire broke".to_owned())));
    }
    answer
}

/// Deepest recursion that the running script may ask for, frames.
pub fn recursion_limit() -> usize {
    with(|session| Ok(session.limits.recursion)).unwrap_or(FIRST_LIMITS.recursion)
}

/// A wire that broke in the middle of a turn leaves nobody to answer to.
fn exit_if_broken<R>(result: io::Result<R>) -> Option<R> {
    match result {
        Ok(value) => Some(value),
        Err(_) if crate::memory::is_worker() => std::process::exit(crate::worker::EXIT_WIRE),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::cut;

    #[test]
    fn a_line_is_cut_between_characters() {
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("aé", 3), "aé");
        assert_eq!(cut("abc", 10), "abc");
    }
}
