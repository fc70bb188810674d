//! The time: the calendar's clock, which may jump, and the monotonic one, which does not.

use std::time::Duration;

use jiff::Timestamp;

/// The time, on both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// The calendar's, for entries. It may jump.
    pub clock: Timestamp,
    /// Since the host started. It never jumps.
    pub since_start: Duration,
}
