//! Wants: nicknames that somebody asked for and that another had, to be given when that one turns out to have been a ghost: a
//! connection that was gone and not yet noticed.

use std::collections::VecDeque;
use std::time::Duration;

use hearth_protocol::{MemberId, Nickname};

use crate::base::clock::Now;

/// Whoever is gone is noticed within this time, by silence and after the grace. Whoever has a nickname for longer than that after
/// another has asked for it was no ghost, and may want it again.
const GHOST: Duration = Duration::from_secs(90);

/// Members who have a number behind the nickname that they asked for, the first to ask first.
#[derive(Debug, Default)]
pub(super) struct Wants(VecDeque<Want>);

/// A nickname that was asked for and taken.
#[derive(Debug)]
pub(super) struct Want {
    pub(super) member: MemberId,
    pub(super) wish: Nickname,
    pub(super) looks: Vec<String>,
    /// What they are called instead.
    pub(super) called: Nickname,
    asked: Duration,
}

impl Wants {
    /// Somebody asked for a nickname, and is called so now.
    pub(super) fn note(&mut self, member: &MemberId, wish: &Nickname, called: &Nickname, now: Now) {
        self.forget(now);
        self.0.retain(|want| want.member != *member);
        if called != wish {
            self.0.push_back(Want {
                member: member.clone(),
                wish: wish.clone(),
                looks: wish.looks(),
                called: called.clone(),
                asked: now.since_start,
            });
        }
    }

    /// Takes the first who wanted the nickname that a ghost had, if they may have it.
    pub(super) fn take(&mut self, freed: &Nickname, now: Now, may: impl Fn(&Want) -> bool) -> Option<Want> {
        self.forget(now);
        let looks = freed.looks();
        let is_theirs = |want: &Want| want.looks.iter().any(|look| looks.contains(look)) && may(want);
        let at = self.0.iter().position(is_theirs)?;
        self.0.remove(at)
    }

    fn forget(&mut self, now: Now) {
        while self.0.front().is_some_and(|want| want.asked + GHOST < now.since_start) {
            self.0.pop_front();
        }
    }
}
