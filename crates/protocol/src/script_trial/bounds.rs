//! How many trials a node lets go on: whoever tries a script from afar takes no place from
//! requests, nor from other operations of management.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use durward_model::Timestamp;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Trials at one time.
pub const AT_ONCE: usize = 2;

/// Trials that may begin within [`WINDOW_SECONDS`].
pub const IN_WINDOW: usize = 60;

/// Seconds that a trial counts.
pub const WINDOW_SECONDS: i64 = 60;

/// The trials of a node.
#[derive(Debug)]
pub struct Trials {
    places: Semaphore,
    begun: Mutex<VecDeque<Timestamp>>,
}

/// Why a trial may not begin, and when to come again, seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Others go on.
    Busy(i64),
    /// There were too many.
    TooMany(i64),
}

impl Default for Trials {
    fn default() -> Self {
        Self {
            places: Semaphore::new(AT_ONCE),
            begun: Mutex::default(),
        }
    }
}

impl Trials {
    /// A place, until it is dropped. Nobody waits for one: a caller that waits is a connection
    /// that is held.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn begin(&self, now: Timestamp) -> Result<SemaphorePermit<'_>, Refused> {
        let place = self.places.try_acquire().map_err(|_| Refused::Busy(1))?;
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        while begun
            .front()
            .is_some_and(|at| now.seconds_since(*at) >= WINDOW_SECONDS)
        {
            begun.pop_front();
        }
        if begun.len() >= IN_WINDOW {
            let oldest = begun.front().map_or(0, |at| now.seconds_since(*at));
            return Err(Refused::TooMany((WINDOW_SECONDS - oldest).max(1)));
        }
        begun.push_back(now);
        Ok(place)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn two_at_once_and_sixty_a_minute() {
        let trials = Trials::default();
        let at = Timestamp::from_seconds;
        let one = trials.begin(at(0)).unwrap();
        let two = trials.begin(at(0)).unwrap();
        assert_eq!(trials.begin(at(0)).unwrap_err(), Refused::Busy(1));
        drop((one, two));
        for _ in 2..IN_WINDOW {
            drop(trials.begin(at(10)).unwrap());
        }
        assert_eq!(trials.begin(at(20)).unwrap_err(), Refused::TooMany(40));
        drop(trials.begin(at(60)).unwrap());
    }
}
