//! Acts: what members do in a room, each decided on in its place. A verb that is new gets its arm here, and its row in
//! `permissions.rs`.

use std::collections::BTreeSet;

use hearth_protocol::{
    Act, Body, EDITS, Emoji, Entry, Nickname, PINS, REACTION_KINDS, REACTIONS, RefusalCode, Refused, Role,
    Seq, ServerFrame, Verb,
};

use crate::base::clock::Now;
use crate::base::conn_id::ConnId;
use crate::room::batch::{Acted, AfterCommit, Batch, Renaming, Reply};
use crate::room::permissions::may;
use crate::room::room::Room;

impl Room {
    /// A member does something, if they may. The act was checked ([`Act::check`]); from whoever is not in the room nothing
    /// follows. The batch knows the lines that it is about.
    pub fn act(&mut self, conn: ConnId, act: Act, now: Now, batch: &mut Batch) {
        let Some(role) = self.role(conn) else { return };
        let acted = Acted::by(conn, &act);
        if let Err((code, why)) = self.decide(conn, role, act, &acted, now, batch) {
            batch.refused.push((conn, acted.refusal(code, why.to_owned())));
        }
    }

    fn decide(
        &mut self,
        conn: ConnId,
        role: Role,
        act: Act,
        acted: &Acted,
        now: Now,
        batch: &mut Batch,
    ) -> Result<(), Refusal> {
        let mine = match act.what.about() {
            None => true,
            Some(_) if batch.lines.unreadable => {
                return Err((RefusalCode::Storage, "the log cannot be read"));
            }
            Some(line) => {
                let is_removal = matches!(act.what, Verb::Remove { .. });
                let line = if is_removal { batch.lines.known(line) } else { batch.lines.line(line) };
                let line = line.ok_or((RefusalCode::LineGone, "there is no such line"))?;
                self.members.you(conn).is_some_and(|(you, _)| you.member == line.author)
            }
        };
        may(role, self.gate.policy.rules, &act.what, mine)
            .map_err(|code| (code, "your role does not allow this"))?;
        let body = match act.what {
            Verb::Post { text, reply, mentions } => {
                let reply = reply.filter(|line| batch.lines.line(*line).is_some());
                let mentions = self.members.known_among(mentions);
                self.say(conn, Body::Message { text, time: None }, acted, now, batch);
                if reply.is_some() || !mentions.is_empty() {
                    // It is about the line before it, which has no place yet.
                    let body = Body::Addressed { about: Seq::ZERO, reply, mentions };
                    let draft = self.members.say(conn, None, body, now);
                    batch.drafts.extend(draft.map(|draft| (draft, AfterCommit::Nothing)));
                }
                return Ok(());
            }
            Verb::Rename { nickname } => {
                let Ok(wish) = Nickname::new(&nickname) else { return Ok(()) };
                let renamed = self.members.rename(conn, act.id, &wish, now);
                // One that changes nothing is no entry. It is answered with the others all the same, since they may be undone.
                let unchanged = if renamed.is_none() { Some(acted.clone()) } else { None };
                batch.renames.push(Renaming { conn, unchanged });
                batch.drafts.extend(renamed.map(|(draft, undo)| {
                    (draft, AfterCommit::Acted(Acted { undo: Some(undo), ..acted.clone() }))
                }));
                return Ok(());
            }
            Verb::Edit { about, text, mentions } => {
                let mentions = self.members.known_among(mentions);
                let line = batch.lines.line(about);
                match line {
                    Some(line) if line.text.as_deref() == Some(&*text) => None,
                    Some(line) if line.edits >= EDITS => {
                        return Err((RefusalCode::TooMany, "the line was changed too often"));
                    }
                    _ => Some(Body::Edited { about, text, mentions }),
                }
            }
            // One that comes again, as from whoever has not heard that it was done, finds it done.
            Verb::Remove { about } => batch.lines.line(about).map(|_| Body::Removed { about }),
            Verb::React { about, emoji, on } => self
                .check_reaction(conn, about, &emoji, on, batch)?
                .then_some(Body::Reacted { about, emoji, on }),
            Verb::Pin { about, on } => match batch.lines.line(about) {
                Some(line) if line.pinned == on => None,
                _ if on && batch.lines.is_worn(about) => return Err(WORN),
                _ if on && self.pins.len() + batch.lines.pinned >= PINS + batch.lines.unpinned => {
                    return Err((RefusalCode::TooMany, "as many lines are pinned as may be"));
                }
                _ => Some(Body::Pinned { about, on }),
            },
        };
        match body {
            Some(body) => self.say(conn, body, acted, now, batch),
            // What changes nothing is no entry, and is answered with the others.
            None => batch.unchanged.push(acted.clone()),
        }
        Ok(())
    }

    /// Whether a reaction changes anything, if there is room for it.
    fn check_reaction(
        &self,
        conn: ConnId,
        about: Seq,
        emoji: &Emoji,
        on: bool,
        batch: &Batch,
    ) -> Result<bool, Refusal> {
        let (Some(line), Some((you, _))) = (batch.lines.line(about), self.members.you(conn)) else {
            return Ok(false);
        };
        let by = line.reactions.get(emoji);
        if by.is_some_and(|by| by.contains(&you.member)) == on {
            return Ok(false);
        }
        if on && batch.lines.is_worn(about) {
            return Err(WORN);
        }
        let is_full = (by.is_none() && line.reactions.len() >= REACTION_KINDS)
            || line.reactions.values().map(BTreeSet::len).sum::<usize>() >= REACTIONS;
        if on && is_full {
            return Err((RefusalCode::TooMany, "the line has as many reactions as fit"));
        }
        Ok(true)
    }

    /// A member says something, about a line or by itself.
    fn say(&self, conn: ConnId, body: Body, acted: &Acted, now: Now, batch: &mut Batch) {
        let Some(draft) = self.members.say(conn, acted.id, body, now) else { return };
        batch.lines.take(&Entry {
            seq: Seq::ZERO,
            prev: Seq::ZERO,
            at: draft.at,
            from: draft.from.clone(),
            id: draft.id,
            body: draft.body.clone(),
        });
        batch.drafts.push((draft, AfterCommit::Acted(acted.clone())));
    }
}

/// Why an act is refused, for programs and in English.
type Refusal = (RefusalCode, &'static str);

/// Nothing is put to a line any more once so much was said about it.
const WORN: Refusal = (RefusalCode::TooMany, "too much was said about the line");

impl Acted {
    fn by(conn: ConnId, act: &Act) -> Self {
        Self { conn, id: act.id, of: act.asked(), undo: None }
    }

    /// The refusal of it. Whose act has no name is told by the end of their connection.
    pub(super) fn refusal(&self, code: RefusalCode, message: String) -> Reply {
        match (self.id, self.of) {
            (None, None) => Reply::TurnedAway,
            (id, of) => {
                Reply::Frame(ServerFrame::Refused(Refused { id, of, code, message, retry_after_ms: None }))
            }
        }
    }
}
