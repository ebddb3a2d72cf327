//! Load: so many walkers at once, each doing its flow again as soon as it has
//! ended, on one thread.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::failure::{Failure, Result};

/// Does one flow after the other.
pub trait Walker: Send + 'static {
    /// One whole flow.
    ///
    /// # Errors
    /// Any step that does not end as it should: the measurement is void then.
    fn walk(&mut self) -> impl Future<Output = Result<()>> + Send;
}

/// Lets all walk for `time` and answers completed flows per second. A flow
/// that is under way at the end is finished and counted in full, with its time.
///
/// # Errors
/// The first one of a walker.
pub async fn flows_per_second<W: Walker>(walkers: &mut Vec<W>, time: Duration) -> Result<f64> {
    let began = Instant::now();
    let end = began + time;
    let mut tasks = JoinSet::new();
    for mut walker in walkers.drain(..) {
        tasks.spawn(async move {
            let mut flows = 0_u32;
            while Instant::now() < end {
                walker.walk().await?;
                flows += 1;
            }
            Ok::<_, Failure>((walker, flows, began.elapsed()))
        });
    }
    let mut rate = 0.0;
    while let Some(ended) = tasks.join_next().await {
        let (walker, flows, took) = ended??;
        // Each walker by its own time: the last flow of a slow one is no pause of the others.
        rate += f64::from(flows) / took.as_secs_f64();
        walkers.push(walker);
    }
    Ok(rate)
}

/// The middle value; of an even number the lower of the two.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
        .get(sorted.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(f64::NAN)
}

/// The largest value.
pub fn worst(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NAN, f64::max)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    struct Sleeper(Duration);

    impl Walker for Sleeper {
        async fn walk(&mut self) -> Result<()> {
            tokio::time::sleep(self.0).await;
            Ok(())
        }
    }

    struct Broken;

    impl Walker for Broken {
        async fn walk(&mut self) -> Result<()> {
            Err(Failure::new("no server"))
        }
    }

    #[tokio::test]
    async fn rates_add_up_over_walkers() {
        let mut walkers: Vec<Sleeper> =
            (0..4).map(|_| Sleeper(Duration::from_millis(10))).collect();
        let rate = flows_per_second(&mut walkers, Duration::from_millis(200))
            .await
            .unwrap();
        // Never faster than the sleep allows; how much slower is the machine's affair.
        assert!(rate > 0.0 && rate <= 400.0, "{rate}");
        assert_eq!(walkers.len(), 4);
    }

    #[tokio::test]
    async fn a_broken_flow_is_no_figure() {
        let outcome = flows_per_second(&mut vec![Broken], Duration::from_millis(5)).await;
        assert_eq!(outcome.unwrap_err().to_string(), "no server");
    }

    #[test]
    fn medians_and_maxima() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.0).abs() < f64::EPSILON);
        assert!((worst(&[3.0, 9.0, 2.0]) - 9.0).abs() < f64::EPSILON);
        assert!(median(&[]).is_nan());
    }
}
