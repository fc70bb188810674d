//! The first paint is timed: how long the user has waited for the frame, and for what is in it.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

static BEGUN: OnceLock<Instant> = OnceLock::new();

/// Takes the time at the begin of `main`.
pub(crate) fn begin() {
    BEGUN.get_or_init(Instant::now);
}

/// The page has painted what it had to show first, and its frame so long before: writes down how long both took, where
/// somebody measures it.
pub(crate) fn painted(since_frame: Duration) {
    let Some(age) = age_of_process().or_else(|| BEGUN.get().map(Instant::elapsed)) else {
        return;
    };
    let (frame, content) = (age.saturating_sub(since_frame).as_millis(), age.as_millis());
    tracing::debug!(frame, content, "milliseconds to the first paint");
    if let Some(file) = std::env::var_os("HEARTH_PAINT_FILE")
        && let Err(error) = std::fs::write(file, format!("{frame} {content}"))
    {
        tracing::warn!(%error, "the time of the first paint was not written");
    }
}

/// The time since the process was started, loading its libraries included (proc(5): `starttime`, and `/proc/uptime`;
/// both are exact to 10 ms).
#[cfg(target_os = "linux")]
fn age_of_process() -> Option<Duration> {
    /// Ticks a second in `/proc`, the same on all of today's architectures (`USER_HZ`).
    const TICKS: f64 = 100.0;

    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name in brackets and may hold anything; `starttime` is the 22nd.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: f64 = fields.split_whitespace().nth(19)?.parse().ok()?;
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    let uptime: f64 = uptime.split_whitespace().next()?.parse().ok()?;
    Duration::try_from_secs_f64(uptime - ticks / TICKS).ok()
}

#[cfg(not(target_os = "linux"))]
fn age_of_process() -> Option<Duration> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_knows_its_age() {
        let before = age_of_process().expect("an age");
        std::thread::sleep(Duration::from_millis(50));
        let after = age_of_process().expect("an age");
        assert!(after > before && after < before + Duration::from_secs(30));
    }
}
