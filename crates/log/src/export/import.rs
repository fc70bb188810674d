//! The import makes a room of an export. Whatever stands in it is held to what a host would have stored.

use std::io::{self, BufRead};
use std::path::Path;

use hearth_protocol::{Body, Entry, LogId, MessageText, Seq, UNKNOWN_BYTES, decode_json, room_name};
use hearth_store::error::LogError;
use hearth_store::open::beside;
use hearth_store::seq_column::SeqColumn;
use hearth_store::{meta, rows};
use rusqlite::Connection;
use thiserror::Error;

use super::json_lines::{Count, FirstLine, LastLine, VERSION, VERSION_WITH_END};
use crate::sqlite::error::OpenError;
use crate::sqlite::files::lock;
use crate::sqlite::meta::{HEAD, TRIMMED_TO};
use crate::sqlite::open::create;

/// A line of an import is at most so long: the longest entry takes less than half of it.
const LINE_BYTES: u64 = 256 * 1024;

/// So much of the time that a classic client sent is kept, in characters, as a host does.
const TIME_CHARS: usize = 64;

/// No number of an export is beyond this, so that as many are left for what is said later.
const NUMBERS_TO: u64 = Seq::MAX.get() / 2;

/// What was imported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Entries that the room has now.
    pub entries: u64,
    /// Places where entries are missing between two others: whoever wrote the export could not read them.
    pub holes: u64,
    /// Entries that could not be read when it was exported. `None` for exports of the first version: they do not say where
    /// they end, so that nobody can tell whether something is missing there.
    pub unreadable: Option<u64>,
}

/// Why nothing was imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// It is no export of a room.
    #[error(
        "this is no export of a room: its first line is not that of one; take a file that was exported as JSON Lines"
    )]
    NoExport,
    /// A newer version has written it.
    #[error("this export was written by a newer version of Hearth; import it with that one")]
    TooNew,
    /// A line is no entry, or not in its place.
    #[error("line {line}: {why}")]
    Line {
        /// Counted from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// Its end is missing, such as when the disk was full while it was written.
    #[error(
        "this export is not whole: it ends after {entries} entries, without the line that says so; export the room again, or copy the \
             file again"
    )]
    Cut {
        /// Entries that are there.
        entries: u64,
    },
    /// It cannot be read.
    #[error("the export cannot be read: {0}")]
    Read(#[from] io::Error),
    /// The room cannot be made.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Makes a new log of an export: with these entries in their places, and with an id of its own, since it goes on from
/// there by itself. Nothing is made if anything is wrong.
pub fn import(from: impl BufRead, to: &Path, id: &LogId) -> Result<Imported, ImportError> {
    let mut lines = Lines { from, line: 0 };
    let first = lines.next().ok_or(ImportError::NoExport)??;
    let head: FirstLine = decode_json(&first).map_err(|_| ImportError::NoExport)?;
    if head.hearth_export > VERSION {
        return Err(ImportError::TooNew);
    }
    let lock = lock(to)?;
    if to.exists() {
        let file = to.to_owned();
        return Err(OpenError::System { file, message: "there is a room already".to_owned() }.into());
    }
    let made = make(lines, &head, to, id);
    if made.is_err() {
        // Where there is no room, nobody needs its lock. What is told is why none was made.
        let _ = std::fs::remove_file(beside(to, ".lock"));
    }
    drop(lock);
    made
}

fn make(
    mut lines: Lines<impl BufRead>,
    head: &FirstLine,
    to: &Path,
    id: &LogId,
) -> Result<Imported, ImportError> {
    let name = room_name(&head.room).unwrap_or_default();
    let mut imported = Imported::default();
    let mut wrong = None;
    let made = create(to, id, &name, |db| match add_all(&mut lines, db, head) {
        Ok(all) => {
            imported = all;
            Ok(())
        }
        Err(Stop::Log(error)) => Err(error),
        Err(Stop::Import(error)) => {
            wrong = Some(error);
            // Whatever the error is: the file that was begun is not kept.
            Err(LogError::Closed)
        }
    });
    match wrong {
        Some(error) => Err(error),
        None => Ok(made.map(|()| imported)?),
    }
}

enum Stop {
    Log(LogError),
    Import(ImportError),
}

impl From<LogError> for Stop {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

fn add_all(lines: &mut Lines<impl BufRead>, db: &Connection, head: &FirstLine) -> Result<Imported, Stop> {
    let mut growing = Growing { db, newest: None, entries: 0, holes: 0 };
    let mut end: Option<Count> = None;
    while let Some(text) = lines.next() {
        let text = text.map_err(Stop::Import)?;
        if text.trim().is_empty() {
            continue;
        }
        let line = lines.line;
        let wrong = |why: String| Stop::Import(ImportError::Line { line, why });
        if end.is_some() {
            return Err(wrong("it stands after the end".to_owned()));
        }
        if text.starts_with("{\"hearth_export_end\"") {
            let last: LastLine = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
            let told = last.hearth_export_end.entries;
            if told != growing.entries {
                return Err(wrong(format!(
                    "there should be {told} entries, and there are {}",
                    growing.entries
                )));
            }
            end = Some(last.hearth_export_end);
            continue;
        }
        let entry = decode_json(&text).map_err(|error| wrong(error.to_string()))?;
        let entry = as_a_host_would(entry).map_err(wrong)?;
        growing.add(entry).map_err(|refused| match refused {
            Refused::Wrong(why) => wrong(why),
            Refused::Log(error) => Stop::Log(error),
        })?;
    }
    if end.is_none() && head.hearth_export >= VERSION_WITH_END {
        return Err(Stop::Import(ImportError::Cut { entries: growing.entries }));
    }
    if let Some(newest) = growing.newest {
        meta::set(db, HEAD, SeqColumn(newest))?;
    }
    Ok(Imported {
        entries: growing.entries,
        holes: growing.holes,
        unreadable: end.map(|count| count.unreadable),
    })
}

/// The entry as a host stores one, or why none would.
fn as_a_host_would(entry: Entry) -> Result<Entry, String> {
    if entry.seq.get() > NUMBERS_TO {
        return Err(format!("the number {} leaves no room for what is said later", entry.seq));
    }
    let body = match entry.body {
        Body::Message { text, time } => {
            let text = MessageText::said_before(&text).map_err(|error| error.to_string())?.into_string();
            let time = time.map(|time| time.chars().take(TIME_CHARS).collect());
            Body::Message { text, time }
        }
        Body::Unknown(unknown) if unknown.as_json().len() > UNKNOWN_BYTES => {
            return Err(format!("it has more than the {UNKNOWN_BYTES} bytes that fit in a frame"));
        }
        body => body,
    };
    Ok(Entry { body, ..entry })
}

/// A log that grows by what is imported.
struct Growing<'a> {
    db: &'a Connection,
    newest: Option<Seq>,
    entries: u64,
    holes: u64,
}

enum Refused {
    Wrong(String),
    Log(LogError),
}

impl From<LogError> for Refused {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl Growing<'_> {
    fn add(&mut self, entry: Entry) -> Result<(), Refused> {
        let prev = match self.newest {
            // What was no longer kept when it was exported is none here either.
            None => {
                meta::set(self.db, TRIMMED_TO, SeqColumn(entry.prev))?;
                entry.prev
            }
            // The one before, also where some could not be exported.
            Some(newest) => newest,
        };
        if entry.seq <= prev {
            return Err(Refused::Wrong(format!("entry {} does not come after {prev}", entry.seq)));
        }
        if let Some(id) = entry.id
            && rows::place_of(self.db, &entry.from.member, id)?.is_some()
        {
            return Err(Refused::Wrong(format!("the line {id} is there twice")));
        }
        self.holes += u64::from(entry.prev != prev);
        self.newest = Some(entry.seq);
        rows::insert(self.db, &Entry { prev, ..entry })?;
        self.entries += 1;
        Ok(())
    }
}

/// Lines of bounded length.
struct Lines<R> {
    from: R,
    line: u64,
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<String, ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut text = Vec::new();
        self.line += 1;
        match io::Read::take(&mut self.from, LINE_BYTES).read_until(b'\n', &mut text) {
            Ok(0) => None,
            Ok(_) if text.len() as u64 == LINE_BYTES => {
                Some(Err(ImportError::Line { line: self.line, why: "it is too long".to_owned() }))
            }
            Ok(_) => Some(
                String::from_utf8(text)
                    .map_err(|_| ImportError::Line { line: self.line, why: "it is not UTF-8".to_owned() }),
            ),
            Err(error) => Some(Err(error.into())),
        }
    }
}
