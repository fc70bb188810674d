//! Joining and expelling: who comes in, and who has to leave (moderation).

use hearth_protocol::{InviteId, RefusalCode};

use crate::access::gate::{Decision, Gate};
use crate::access::grant::Grant;
use crate::base::clock::Now;
use crate::base::fresh::Fresh;
use crate::room::batch::{Batch, JoinRequest, PasswordCheck, PasswordChecked, Reply, follow};
use crate::room::room::Room;

impl Room {
    /// A v1 client wants to come in.
    pub fn hello(
        &mut self,
        join: JoinRequest,
        mut fresh: impl FnMut() -> Fresh,
        now: Now,
        batch: &mut Batch,
    ) {
        self.receive(join, &mut fresh, now, batch);
    }

    /// A password was checked. `here`: whether its connection is still there.
    pub(crate) fn password_checked(
        &mut self,
        checked: PasswordChecked,
        here: bool,
        mut fresh: impl FnMut() -> Fresh,
        now: Now,
        batch: &mut Batch,
    ) {
        let PasswordChecked { join, hash, right } = checked;
        self.gate.settle(join.from, right, now);
        match right {
            _ if !here => {}
            true if self.gate.has_password(&hash) => {
                self.seat(&join, Some(Grant::default()), &mut fresh, now, batch);
            }
            // It was the password until a moment ago.
            true => self.receive(join, &mut fresh, now, batch),
            false => batch.replies.push((join.conn, Reply::HelloRefused(RefusalCode::PasswordWrong, None))),
        }
        for join in std::mem::take(&mut self.waiting) {
            self.receive(join, &mut fresh, now, batch);
        }
    }

    /// An invitation was taken back, and all who came by it leave.
    pub(crate) fn expel(&mut self, invite: &InviteId, now: Now) -> Batch {
        let mut batch = Batch::default();
        let (conns, departures) = self.members.expel(invite, now);
        let refused = |conn| (conn, Reply::HelloRefused(RefusalCode::InviteRevoked, None));
        batch.replies.extend(conns.into_iter().map(refused));
        for departure in departures {
            batch.farewell(departure);
        }
        batch
    }

    /// The gate.
    pub(crate) fn gate(&mut self) -> &mut Gate {
        &mut self.gate
    }

    /// Whether more, or less, people have come by invitations since this was last asked.
    pub(crate) fn uses_have_moved(&mut self) -> bool {
        std::mem::take(&mut self.uses_moved)
    }

    fn receive(&mut self, join: JoinRequest, fresh: &mut dyn FnMut() -> Fresh, now: Now, batch: &mut Batch) {
        let known = self.members.known(&join.hello);
        match self.gate.judge(&join.hello, join.from, known, now) {
            Decision::Back => self.seat(&join, None, fresh, now, batch),
            Decision::New(grant) => self.seat(&join, Some(grant), fresh, now, batch),
            Decision::CheckPassword(password, hash) => {
                batch.password_checks.push(PasswordCheck { join, password, hash });
            }
            Decision::Wait => self.waiting.push_back(join),
            Decision::Refuse(code, wait) => batch.replies.push((join.conn, Reply::HelloRefused(code, wait))),
        }
    }

    fn seat(
        &mut self,
        join: &JoinRequest,
        grant: Option<Grant>,
        fresh: &mut dyn FnMut() -> Fresh,
        now: Now,
        batch: &mut Batch,
    ) {
        let invite = grant.as_ref().and_then(|grant| grant.invite.clone());
        match self.members.hello(join.conn, &join.hello, grant, fresh, now) {
            Ok(draft) => {
                if let Some(invite) = invite {
                    self.gate.policy.invites.take(&invite);
                    self.uses_moved = true;
                }
                batch.welcomes.push((join.conn, join.after));
                batch.drafts.extend(draft.map(|draft| follow(join.conn, draft)));
            }
            Err(code) => batch.replies.push((join.conn, Reply::HelloRefused(code, None))),
        }
    }
}
