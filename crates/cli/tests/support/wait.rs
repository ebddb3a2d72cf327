//! Waiting with a deadline, never blindly.

use std::{
    future::Future,
    thread,
    time::{Duration, Instant},
};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(10);

/// For what takes as long as the machine needs.
pub const LONG: Duration = Duration::from_mins(1);

/// Looks until there is something, and fails by name at the deadline.
pub fn until<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < limit, "waited {limit:?} in vain: {what}");
        thread::sleep(LOOK);
    }
}

/// The same where looking is asynchronous.
pub async fn until_async<T, F: Future<Output = Option<T>>>(
    what: &str,
    limit: Duration,
    mut look: impl FnMut() -> F,
) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(began.elapsed() < limit, "waited {limit:?} in vain: {what}");
        tokio::time::sleep(LOOK).await;
    }
}
