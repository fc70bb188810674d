//! The limiter of attempts at secrets and passwords (rate limiting of authentication). Pure: time is an argument.
//!
//! Somebody who has guessed wrong five times within a minute is told to wait, and what else they say is not looked at. A
//! place is taken before a secret is looked at, and given back when it was right, so that many guesses at once do not pass.
//! Passwords are also counted for the room as a whole: people choose them, and guesses come from many addresses. Invitations
//! are not: 128 bits are guessed by nobody, and others' guesses keep nobody out who has a good link.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

/// Wrong ones within a [`WINDOW`].
const WRONG: usize = 5;

const WINDOW: Duration = Duration::from_mins(1);

/// Addresses that are remembered. Beyond it the one is forgotten whose last wrong guess is the oldest: 128 bits are safe from
/// whoever has so many addresses, and passwords have the bound of the room.
const ADDRESSES: usize = 10_000;

/// What an attempt is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    Invitation,
    Password,
}

/// Why an attempt is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limited {
    /// So many were wrong; this long until the next is looked at.
    For(Duration),
    /// Others are being looked at, and may turn out to be right.
    ForNow,
}

/// The limiter: it remembers the wrong attempts of the last minute.
#[derive(Debug, Default)]
pub(crate) struct AttemptLimiter {
    by_address: HashMap<IpAddr, Places>,
    room: Places,
}

#[derive(Debug, Default)]
struct Places {
    /// When, since the host's start.
    wrong: VecDeque<Duration>,
    /// Being looked at.
    open: usize,
}

impl Places {
    fn check(&mut self, now: Duration) -> Result<(), Limited> {
        while self.wrong.front().is_some_and(|&at| at + WINDOW <= now) {
            self.wrong.pop_front();
        }
        match self.wrong.front() {
            Some(&oldest) if self.wrong.len() >= WRONG => {
                Err(Limited::For((oldest + WINDOW).saturating_sub(now)))
            }
            _ if self.wrong.len() + self.open >= WRONG => Err(Limited::ForNow),
            _ => Ok(()),
        }
    }

    fn settle(&mut self, right: bool, now: Duration) {
        self.open = self.open.saturating_sub(1);
        if !right {
            self.wrong.push_back(now);
        }
    }
}

impl AttemptLimiter {
    /// Takes a place for something that is to be looked at. `from` is the address, a whole /64 for IPv6.
    pub(crate) fn take(&mut self, from: IpAddr, at: Attempt, now: Duration) -> Result<(), Limited> {
        self.make_room(from, now);
        self.by_address.get_mut(&from).map_or(Ok(()), |places| places.check(now))?;
        if at == Attempt::Password {
            self.room.check(now)?;
            self.room.open += 1;
        }
        self.by_address.entry(from).or_default().open += 1;
        Ok(())
    }

    /// It was looked at. Who was right gets the place back.
    pub(crate) fn settle(&mut self, from: IpAddr, at: Attempt, right: bool, now: Duration) {
        if at == Attempt::Password {
            self.room.settle(right, now);
        }
        let Some(places) = self.by_address.get_mut(&from) else { return };
        places.settle(right, now);
        if places.open == 0 && places.wrong.is_empty() {
            self.by_address.remove(&from);
        }
    }

    fn make_room(&mut self, from: IpAddr, now: Duration) {
        if self.by_address.len() < ADDRESSES || self.by_address.contains_key(&from) {
            return;
        }
        self.by_address.retain(|_, places| {
            places.open > 0 || places.wrong.back().is_some_and(|&last| last + WINDOW > now)
        });
        if self.by_address.len() < ADDRESSES {
            return;
        }
        let closed = self.by_address.iter().filter(|(_, places)| places.open == 0);
        let oldest =
            closed.min_by_key(|(_, places)| places.wrong.back().copied()).map(|(&address, _)| address);
        if let Some(oldest) = oldest {
            self.by_address.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const NEAR: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const FAR: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn guess(
        limiter: &mut AttemptLimiter,
        from: IpAddr,
        what: Attempt,
        right: bool,
        now: Duration,
    ) -> Result<(), Limited> {
        limiter.take(from, what, now)?;
        limiter.settle(from, what, right, now);
        Ok(())
    }

    #[test]
    fn five_wrong_ones_a_minute_are_looked_at_and_others_are_not_in_the_way() {
        let mut limiter = AttemptLimiter::default();
        for n in 0..5 {
            assert_eq!(guess(&mut limiter, NEAR, Attempt::Invitation, false, at(n)), Ok(()));
        }
        assert_eq!(guess(&mut limiter, NEAR, Attempt::Invitation, true, at(10)), Err(Limited::For(at(50))));
        assert_eq!(guess(&mut limiter, FAR, Attempt::Invitation, false, at(10)), Ok(()));
        assert_eq!(
            guess(&mut limiter, NEAR, Attempt::Invitation, false, at(60)),
            Ok(()),
            "the first is a minute old"
        );
        assert_eq!(guess(&mut limiter, NEAR, Attempt::Invitation, false, at(60)), Err(Limited::For(at(1))));
        for _ in 0..1000 {
            assert_eq!(
                guess(&mut limiter, IpAddr::from([10, 0, 0, 1]), Attempt::Invitation, true, at(61)),
                Ok(())
            );
        }
    }

    #[test]
    fn places_are_taken_before_and_given_back_to_who_was_right() {
        let mut limiter = AttemptLimiter::default();
        for _ in 0..5 {
            assert_eq!(limiter.take(NEAR, Attempt::Password, at(0)), Ok(()));
        }
        assert_eq!(limiter.take(NEAR, Attempt::Password, at(0)), Err(Limited::ForNow));
        assert_eq!(limiter.take(FAR, Attempt::Password, at(0)), Err(Limited::ForNow), "the room has as many");
        limiter.settle(NEAR, Attempt::Password, true, at(1));
        assert_eq!(limiter.take(FAR, Attempt::Password, at(1)), Ok(()));
        for _ in 0..4 {
            limiter.settle(NEAR, Attempt::Password, false, at(1));
        }
        limiter.settle(FAR, Attempt::Password, false, at(1));
        assert_eq!(limiter.take(FAR, Attempt::Password, at(2)), Err(Limited::For(at(59))), "by all together");
        assert_eq!(limiter.take(FAR, Attempt::Invitation, at(2)), Ok(()), "a link is no password");
    }

    #[test]
    fn memory_is_bounded() {
        let mut limiter = AttemptLimiter::default();
        for n in 0..30_000_u32 {
            let from = IpAddr::from(Ipv4Addr::from(n));
            assert_eq!(guess(&mut limiter, from, Attempt::Invitation, false, at(1)), Ok(()));
        }
        assert!(limiter.by_address.len() <= ADDRESSES);
        guess(&mut limiter, NEAR, Attempt::Invitation, true, at(62)).expect("looked at");
        assert!(limiter.by_address.len() <= 1, "what is over is forgotten when there is no room");
    }
}
