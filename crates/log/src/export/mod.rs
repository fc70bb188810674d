//! A room written out for others: a page for any browser, Markdown, and JSON Lines, which can be imported again.
//!
//! A damaged file is exported as far as it can be read: what cannot is counted, and the rest goes on behind it.

mod html;
mod import;
mod json_lines;
mod markdown;

use std::io::{self, Write};
use std::path::Path;

use hearth_protocol::{Entry, Seq};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use rusqlite::Connection;
use thiserror::Error;

use crate::sqlite::HEAD;
use crate::{LogError, OpenError, Summary, db};

pub use import::{ImportError, Imported, import};

/// How a room is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One HTML file that needs nothing else.
    Html,
    /// Markdown.
    Markdown,
    /// JSON Lines: the room, then an entry a line, as they go over the wire, then how many there are.
    JsonLines,
}

impl Format {
    /// What the name of a file of this kind ends with.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
            Self::JsonLines => "jsonl",
        }
    }
}

/// What was exported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    /// Entries written.
    pub entries: u64,
    /// Entries that could not be read.
    pub unreadable: u64,
}

/// Why a room was not exported.
#[derive(Debug, Error)]
pub enum ExportError {
    /// Nothing of it can be read.
    #[error(transparent)]
    Unreadable(#[from] OpenError),
    /// The export cannot be written.
    #[error("the export cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// What the head of an export tells.
struct Head<'a> {
    room: &'a str,
    log: &'a str,
    now: &'a Zoned,
}

/// Writes entries in one format.
trait Page {
    fn head(&mut self, head: &Head<'_>) -> io::Result<()>;
    /// A new day, where the reader is.
    fn day(&mut self, day: Date) -> io::Result<()>;
    fn entry(&mut self, entry: &Entry, at: &Zoned) -> io::Result<()>;
    /// Entries that cannot be read.
    fn unreadable(&mut self, count: u64) -> io::Result<()>;
    fn foot(&mut self, exported: Exported) -> io::Result<()>;
}

/// Entries read at a time.
const CHUNK: usize = 1000;

/// Writes the room in this file, as it is at this moment; it may be in use. Times are told as they are where `zone` is.
pub fn export(
    file: &Path,
    format: Format,
    zone: &TimeZone,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<Exported, ExportError> {
    let Summary { log, name, .. } = Summary::of(file)?;
    let open = db::reader_of(file).map_err(|error| crate::sqlite::told(file, error))?;
    let mut page: Box<dyn Page + '_> = match format {
        Format::Html => Box::new(html::Html(out)),
        Format::Markdown => Box::new(markdown::Markdown(out)),
        Format::JsonLines => Box::new(json_lines::JsonLines(out)),
    };
    page.head(&Head { room: &name, log: log.as_str(), now: &now.to_zoned(zone.clone()) })?;
    let moment = open.unchecked_transaction().map_err(|error| crate::sqlite::told(file, error.into()))?;
    let mut exported = Exported::default();
    let mut today = None;
    for read in Entries::of(&moment) {
        let Ok(entry) = read else {
            exported.unreadable += 1;
            page.unreadable(1)?;
            continue;
        };
        let at = entry.at.to_zoned(zone.clone());
        if today.replace(at.date()) != Some(at.date()) {
            page.day(at.date())?;
        }
        page.entry(&entry, &at)?;
        exported.entries += 1;
    }
    page.foot(exported)?;
    drop(page);
    out.flush()?;
    Ok(exported)
}

/// All entries of a file in their order. Where some of them cannot be read together they are read one by one.
pub(crate) struct Entries<'a> {
    db: &'a Connection,
    read: std::collections::VecDeque<Result<std::sync::Arc<Entry>, LogError>>,
    after: Seq,
    newest: Seq,
    /// What the newest must be, until it was compared; a guest's copy has no say in that.
    head: Option<Seq>,
}

impl<'a> Entries<'a> {
    pub(crate) fn of(db: &'a Connection) -> Self {
        let newest = match db::newest(db) {
            Ok(newest) => newest.unwrap_or_default(),
            Err(_) => db::newest_readable(db),
        };
        let head = crate::sqlite::place(db, HEAD).ok().flatten();
        Self { db, read: std::collections::VecDeque::new(), after: Seq::ZERO, newest, head }
    }

    fn fill(&mut self) {
        let chunk = db::read_after(self.db, self.after, Seq::MAX, CHUNK);
        match chunk {
            Ok(entries) => {
                self.after = entries.last().map_or(self.newest, |entry| entry.seq);
                self.read.extend(entries.into_iter().map(Ok));
            }
            Err(_) => self.fill_one_by_one(),
        }
    }

    /// That the last ones are gone, said once.
    fn missing_end(&mut self) -> Option<LogError> {
        let head = self.head.take().filter(|head| *head > self.newest)?;
        Some(LogError::Damaged(format!("what comes after entry {}, up to {head}, is missing", self.newest)))
    }

    fn fill_one_by_one(&mut self) {
        for _ in 0..CHUNK {
            if self.after >= self.newest {
                return;
            }
            self.after = self.after.next();
            match db::at(self.db, self.after) {
                Ok(Some(entry)) => self.read.push_back(Ok(entry)),
                // A number without an entry is no loss.
                Ok(None) => {}
                Err(error) => self.read.push_back(Err(error)),
            }
        }
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<std::sync::Arc<Entry>, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.read.is_empty() && self.after < self.newest {
            self.fill();
        }
        self.read.pop_front().or_else(|| self.missing_end().map(Err))
    }
}
