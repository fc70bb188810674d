//! Sleep is noticed after the computer has woken (resume from suspend), so that everybody is back at once and not when
//! the next timer ends.

use std::time::{Duration, SystemTime};

use tokio::time::{MissedTickBehavior, interval};

/// How often is looked.
const LOOK: Duration = Duration::from_secs(1);

/// A look that is late by so much comes after a sleep. If it was only a busy moment, or somebody set the clock, then a
/// ping more goes out in each room.
const LATE: Duration = Duration::from_secs(3);

/// Looks for as long as the app lives, and calls `woke` after each sleep.
pub(crate) async fn run(woke: impl AsyncFn()) {
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = SystemTime::now();
    loop {
        looks.tick().await;
        let now = SystemTime::now();
        if has_slept(last, now) {
            tracing::info!("the computer has slept");
            woke().await;
        }
        last = now;
    }
}

/// Only the calendar goes on while the computer sleeps. That it goes back is somebody setting it.
fn has_slept(last: SystemTime, now: SystemTime) -> bool {
    now.duration_since(last).is_ok_and(|passed| passed > LOOK + LATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_look_comes_after_a_sleep() {
        let last = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        assert!(!has_slept(last, last + LOOK));
        assert!(!has_slept(last, last + LOOK + LATE));
        assert!(has_slept(last, last + Duration::from_secs(5)));
        assert!(has_slept(last, last + Duration::from_hours(8)));
        assert!(!has_slept(last, last - Duration::from_hours(8)), "the clock was set back");
    }
}
