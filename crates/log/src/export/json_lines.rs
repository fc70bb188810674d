//! The export as JSON Lines: the room on the first line, then an entry a line, as it goes over the wire, and on the last line how many
//! there were. What is exported so can be imported again.

use std::io::{self, Write};

use hearth_protocol::Entry;
use jiff::Zoned;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::told::Notes;
use super::{Document, Exported, Head};

/// The version of what the first line announces.
pub(super) const VERSION: u32 = 2;

/// From this version on the last line says how many entries there are.
pub(super) const VERSION_WITH_END: u32 = 2;

/// The first line.
#[derive(Serialize, Deserialize)]
pub(super) struct FirstLine {
    pub(super) hearth_export: u32,
    pub(super) room: String,
    pub(super) log: String,
    pub(super) at: String,
}

/// The last line.
#[derive(Serialize, Deserialize)]
pub(super) struct LastLine {
    pub(super) hearth_export_end: Count,
}

/// What stands above it.
#[derive(Serialize, Deserialize)]
pub(super) struct Count {
    pub(super) entries: u64,
    /// Entries that the room had and that could not be read.
    pub(super) unreadable: u64,
}

pub(super) struct JsonLines<'a>(pub(super) &'a mut dyn Write);

impl JsonLines<'_> {
    fn line(&mut self, line: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, line)?;
        writeln!(self.0)
    }
}

impl Document for JsonLines<'_> {
    fn head(&mut self, head: &Head<'_>) -> io::Result<()> {
        self.line(&FirstLine {
            hearth_export: VERSION,
            room: head.room.to_owned(),
            log: head.log.to_owned(),
            at: head.now.timestamp().to_string(),
        })
    }

    fn day(&mut self, _: Date) -> io::Result<()> {
        Ok(())
    }

    fn has_notes(&self) -> bool {
        false
    }

    fn entry(&mut self, entry: &Entry, _: &Notes, _: &Zoned) -> io::Result<()> {
        self.line(entry)
    }

    fn unreadable(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn foot(&mut self, Exported { entries, unreadable }: Exported) -> io::Result<()> {
        self.line(&LastLine { hearth_export_end: Count { entries, unreadable } })
    }
}
