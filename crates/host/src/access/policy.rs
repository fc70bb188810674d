//! The policy of a room, as its owner has set it: whether it is open, its password, its invitations (access), and what members
//! may do. Pure.

use std::collections::HashMap;

use hearth_log::LogError;
use hearth_protocol::{InviteId, Nickname, Rules, Secret};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

use crate::access::invites::{Aftermath, Invite, InviteWish, Invites, MOST};
use crate::access::password::PasswordHash;

/// The policy: who may come in, and what members may do.
#[derive(Debug, Clone, Default)]
pub(crate) struct AccessPolicy {
    pub(crate) locks: Locks,
    pub(crate) invites: Invites,
    pub(crate) rules: Rules,
}

/// What the owner wants.
#[derive(Debug)]
pub(crate) enum AccessChange {
    /// Close the room, or open it.
    Close(bool),
    /// Another password, or none.
    Password(Option<PasswordHash>),
    /// An invitation.
    Make(InviteWish),
    /// Takes an invitation back.
    Revoke(InviteId, Aftermath),
    /// What members may do.
    Rules(Rules),
}

/// Why the owner did not get what they wanted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OwnerError {
    /// As many are good as there may be.
    #[error("there are {MOST} invitations already; take some back first")]
    TooMany,
    /// There is no such invitation.
    #[error("there is no such invitation")]
    Unknown,
    /// It could not be stored, so it did not happen.
    #[error("it could not be kept: {0}")]
    NotKept(#[from] LogError),
    /// The host is about to stop.
    #[error("the host stops")]
    Stopped,
}

/// Who may come in and what members may do, as it stands, for the owner to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessState {
    /// Whether the room is open.
    pub access: Access,
    /// The invitations, the newest first.
    pub invites: Vec<Invite>,
    /// What members may do.
    pub rules: Rules,
    /// Who has come by them, as far as the room remembers, by the names that they have now.
    pub comers: HashMap<InviteId, Vec<Nickname>>,
}

/// Who may come into a room, for its owner to see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Access {
    /// Whether it needs an invitation, or the password if there is one. Members come back without.
    pub closed: bool,
    /// Whether it has a password.
    pub password: bool,
}

/// The same as it is kept with the room.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Locks {
    pub(crate) closed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password: Option<PasswordHash>,
}

impl Locks {
    pub(crate) fn access(&self) -> Access {
        Access { closed: self.closed, password: self.password.is_some() }
    }
}

impl AccessPolicy {
    /// The policy as it stands, for the owner to see.
    pub(crate) fn state(&self) -> AccessState {
        AccessState {
            access: self.locks.access(),
            invites: self.invites.newest_first(),
            rules: self.rules,
            comers: HashMap::new(),
        }
    }

    /// The policy after a change, and the invitation that was made by it.
    pub(crate) fn after(
        &self,
        change: AccessChange,
        now: Timestamp,
        mut random: impl FnMut() -> u128,
    ) -> Result<(Self, Option<Invite>), OwnerError> {
        let mut next = self.clone();
        let mut made = None;
        match change {
            AccessChange::Close(closed) => next.locks.closed = closed,
            AccessChange::Password(hash) => next.locks.password = hash,
            AccessChange::Rules(rules) => next.rules = rules,
            AccessChange::Make(wish) => {
                let (id, secret) = (InviteId::from_random(random()), Secret::from_random(random()));
                made = Some(next.invites.make(wish, id, secret, now).ok_or(OwnerError::TooMany)?);
            }
            AccessChange::Revoke(id, aftermath) if !next.invites.revoke(&id, aftermath) => {
                return Err(OwnerError::Unknown);
            }
            AccessChange::Revoke(..) => {}
        }
        Ok((next, made))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_nothing_of_it_is_kept() {
        let password = Secret::new("芝麻开门").expect("a password");
        let hash = PasswordHash::of(&password, 7);
        assert!(hash.is_of(&password));
        assert!(!hash.is_of(&Secret::new("芝麻开门 ").expect("another")));
        assert_ne!(hash, PasswordHash::of(&password, 8), "each has a salt of its own");
        let kept = serde_json::to_string(&Locks { closed: true, password: Some(hash) }).expect("JSON");
        assert!(kept.contains("$argon2id$v=19$m=19456,t=2,p=1$") && !kept.contains("芝麻"), "{kept}");
        let read: Locks = serde_json::from_str(&kept).expect("read");
        assert!(read.password.expect("one").is_of(&password));
    }
}
