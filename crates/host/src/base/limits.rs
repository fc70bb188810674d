//! Limits: the rates of rate limiting, the time-outs, and the sizes that one guest, one address, and all together may use.

use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

/// What one guest, one address, and all together may use.
#[derive(Debug, Clone)]
pub struct Limits {
    /// WebSocket connections in all.
    pub max_clients: usize,
    /// WebSocket connections from one address (one /64 for IPv6). Loopback is exempt: a reverse proxy stands there.
    pub max_per_address: usize,
    /// Messages of one connection. Beyond it a v1 client is told when to try again, and a classic one is read slower.
    pub rate: Option<Rate>,
    /// Frames of any kind of one connection, those that are parts of a message among them. Beyond it the connection is
    /// cut: no client of good will comes near.
    pub flood: Option<Rate>,
    /// Bytes of one connection, where each read counts some more. Beyond it the connection is cut, likewise.
    pub volume: Option<Rate>,
    /// From the first byte to a whole HTTP request, and from the upgrade to a hello.
    pub handshake: Duration,
    /// After this long without a byte the host asks whether the client is still there,
    pub ping_after: Duration,
    /// and after this long it is cut. Also the longest time that a message may take to arrive, and that a socket may
    /// refuse to take anything.
    pub silence: Duration,
    /// How long somebody whose link broke may take to come back before their leaving is told.
    pub grace: Duration,
    /// The largest message, in bytes.
    pub message_bytes: usize,
    /// How many encoded bytes are kept in memory for those who lag, per dialect.
    pub tape_bytes: usize,
    /// What the kernel may hold for one slow client, in bytes.
    pub send_buffer: u32,
}

impl Default for Limits {
    fn default() -> Self {
        let usual = Self {
            max_clients: 5000,
            max_per_address: 256,
            rate: None,
            flood: None,
            volume: None,
            handshake: Duration::from_secs(5),
            ping_after: Duration::from_secs(25),
            silence: Duration::from_mins(1),
            grace: Duration::from_secs(10),
            message_bytes: hearth_protocol::Limits::V1.frame_bytes as usize,
            tape_bytes: 4 * 1024 * 1024,
            send_buffer: 128 * 1024,
        };
        usual.at_rate(Some(Self::USUAL))
    }
}

impl Limits {
    /// Messages of one connection.
    const USUAL: Rate = Rate { per_second: 20.0, burst: 100.0 };

    /// Frames of one connection: messages, their parts, and pings.
    const FLOOD: Rate = Rate { per_second: 500.0, burst: 2000.0 };

    /// How far beyond the messages that the rate allows the bounds against floods are.
    const FAR: f64 = 2.0;

    /// The same with another rate of messages, and bounds against floods that are not in its way. A lower rate leaves
    /// them where they are: who is told to wait has already sent. Whoever lifts the rate means to: then only what piles
    /// up is bounded.
    #[must_use]
    pub fn at_rate(self, rate: Option<Rate>) -> Self {
        let flood = rate.map(|rate| rate.times(Self::FAR).or_more(Self::FLOOD));
        let message = f64::from(u32::try_from(self.message_bytes).unwrap_or(u32::MAX));
        let volume = rate.map(|rate| rate.or_more(Self::USUAL).times(Self::FAR * message));
        Self { rate, flood, volume, ..self }
    }
}

/// So many a second on average, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// On average.
    pub per_second: f64,
    /// At once.
    pub burst: f64,
}

impl Rate {
    /// How many seconds' worth may come at once, unless said otherwise.
    const BURST_SECONDS: f64 = 5.0;

    /// Slower, and a classic guest who waits for their turn would look as if they were gone.
    const SLOWEST: f64 = 0.1;

    fn times(self, factor: f64) -> Self {
        Self { per_second: self.per_second * factor, burst: self.burst * factor }
    }

    fn or_more(self, least: Self) -> Self {
        Self { per_second: self.per_second.max(least.per_second), burst: self.burst.max(least.burst) }
    }
}

/// Why a text is no setting.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SettingError {
    /// Not a rate.
    #[error("a rate is `off` or a number per second, such as 20/s")]
    Rate,
    /// Not an origin.
    #[error("an origin is *, null, or scheme://host[:port] such as https://chat.example.org")]
    Origin,
}

impl FromStr for Rate {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        let number = text.trim().trim_end_matches("/s");
        let per_second: f64 = number.parse().map_err(|_| SettingError::Rate)?;
        if !(Self::SLOWEST..1e9).contains(&per_second) {
            return Err(SettingError::Rate);
        }
        Ok(Self { per_second, burst: (per_second * Self::BURST_SECONDS).max(1.0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_with_and_without_a_unit() {
        assert_eq!("20/s".parse(), Ok(Rate { per_second: 20.0, burst: 100.0 }));
        assert_eq!("0.1".parse(), Ok(Rate { per_second: 0.1, burst: 1.0 }));
        for bad in ["", "0", "-1/s", "NaN", "inf", "20/m", "off", "1e-20"] {
            assert_eq!(bad.parse::<Rate>(), Err(SettingError::Rate), "{bad}");
        }
    }

    #[test]
    fn bounds_against_floods_are_never_in_the_way_of_the_rate() {
        for rate in ["0.1", "20/s", "400/s", "5000/s"] {
            let rate: Rate = rate.parse().expect("a rate");
            let limits = Limits::default().at_rate(Some(rate));
            let (flood, volume) = (limits.flood.expect("a bound"), limits.volume.expect("a bound"));
            let message = f64::from(hearth_protocol::Limits::V1.frame_bytes);
            assert!(flood.per_second >= 2.0 * rate.per_second && flood.burst >= 2.0 * rate.burst, "{rate:?}");
            assert!(volume.per_second >= 2.0 * message * rate.per_second, "{rate:?}");
            assert!(volume.burst >= 100.0 * message, "a burst is refused in words: {rate:?}");
        }
        let lifted = Limits::default().at_rate(None);
        assert_eq!((lifted.rate, lifted.flood, lifted.volume), (None, None, None));
        let usual = Limits::default();
        assert_eq!(usual.rate, "20/s".parse().ok(), "what the command line calls the default");
    }
}
