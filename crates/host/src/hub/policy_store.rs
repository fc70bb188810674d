//! The policy as it is kept with the room: settings of the log, in force once they are stored.

use hearth_log::{Log, LogError};
use jiff::Timestamp;

use crate::access::invites::Invite;
use crate::access::policy::{AccessChange, AccessPolicy, OwnerError};

// Names of settings in the log.
const LOCKS: &str = "locks";
const INVITES: &str = "invites";
const RULES: &str = "rules";

/// The policy that is kept with the room. What cannot be read is an error: a closed room does not open by damage.
pub(crate) async fn load(log: &dyn Log) -> Result<AccessPolicy, LogError> {
    let mut policy = AccessPolicy {
        locks: read(log, LOCKS).await?,
        invites: read(log, INVITES).await?,
        rules: read(log, RULES).await?,
    };
    policy.invites.count(log.admitted().await?);
    Ok(policy)
}

/// Changes the policy, once the change is stored. Gives the invitation that was made.
pub(crate) async fn change(
    policy: &mut AccessPolicy,
    change: AccessChange,
    log: &dyn Log,
    now: Timestamp,
    random: impl FnMut() -> u128,
) -> Result<Option<Invite>, OwnerError> {
    let (next, made) = policy.after(change, now, random)?;
    if next.locks != policy.locks {
        write(log, LOCKS, &next.locks).await?;
    }
    if next.invites != policy.invites {
        write(log, INVITES, &next.invites).await?;
    }
    if next.rules != policy.rules {
        write(log, RULES, &next.rules).await?;
    }
    *policy = next;
    Ok(made)
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
    use hearth_protocol::{InviteId, LogId, MemberId, MemberToken, Nickname, Role, Rules};

    use super::*;
    use crate::access::invites::{Aftermath, InviteWish};
    use crate::access::policy::Locks;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn log() -> MemoryLog {
        MemoryLog::new(LogId::from_random(1), MEMORY_LOG_BYTES)
    }

    async fn follow(
        policy: &mut AccessPolicy,
        wish: AccessChange,
        log: &dyn Log,
    ) -> Result<Option<Invite>, OwnerError> {
        let mut n = 100;
        let random = || {
            n += 1;
            n
        };
        change(policy, wish, log, NOW, random).await
    }

    #[tokio::test]
    async fn what_was_set_is_there_after_a_restart_and_uses_come_from_the_log() {
        let log = log();
        let mut policy = load(&log).await.expect("read");
        assert_eq!(policy.locks, Locks::default(), "a room is open");
        let made = follow(&mut policy, AccessChange::Make(InviteWish::default()), &log).await.expect("kept");
        let made = made.expect("an invitation");
        follow(&mut policy, AccessChange::Close(true), &log).await.expect("kept");
        let rules = Rules { members_pin: true };
        follow(&mut policy, AccessChange::Rules(rules), &log).await.expect("kept");
        let enrolment = Enrolment {
            member: MemberId::from_random(1),
            token: MemberToken::from_random(2),
            nickname: Nickname::new("阿明").expect("a nickname"),
            role: Role::Member,
            invite: Some(made.id.clone()),
        };
        log.append(Vec::new(), vec![enrolment]).await.expect("stored");
        let again = load(&log).await.expect("read");
        assert!(again.locks.closed);
        assert_eq!(again.rules, rules);
        assert_eq!(again.invites.newest_first(), [Invite { used: 1, ..made }]);
        let unknown = AccessChange::Revoke(InviteId::from_random(9), Aftermath::Leave);
        assert_eq!(follow(&mut policy, unknown, &log).await, Err(OwnerError::Unknown));
    }

    #[tokio::test]
    async fn a_closed_room_does_not_open_by_damage() {
        let log = log();
        log.set_setting(LOCKS, r#"{"closed":tru"#.to_owned()).await.expect("set");
        assert!(matches!(load(&log).await, Err(LogError::Damaged(_))));
    }
}
