//! Timeouts and intervals: how long things may take.

use std::time::Duration;

/// The session's times. The defaults are the product's; tests shorten them.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// From the start of an attempt until the room is entered: name service, TCP, TLS, the WebSocket handshake and the
    /// welcome together.
    pub connect: Duration,
    /// A link on which nothing was heard for so long is asked with a ping.
    pub ping: Duration,
    /// A link on which nothing was heard for so long is dead. Twice `ping`, so that a ping has as long to be answered.
    pub silent: Duration,
    /// After the computer has slept, a link must answer within this time.
    pub probe: Duration,
    /// The least delay before an attempt to connect again.
    pub backoff_floor: Duration,
    /// The upper bound of the first delay; it doubles from attempt to attempt.
    pub backoff_base: Duration,
    /// The upper bound of any delay.
    pub backoff_cap: Duration,
    /// The same while nobody is there at all, as when the host's computer sleeps: then there is nobody to be overrun,
    /// and the room is to be reached soon after that computer is back.
    pub backoff_absent: Duration,
    /// A link that lasted so long was good: the next loss starts with a short delay again.
    pub steady: Duration,
    /// How long a classic server has to send a line back before it counts as unconfirmed.
    pub echo: Duration,
    /// How long to wait before the disk is tried again, when the room could not be kept on it.
    pub keep_again: Duration,
    /// How long leaving may take: until the disk has what is to be kept, and again until the close frame is sent and
    /// answered.
    pub leave: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            ping: Duration::from_secs(15),
            silent: Duration::from_secs(30),
            probe: Duration::from_secs(2),
            backoff_floor: Duration::from_millis(100),
            backoff_base: Duration::from_millis(500),
            backoff_cap: Duration::from_secs(30),
            backoff_absent: Duration::from_secs(2),
            steady: Duration::from_secs(10),
            echo: Duration::from_secs(30),
            keep_again: Duration::from_secs(5),
            leave: Duration::from_secs(2),
        }
    }
}

/// Whole seconds, as errors tell them: rounded up, so that a short time is not told as none.
pub(crate) fn whole_seconds(time: Duration) -> u32 {
    let up = u64::from(time.subsec_nanos() > 0);
    u32::try_from(time.as_secs() + up).unwrap_or(u32::MAX)
}
