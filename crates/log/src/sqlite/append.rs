//! Appending: drafts become entries, and who comes is known from then on.

use std::sync::Arc;

use hearth_protocol::{Body, Dialect, Entry, InviteId, MemberId, PostId, Seq, Weight};
use hearth_store::error::LogError;
use hearth_store::seq_column::SeqColumn;
use hearth_store::writer::Task;
use hearth_store::{erase, index, meta, rows};
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::{oneshot, watch};

use super::meta::{self as places, HEAD};
use super::retention;
use crate::log::{Appended, Draft, Enrolment, behind, take_back};

type AppendOutcome = Result<Vec<Appended>, LogError>;

/// An append on its way to the disk.
pub(super) struct Append {
    drafts: Vec<Draft>,
    enrolled: Vec<Enrolment>,
    appended: Vec<Appended>,
    newest: Option<Seq>,
    head: Arc<watch::Sender<Seq>>,
    reply: oneshot::Sender<AppendOutcome>,
}

impl Append {
    pub(super) fn new(
        drafts: Vec<Draft>,
        enrolled: Vec<Enrolment>,
        head: Arc<watch::Sender<Seq>>,
    ) -> (Self, oneshot::Receiver<AppendOutcome>) {
        let (reply, outcome) = oneshot::channel();
        (Self { drafts, enrolled, appended: Vec::new(), newest: None, head, reply }, outcome)
    }
}

impl Task for Append {
    fn apply(&mut self, db: &Connection) -> Result<(), LogError> {
        let mut head = places::head(db)?;
        for enrolment in &self.enrolled {
            enrol(db, enrolment, head)?;
        }
        for Draft { at, from, id, body } in self.drafts.drain(..) {
            if let Some(id) = id
                && let Some(seq) = place_of(db, &from.member, id)?
            {
                self.appended.push(Appended::Repeat(seq));
                continue;
            }
            let before = self.appended.last();
            if body.about() == Some(Seq::ZERO)
                && let Some(Appended::Repeat(seq)) = before
            {
                self.appended.push(Appended::Repeat(*seq));
                continue;
            }
            let body = behind(body, before.map(Appended::seq));
            let entry = Entry { seq: head.next(), prev: head, at, from, id, body };
            rows::insert(db, &entry)?;
            index::index_change(db, &entry)?;
            follow(db, &entry)?;
            if let Some(line) = entry.body.removes() {
                erase::erase(db, line)?;
                take_back(&mut self.appended, line);
            }
            head = entry.seq;
            self.newest = Some(head);
            self.appended.push(Appended::Stored(Arc::new(entry)));
        }
        match self.newest {
            Some(newest) => meta::set(db, HEAD, SeqColumn(newest)),
            None => Ok(()),
        }
    }

    fn done(self: Box<Self>, outcome: Result<(), LogError>) {
        if let (Ok(()), Some(newest)) = (&outcome, self.newest) {
            self.head.send_replace(newest);
        }
        // Whoever has asked may be gone.
        let Self { reply, appended, .. } = *self;
        let _ = reply.send(outcome.map(|()| appended));
    }
}

/// Makes somebody known, and counts them for their invitation: both are on the disk, or neither is.
fn enrol(db: &Connection, enrolment: &Enrolment, head: Seq) -> Result<(), LogError> {
    let Enrolment { member, token, nickname, role, invite } = enrolment;
    let (id, name) = (rows::member_id(db, member)?, rows::name_id(db, nickname)?);
    let invite = invite.as_ref().map(InviteId::as_str);
    let mut statement = db.prepare_cached(
        "INSERT INTO guest (id, token, name, seen, role, invite) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET token = ?2, name = coalesce(name, ?3), role = ?5, invite = ?6",
    )?;
    statement.execute(params![id, token.as_str(), name, SeqColumn(head), role.as_str(), invite])?;
    if let Some(invite) = invite {
        let mut count = db.prepare_cached(
            "INSERT INTO admitted (invite, people) VALUES (?1, 1) ON CONFLICT (invite) DO UPDATE SET people = people + 1",
        )?;
        count.execute([invite])?;
    }
    Ok(())
}

/// Where a member's post stands, or stood.
fn place_of(db: &Connection, member: &MemberId, id: PostId) -> Result<Option<Seq>, LogError> {
    match rows::place_of(db, member, id)? {
        None => retention::place_of_trimmed(db, member, id),
        seq => Ok(seq),
    }
}

/// Keeps what is known of a member in step with what the log tells of them.
fn follow(db: &Connection, entry: &Entry) -> Result<(), LogError> {
    if entry.body.weight() != Weight::Presence {
        return Ok(());
    }
    let (here, dialect) = match &entry.body {
        Body::Joined { dialect } => (Some(true), Some(*dialect)),
        Body::Left => (Some(false), None),
        _ => (None, None),
    };
    let id = guest(db, &entry.from.member)?;
    let name = rows::name_id(db, &entry.from.nickname)?;
    let mut statement = db.prepare_cached(
        "UPDATE guest SET name = ?2, seen = ?3, here = coalesce(?4, here), classic = coalesce(?5, classic)
         WHERE id = ?1",
    )?;
    let classic = dialect.map(|dialect| dialect == Dialect::Classic);
    statement.execute(params![id, name, SeqColumn(entry.seq), here, classic])?;
    Ok(())
}

fn guest(db: &Connection, member: &MemberId) -> Result<i64, LogError> {
    let id = rows::member_id(db, member)?;
    let mut find = db.prepare_cached("SELECT id FROM guest WHERE id = ?1")?;
    if find.query_row([id], |_| Ok(())).optional()?.is_none() {
        db.prepare_cached("INSERT INTO guest (id) VALUES (?1)")?.execute([id])?;
    }
    Ok(id)
}
