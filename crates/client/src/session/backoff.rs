//! Backoff: how long to wait before the next attempt.

use std::time::Duration;

use rand::{Rng, RngExt};

use crate::timing::Timing;

/// Beyond this many doublings every delay is at its cap; a shift by more could overflow.
const MOST_DOUBLINGS: u32 = 16;

/// Exponential backoff with full jitter: before attempt `n` (from 0) a random time between a floor and
/// `min(cap, base · 2ⁿ)`. Full jitter spreads the members of a room that all lost the same host at the same moment
/// (<https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>). The floor keeps a lucky draw
/// from becoming a busy loop; draws below it are not moved up to it, where they would all meet.
#[derive(Debug)]
pub(super) struct Backoff {
    floor: Duration,
    base: Duration,
    tries: u32,
}

impl Backoff {
    pub(super) fn new(timing: &Timing) -> Self {
        Self { floor: timing.backoff_floor, base: timing.backoff_base, tries: 0 }
    }

    /// The delay before the next attempt, at most `cap`.
    pub(super) fn next(&mut self, cap: Duration, rng: &mut dyn Rng) -> Duration {
        let most = self.base.saturating_mul(1 << self.tries.min(MOST_DOUBLINGS)).min(cap);
        self.tries = self.tries.saturating_add(1);
        rng.random_range(self.floor..=most.max(self.floor))
    }

    /// Starts over: the link was good.
    pub(super) fn reset(&mut self) {
        self.tries = 0;
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn delays_stay_within_floor_and_a_doubling_cap() {
        let timing = Timing::default();
        for seed in 0..200 {
            let mut rng = StdRng::seed_from_u64(seed);
            let mut backoff = Backoff::new(&timing);
            for n in 0..40u32 {
                let cap = Duration::from_secs_f64((0.5 * 2f64.powi(n.min(10).cast_signed())).min(30.0));
                let delay = backoff.next(timing.backoff_cap, &mut rng);
                assert!(delay >= timing.backoff_floor && delay <= cap, "seed {seed}, try {n}: {delay:?}");
            }
        }
    }

    #[test]
    fn the_jitter_is_full_and_a_good_link_starts_over() {
        let mut rng = StdRng::seed_from_u64(7);
        let Timing { backoff_cap: cap, .. } = Timing::default();
        let mut backoff = Backoff::new(&Timing::default());
        let late: Vec<f64> = (0..300).map(|_| backoff.next(cap, &mut rng).as_secs_f64()).skip(10).collect();
        assert!(
            late.iter().any(|&s| s < 3.0) && late.iter().any(|&s| s > 27.0),
            "spread over all of 0 to 30 s"
        );
        backoff.reset();
        assert!(backoff.next(cap, &mut rng) <= Duration::from_millis(500));
    }
}
