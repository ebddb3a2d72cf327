//! How long to wait before a host process that keeps dying is started again.
//!
//! Not here: starting anything.

use std::time::Duration;

/// A process that lived this long did not die of starting.
const STABLE: Duration = Duration::from_secs(10);
/// First and longest pause between restarts.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// How often in a row a process could not be started or died young.
#[derive(Debug, Default)]
pub(crate) struct Restarts {
    failures: u32,
}

impl Restarts {
    /// The process is gone that lived so long.
    pub(crate) fn died(&mut self, lived: Duration) {
        if lived < STABLE {
            self.failed();
        } else {
            self.failures = 0;
        }
    }

    /// The process could not be started.
    pub(crate) fn failed(&mut self) {
        self.failures = self.failures.saturating_add(1);
    }

    /// How long to wait before the next start. The first restart is immediate: one
    /// death is an accident.
    pub(crate) fn pause(&self) -> Duration {
        match self.failures.checked_sub(2) {
            None => Duration::ZERO,
            Some(doublings) => PAUSE.0.saturating_mul(1 << doublings.min(16)).min(PAUSE.1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_while_it_dies_young_and_is_bounded() {
        let mut restarts = Restarts::default();
        let mut pauses = Vec::new();
        for _ in 0..9 {
            pauses.push(restarts.pause().as_millis());
            restarts.died(Duration::from_secs(1));
        }
        assert_eq!(pauses, [0, 0, 50, 100, 200, 400, 800, 1600, 2000]);
        restarts.died(STABLE);
        assert_eq!(restarts.pause(), Duration::ZERO);
    }
}
