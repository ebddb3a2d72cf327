//! When a JVM is worn out: what it says of itself, and what that means.
//!
//! Not here: replacing it.

use std::{io, path::Path, time::Duration};

use serde::Deserialize;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
    time::timeout,
};

use crate::wire;

/// How long a JVM may take to say how it is. Longer, and it is stuck.
const ANSWER: Duration = Duration::from_secs(3);
/// Longest answer, bytes.
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// So many abandoned threads at once are too many.
const MAX_ABANDONED: u32 = 4;
/// Fewer of them may try to end for so long.
pub(super) const LINGER: Duration = Duration::from_secs(3);
/// Share of the heap that may stay in use after a collection, percent.
const MAX_HEAP_PERCENT: u64 = 75;

/// What a JVM says on its control connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    /// Threads of calls that the server gave up, still running.
    pub(super) abandoned_threads: u32,
    /// Bytes of the heap in use.
    pub(super) heap_used: u64,
    /// Bytes that the heap may have.
    pub(super) heap_max: u64,
}

/// The frame that it comes in.
#[derive(Deserialize)]
struct Answer {
    status: Status,
}

impl Status {
    /// Asks the JVM behind `socket`, after a collection if `collect`.
    ///
    /// # Errors
    /// No answer, or not one.
    pub(super) async fn ask(socket: &Path, collect: bool) -> io::Result<Self> {
        timeout(ANSWER, Self::exchange(socket, collect))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    async fn exchange(socket: &Path, collect: bool) -> io::Result<Self> {
        let mut stream = UnixStream::connect(socket).await?;
        let question = wire::encode(&json!({ "status": { "collect": collect } }))?;
        stream.write_all(&question).await?;
        let mut prefix = [0; 4];
        stream.read_exact(&mut prefix).await?;
        let length = wire::frame_length(prefix)?;
        if length > MAX_ANSWER_BYTES {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut answer = vec![0; length];
        stream.read_exact(&mut answer).await?;
        let Answer { status } = serde_json::from_slice(&answer)?;
        Ok(status)
    }

    /// Whether its heap is so full that a collection should show what is garbage.
    pub(super) fn heap_is_full(&self) -> bool {
        let used = u128::from(self.heap_used) * 100;
        used > u128::from(self.heap_max) * u128::from(MAX_HEAP_PERCENT)
    }

    /// Why this JVM has to be replaced, if it has to, when some of its abandoned threads
    /// have run on for `lingering`.
    pub(super) fn complaint(&self, lingering: Duration) -> Option<&'static str> {
        if self.abandoned_threads >= MAX_ABANDONED {
            Some("scripts that were given up still run in many threads")
        } else if self.abandoned_threads > 0 && lingering >= LINGER {
            Some("a script that was given up does not end")
        } else if self.heap_is_full() {
            Some("scripts keep most of its heap")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wears_a_jvm_out() {
        let status = |abandoned_threads, heap_used| Status {
            abandoned_threads,
            heap_used,
            heap_max: 256,
        };
        let now = Duration::ZERO;
        for (state, lingering, worn) in [
            (status(0, 0), now, false),
            (status(0, 192), now, false),
            (status(0, 193), now, true),
            (status(1, 0), now, false),
            (status(3, 0), LINGER / 2, false),
            (status(1, 0), LINGER, true),
            (status(4, 0), now, true),
            (status(0, 0), LINGER, false),
        ] {
            assert_eq!(
                state.complaint(lingering).is_some(),
                worn,
                "{state:?} for {lingering:?}"
            );
        }
    }
}
