//! What an export tells of an entry: the line as it is now, and what was said about it.

use std::sync::Arc;

use hearth_protocol::{Author, Body, Emoji, Entry, Seq, Standing, markdown, standing};
use hearth_store::error::LogError;
use hearth_store::rows;
use rusqlite::Connection;

/// So many characters of a line are quoted where it is answered.
const QUOTED: usize = 60;

/// What became of a line.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// What it says now, if that is something else than it said first.
    pub(super) text: Option<String>,
    /// Who took it away.
    pub(super) removed: Option<Author>,
    /// The line that it answers.
    pub(super) reply: Option<Quote>,
    /// How many put each emoji to it.
    pub(super) reactions: Vec<(Emoji, usize)>,
    pub(super) pinned: bool,
}

/// A line that is answered.
#[derive(Debug)]
pub(super) struct Quote {
    pub(super) seq: Seq,
    pub(super) from: Author,
    /// How it begins; `None` once it was taken away.
    pub(super) begins: Option<String>,
}

impl Notes {
    /// Reads what became of an entry. What cannot be read is not told. `unexplained`: whether lines may have been taken away without
    /// an entry that tells so.
    pub(super) fn of(db: &Connection, entry: &Entry, unexplained: bool) -> Self {
        let is_erased = entry.body == Body::Erased;
        if !entry.body.is_line() && !is_erased {
            return Self::default();
        }
        let mut notes = Self::read(db, entry).unwrap_or_default();
        if is_erased && unexplained {
            notes.removed = Some(entry.from.clone());
        }
        notes
    }

    fn read(db: &Connection, entry: &Entry) -> Result<Self, LogError> {
        let about = standing(rows::about(db, &[entry.seq])?);
        let Some(stands) = stands(entry, &about) else { return Ok(Self::default()) };
        let removed =
            about.iter().find(|about| about.body.removes().is_some()).map(|about| about.from.clone());
        let reply = about.iter().find_map(|about| match about.body {
            Body::Addressed { reply, .. } => reply,
            _ => None,
        });
        let reply = reply.map(|seq| quote(db, seq)).transpose()?.flatten();
        Ok(Self {
            text: stands.text.filter(|_| stands.edits > 0),
            removed,
            reply,
            reactions: stands.reactions.into_iter().map(|(emoji, by)| (emoji, by.len())).collect(),
            pinned: stands.pinned,
        })
    }
}

fn quote(db: &Connection, seq: Seq) -> Result<Option<Quote>, LogError> {
    let Some(line) = rows::at(db, seq)? else { return Ok(None) };
    let about = standing(rows::about(db, &[seq])?);
    let begins = stands(&line, &about).and_then(|stands| stands.text);
    let begins = begins.map(|text| markdown::beginning(&text, QUOTED));
    Ok(Some(Quote { seq, from: line.from.clone(), begins }))
}

fn stands(line: &Entry, about: &[Arc<Entry>]) -> Option<Standing> {
    Standing::of(line, about.iter().map(|entry| &**entry))
}
