//! A room written out for others: a page for any browser, Markdown, and JSON Lines, which can be imported again.
//!
//! A damaged file is exported as far as it can be read: what cannot is counted, and the rest goes on behind it.

mod html;
mod html_text;
mod import;
mod json_lines;
mod markdown;
mod markdown_text;
mod told;
mod words;

use std::io::{self, Write};
use std::path::Path;

use hearth_protocol::Entry;
use hearth_store::{open, rows};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use thiserror::Error;

use crate::sqlite::entries::Entries;
use crate::sqlite::error::OpenError;
use crate::sqlite::open::Summary;

use told::Notes;

pub use import::{ImportError, Imported, import};
pub use words::Language;

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
trait Document {
    fn head(&mut self, head: &Head<'_>) -> io::Result<()>;
    /// A new day, where the reader is.
    fn day(&mut self, day: Date) -> io::Result<()>;
    fn entry(&mut self, entry: &Entry, notes: &Notes, at: &Zoned) -> io::Result<()>;
    /// Whether it tells of entries what became of them, and not only as they are.
    fn has_notes(&self) -> bool {
        true
    }
    /// Entries that cannot be read.
    fn unreadable(&mut self, count: u64) -> io::Result<()>;
    fn foot(&mut self, exported: Exported) -> io::Result<()>;
}

/// Writes the room in this file, as it is at this moment; it may be in use. Times are told as they are where `zone` is, and
/// what is not in people's own words in `language`.
pub fn export(
    file: &Path,
    format: Format,
    language: Language,
    zone: &TimeZone,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<Exported, ExportError> {
    let Summary { log, name, .. } = Summary::of(file)?;
    let db = open::reader_of(file).map_err(|error| OpenError::of(file, error))?;
    let mut document: Box<dyn Document + '_> = match format {
        Format::Html => Box::new(html::Html(out, language)),
        Format::Markdown => Box::new(markdown::Markdown(out, language)),
        Format::JsonLines => Box::new(json_lines::JsonLines(out)),
    };
    document.head(&Head { room: &name, log: log.as_str(), now: &now.to_zoned(zone.clone()) })?;
    let moment = db.unchecked_transaction().map_err(|error| OpenError::of(file, error.into()))?;
    let mut exported = Exported::default();
    let mut today = None;
    // Before there were such entries, nothing but lines was erased.
    let unexplained = !rows::has_removals(&moment).unwrap_or(true);
    for read in Entries::of(&moment) {
        let Ok(entry) = read else {
            exported.unreadable += 1;
            document.unreadable(1)?;
            continue;
        };
        let at = entry.at.to_zoned(zone.clone());
        if today.replace(at.date()) != Some(at.date()) {
            document.day(at.date())?;
        }
        let notes =
            if document.has_notes() { Notes::of(&moment, &entry, unexplained) } else { Notes::default() };
        document.entry(&entry, &notes, &at)?;
        exported.entries += 1;
    }
    document.foot(exported)?;
    drop(document);
    out.flush()?;
    Ok(exported)
}
