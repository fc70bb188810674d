//! Who may come into a room, as its owner has set it: kept with the room, and in force once it is kept.

use hearth_log::{Log, LogError};
use hearth_protocol::{InviteId, Secret};
use jiff::Timestamp;
use thiserror::Error;

use crate::access::invites::{Aftermath, Invite, InviteWish, Invites, MOST};
use crate::access::password::{Locks, PasswordHash};

// Names of settings in the log.
const LOCKS: &str = "locks";
const INVITES: &str = "invites";

/// Who may come in.
#[derive(Debug, Clone, Default)]
pub(crate) struct AccessPolicy {
    pub(crate) locks: Locks,
    pub(crate) invites: Invites,
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

impl AccessPolicy {
    /// What is kept with the room. What cannot be read is an error: a closed room does not open by damage.
    pub(crate) async fn of(log: &dyn Log) -> Result<Self, LogError> {
        let mut policy = Self { locks: read(log, LOCKS).await?, invites: read(log, INVITES).await? };
        policy.invites.count(log.admitted().await?);
        Ok(policy)
    }

    /// Does what the owner wants. Gives the invitation that was made.
    pub(crate) async fn follow(
        &mut self,
        change: AccessChange,
        log: &dyn Log,
        now: Timestamp,
        mut random: impl FnMut() -> u128,
    ) -> Result<Option<Invite>, OwnerError> {
        let mut next = self.clone();
        let mut made = None;
        match change {
            AccessChange::Close(closed) => next.locks.closed = closed,
            AccessChange::Password(hash) => next.locks.password = hash,
            AccessChange::Make(wish) => {
                let (id, secret) = (InviteId::from_random(random()), Secret::from_random(random()));
                made = Some(next.invites.make(wish, id, secret, now).ok_or(OwnerError::TooMany)?);
            }
            AccessChange::Revoke(id, aftermath) if !next.invites.revoke(&id, aftermath) => {
                return Err(OwnerError::Unknown);
            }
            AccessChange::Revoke(..) => {}
        }
        if next.locks != self.locks {
            write(log, LOCKS, &next.locks).await?;
        }
        if next.invites != self.invites {
            write(log, INVITES, &next.invites).await?;
        }
        *self = next;
        Ok(made)
    }
}

async fn read<T: Default + serde::de::DeserializeOwned>(
    log: &dyn Log,
    name: &'static str,
) -> Result<T, LogError> {
    let Some(text) = log.setting(name).await? else { return Ok(T::default()) };
    // What serde says may quote what stands there.
    serde_json::from_str(&text).map_err(|_| LogError::Damaged(format!("its setting {name:?} is none")))
}

async fn write(log: &dyn Log, name: &'static str, value: &impl serde::Serialize) -> Result<(), LogError> {
    let text = serde_json::to_string(value).map_err(|error| LogError::System(error.to_string()))?;
    log.set_setting(name, text).await
}

#[cfg(test)]
mod tests {
    use hearth_log::{Enrolment, MEMORY_LOG_BYTES, MemoryLog};
    use hearth_protocol::{LogId, MemberId, MemberToken, Nickname, Role};

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn log() -> MemoryLog {
        MemoryLog::new(LogId::from_random(1), MEMORY_LOG_BYTES)
    }

    async fn follow(
        policy: &mut AccessPolicy,
        change: AccessChange,
        log: &dyn Log,
    ) -> Result<Option<Invite>, OwnerError> {
        let mut n = 100;
        let random = || {
            n += 1;
            n
        };
        policy.follow(change, log, NOW, random).await
    }

    #[tokio::test]
    async fn what_was_set_is_there_after_a_restart_and_uses_come_from_the_log() {
        let log = log();
        let mut policy = AccessPolicy::of(&log).await.expect("read");
        assert_eq!(policy.locks, Locks::default(), "a room is open");
        let made = follow(&mut policy, AccessChange::Make(InviteWish::default()), &log).await.expect("kept");
        let made = made.expect("an invitation");
        follow(&mut policy, AccessChange::Close(true), &log).await.expect("kept");
        let enrolment = Enrolment {
            member: MemberId::from_random(1),
            token: MemberToken::from_random(2),
            nickname: Nickname::new("阿明").expect("a nickname"),
            role: Role::Member,
            invite: Some(made.id.clone()),
        };
        log.append(Vec::new(), vec![enrolment]).await.expect("stored");
        let again = AccessPolicy::of(&log).await.expect("read");
        assert!(again.locks.closed);
        assert_eq!(again.invites.newest_first(), [Invite { used: 1, ..made }]);
        let unknown = AccessChange::Revoke(InviteId::from_random(9), Aftermath::Leave);
        assert_eq!(follow(&mut policy, unknown, &log).await, Err(OwnerError::Unknown));
    }

    #[tokio::test]
    async fn a_closed_room_does_not_open_by_damage() {
        let log = log();
        log.set_setting(LOCKS, r#"{"closed":tru"#.to_owned()).await.expect("set");
        assert!(matches!(AccessPolicy::of(&log).await, Err(LogError::Damaged(_))));
    }
}
