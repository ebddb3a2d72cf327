//! (a) A hook call through a worker, against a bare round trip of the same
//! bytes over a Unix socket to a process that knows the answer beforehand.
//!
//! Both on one processor: elsewhere the scheduler decides for each pair of
//! processes anew whether waking the other takes one microsecond or fifty, and
//! that is more than what is measured.

use std::{
    env,
    io::{Read as _, Write as _},
    os::{
        fd::{AsFd as _, OwnedFd},
        unix::net::UnixStream as BlockingStream,
    },
    process::{Child, Command, Stdio},
    time::Instant,
};

use durward_engine::wire::{self, FromHost, ToHost};
use durward_script::program::Call;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
};

use super::{Bound, Figure};
use crate::{
    failure::Result,
    hooks::{self, Hook, Host},
    load::median,
    setting::{Setting, on_threads},
};

/// Hidden command of the process that answers.
pub const ECHO_COMMAND: &str = "echo";

/// Pairs of measurements.
const ROUNDS: usize = 11;

/// Calls of one measurement.
const CALLS: usize = 3_000;

/// Measures.
///
/// # Errors
/// When the host does not start, or a call fails.
pub fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let measured = against_bare(setting, Host::Native, CALLS)?;
    let figure = measured.figure("a_hook_call", 3.0).because(WHY);
    Ok(vec![figure])
}

/// Calls through an engine and what they cost against bare round trips.
pub struct Measured {
    ratio: f64,
    call_us: f64,
    bare_us: f64,
    bytes: (usize, usize),
}

impl Measured {
    /// The figure of that name, with a promise.
    pub fn figure(&self, name: &'static str, at_most: f64) -> Figure {
        let (request, answer) = self.bytes;
        let against = format!(
            "bare socket, {request} + {answer} bytes: {:.1} us",
            self.bare_us
        );
        Figure::promised(name, self.ratio, "x", Bound::AtMost(at_most))
            .of(format!("{:.1} us a call", self.call_us), Some(against))
    }
}

/// Measures calls of a host, which has been called `warm_up` times before.
///
/// # Errors
/// As [`measure`].
pub fn against_bare(setting: &Setting, host: Host, warm_up: usize) -> Result<Measured> {
    let durward = setting.durward.clone();
    // Threads and processes started from here on stay there, too.
    let before = sched_getaffinity(None)?;
    sched_setaffinity(None, &one_of(&before))?;
    let measured = on_threads(async move {
        let hook = Hook::load(&durward, host).await?;
        let call = hooks::call()?;
        let done = hook.call(call.clone()).await?;
        let request = wire::encode(&ToHost::Call(Box::new(call.clone())))?;
        let answer = wire::encode(&FromHost::Done(done))?;
        let mut bare = Bare::start(&request, &answer).await?;
        let (mut engines, mut bares, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        through_engine(&hook, &call, warm_up).await?;
        bare.round(CALLS).await?;
        for _ in 0..ROUNDS {
            let engine_us = through_engine(&hook, &call, CALLS).await?;
            let bare_us = bare.round(CALLS).await?;
            engines.push(engine_us);
            bares.push(bare_us);
            ratios.push(engine_us / bare_us);
        }
        bare.end()?;
        Ok(Measured {
            ratio: median(&ratios),
            call_us: median(&engines),
            bare_us: median(&bares),
            bytes: (request.len(), answer.len()),
        })
    });
    sched_setaffinity(None, &before)?;
    measured
}

/// The first processor of a set.
fn one_of(processors: &CpuSet) -> CpuSet {
    let mut one = CpuSet::new();
    if let Some(first) = (0..CpuSet::MAX_CPU).find(|&number| processors.is_set(number)) {
        one.set(first);
    }
    one
}

const WHY: &str = "beside the two switches between processes that a bare round trip also has, a call \
    encodes and decodes its JSON at both ends and runs the hook in the interpreter.";

/// Median microseconds of a call.
async fn through_engine(hook: &Hook, call: &Call, calls: usize) -> Result<f64> {
    let mut times = Vec::with_capacity(calls);
    for _ in 0..calls {
        let call = call.clone();
        let began = Instant::now();
        hook.call(call).await?;
        times.push(began.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(&times))
}

/// The process that answers at once.
struct Bare {
    process: Child,
    stream: UnixStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Bare {
    async fn start(request: &[u8], answer: &[u8]) -> Result<Self> {
        let (ours, theirs) = BlockingStream::pair()?;
        ours.set_nonblocking(true)?;
        let process = Command::new(env::current_exe()?)
            .arg(ECHO_COMMAND)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .spawn()?;
        let mut stream = UnixStream::from_std(ours)?;
        // The first frame is what it is to answer all others with.
        stream.write_all(answer).await?;
        Ok(Self {
            process,
            stream,
            request: request.to_vec(),
            answer: vec![0; answer.len()],
        })
    }

    /// Median microseconds of a round trip.
    async fn round(&mut self, calls: usize) -> Result<f64> {
        let mut times = Vec::with_capacity(calls);
        for _ in 0..calls {
            let began = Instant::now();
            self.stream.write_all(&self.request).await?;
            self.stream.read_exact(&mut self.answer).await?;
            times.push(began.elapsed().as_secs_f64() * 1e6);
        }
        Ok(median(&times))
    }

    fn end(self) -> Result<()> {
        let Self {
            mut process,
            stream,
            ..
        } = self;
        drop(stream);
        process.wait()?;
        Ok(())
    }
}

/// Answers every frame on standard input, a socket, with the first one.
///
/// # Errors
/// Those of the socket; its end is none.
pub fn echo() -> Result<()> {
    let mut socket = BlockingStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    let mut answer = Vec::new();
    let mut frame = vec![0; 1 << 20];
    loop {
        let mut prefix = [0; 4];
        if socket.read_exact(&mut prefix).is_err() {
            return Ok(());
        }
        let length = wire::frame_length(prefix)?;
        frame.resize(length, 0);
        socket.read_exact(&mut frame)?;
        if answer.is_empty() {
            answer = [prefix.as_slice(), frame.as_slice()].concat();
        } else {
            socket.write_all(&answer)?;
        }
    }
}
