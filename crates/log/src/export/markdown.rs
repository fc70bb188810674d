//! The export as Markdown.

use std::io::{self, Write};

use hearth_protocol::{Body, Entry};
use jiff::Zoned;
use jiff::civil::Date;

use super::markdown_text::{escape, formatted};
use super::told::{Notes, Quote};
use super::{Document, Exported, Head, Language};

pub(super) struct Markdown<'a>(pub(super) &'a mut dyn Write, pub(super) Language);

impl Document for Markdown<'_> {
    fn head(&mut self, head: &Head<'_>) -> io::Result<()> {
        writeln!(self.0, "# {}\n\n围炉 Hearth · {}", escape(head.room), head.now.strftime("%Y-%m-%d %H:%M"))
    }

    fn day(&mut self, day: Date) -> io::Result<()> {
        writeln!(self.0, "\n## {day}")
    }

    fn entry(&mut self, entry: &Entry, notes: &Notes, at: &Zoned) -> io::Result<()> {
        let (who, time) = (escape(entry.from.nickname.as_str()), at.strftime("%H:%M"));
        match &entry.body {
            Body::Message { text, .. } => {
                // What is a block stands by itself.
                write!(self.0, "\n**{who}** {time}\n\n")?;
                if let Some(Quote { from, begins, .. }) = &notes.reply {
                    let begins = begins.as_deref().map_or_else(|| self.1.gone().to_owned(), escape);
                    write!(self.0, "> **{}** {begins}\n\n", escape(from.nickname.as_str()))?;
                }
                writeln!(self.0, "{}", formatted(notes.text.as_deref().unwrap_or(text)))?;
                let edited = notes.text.as_ref().map(|_| self.1.edited().to_owned());
                let pinned = notes.pinned.then(|| self.1.pinned().to_owned());
                let reactions = notes.reactions.iter().map(|(emoji, count)| format!("{emoji} {count}"));
                let all: Vec<String> = edited.into_iter().chain(pinned).chain(reactions).collect();
                if all.is_empty() { Ok(()) } else { writeln!(self.0, "\n*{}*", all.join(" · ")) }
            }
            Body::Joined { .. } => writeln!(self.0, "\n*{} · {time}*", self.1.joined(&who)),
            Body::Left => writeln!(self.0, "\n*{} · {time}*", self.1.left(&who)),
            Body::Renamed { old } => {
                writeln!(self.0, "\n*{} · {time}*", self.1.renamed(&escape(old.as_str()), &who))
            }
            Body::Erased => match &notes.removed {
                Some(by) => {
                    writeln!(self.0, "\n*{} · {time}*", self.1.erased(&escape(by.nickname.as_str())))
                }
                // What was about a line has gone with it.
                None => Ok(()),
            },
            Body::Addressed { .. }
            | Body::Edited { .. }
            | Body::Removed { .. }
            | Body::Reacted { .. }
            | Body::Pinned { .. }
            | Body::Unknown(_) => Ok(()),
        }
    }

    fn unreadable(&mut self, count: u64) -> io::Result<()> {
        writeln!(self.0, "\n*{}*", self.1.unreadable(count))
    }

    fn foot(&mut self, _: Exported) -> io::Result<()> {
        Ok(())
    }
}
