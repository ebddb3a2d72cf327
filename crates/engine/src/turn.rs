//! One turn of a worker: what it has said so far, and what it may still say.
//!
//! Kept outside the exchange of frames, so that log and host calls are there
//! however the turn ends. Not here: sockets (`worker.rs`), bounds of a single
//! frame (`inbox.rs`).

use durward_script::{EngineError, Services, engine::HostCallRecord, services::known_name};
use tracing::Instrument as _;

use crate::wire::{self, Answer, Done, Failure, HostCall, Limits, LogLine, ToHost};

/// Largest frame of a host call, bytes: its arguments are kept for the record.
const MAX_HOST_CALL_BYTES: usize = 1024 * 1024;
/// What a `done` frame may have around its result, bytes.
const DONE_FRAME_BYTES: usize = 4096;
/// Bounds of what a failure may say, bytes and problems.
const MAX_MESSAGE_BYTES: usize = 8 * 1024;
const MAX_TRACE_BYTES: usize = 64 * 1024;
const MAX_PROBLEMS: usize = 100;
/// Of what was printed before a script did not begin, the last so many lines, in so many bytes.
const LAST_LINES: usize = 20;
const MAX_LAST_LINES_BYTES: usize = 16 * 1024;
/// The longest level has five letters (`debug`, `error`, `trace`); hosts may name their own.
const MAX_LEVEL_BYTES: usize = 16;

/// Why a turn ended without a result.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The worker said so; it can go on.
    Failed(Failure),
    /// The wire is closed: how the process ended says why.
    Gone,
    /// A limit was passed or the wire broken: the worker must go.
    Bad(EngineError),
}

impl Stop {
    pub(crate) fn exhausted(what: &str) -> Self {
        Self::Bad(EngineError::Exhausted(what.to_owned()))
    }

    pub(crate) fn broke(how: impl Into<String>) -> Self {
        Self::Bad(EngineError::Broke(how.into()))
    }
}

/// Who answers host calls, and for which script.
#[derive(Clone, Copy)]
pub(crate) struct Asks<'a> {
    /// Answers.
    pub(crate) services: &'a dyn Services,
    /// The script's `inum`.
    pub(crate) inum: &'a str,
}

/// The state of one turn.
pub(crate) struct Turn<'a> {
    limits: Limits,
    asks: Asks<'a>,
    bounds_result: bool,
    lines_seen: usize,
    /// Lines kept, in order.
    pub(crate) log: Vec<LogLine>,
    /// Host calls made, in order.
    pub(crate) host_calls: Vec<HostCallRecord>,
    /// The worker is gone, or has to go, for what happened in this turn.
    pub(crate) killed: bool,
}

impl<'a> Turn<'a> {
    /// A turn that ends in a report of the host (`load`, `check`, `destroy`).
    pub(crate) fn report(limits: Limits, asks: Asks<'a>) -> Self {
        let (log, host_calls) = (Vec::new(), Vec::new());
        Self {
            limits,
            asks,
            bounds_result: false,
            lines_seen: 0,
            log,
            host_calls,
            killed: false,
        }
    }

    /// A turn that ends in a script's own result.
    pub(crate) fn call(limits: Limits, asks: Asks<'a>) -> Self {
        Self {
            bounds_result: true,
            ..Self::report(limits, asks)
        }
    }

    /// Wall clock of the whole turn, milliseconds.
    pub(crate) fn wall_ms(&self) -> u64 {
        self.limits.wall_ms
    }

    /// Keeps lines up to their limits.
    pub(crate) fn keep(&mut self, lines: Vec<LogLine>) -> Result<(), Stop> {
        // One more than the limit: the host's own word on how many it dropped.
        let most = self.limits.log_lines.saturating_add(1);
        // An empty frame counts too, or they could go on for ever.
        self.lines_seen = self.lines_seen.saturating_add(lines.len().max(1));
        let room = most.saturating_sub(self.log.len());
        self.log
            .extend(lines.into_iter().take(room).map(|mut line| {
                cut(&mut line.level, MAX_LEVEL_BYTES);
                cut(&mut line.text, self.limits.log_line_bytes);
                line
            }));
        if self.lines_seen > most {
            Err(Stop::exhausted("log"))
        } else {
            Ok(())
        }
    }

    /// The script's failure with the last lines that it printed: a script that does not begin
    /// says why by printing, and nobody keeps the log of what never was.
    pub(crate) fn with_last_lines(&self, error: EngineError) -> EngineError {
        let EngineError::Script(mut failure) = error else {
            return error;
        };
        let begin = self.log.len().saturating_sub(LAST_LINES);
        let last = self.log.get(begin..).unwrap_or_default();
        if !last.is_empty() {
            let mut printed = String::from("printed before:");
            for line in last {
                printed.push_str("\n  ");
                printed.push_str(&line.text);
            }
            cut(&mut printed, MAX_LAST_LINES_BYTES);
            cut(
                &mut failure.trace,
                MAX_TRACE_BYTES - MAX_LAST_LINES_BYTES - 1,
            );
            let end = failure.trace.trim_end().len();
            failure.trace.truncate(end);
            if !failure.trace.is_empty() {
                failure.trace.push('\n');
            }
            failure.trace.push_str(&printed);
        }
        EngineError::Script(failure)
    }

    /// Lets the server answer a host call whose frame had `frame_bytes`; returns
    /// the encoded answer.
    pub(crate) async fn ask(
        &mut self,
        call: HostCall,
        frame_bytes: usize,
    ) -> Result<Vec<u8>, Stop> {
        if self.host_calls.len() >= self.limits.host_calls {
            return Err(Stop::exhausted("host calls"));
        }
        if frame_bytes > MAX_HOST_CALL_BYTES {
            return Err(Stop::exhausted("host call size"));
        }
        let HostCall { service, arguments } = call;
        // Recorded first: a call that outlasts the turn was made all the same.
        self.host_calls.push(HostCallRecord {
            service,
            arguments,
            answer: None,
        });
        let Some(record) = self.host_calls.last_mut() else {
            return Err(Stop::broke("a host call was lost"));
        };
        let span = tracing::info_span!(
            target: "trace",
            "host call",
            service = known_name(&record.service),
            answered = tracing::field::Empty,
            otel.kind = "client",
        );
        let answer = self
            .asks
            .services
            .answer(self.asks.inum, &record.service, &record.arguments)
            .instrument(span.clone())
            .await;
        span.record("answered", answer.is_ok());
        let answer = match answer {
            Ok(value) => Answer::Value(value),
            Err(sentence) => Answer::Refused(sentence),
        };
        if let Ok(bytes) = encode(answer, record) {
            return Ok(bytes);
        }
        let refusal = Answer::Refused("the answer is too large".to_owned());
        encode(refusal, record).map_err(|_| Stop::exhausted("host call size"))
    }

    /// Accepts a result whose frame had `frame_bytes`.
    pub(crate) fn end(&mut self, done: Done, frame_bytes: usize) -> Result<Done, Stop> {
        let most = self.limits.result_bytes.saturating_add(DONE_FRAME_BYTES);
        if self.bounds_result && frame_bytes > most {
            return Err(Stop::exhausted("result size"));
        }
        if done.dropped_log_lines > 0 {
            let text = format!("{} more log lines were dropped", done.dropped_log_lines);
            self.log.push(LogLine {
                level: "warn".to_owned(),
                text,
            });
        }
        Ok(done)
    }
}

/// The frame of an answer, which is noted where it can be sent.
fn encode(answer: Answer, record: &mut HostCallRecord) -> std::io::Result<Vec<u8>> {
    let frame = ToHost::Answer(answer);
    let bytes = wire::encode(&frame)?;
    if let ToHost::Answer(answer) = frame {
        record.answer = Some(answer);
    }
    Ok(bytes)
}

/// What a failure says, cut to what is worth keeping.
pub(crate) fn bounded(mut failure: Failure) -> Failure {
    cut(&mut failure.message, MAX_MESSAGE_BYTES);
    cut(&mut failure.trace, MAX_TRACE_BYTES);
    failure.problems.truncate(MAX_PROBLEMS);
    for problem in &mut failure.problems {
        cut(&mut problem.message, MAX_MESSAGE_BYTES);
    }
    failure
}

/// Cuts `text` to at most `bytes`, between characters.
fn cut(text: &mut String, bytes: usize) {
    if text.len() > bytes {
        text.truncate(text.floor_char_boundary(bytes));
        text.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use durward_script::services::NoServices;

    use super::*;
    use crate::wire::{FailureKind, Problem};

    const LIMITS: Limits = Limits {
        wall_ms: 1,
        cpu_ms: 1,
        memory_bytes: 1,
        result_bytes: 10,
        log_lines: 2,
        log_line_bytes: 3,
        host_calls: 1,
        recursion: 1,
    };

    const NOBODY: Asks<'static> = Asks {
        services: &NoServices,
        inum: "",
    };

    fn lines(count: usize) -> Vec<LogLine> {
        vec![
            LogLine {
                level: "info".into(),
                text: "aéé".into()
            };
            count
        ]
    }

    #[test]
    fn lines_are_cut_and_counted() {
        let mut turn = Turn::call(LIMITS, NOBODY);
        turn.keep(lines(3)).unwrap();
        assert_eq!(turn.log[0].text, "aé");
        assert!(matches!(
            turn.keep(lines(1)),
            Err(Stop::Bad(EngineError::Exhausted(_)))
        ));
        assert_eq!(turn.log.len(), 3, "what came before the end is kept");
    }

    #[test]
    fn empty_log_frames_are_not_for_ever() {
        let mut turn = Turn::call(LIMITS, NOBODY);
        assert!((0..3).all(|_| turn.keep(Vec::new()).is_ok()));
        assert!(turn.keep(Vec::new()).is_err());
    }

    #[test]
    fn a_result_is_bounded_and_a_report_is_not() {
        let done = Done {
            dropped_log_lines: 7,
            ..Done::default()
        };
        assert!(Turn::call(LIMITS, NOBODY).end(done.clone(), 5000).is_err());
        let mut turn = Turn::report(LIMITS, NOBODY);
        turn.end(done, 5000).unwrap();
        assert_eq!(turn.log[0].text, "7 more log lines were dropped");
    }

    #[test]
    fn of_what_was_printed_before_a_failure_the_end_is_told() {
        let failure = |trace: &str| Failure {
            kind: FailureKind::Refused,
            message: "m".into(),
            line: None,
            column: None,
            trace: trace.into(),
            problems: Vec::new(),
        };
        let told = |turn: &Turn<'_>, trace: &str| {
            let error = EngineError::Script(failure(trace));
            let EngineError::Script(failure) = turn.with_last_lines(error) else {
                panic!("it stays the script's failure")
            };
            failure.trace
        };
        let limits = Limits {
            log_lines: 100,
            log_line_bytes: 4096,
            ..LIMITS
        };
        let mut turn = Turn::report(limits, NOBODY);
        assert_eq!(told(&turn, "line 3"), "line 3");
        let numbered = |n: usize| LogLine {
            level: "info".into(),
            text: format!("{n}"),
        };
        turn.keep((1..=30).map(numbered).collect()).unwrap();
        let trace = told(&turn, "line 3\n");
        assert!(
            trace.starts_with("line 3\nprinted before:\n  11\n"),
            "{trace}"
        );
        assert!(trace.ends_with("\n  30"), "{trace}");
        assert!(told(&turn, "").starts_with("printed before:"));
        let long = LogLine {
            level: "info".into(),
            text: "é".repeat(2048),
        };
        turn.keep(vec![long; 20]).unwrap();
        let trace = told(&turn, &"t".repeat(MAX_TRACE_BYTES));
        assert!(trace.len() <= MAX_TRACE_BYTES, "{}", trace.len());
        assert!(trace.contains("printed before:\n  é"));
        let late = EngineError::TimedOut { limit_ms: 1 };
        assert_eq!(turn.with_last_lines(late.clone()), late);
    }

    #[test]
    fn a_failure_is_cut() {
        let problem = Problem {
            line: 1,
            column: 1,
            message: "p".repeat(10_000),
            unresolved: false,
        };
        let failure = bounded(Failure {
            kind: FailureKind::Refused,
            message: "m".repeat(10_000),
            line: None,
            column: None,
            trace: "é".repeat(100_000),
            problems: vec![problem; 200],
        });
        assert_eq!(failure.message.len(), MAX_MESSAGE_BYTES);
        assert_eq!(failure.trace.len(), MAX_TRACE_BYTES);
        assert_eq!(failure.problems.len(), MAX_PROBLEMS);
        assert_eq!(failure.problems[99].message.len(), MAX_MESSAGE_BYTES);
    }
}
