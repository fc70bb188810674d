//! JSON Lines: the room on the first line, then an entry a line, as it goes over the wire. What is exported so can be
//! imported again.

use std::io::{self, BufRead, Write};
use std::path::Path;

use hearth_protocol::{Entry, LogId, Seq};
use jiff::Zoned;
use jiff::civil::Date;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Head, Page};
use crate::sqlite::{self, TRIMMED_TO};
use crate::{LogError, OpenError, db};

/// The version of what the first line announces.
const VERSION: u32 = 1;

/// A line of an import is at most so long: the longest entry takes less than half of it.
const LINE_BYTES: u64 = 256 * 1024;

/// The first line.
#[derive(Serialize, Deserialize)]
struct FirstLine {
    hearth_export: u32,
    room: String,
    log: String,
    at: String,
}

pub(super) struct JsonLines<'a>(pub(super) &'a mut dyn Write);

impl Page for JsonLines<'_> {
    fn head(&mut self, head: &Head<'_>) -> io::Result<()> {
        let first = FirstLine {
            hearth_export: VERSION,
            room: head.room.to_owned(),
            log: head.log.to_owned(),
            at: head.now.timestamp().to_string(),
        };
        serde_json::to_writer(&mut self.0, &first)?;
        writeln!(self.0)
    }

    fn day(&mut self, _: Date) -> io::Result<()> {
        Ok(())
    }

    fn entry(&mut self, entry: &Entry, _: &Zoned) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, entry)?;
        writeln!(self.0)
    }

    fn unreadable(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn foot(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Why nothing was imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// It is no export of a room.
    #[error("this is no export of a room: its first line is not that of one")]
    NoExport,
    /// A newer version has written it.
    #[error("this export was written by a newer version of Hearth")]
    TooNew,
    /// A line is no entry, or not in its place.
    #[error("line {line}: {why}")]
    Line {
        /// Counted from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// It cannot be read.
    #[error("the export cannot be read: {0}")]
    Read(#[from] io::Error),
    /// The room cannot be made.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Makes a new log of an export: with these entries in their places, and with an id of its own, since it goes on from
/// there by itself. Nothing is made if anything is wrong. Gives how many entries it has.
pub fn import(from: impl BufRead, to: &Path, id: &LogId) -> Result<u64, ImportError> {
    let mut lines = Lines { from, line: 0 };
    let first = lines.next().ok_or(ImportError::NoExport)??;
    let head: FirstLine = serde_json::from_str(&first).map_err(|_| ImportError::NoExport)?;
    if head.hearth_export > VERSION {
        return Err(ImportError::TooNew);
    }
    let lock = sqlite::lock(to)?;
    if to.exists() {
        let file = to.to_owned();
        return Err(OpenError::System { file, message: "there is a room already".to_owned() }.into());
    }
    let made = make(&mut lines, &head.room, to, id);
    if made.is_err() {
        // Where there is no room, nobody needs its lock. What is told is why none was made.
        let _ = std::fs::remove_file(db::beside(to, ".lock"));
    }
    drop(lock);
    made
}

fn make(lines: &mut Lines<impl BufRead>, room: &str, to: &Path, id: &LogId) -> Result<u64, ImportError> {
    let mut count = 0;
    let mut wrong = None;
    let made = sqlite::create(to, id, room, |db| {
        add_all(lines, db, &mut count).map_err(|error| match error {
            Stop::Log(error) => error,
            Stop::Import(error) => {
                wrong = Some(error);
                // Whatever the error is: the file that was begun is not kept.
                LogError::Closed
            }
        })
    });
    match wrong {
        Some(error) => Err(error),
        None => Ok(made.map(|()| count)?),
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

fn add_all(lines: &mut Lines<impl BufRead>, db: &Connection, count: &mut u64) -> Result<(), Stop> {
    let mut newest: Option<Seq> = None;
    while let Some(text) = lines.next() {
        let text = text.map_err(Stop::Import)?;
        if text.trim().is_empty() {
            continue;
        }
        let line = lines.line;
        let wrong = |why: String| Stop::Import(ImportError::Line { line, why });
        let entry: Entry = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let prev = match newest {
            // What was no longer kept when it was exported is none here either.
            None => {
                db::set_meta(db, TRIMMED_TO, db::signed(entry.prev.get()))?;
                entry.prev
            }
            // The one before, also where some could not be exported.
            Some(newest) => newest,
        };
        if entry.seq <= prev {
            return Err(wrong(format!("entry {} does not come after {prev}", entry.seq)));
        }
        if let Some(id) = entry.id
            && db::place_of(db, &entry.from.member, id)?.is_some()
        {
            return Err(wrong(format!("the line {id} is there twice")));
        }
        newest = Some(entry.seq);
        db::insert(db, &Entry { prev, ..entry })?;
        *count += 1;
    }
    Ok(())
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
