//! Settling a batch: what it leaves to be stored, what follows once it is (commit), and what is undone when it could not be
//! (roll back). The log itself is asked elsewhere.

use std::collections::HashSet;

use hearth_log::{Appended, Draft, Enrolment, LogError};
use hearth_protocol::{Ack, Asked, InviteId, MemberId, People, PostId, RefusalCode, Refused, ServerFrame};

use crate::base::clock::Now;
use crate::base::storage::Storage;
use crate::room::batch::{AfterCommit, Batch, Committed, Pending, Replies, Reply};
use crate::room::members::Members;
use crate::room::room::Room;

impl Room {
    /// What of a batch is to be stored, and what the room waits for meanwhile. Nobody is sent anything of it before it is
    /// settled.
    pub(crate) fn prepare(&mut self, batch: Batch) -> (Vec<Draft>, Vec<Enrolment>, Pending) {
        let Batch { drafts, renames, rosters, .. } = batch;
        let drafts: Vec<_> = self.unstored_leaves.drain(..).chain(drafts).collect();
        let (drafts, after): (Vec<_>, Vec<_>) = drafts.into_iter().unzip();
        // A token that the log does not know would make somebody a stranger after a restart.
        let new = self.members.take_enrolled();
        let enrolled = new.iter().map(|new| (new.member.clone(), new.invite.clone())).collect();
        (drafts, new, Pending { after, enrolled, renames, rosters })
    }

    /// What follows from what the log says; `None`: there was nothing to store.
    pub(crate) fn settle(
        &mut self,
        pending: Pending,
        stored: Option<Result<Vec<Appended>, LogError>>,
        now: impl Fn() -> Now,
    ) -> Committed {
        let Pending { after, enrolled, renames, rosters } = pending;
        let mut committed =
            Committed { storage: stored.as_ref().map(Storage::after), ..Committed::default() };
        match stored {
            None => {}
            Some(Ok(appended)) => committed.publish(appended, after),
            Some(Err(error)) => self.roll_back(&error, after, enrolled, now(), &mut committed.replies),
        }
        for conn in renames {
            if let Some((you, _)) = self.members.you(conn) {
                committed.replies.push((conn, Reply::Frame(ServerFrame::You(you))));
            }
        }
        // Only now: who is coming may be turned away.
        for conn in rosters {
            let (people, online) = self.members.roster.people();
            let people = ServerFrame::People(People { people, online });
            committed.replies.push((conn, Reply::Frame(people)));
        }
        committed
    }

    /// Nothing was stored, so nothing has happened, but that who left is gone. Who can be told so is told; others
    /// lose their connection, and see by that that their line did not arrive. `new` are those whose tokens the log was to
    /// learn: in a large room no entry tells of their coming. The invitations that they came by are as good as before.
    fn roll_back(
        &mut self,
        error: &LogError,
        then: Vec<AfterCommit>,
        new: Vec<(MemberId, Option<InviteId>)>,
        now: Now,
        replies: &mut Replies,
    ) {
        tracing::debug!(%error, "nothing was stored");
        let refused = |id: Option<PostId>| {
            let message = error.to_string();
            let of = id.is_none().then_some(Asked::Rename);
            let code = RefusalCode::Storage;
            Reply::Frame(ServerFrame::Refused(Refused { id, of, code, message, retry_after_ms: None }))
        };
        // Renames first, the last one first: so each leads back to where it came from.
        let (renames, others): (Vec<_>, Vec<_>) =
            then.into_iter().partition(|then| matches!(then, AfterCommit::Renamed { .. }));
        let mut withdrawn = HashSet::new();
        let withdraw = |members: &mut Members, replies: &mut Replies, member: &MemberId| {
            let conns = members.withdraw(member, now);
            replies.extend(conns.into_iter().map(|conn| (conn, Reply::TurnedAway)));
        };
        for (member, invite) in new {
            if let Some(invite) = invite {
                self.gate.policy.invites.give_back(&invite);
                self.uses_moved = true;
            }
            withdraw(&mut self.members, replies, &member);
            self.members.unlearn(&member);
            withdrawn.insert(member);
        }
        for then in renames.into_iter().rev().chain(others) {
            match then {
                AfterCommit::Came { member } => {
                    withdraw(&mut self.members, replies, &member);
                    withdrawn.insert(member);
                }
                AfterCommit::Said { conn } => replies.push((conn, Reply::TurnedAway)),
                AfterCommit::Acknowledge { conn, id } => replies.push((conn, refused(Some(id)))),
                AfterCommit::Renamed { conn, old } => {
                    self.members.rename(conn, &old, now);
                    replies.push((conn, refused(None)));
                }
                // Who never came has not left.
                AfterCommit::Farewell { draft, .. } if withdrawn.contains(&draft.from.member) => {}
                AfterCommit::Farewell { draft, last, sent } => {
                    if !sent {
                        self.members.roster.add_left(&draft.from.member);
                    }
                    self.unstored_leaves
                        .push((draft.clone(), AfterCommit::Farewell { draft, last, sent: true }));
                }
            }
        }
    }
}

impl Committed {
    /// What is stored goes out, and its senders hear that it does.
    fn publish(&mut self, appended: Vec<Appended>, after: Vec<AfterCommit>) {
        for (appended, then) in appended.into_iter().zip(after) {
            if let AfterCommit::Acknowledge { conn, id } = then {
                self.replies.push((conn, Reply::Frame(ServerFrame::Ack(Ack { id, seq: appended.seq() }))));
            }
            if let Appended::Stored(entry) = appended {
                let last = if let AfterCommit::Farewell { last, .. } = then { last } else { None };
                self.entries.push((entry, last));
            }
        }
    }
}
