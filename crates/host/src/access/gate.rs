//! The gate of a room: it decides whether somebody who knocks comes in, and as what (authentication). Pure: time is an
//! argument, and what takes long (a password) is checked by others.

use std::net::IpAddr;
use std::time::Duration;

use hearth_protocol::{Hello, RefusalCode, Role, Secret};
use subtle::ConstantTimeEq;

use crate::access::attempts::{Attempt, AttemptLimiter, Limited};
use crate::access::grant::{Grant, Known};
use crate::access::password::PasswordHash;
use crate::access::policy::AccessPolicy;
use crate::base::clock::Now;

/// The gate: it knows the policy, and who has tried to come in.
#[derive(Debug)]
pub struct Gate {
    pub(crate) policy: AccessPolicy,
    attempts: AttemptLimiter,
    /// Lets the owner in, always. It is made anew at each start and kept nowhere.
    pass: Secret,
}

/// Whether somebody comes in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// As who they were; and with more rights, if they show what gives them.
    Back(Option<Grant>),
    /// As somebody new.
    New(Grant),
    /// Their password is to be looked at, and [`Gate::settle`] to be told. A place is taken for it.
    CheckPassword(Secret, PasswordHash),
    /// They are to be judged again when a password has been looked at.
    Wait,
    /// They do not; and how long what they say is not looked at, if it was not.
    Refuse(RefusalCode, Option<Duration>),
}

impl Gate {
    /// The gate of a room that is open to all, and what members may do behind it.
    #[cfg(feature = "testing")]
    pub fn open(pass: Secret, rules: hearth_protocol::Rules) -> Self {
        Self::new(AccessPolicy { rules, ..AccessPolicy::default() }, pass)
    }

    pub(crate) fn new(policy: AccessPolicy, pass: Secret) -> Self {
        Self { policy, attempts: AttemptLimiter::default(), pass }
    }

    /// Whether a new classic guest may come in, who has nothing to show.
    pub(crate) fn is_open(&self) -> bool {
        !self.policy.locks.closed
    }

    /// Judges somebody who knocks. `from` is their address, a whole /64 for IPv6.
    pub(crate) fn judge(&mut self, hello: &Hello, from: IpAddr, known: Known<'_>, now: Now) -> Decision {
        let expelled = match known {
            Known::By(Grant { invite: Some(id), .. }) if self.policy.invites.has_expelled(id) => true,
            Known::By(grant) => return Decision::Back(self.more_than(grant, hello, from, now)),
            Known::No => false,
        };
        if self.is_open() || self.is_owners(hello) {
            return Decision::New(Grant::default());
        }
        let why_not = match &hello.secret {
            Some(secret) => match self.check_secret(secret, from, now) {
                Decision::Refuse(code, wait) => Some((code, wait)),
                decision => return decision,
            },
            None => None,
        };
        match (&hello.password, &self.policy.locks.password) {
            (Some(password), Some(hash)) => {
                match self.attempts.take(from, Attempt::Password, now.since_start) {
                    Ok(()) => Decision::CheckPassword(password.clone(), hash.clone()),
                    Err(full) => full.into(),
                }
            }
            (None, Some(_)) if why_not.is_none() && !expelled => {
                Decision::Refuse(RefusalCode::PasswordNeeded, None)
            }
            _ => {
                let needed = if expelled { RefusalCode::InviteRevoked } else { RefusalCode::InviteNeeded };
                let (code, wait) = why_not.unwrap_or((needed, None));
                Decision::Refuse(code, wait)
            }
        }
    }

    /// A password was looked at that [`Decision::CheckPassword`] told.
    pub(crate) fn settle(&mut self, from: IpAddr, right: bool, now: Now) {
        self.attempts.settle(from, Attempt::Password, right, now.since_start);
    }

    /// Whether this is of the password in force.
    pub(crate) fn has_password(&self, hash: &PasswordHash) -> bool {
        self.policy.locks.password.as_ref() == Some(hash)
    }

    /// Whether this is the hello of the owner's own client.
    pub(crate) fn is_owners(&self, hello: &Hello) -> bool {
        let pass = self.pass.reveal().as_bytes();
        hello.secret.as_ref().is_some_and(|secret| pass.ct_eq(secret.reveal().as_bytes()).into())
    }

    /// What a member gains by the invitation that they show. Most show the one that they came by, which is of no more use to
    /// them, and is not looked at unless one could be.
    fn more_than(&mut self, grant: &Grant, hello: &Hello, from: IpAddr, now: Now) -> Option<Grant> {
        let secret = hello.secret.as_ref().filter(|_| Role::Member.is_above(grant.role))?;
        match self.check_secret(secret, from, now) {
            Decision::New(more) if more.role.is_above(grant.role) => Some(more),
            _ => None,
        }
    }

    fn check_secret(&mut self, secret: &Secret, from: IpAddr, now: Now) -> Decision {
        if let Err(full) = self.attempts.take(from, Attempt::Invitation, now.since_start) {
            return full.into();
        }
        let admitted = self.policy.invites.admit(secret, now.clock);
        // One that is no longer good was given to them, and is no guess.
        let guessed = admitted == Err(RefusalCode::InviteUnknown);
        self.attempts.settle(from, Attempt::Invitation, !guessed, now.since_start);
        match admitted {
            Ok((id, role)) => Decision::New(Grant { role, invite: Some(id) }),
            Err(code) => Decision::Refuse(code, None),
        }
    }
}

impl From<Limited> for Decision {
    fn from(full: Limited) -> Self {
        match full {
            Limited::For(wait) => Self::Refuse(RefusalCode::TooManyGuesses, Some(wait)),
            Limited::ForNow => Self::Wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use hearth_protocol::InviteId;
    use jiff::Timestamp;

    use super::*;
    use crate::access::invites::{Aftermath, InviteWish};
    use crate::access::policy::Locks;

    const FROM: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    fn at(seconds: u64) -> Now {
        Now { clock: Timestamp::UNIX_EPOCH, since_start: Duration::from_secs(seconds) }
    }

    fn hash() -> PasswordHash {
        serde_json::from_str(r#""a hash""#).expect("a hash")
    }

    fn hello(secret: Option<u128>, password: Option<&str>) -> Hello {
        Hello {
            secret: secret.map(Secret::from_random),
            password: password.map(|password| Secret::new(password).expect("a password")),
            ..Hello::new("阿明")
        }
    }

    /// A closed room with an invitation of the secret 1, and the owner's pass 99.
    fn closed(password: bool) -> (Gate, InviteId) {
        let mut policy = AccessPolicy {
            locks: Locks { closed: true, password: password.then(hash) },
            ..AccessPolicy::default()
        };
        let id = InviteId::from_random(1);
        let wish = InviteWish { role: hearth_protocol::InviteRole::Reader, ..InviteWish::default() };
        policy.invites.make(wish, id.clone(), Secret::from_random(1), at(0).clock).expect("made");
        (Gate::new(policy, Secret::from_random(99)), id)
    }

    fn not(code: RefusalCode) -> Decision {
        Decision::Refuse(code, None)
    }

    #[test]
    fn an_open_room_lets_everybody_in_as_a_member() {
        let mut gate = Gate::new(AccessPolicy::default(), Secret::from_random(99));
        for hello in [hello(None, None), hello(Some(7), Some("x"))] {
            assert_eq!(gate.judge(&hello, FROM, Known::No, at(0)), Decision::New(Grant::default()));
        }
    }

    #[test]
    fn a_closed_room_lets_in_members_the_owner_and_who_was_invited() {
        let (mut gate, id) = closed(false);
        let mut judge = |hello: &Hello, known: Known<'_>| gate.judge(hello, FROM, known, at(0));
        assert_eq!(judge(&hello(None, None), Known::No), not(RefusalCode::InviteNeeded));
        assert_eq!(judge(&hello(None, Some("x")), Known::No), not(RefusalCode::InviteNeeded));
        assert_eq!(judge(&hello(Some(2), None), Known::No), not(RefusalCode::InviteUnknown));
        let grant = Grant { role: Role::Reader, invite: Some(id.clone()) };
        assert_eq!(judge(&hello(Some(1), None), Known::No), Decision::New(grant));
        assert_eq!(judge(&hello(Some(99), None), Known::No), Decision::New(Grant::default()));
        assert_eq!(judge(&hello(None, None), Known::By(&Grant::default())), Decision::Back(None));
        let came = Grant { role: Role::Reader, invite: Some(id) };
        assert_eq!(judge(&hello(None, None), Known::By(&came)), Decision::Back(None));
    }

    #[test]
    fn a_reader_gains_by_a_members_invitation_and_nobody_loses_by_one() {
        let (mut gate, reading) = closed(true);
        let writing = InviteId::from_random(2);
        let (wish, secret) = (InviteWish::default(), Secret::from_random(2));
        gate.policy.invites.make(wish, writing.clone(), secret, at(0).clock).expect("made");
        let reader = Grant { role: Role::Reader, invite: Some(reading) };
        let member = Grant { role: Role::Member, invite: Some(writing.clone()) };
        let mut judge = |secret, known: &Grant, second| {
            gate.judge(&hello(Some(secret), None), FROM, Known::By(known), at(second))
        };
        assert_eq!(judge(1, &reader, 0), Decision::Back(None), "it is the one that they came by");
        assert_eq!(judge(2, &reader, 0), Decision::Back(Some(member.clone())));
        assert_eq!(judge(1, &member, 0), Decision::Back(None));
        assert_eq!(judge(2, &Grant { role: Role::Moderator, invite: None }, 0), Decision::Back(None));
        // Guessing leads to nothing, and keeps out nobody who is known.
        for n in 0..20 {
            assert_eq!(judge(1000 + n, &reader, 1), Decision::Back(None));
        }
        assert_eq!(judge(2, &reader, 2), Decision::Back(None), "it is not looked at any more");
        assert_eq!(judge(2, &reader, 62), Decision::Back(Some(member.clone())));
        gate.policy.invites.revoke(&writing, Aftermath::Stay);
        let decision = gate.judge(&hello(Some(2), None), FROM, Known::By(&reader), at(63));
        assert_eq!(decision, Decision::Back(None));
    }

    #[test]
    fn whoever_was_sent_away_does_not_come_back_by_a_token() {
        let (mut gate, id) = closed(true);
        gate.policy.invites.revoke(&id, Aftermath::Leave);
        let came = Grant { role: Role::Reader, invite: Some(id) };
        let mut judge = |hello: &Hello| gate.judge(hello, FROM, Known::By(&came), at(0));
        assert_eq!(judge(&hello(None, None)), not(RefusalCode::InviteRevoked));
        assert_eq!(judge(&hello(Some(1), None)), not(RefusalCode::InviteRevoked));
        gate.policy.locks.closed = false;
        assert_eq!(
            gate.judge(&hello(None, None), FROM, Known::By(&came), at(0)),
            Decision::New(Grant::default()),
            "as anybody may"
        );
    }

    #[test]
    fn a_password_is_as_good_as_a_link_and_is_looked_at_five_times_a_minute() {
        let (mut gate, _) = closed(true);
        assert_eq!(gate.judge(&hello(None, None), FROM, Known::No, at(0)), not(RefusalCode::PasswordNeeded));
        let typed = hello(None, Some("x"));
        let look = || Decision::CheckPassword(Secret::new("x").expect("a password"), hash());
        for _ in 0..5 {
            assert_eq!(gate.judge(&typed, FROM, Known::No, at(0)), look());
        }
        assert_eq!(gate.judge(&typed, FROM, Known::No, at(0)), Decision::Wait);
        gate.settle(FROM, true, at(1));
        assert_eq!(gate.judge(&typed, FROM, Known::No, at(1)), look());
        for _ in 0..5 {
            gate.settle(FROM, false, at(1));
        }
        let wait = Some(Duration::from_secs(58));
        let far = IpAddr::from([192, 0, 2, 2]);
        assert_eq!(
            gate.judge(&typed, far, Known::No, at(3)),
            Decision::Refuse(RefusalCode::TooManyGuesses, wait),
            "from wherever they come"
        );
        assert!(matches!(gate.judge(&hello(Some(1), None), far, Known::No, at(3)), Decision::New(_)));
        assert!(matches!(gate.judge(&hello(Some(2), None), far, Known::No, at(3)), Decision::Refuse(..)));
    }

    #[test]
    fn guesses_at_links_are_slowed_by_address_and_spent_links_are_none() {
        let (mut gate, id) = closed(false);
        gate.policy.invites.revoke(&id, Aftermath::Stay);
        for _ in 0..10 {
            let decision = gate.judge(&hello(Some(1), None), FROM, Known::No, at(0));
            assert_eq!(decision, not(RefusalCode::InviteRevoked), "a link that was good is no guess");
        }
        for n in 0..5 {
            let decision = gate.judge(&hello(Some(1000 + n), None), FROM, Known::No, at(0));
            assert_eq!(decision, not(RefusalCode::InviteUnknown));
        }
        let decision = gate.judge(&hello(Some(2000), None), FROM, Known::No, at(10));
        assert_eq!(decision, Decision::Refuse(RefusalCode::TooManyGuesses, Some(Duration::from_secs(50))));
        let far = IpAddr::from([192, 0, 2, 2]);
        let decision = gate.judge(&hello(Some(2000), None), far, Known::No, at(10));
        assert_eq!(decision, not(RefusalCode::InviteUnknown), "nobody else is kept out");
    }
}
