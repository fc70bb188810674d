//! Settling a batch: what it leaves to be stored, what follows once it is (commit), and what is undone when it could not be
//! (roll back). The log itself is asked elsewhere.

use std::collections::HashSet;

use hearth_log::{Appended, Draft, Enrolment, LogError};
use hearth_protocol::{Ack, Body, Entry, MemberId, People, PostId, RefusalCode, Seq, ServerFrame};

use crate::base::clock::Now;
use crate::base::storage::Storage;
use crate::room::batch::{Acted, AfterCommit, Batch, Committed, Pending, Renaming, Replies, Reply};
use crate::room::journal::Undo;
use crate::room::lines::Lines;
use crate::room::room::Room;

/// So many characters of a line are quoted where it is answered in words alone.
const QUOTED: usize = 30;

impl Room {
    /// What of a batch is to be stored, and what the room waits for meanwhile. Nobody is sent anything of it before it is
    /// settled.
    pub(crate) fn prepare(&mut self, batch: Batch) -> (Vec<Draft>, Vec<Enrolment>, Pending) {
        let Batch { drafts, renames, unchanged, lines, rosters, .. } = batch;
        let drafts: Vec<_> = self.unstored_leaves.drain(..).chain(drafts).collect();
        let (drafts, after): (Vec<_>, Vec<_>) = drafts.into_iter().unzip();
        let journal = self.members.take_journal();
        // A token that the log does not know would make somebody a stranger after a restart.
        (drafts, self.members.take_enrolled(), Pending { after, journal, renames, unchanged, lines, rosters })
    }

    /// What follows from what the log says; `None`: there was nothing to store.
    pub(crate) fn settle(
        &mut self,
        pending: Pending,
        stored: Option<Result<Vec<Appended>, LogError>>,
        now: impl Fn() -> Now,
    ) -> Committed {
        let Pending { after, journal, renames, unchanged, lines, rosters } = pending;
        let mut committed =
            Committed { storage: stored.as_ref().map(Storage::after), ..Committed::default() };
        let failed = match stored {
            None => None,
            Some(Ok(appended)) => {
                for (appended, then) in appended.into_iter().zip(after) {
                    if let Appended::Stored(entry) = &appended {
                        self.quote(entry, &lines, &mut committed);
                    }
                    self.follow(appended, then, &mut committed);
                }
                None
            }
            Some(Err(error)) => {
                self.roll_back(&error, after, journal, now(), &mut committed.replies);
                Some(error)
            }
        };
        for renaming in renames {
            self.answer(renaming, failed.as_ref(), &mut committed.replies);
        }
        let answers =
            unchanged.into_iter().filter_map(|acted| Some((acted.conn, answer_of(&acted, failed.as_ref())?)));
        committed.replies.extend(answers);
        // Only now: who is coming may be turned away.
        for conn in rosters {
            let (people, online) = self.members.roster.people();
            let people = ServerFrame::People(People { people, online });
            committed.replies.push((conn, Reply::Frame(people)));
            // They may have missed that, too.
            committed.replies.push((conn, Reply::Frame(ServerFrame::Rules(self.gate.policy.rules))));
        }
        committed
    }

    /// A line answers another one: classic readers are told how that begins.
    fn quote(&self, entry: &Entry, lines: &Lines, committed: &mut Committed) {
        let Body::Addressed { about, reply: Some(reply), .. } = entry.body else { return };
        let (Some(line), Some((_, beside))) =
            (lines.line(reply), committed.entries.iter_mut().find(|(line, _)| line.seq == about))
        else {
            return;
        };
        let Some(text) = line.text.as_deref() else { return };
        let begins = hearth_protocol::markdown::beginning(text, QUOTED);
        let name = self.members.nickname_of(&line.author).map_or("", |name| name.as_str());
        *beside = Some(format!("「{name}：{begins}」"));
    }

    /// A draft is stored, or was before: its sender hears so, and others are sent what is new.
    fn follow(&mut self, appended: Appended, then: AfterCommit, committed: &mut Committed) {
        if let AfterCommit::Acted(Acted { conn, id: Some(id), .. }) = &then {
            committed.replies.push((*conn, ack(*id, appended.seq())));
        }
        if let Appended::Stored(entry) = &appended {
            self.note_pin(entry);
        }
        match (appended, then) {
            (Appended::Stored(entry), AfterCommit::Farewell { last, .. }) => {
                committed.entries.push((entry, last));
            }
            (Appended::Stored(entry), _) => committed.entries.push((entry, None)),
            // It was done when it came for the first time, and is not done again.
            (
                Appended::Repeat(_),
                AfterCommit::Acted(Acted { undo: Some(Undo::Renamed { member, old, new }), .. }),
            ) => self.members.undo_rename(&member, &old, &new),
            (Appended::Repeat(_), _) => {}
        }
    }

    /// Whoever wanted another nickname is told the one that they have.
    fn answer(
        &self,
        Renaming { conn, unchanged }: Renaming,
        failed: Option<&LogError>,
        replies: &mut Replies,
    ) {
        let answer = unchanged.and_then(|acted| answer_of(&acted, failed));
        let you = self.members.you(conn).map(|(you, _)| Reply::Frame(ServerFrame::You(you)));
        replies.extend(answer.into_iter().chain(you).map(|reply| (conn, reply)));
    }

    /// Nothing was stored, so nothing has happened, but that who left is gone. Who can be told so is told; others
    /// lose their connection, and see by that that their line did not arrive.
    fn roll_back(
        &mut self,
        error: &LogError,
        after: Vec<AfterCommit>,
        journal: Vec<Undo>,
        now: Now,
        replies: &mut Replies,
    ) {
        tracing::debug!(%error, "nothing was stored");
        let withdrawn = self.undo(journal, now, replies);
        for then in after {
            match then {
                AfterCommit::Nothing => {}
                AfterCommit::Acted(acted) => {
                    replies.push((acted.conn, acted.refusal(RefusalCode::Storage, error.to_string())));
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

    /// Undoes changes, the last one first: so each leads back to where it came from. Gives those who have not come after all.
    fn undo(&mut self, journal: Vec<Undo>, now: Now, replies: &mut Replies) -> HashSet<MemberId> {
        let mut withdrawn = HashSet::new();
        for undo in journal.into_iter().rev() {
            let (member, is_new) = match undo {
                Undo::Renamed { member, old, new } => {
                    self.members.undo_rename(&member, &old, &new);
                    continue;
                }
                Undo::Raised { member, before } => {
                    if let Some(invite) = self.members.undo_raise(&member, before) {
                        self.gate.policy.invites.give_back(&invite);
                        self.uses_moved = true;
                    }
                    continue;
                }
                Undo::Came { member } => (member, false),
                Undo::New { member } => (member, true),
            };
            let conns = self.members.withdraw(&member, now);
            replies.extend(conns.into_iter().map(|conn| (conn, Reply::TurnedAway)));
            if is_new && let Some(invite) = self.members.unlearn(&member) {
                self.gate.policy.invites.give_back(&invite);
                self.uses_moved = true;
            }
            withdrawn.insert(member);
        }
        withdrawn
    }
}

/// The answer to an act that changes nothing.
fn answer_of(acted: &Acted, failed: Option<&LogError>) -> Option<Reply> {
    match failed {
        // What it was decided with is undone: it might change something now.
        Some(error) => Some(acted.refusal(RefusalCode::Storage, error.to_string())),
        None => acted.id.map(|id| ack(id, Seq::ZERO)),
    }
}

fn ack(id: PostId, seq: Seq) -> Reply {
    Reply::Frame(ServerFrame::Ack(Ack { id, seq }))
}
