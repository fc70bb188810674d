//! The read budget: what one connection may send over time (flood protection), counted beneath the WebSocket library.
//! Pure: time is an argument.
//!
//! The library shows whole messages only. Frames that are parts of a message, empty ones among them, cost work and come
//! by the million; so they are counted here, as their bytes pass.

use std::time::Duration;

use crate::base::limits::Limits;
use crate::base::token_bucket::TokenBucket;
use crate::ws::frame_scanner::FrameScanner;

/// What one read costs, as if it had brought so many bytes more: who sends byte by byte makes the host read as often.
const READ_COST: f64 = 256.0;

/// What a connection may still send.
#[derive(Debug)]
pub(crate) struct ReadBudget {
    frames: Option<TokenBucket>,
    bytes: Option<TokenBucket>,
    scanner: FrameScanner,
}

impl ReadBudget {
    pub(crate) fn new(limits: &Limits, now: Duration) -> Self {
        Self {
            frames: limits.flood.map(|rate| TokenBucket::new(rate, now)),
            bytes: limits.volume.map(|rate| TokenBucket::new(rate, now)),
            scanner: FrameScanner::default(),
        }
    }

    /// Pays for a read of so many bytes off the wire. Whether it was within bounds. Under TLS a read may bring nothing that
    /// was said, and costs work all the same.
    pub(crate) fn came(&mut self, bytes: usize, now: Duration) -> bool {
        let cost = f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) + READ_COST;
        self.bytes.as_mut().is_none_or(|bucket| bucket.spend(cost, now))
    }

    /// Pays for the frames that begin in what was said. Whether they were within bounds.
    pub(crate) fn said(&mut self, said: &[u8], now: Duration) -> bool {
        let mut begun = 0_u32;
        self.scanner.frames(said, |_| begun += 1);
        self.frames.as_mut().is_none_or(|bucket| bucket.spend(f64::from(begun), now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::limits::Rate;
    use crate::ws::frame_scanner::tests::frame;

    const NOW: Duration = Duration::ZERO;

    impl ReadBudget {
        /// What a read of a plain socket costs.
        fn take(&mut self, read: &[u8], now: Duration) -> bool {
            let came = self.came(read.len(), now);
            self.said(read, now) && came
        }
    }

    fn budget(flood: Option<Rate>, volume: Option<Rate>) -> ReadBudget {
        ReadBudget::new(&Limits { flood, volume, ..Limits::default() }, NOW)
    }

    #[test]
    fn empty_frames_are_paid_for_as_frames() {
        let mut budget = budget(Some(Rate { per_second: 10.0, burst: 100.0 }), None);
        assert!(budget.take(&frame(0).repeat(100), NOW), "at once");
        assert!(!budget.take(&frame(0), NOW));
        assert!(budget.take(&frame(0).repeat(10), Duration::from_secs(2)), "and so many a second");
    }

    #[test]
    fn bytes_and_reads_are_paid_for_without_any_frame() {
        let mut whole = budget(None, Some(Rate { per_second: 1.0, burst: 10_000.0 }));
        let long = frame(65536);
        assert!(whole.take(&long[..9_000], NOW));
        assert!(!whole.take(&long[..1_000], NOW));
        let mut by_byte = budget(None, Some(Rate { per_second: 1.0, burst: 10_000.0 }));
        let reads = long.chunks(1).take_while(|byte| by_byte.take(byte, NOW)).count();
        assert!((30..50).contains(&reads), "{reads} reads of one byte");
    }

    #[test]
    fn what_comes_by_tls_and_says_nothing_is_paid_for_too() {
        let mut budget = budget(None, Some(Rate { per_second: 1.0, burst: 10_000.0 }));
        let records = (0..1000).take_while(|_| budget.came(22, NOW)).count();
        assert!((30..50).contains(&records), "{records} empty records");
    }

    #[test]
    fn what_the_usual_rate_lets_pass_is_far_from_any_bound() {
        let limits = Limits::default();
        let rate = limits.rate.expect("a rate");
        let mut budget = ReadBudget::new(&limits, NOW);
        // The longest messages, as packets of an ethernet bring them, read by the kilobyte.
        let message = frame(limits.message_bytes);
        let mut say = |now| {
            message.chunks(1460).flat_map(|packet| packet.chunks(1024)).all(|read| budget.take(read, now))
        };
        let mut now = NOW;
        for n in 0..500_u32 {
            assert!(say(now), "message {n}");
            if f64::from(n) >= rate.burst {
                now += Duration::from_secs_f64(1.0 / rate.per_second);
            }
        }
    }
}
