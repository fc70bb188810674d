//! A token bucket, for rate limiting. Pure: time is an argument.

use std::time::Duration;

use crate::base::limits::Rate;

/// What tokens may lack by rounding alone, so that whoever waits as long as told gets one.
const ROUNDING: f64 = 1e-6;

/// A token bucket: it lets through so many a second on average, and so many at once.
#[derive(Debug)]
pub(crate) struct TokenBucket {
    rate: Rate,
    tokens: f64,
    filled_at: Duration,
}

impl TokenBucket {
    pub(crate) fn new(rate: Rate, now: Duration) -> Self {
        Self { rate, tokens: rate.burst, filled_at: now }
    }

    /// Takes one, or says how long to wait for it.
    pub(crate) fn take(&mut self, now: Duration) -> Result<(), Duration> {
        self.fill(now);
        if self.tokens >= 1.0 - ROUNDING {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - self.tokens) / self.rate.per_second))
    }

    /// Takes one in any case, and says how long to wait until it is paid for.
    pub(crate) fn owe(&mut self, now: Duration) -> Duration {
        self.fill(now);
        self.tokens -= 1.0;
        Duration::from_secs_f64((-self.tokens).max(0.0) / self.rate.per_second)
    }

    /// Takes so many in any case. Whether they were there.
    pub(crate) fn spend(&mut self, cost: f64, now: Duration) -> bool {
        self.fill(now);
        self.tokens -= cost;
        self.tokens >= 0.0
    }

    fn fill(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.filled_at).as_secs_f64();
        self.filled_at = now;
        self.tokens = (self.tokens + passed * self.rate.per_second).min(self.rate.burst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_the_rate_holds() {
        let mut bucket = TokenBucket::new(Rate { per_second: 10.0, burst: 3.0 }, Duration::ZERO);
        for _ in 0..3 {
            assert_eq!(bucket.take(Duration::ZERO), Ok(()));
        }
        let wait = bucket.take(Duration::ZERO).expect_err("empty");
        assert_eq!(wait, Duration::from_millis(100));
        assert_eq!(bucket.take(wait), Ok(()));
        assert!(bucket.take(wait).is_err());
    }

    #[test]
    fn whoever_waits_as_long_as_told_gets_one() {
        for per_second in [0.3, 1.0, 3.0, 5.0, 7.0, 30.0, 999.0] {
            let mut bucket = TokenBucket::new(Rate { per_second, burst: 2.0 }, Duration::ZERO);
            let mut now = Duration::ZERO;
            for step in 0..10_000 {
                now += Duration::from_nanos(step * 7_919);
                if let Err(wait) = bucket.take(now) {
                    now += wait;
                    assert_eq!(bucket.take(now), Ok(()), "{per_second} a second, step {step}");
                }
            }
        }
    }

    #[test]
    fn what_is_owed_is_waited_for() {
        let mut bucket = TokenBucket::new(Rate { per_second: 10.0, burst: 2.0 }, Duration::ZERO);
        let mut now = Duration::ZERO;
        for _ in 0..12 {
            now += bucket.owe(now);
        }
        assert_eq!(now, Duration::from_secs(1), "ten beyond the burst, ten a second");
    }

    #[test]
    fn a_long_pause_fills_it_no_further_than_the_burst() {
        let mut bucket = TokenBucket::new(Rate { per_second: 10.0, burst: 2.0 }, Duration::ZERO);
        let later = Duration::from_hours(1);
        assert_eq!((bucket.take(later), bucket.take(later)), (Ok(()), Ok(())));
        assert!(bucket.take(later).is_err());
    }
}
