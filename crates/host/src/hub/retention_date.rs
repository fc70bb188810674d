//! The date of retention: by which entries are let go of, although a clock may jump. Pure.

use std::time::Duration;

use jiff::Timestamp;

use crate::base::clock::Now;

/// A clock that gets further ahead than this from one look to the next has been set, or the computer has slept.
const LEAP: Duration = Duration::from_hours(24);

/// For so long it must stay there until it is believed. A clock that was set wrongly is mostly set right sooner, and an
/// entry that goes a day late is better than one that is lost.
const DOUBT: Duration = Duration::from_hours(24);

/// The date, as far as the clock is believed.
#[derive(Debug, Default)]
pub(crate) struct RetentionDate {
    believed: Option<Now>,
    /// When the clock was first seen to be ahead, since the host's start.
    ahead_since: Option<Duration>,
}

impl RetentionDate {
    /// The date. It is never ahead of the clock.
    pub(crate) fn date(&mut self, now: Now) -> Timestamp {
        let believed = *self.believed.get_or_insert(now);
        let passed = now.since_start.saturating_sub(believed.since_start);
        // Beyond the end of the calendar nothing is ahead.
        let expected = believed.clock.checked_add(passed).unwrap_or(now.clock);
        if expected.checked_add(LEAP).is_ok_and(|latest| now.clock > latest) {
            let since = *self.ahead_since.get_or_insert(now.since_start);
            if now.since_start.saturating_sub(since) < DOUBT {
                return expected;
            }
        }
        self.ahead_since = None;
        self.believed = Some(now);
        now.clock
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    /// What the calendar says after so many hours in which the clock went on by as many and was set by `set` days.
    fn look(calendar: &mut RetentionDate, hours: u64, set: i64) -> i64 {
        let shown = SignedDuration::from_hours(i64::try_from(hours).expect("few") + set * 24);
        let clock = Timestamp::UNIX_EPOCH + shown;
        calendar.date(Now { clock, since_start: Duration::from_hours(hours) }).as_second() / 3600
    }

    #[test]
    fn it_goes_with_the_clock() {
        let mut calendar = RetentionDate::default();
        for hours in [0, 1, 2, 500] {
            assert_eq!(look(&mut calendar, hours, 0), i64::try_from(hours).expect("few"));
        }
    }

    #[test]
    fn a_clock_that_leaps_ahead_is_believed_when_it_stays_there_for_a_day() {
        let mut calendar = RetentionDate::default();
        look(&mut calendar, 0, 0);
        assert_eq!(look(&mut calendar, 1, 400), 1);
        assert_eq!(look(&mut calendar, 24, 400), 24);
        assert_eq!(look(&mut calendar, 25, 400), 25 + 400 * 24);
        assert_eq!(look(&mut calendar, 26, 400), 26 + 400 * 24);
    }

    #[test]
    fn a_clock_that_is_set_right_again_has_done_nothing() {
        let mut calendar = RetentionDate::default();
        look(&mut calendar, 0, 0);
        assert_eq!(look(&mut calendar, 1, 400), 1);
        assert_eq!(look(&mut calendar, 2, 0), 2);
        // It is doubted anew, for a day from here.
        assert_eq!(look(&mut calendar, 20, 400), 20);
        assert_eq!(look(&mut calendar, 30, 400), 30);
    }

    #[test]
    fn a_clock_that_is_set_back_is_followed_at_once() {
        let mut calendar = RetentionDate::default();
        look(&mut calendar, 0, 0);
        assert_eq!(look(&mut calendar, 1, -400), 1 - 400 * 24);
        assert_eq!(look(&mut calendar, 2, -400), 2 - 400 * 24);
    }
}
