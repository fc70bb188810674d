//! The entrance of a room: whether somebody who knocks comes in, and as what. Pure: time is an argument, and what takes long
//! (a password) is looked at by others.

use std::net::IpAddr;
use std::time::Duration;

use hearth_protocol::{Hello, RefusalCode, Secret};
use subtle::ConstantTimeEq;

use crate::access::attempts::{At, Full, Guesses};
use crate::access::grant::{Grant, Known};
use crate::access::password::PasswordHash;
use crate::access::policy::Rules;
use crate::base::clock::Now;

/// The entrance.
#[derive(Debug)]
pub struct Entrance {
    pub(crate) rules: Rules,
    guesses: Guesses,
    /// Lets the owner in, always. It is made anew at each start and kept nowhere.
    pass: Secret,
}

/// Whether somebody comes in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// As who they were.
    Back,
    /// As somebody new.
    New(Grant),
    /// Their password is to be looked at, and [`Entrance::settle`] to be told. A place is taken for it.
    Look(Secret, PasswordHash),
    /// They are to be judged again when a password has been looked at.
    Wait,
    /// They do not; and how long what they say is not looked at, if it was not.
    Not(RefusalCode, Option<Duration>),
}

impl Entrance {
    /// The entrance of a room that is open to all.
    pub fn open(pass: Secret) -> Self {
        Self::new(Rules::default(), pass)
    }

    pub(crate) fn new(rules: Rules, pass: Secret) -> Self {
        Self { rules, guesses: Guesses::default(), pass }
    }

    /// Whether a new classic guest may come in, who has nothing to show.
    pub(crate) fn is_open(&self) -> bool {
        !self.rules.locks.closed
    }

    /// Judges somebody who knocks. `from` is their address, a whole /64 for IPv6.
    pub(crate) fn judge(&mut self, hello: &Hello, from: IpAddr, known: Known<'_>, now: Now) -> Verdict {
        let expelled = match known {
            Known::By(invite) if !invite.is_some_and(|id| self.rules.invites.has_expelled(id)) => {
                return Verdict::Back;
            }
            Known::By(_) => true,
            Known::No => false,
        };
        if self.is_open() || hello.secret.as_ref().is_some_and(|secret| self.is_owner(secret)) {
            return Verdict::New(Grant::default());
        }
        let why_not = match &hello.secret {
            Some(secret) => match self.look(secret, from, now) {
                Verdict::Not(code, wait) => Some((code, wait)),
                verdict => return verdict,
            },
            None => None,
        };
        match (&hello.password, &self.rules.locks.password) {
            (Some(password), Some(hash)) => match self.guesses.take(from, At::Password, now.since_start) {
                Ok(()) => Verdict::Look(password.clone(), hash.clone()),
                Err(full) => full.into(),
            },
            (None, Some(_)) if why_not.is_none() && !expelled => {
                Verdict::Not(RefusalCode::PasswordNeeded, None)
            }
            _ => {
                let needed = if expelled { RefusalCode::InviteRevoked } else { RefusalCode::InviteNeeded };
                let (code, wait) = why_not.unwrap_or((needed, None));
                Verdict::Not(code, wait)
            }
        }
    }

    /// A password was looked at that [`Verdict::Look`] told.
    pub(crate) fn settle(&mut self, from: IpAddr, right: bool, now: Now) {
        self.guesses.settle(from, At::Password, right, now.since_start);
    }

    /// Whether this is of the password in force.
    pub(crate) fn has_password(&self, hash: &PasswordHash) -> bool {
        self.rules.locks.password.as_ref() == Some(hash)
    }

    fn is_owner(&self, secret: &Secret) -> bool {
        self.pass.reveal().as_bytes().ct_eq(secret.reveal().as_bytes()).into()
    }

    fn look(&mut self, secret: &Secret, from: IpAddr, now: Now) -> Verdict {
        if let Err(full) = self.guesses.take(from, At::Invitation, now.since_start) {
            return full.into();
        }
        let admitted = self.rules.invites.admit(secret, now.clock);
        // One that is no longer good was given to them, and is no guess.
        let guessed = admitted == Err(RefusalCode::InviteUnknown);
        self.guesses.settle(from, At::Invitation, !guessed, now.since_start);
        match admitted {
            Ok((id, role)) => Verdict::New(Grant { role, invite: Some(id) }),
            Err(code) => Verdict::Not(code, None),
        }
    }
}

impl From<Full> for Verdict {
    fn from(full: Full) -> Self {
        match full {
            Full::For(wait) => Self::Not(RefusalCode::TooManyGuesses, Some(wait)),
            Full::ForNow => Self::Wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use hearth_protocol::{InviteId, Role};
    use jiff::Timestamp;

    use super::*;
    use crate::access::invites::{Aftermath, InviteWish};
    use crate::access::password::Locks;

    const FROM: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    fn at(seconds: u64) -> Now {
        Now { clock: Timestamp::UNIX_EPOCH, since_start: Duration::from_secs(seconds) }
    }

    fn hash() -> PasswordHash {
        serde_json::from_str(r#""a hash""#).expect("a hash")
    }

    fn hello(secret: Option<u128>, password: Option<&str>) -> Hello {
        Hello {
            nickname: "阿明".to_owned(),
            client: None,
            token: None,
            secret: secret.map(Secret::from_random),
            password: password.map(|password| Secret::new(password).expect("a password")),
            log: None,
            after: None,
        }
    }

    /// A closed room with an invitation of the secret 1, and the owner's pass 99.
    fn closed(password: bool) -> (Entrance, InviteId) {
        let mut rules =
            Rules { locks: Locks { closed: true, password: password.then(hash) }, ..Rules::default() };
        let id = InviteId::from_random(1);
        let wish = InviteWish { role: Role::Reader, ..InviteWish::default() };
        rules.invites.make(wish, id.clone(), Secret::from_random(1), at(0).clock).expect("made");
        (Entrance::new(rules, Secret::from_random(99)), id)
    }

    fn not(code: RefusalCode) -> Verdict {
        Verdict::Not(code, None)
    }

    #[test]
    fn an_open_room_lets_everybody_in_as_a_member() {
        let mut entrance = Entrance::new(Rules::default(), Secret::from_random(99));
        for hello in [hello(None, None), hello(Some(7), Some("x"))] {
            assert_eq!(entrance.judge(&hello, FROM, Known::No, at(0)), Verdict::New(Grant::default()));
        }
    }

    #[test]
    fn a_closed_room_lets_in_members_the_owner_and_who_was_invited() {
        let (mut entrance, id) = closed(false);
        let mut judge = |hello: &Hello, known: Known<'_>| entrance.judge(hello, FROM, known, at(0));
        assert_eq!(judge(&hello(None, None), Known::No), not(RefusalCode::InviteNeeded));
        assert_eq!(judge(&hello(None, Some("x")), Known::No), not(RefusalCode::InviteNeeded));
        assert_eq!(judge(&hello(Some(2), None), Known::No), not(RefusalCode::InviteUnknown));
        let grant = Grant { role: Role::Reader, invite: Some(id.clone()) };
        assert_eq!(judge(&hello(Some(1), None), Known::No), Verdict::New(grant));
        assert_eq!(judge(&hello(Some(99), None), Known::No), Verdict::New(Grant::default()));
        assert_eq!(judge(&hello(None, None), Known::By(None)), Verdict::Back);
        assert_eq!(judge(&hello(None, None), Known::By(Some(&id))), Verdict::Back);
    }

    #[test]
    fn whoever_was_sent_away_does_not_come_back_by_a_token() {
        let (mut entrance, id) = closed(true);
        entrance.rules.invites.revoke(&id, Aftermath::Leave);
        let mut judge = |hello: &Hello| entrance.judge(hello, FROM, Known::By(Some(&id)), at(0));
        assert_eq!(judge(&hello(None, None)), not(RefusalCode::InviteRevoked));
        assert_eq!(judge(&hello(Some(1), None)), not(RefusalCode::InviteRevoked));
        entrance.rules.locks.closed = false;
        assert_eq!(
            entrance.judge(&hello(None, None), FROM, Known::By(Some(&id)), at(0)),
            Verdict::New(Grant::default()),
            "as anybody may"
        );
    }

    #[test]
    fn a_password_is_as_good_as_a_link_and_is_looked_at_five_times_a_minute() {
        let (mut entrance, _) = closed(true);
        assert_eq!(
            entrance.judge(&hello(None, None), FROM, Known::No, at(0)),
            not(RefusalCode::PasswordNeeded)
        );
        let typed = hello(None, Some("x"));
        let look = || Verdict::Look(Secret::new("x").expect("a password"), hash());
        for _ in 0..5 {
            assert_eq!(entrance.judge(&typed, FROM, Known::No, at(0)), look());
        }
        assert_eq!(entrance.judge(&typed, FROM, Known::No, at(0)), Verdict::Wait);
        entrance.settle(FROM, true, at(1));
        assert_eq!(entrance.judge(&typed, FROM, Known::No, at(1)), look());
        for _ in 0..5 {
            entrance.settle(FROM, false, at(1));
        }
        let wait = Some(Duration::from_secs(58));
        let far = IpAddr::from([192, 0, 2, 2]);
        assert_eq!(
            entrance.judge(&typed, far, Known::No, at(3)),
            Verdict::Not(RefusalCode::TooManyGuesses, wait),
            "from wherever they come"
        );
        assert!(matches!(entrance.judge(&hello(Some(1), None), far, Known::No, at(3)), Verdict::New(_)));
        assert!(matches!(entrance.judge(&hello(Some(2), None), far, Known::No, at(3)), Verdict::Not(..)));
    }

    #[test]
    fn guesses_at_links_are_slowed_by_address_and_spent_links_are_none() {
        let (mut entrance, id) = closed(false);
        entrance.rules.invites.revoke(&id, Aftermath::Stay);
        for _ in 0..10 {
            let verdict = entrance.judge(&hello(Some(1), None), FROM, Known::No, at(0));
            assert_eq!(verdict, not(RefusalCode::InviteRevoked), "a link that was good is no guess");
        }
        for n in 0..5 {
            let verdict = entrance.judge(&hello(Some(1000 + n), None), FROM, Known::No, at(0));
            assert_eq!(verdict, not(RefusalCode::InviteUnknown));
        }
        let verdict = entrance.judge(&hello(Some(2000), None), FROM, Known::No, at(10));
        assert_eq!(verdict, Verdict::Not(RefusalCode::TooManyGuesses, Some(Duration::from_secs(50))));
        let far = IpAddr::from([192, 0, 2, 2]);
        let verdict = entrance.judge(&hello(Some(2000), None), far, Known::No, at(10));
        assert_eq!(verdict, not(RefusalCode::InviteUnknown), "nobody else is kept out");
    }
}
