//! A clock that stands still until a test moves it.

use std::sync::atomic::{AtomicI64, Ordering};

use durward_model::{Clock, Timestamp};

/// 2026-01-02T03:04:05Z: when every test begins.
pub const START: Timestamp = Timestamp::from_seconds(1_767_323_045);

/// Time as a test says it is.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl Default for FixedClock {
    fn default() -> Self {
        Self(AtomicI64::new(START.ms()))
    }
}

impl FixedClock {
    /// Moves on by milliseconds.
    pub fn advance_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// Moves on by seconds.
    pub fn advance_seconds(&self, seconds: i64) {
        self.advance_ms(seconds * 1000);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.0.load(Ordering::SeqCst))
    }
}
