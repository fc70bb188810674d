//! The clocks: the calendar's, which may jump, and the monotonic one, which never does.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// The time, on both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// The calendar's, for entries. It may jump.
    pub clock: Timestamp,
    /// Since the host started. It never jumps.
    pub since_start: Duration,
}

/// The clock of a host, which counts from its start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    started: Instant,
}

impl Clock {
    /// A clock that starts now.
    pub(crate) fn start() -> Self {
        Self { started: Instant::now() }
    }

    pub(crate) fn since_start(self) -> Duration {
        self.started.elapsed()
    }

    /// The moment that is so long after the host's start.
    pub(crate) fn moment(self, since_start: Duration) -> Instant {
        self.started + since_start
    }

    /// The time on both clocks; the calendar's in whole milliseconds, as entries carry it.
    pub(crate) fn now(self) -> Now {
        let clock = Timestamp::now();
        let whole = Timestamp::from_millisecond(clock.as_millisecond()).unwrap_or(clock);
        Now { clock: whole, since_start: self.since_start() }
    }
}
