//! The real clock and the real randomness: the only place that reads them.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand;
use durward_model::{Clock, Entropy, Timestamp};

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // here, and nowhere else
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The cryptography library's generator.
#[derive(Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness nothing that we do is safe: stop.
        if rand::fill(bytes).is_err() {
            eprintln!("error: the system gives no randomness");
            std::process::abort();
        }
    }
}
