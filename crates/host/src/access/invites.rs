//! The invitations to a room: secrets that let people in (authorization), each with its role, its end and its uses. Pure.

use std::collections::HashMap;
use std::num::NonZeroU32;

use hearth_protocol::{InviteId, InviteRole, RefusalCode, Role, Secret, visible_name};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::{ConditionallySelectable, ConstantTimeEq};
use ts_rs::TS;

/// Invitations that a room has at most: all of them are looked through for everybody who knocks.
pub(crate) const MOST: usize = 1000;

/// What the owner may note about one, in characters.
const NOTE_CHARS: usize = 200;

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Its id. It is no secret.
    pub id: InviteId,
    /// What its link carries.
    pub secret: Secret,
    /// What its people may do.
    pub role: InviteRole,
    /// What the owner noted about it.
    pub note: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it is good; `None`: always.
    pub expires_at: Option<Timestamp>,
    /// How many people may come by it; `None`: any number.
    pub uses: Option<NonZeroU32>,
    /// How many have. The log knows better than what is kept here.
    #[serde(default)]
    pub used: u64,
    /// Whether the owner has taken it back, and what became of its people.
    pub revoked: Option<Aftermath>,
}

/// What becomes of the people of an invitation that is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aftermath {
    /// They stay members.
    Stay,
    /// They leave, and do not come back by their tokens.
    Leave,
}

/// Whether an invitation is still good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum InviteState {
    /// It is.
    Good,
    /// Its time is over.
    Expired,
    /// All its people have come.
    UsedUp,
    /// The owner has taken it back.
    Revoked,
}

/// An invitation to make.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteWish {
    /// What its people may do.
    pub role: InviteRole,
    /// What the owner notes about it.
    pub note: String,
    /// For how many hours it is good; `None`: always.
    pub hours: Option<NonZeroU32>,
    /// How many people may come by it; `None`: any number.
    pub uses: Option<NonZeroU32>,
}

impl Invite {
    /// Whether it is still good.
    pub fn state(&self, now: Timestamp) -> InviteState {
        if self.revoked.is_some() {
            InviteState::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            InviteState::Expired
        } else if self.uses.is_some_and(|uses| u64::from(uses.get()) <= self.used) {
            InviteState::UsedUp
        } else {
            InviteState::Good
        }
    }
}

/// All invitations of a room, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Invites(Vec<Invite>);

impl Invites {
    /// What the log says about how many came by each.
    pub(crate) fn count(&mut self, admitted: Vec<(InviteId, u64)>) {
        let admitted: HashMap<_, _> = admitted.into_iter().collect();
        for invite in &mut self.0 {
            invite.used = admitted.get(&invite.id).copied().unwrap_or_default();
        }
    }

    /// The newest first.
    pub(crate) fn newest_first(&self) -> Vec<Invite> {
        self.0.iter().rev().cloned().collect()
    }

    /// What this secret lets somebody in as. How long it takes tells nothing of what the secrets are.
    pub(crate) fn admit(&self, secret: &Secret, now: Timestamp) -> Result<(InviteId, Role), RefusalCode> {
        let mut place = u32::MAX;
        for (n, invite) in (0..).zip(&self.0) {
            let same = invite.secret.reveal().as_bytes().ct_eq(secret.reveal().as_bytes());
            place.conditional_assign(&n, same);
        }
        let invite = self.0.get(place as usize).ok_or(RefusalCode::InviteUnknown)?;
        match invite.state(now) {
            InviteState::Good => Ok((invite.id.clone(), invite.role.into())),
            InviteState::Expired => Err(RefusalCode::InviteExpired),
            InviteState::UsedUp => Err(RefusalCode::InviteUsedUp),
            InviteState::Revoked => Err(RefusalCode::InviteRevoked),
        }
    }

    /// Somebody comes by it.
    pub(crate) fn take(&mut self, id: &InviteId) {
        if let Some(invite) = self.find(id) {
            invite.used += 1;
        }
    }

    /// Their coming was taken back.
    pub(crate) fn give_back(&mut self, id: &InviteId) {
        if let Some(invite) = self.find(id) {
            invite.used = invite.used.saturating_sub(1);
        }
    }

    /// Whether its people had to leave.
    pub(crate) fn has_expelled(&self, id: &InviteId) -> bool {
        let has = |invite: &Invite| invite.id == *id && invite.revoked == Some(Aftermath::Leave);
        self.0.iter().any(has)
    }

    /// Makes one. When there are as many as there may be, the oldest that is of no use any more makes room; `None` when
    /// there is none such. One whose people had to leave stays, or they could come back.
    pub(crate) fn make(
        &mut self,
        wish: InviteWish,
        id: InviteId,
        secret: Secret,
        now: Timestamp,
    ) -> Option<Invite> {
        if self.0.len() >= MOST {
            let spent = |invite: &Invite| {
                invite.state(now) != InviteState::Good && invite.revoked != Some(Aftermath::Leave)
            };
            let oldest = self.0.iter().position(spent)?;
            self.0.remove(oldest);
        }
        let InviteWish { role, note, hours, uses } = wish;
        let end = |hours: NonZeroU32| {
            now.checked_add(SignedDuration::from_hours(hours.get().into())).unwrap_or(Timestamp::MAX)
        };
        let note = visible_name(&note, NOTE_CHARS);
        let expires_at = hours.map(end);
        let invite =
            Invite { id, secret, role, note, made_at: now, expires_at, uses, used: 0, revoked: None };
        self.0.push(invite.clone());
        Some(invite)
    }

    /// Takes one back. Whether there is one. Whose people had to leave, those do not come back by that.
    pub(crate) fn revoke(&mut self, id: &InviteId, aftermath: Aftermath) -> bool {
        let Some(invite) = self.find(id) else { return false };
        if invite.revoked != Some(Aftermath::Leave) {
            invite.revoked = Some(aftermath);
        }
        true
    }

    fn find(&mut self, id: &InviteId) -> Option<&mut Invite> {
        self.0.iter_mut().find(|invite| invite.id == *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn later(hours: i64) -> Timestamp {
        NOW + SignedDuration::from_hours(hours)
    }

    fn made(invites: &mut Invites, n: u128, wish: InviteWish) -> Invite {
        invites.make(wish, InviteId::from_random(n), Secret::from_random(n), NOW).expect("there is room")
    }

    fn usual() -> InviteWish {
        InviteWish::default()
    }

    #[test]
    fn a_link_lets_in_as_long_as_it_is_good_and_then_says_why_not() {
        let mut invites = Invites::default();
        let hours = NonZeroU32::new(2);
        let invite = made(
            &mut invites,
            1,
            InviteWish { role: InviteRole::Reader, hours, uses: NonZeroU32::new(2), ..usual() },
        );
        let other = made(&mut invites, 2, usual());
        let admit =
            |invites: &Invites, hour| invites.admit(&invite.secret, later(hour)).map(|(_, role)| role);
        assert_eq!(admit(&invites, 1), Ok(Role::Reader));
        assert_eq!(admit(&invites, 2), Err(RefusalCode::InviteExpired));
        invites.take(&invite.id);
        invites.take(&invite.id);
        assert_eq!(admit(&invites, 1), Err(RefusalCode::InviteUsedUp));
        invites.give_back(&invite.id);
        assert_eq!(admit(&invites, 1), Ok(Role::Reader), "a coming was taken back");
        assert!(invites.revoke(&invite.id, Aftermath::Stay));
        assert_eq!(admit(&invites, 1), Err(RefusalCode::InviteRevoked));
        assert!(!invites.has_expelled(&invite.id));
        assert_eq!(invites.admit(&other.secret, later(99_999)), Ok((other.id, Role::Member)));
    }

    #[test]
    fn wrong_and_truncated_secrets_are_unknown() {
        let mut invites = Invites::default();
        let invite = made(&mut invites, 7, usual());
        let whole = invite.secret.reveal();
        for wrong in ["x", &whole[..21], &format!("{whole}A"), Secret::from_random(8).reveal()] {
            let wrong = Secret::new(wrong).expect("a text");
            assert_eq!(invites.admit(&wrong, NOW), Err(RefusalCode::InviteUnknown));
        }
    }

    #[test]
    fn those_of_no_use_make_room_but_not_for_whom_was_sent_away() {
        let mut invites = Invites::default();
        let first = made(&mut invites, 1, usual());
        let second = made(&mut invites, 2, usual());
        for n in 3..=MOST as u128 {
            made(&mut invites, n, usual());
        }
        let more = |invites: &mut Invites, n: u128| {
            invites.make(usual(), InviteId::from_random(n), Secret::from_random(n), NOW)
        };
        assert_eq!(more(&mut invites, 2000), None);
        invites.revoke(&first.id, Aftermath::Leave);
        invites.revoke(&first.id, Aftermath::Stay);
        assert!(invites.has_expelled(&first.id), "they stay where they are");
        assert_eq!(more(&mut invites, 2000), None);
        invites.revoke(&second.id, Aftermath::Stay);
        assert!(more(&mut invites, 2000).is_some());
        assert_eq!(invites.admit(&second.secret, NOW), Err(RefusalCode::InviteUnknown));
        assert_eq!(invites.newest_first().len(), MOST);
    }

    #[test]
    fn nothing_of_a_secret_is_shown() {
        let mut invites = Invites::default();
        let invite = made(&mut invites, 7, InviteWish { note: " 给\n阿明 ".to_owned(), ..usual() });
        assert_eq!(invite.note, "给 阿明");
        let blank =
            made(&mut invites, 8, InviteWish { note: "\u{200b}\u{3164} \u{2800}".to_owned(), ..usual() });
        assert_eq!(blank.note, "");
        assert!(!format!("{invites:?}{invite:?}").contains(invite.secret.reveal()));
    }
}
