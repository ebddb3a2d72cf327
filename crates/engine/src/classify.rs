//! From the way a worker process ended to what the caller is told.
//!
//! Not here: ends that the server decided itself (time limits, broken wire).

use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

use durward_script::EngineError;
use rustix::process::Signal;

/// Exit code of a worker whose memory is used up.
pub const EXIT_MEMORY: i32 = 97;
/// Exit code of a worker whose result is over its limit.
pub const EXIT_RESULT_SIZE: i32 = 98;

/// Says why a worker ended by itself, from its raw wait status; `None` when
/// nobody could tell.
pub(crate) fn classify(status: Option<i32>) -> EngineError {
    let Some(status) = status.map(ExitStatus::from_raw) else {
        return EngineError::Crashed("the script host died".to_owned());
    };
    if let Some(signal) = status.signal() {
        return by_signal(signal);
    }
    match status.code() {
        Some(EXIT_MEMORY) => EngineError::Exhausted("memory".to_owned()),
        Some(EXIT_RESULT_SIZE) => EngineError::Exhausted("result size".to_owned()),
        Some(code) => EngineError::Crashed(format!("exit code {code}")),
        None => EngineError::Crashed("unknown end".to_owned()),
    }
}

fn by_signal(signal: i32) -> EngineError {
    let name = match signal {
        _ if signal == Signal::PROF.as_raw() || signal == Signal::XCPU.as_raw() => {
            return EngineError::Exhausted("processor time".to_owned());
        }
        _ if signal == Signal::SYS.as_raw() => "a forbidden system call",
        // Ours when it closed its wire and lived on; the kernel's when memory is short.
        _ if signal == Signal::KILL.as_raw() => "killed, or closed its wire",
        _ if signal == Signal::SEGV.as_raw() => "invalid memory access or stack overflow",
        _ if signal == Signal::ABORT.as_raw() => "abort",
        _ => return EngineError::Crashed(format!("signal {signal}")),
    };
    EngineError::Crashed(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_and_signals_have_names() {
        let exhausted = |what: &str| EngineError::Exhausted(what.to_owned());
        let crashed = |what: &str| EngineError::Crashed(what.to_owned());
        let exit = |code: i32| code << 8;
        assert_eq!(classify(Some(exit(97))), exhausted("memory"));
        assert_eq!(classify(Some(exit(98))), exhausted("result size"));
        assert_eq!(classify(Some(exit(1))), crashed("exit code 1"));
        assert_eq!(
            classify(Some(Signal::PROF.as_raw())),
            exhausted("processor time")
        );
        assert_eq!(
            classify(Some(Signal::SYS.as_raw())),
            crashed("a forbidden system call")
        );
        // The core-dump bit changes nothing.
        assert_eq!(
            classify(Some(Signal::SYS.as_raw() | 0x80)),
            crashed("a forbidden system call")
        );
        assert_eq!(classify(Some(Signal::BUS.as_raw())), crashed("signal 7"));
        assert_eq!(classify(None), crashed("the script host died"));
    }
}
