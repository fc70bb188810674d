//! Who comes in, and who has to leave.

use std::net::IpAddr;

use hearth_protocol::{Hello, InviteId, RefusalCode, Secret, Seq};

use crate::access::gate::{Entrance, Verdict};
use crate::access::grant::Grant;
use crate::access::password::PasswordHash;
use crate::base::clock::Now;
use crate::base::conn_id::ConnId;
use crate::base::fresh::Fresh;
use crate::room::room::{Chair, Decided, Word, farewell, follow};

/// A v1 client that wants to come in.
#[derive(Debug)]
pub struct Knock {
    /// Its connection.
    pub conn: ConnId,
    /// What it says.
    pub hello: Box<Hello>,
    /// Where it reads on.
    pub after: Seq,
    /// Where it comes from: an address, or a whole /64 for IPv6.
    pub from: IpAddr,
}

/// A password to be looked at, for somebody who waits for that.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) knock: Knock,
    pub(crate) password: Secret,
    pub(crate) hash: PasswordHash,
}

/// A password that was looked at.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) knock: Knock,
    pub(crate) hash: PasswordHash,
    pub(crate) right: bool,
}

impl Chair {
    /// A v1 client wants to come in.
    pub fn hello(&mut self, knock: Knock, mut fresh: impl FnMut() -> Fresh, now: Now, decided: &mut Decided) {
        self.receive(knock, &mut fresh, now, decided);
    }

    /// A password was looked at. `here`: whether its connection is still there.
    pub(crate) fn looked(
        &mut self,
        looked: Looked,
        here: bool,
        mut fresh: impl FnMut() -> Fresh,
        now: Now,
        decided: &mut Decided,
    ) {
        let Looked { knock, hash, right } = looked;
        self.entrance.settle(knock.from, right, now);
        match right {
            _ if !here => {}
            true if self.entrance.has_password(&hash) => {
                self.seat(&knock, Some(Grant::default()), &mut fresh, now, decided);
            }
            // It was the password until a moment ago.
            true => self.receive(knock, &mut fresh, now, decided),
            false => decided.words.push((knock.conn, Word::HelloRefused(RefusalCode::PasswordWrong, None))),
        }
        for knock in std::mem::take(&mut self.waiting) {
            self.receive(knock, &mut fresh, now, decided);
        }
    }

    /// An invitation was taken back, and all who came by it leave.
    pub(crate) fn expel(&mut self, invite: &InviteId, now: Now) -> Decided {
        let mut decided = Decided::default();
        let (conns, departures) = self.room.expel(invite, now);
        let refused = |conn| (conn, Word::HelloRefused(RefusalCode::InviteRevoked, None));
        decided.words.extend(conns.into_iter().map(refused));
        decided.drafts.extend(departures.into_iter().filter_map(farewell));
        decided
    }

    /// The entrance.
    pub(crate) fn entrance(&mut self) -> &mut Entrance {
        &mut self.entrance
    }

    /// Whether more, or less, people have come by invitations since this was last asked.
    pub(crate) fn uses_have_moved(&mut self) -> bool {
        std::mem::take(&mut self.uses_moved)
    }

    fn receive(&mut self, knock: Knock, fresh: &mut dyn FnMut() -> Fresh, now: Now, decided: &mut Decided) {
        let known = self.room.known(&knock.hello);
        match self.entrance.judge(&knock.hello, knock.from, known, now) {
            Verdict::Back => self.seat(&knock, None, fresh, now, decided),
            Verdict::New(grant) => self.seat(&knock, Some(grant), fresh, now, decided),
            Verdict::Look(password, hash) => decided.looks.push(Look { knock, password, hash }),
            Verdict::Wait => self.waiting.push_back(knock),
            Verdict::Not(code, wait) => decided.words.push((knock.conn, Word::HelloRefused(code, wait))),
        }
    }

    fn seat(
        &mut self,
        knock: &Knock,
        grant: Option<Grant>,
        fresh: &mut dyn FnMut() -> Fresh,
        now: Now,
        decided: &mut Decided,
    ) {
        let invite = grant.as_ref().and_then(|grant| grant.invite.clone());
        match self.room.hello(knock.conn, &knock.hello, grant, fresh, now) {
            Ok(draft) => {
                if let Some(invite) = invite {
                    self.entrance.rules.invites.take(&invite);
                    self.uses_moved = true;
                }
                decided.welcomes.push((knock.conn, knock.after));
                decided.drafts.extend(draft.map(|draft| follow(knock.conn, draft)));
            }
            Err(code) => decided.words.push((knock.conn, Word::HelloRefused(code, None))),
        }
    }
}
