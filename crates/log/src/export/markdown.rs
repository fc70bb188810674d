//! The export as Markdown, with other people's marks as they wrote them, and not as marks.

use std::io::{self, Write};

use hearth_protocol::{Body, Entry};
use jiff::Zoned;
use jiff::civil::Date;

use super::{Document, Exported, Head, Language};

pub(super) struct Markdown<'a>(pub(super) &'a mut dyn Write, pub(super) Language);

impl Document for Markdown<'_> {
    fn head(&mut self, head: &Head<'_>) -> io::Result<()> {
        writeln!(self.0, "# {}\n\n围炉 Hearth · {}", escape(head.room), head.now.strftime("%Y-%m-%d %H:%M"))
    }

    fn day(&mut self, day: Date) -> io::Result<()> {
        writeln!(self.0, "\n## {day}")
    }

    fn entry(&mut self, entry: &Entry, at: &Zoned) -> io::Result<()> {
        let (who, time) = (escape(entry.from.nickname.as_str()), at.strftime("%H:%M"));
        match &entry.body {
            Body::Message { text, .. } => {
                // Two spaces at the end of a line keep its break.
                let text = text.lines().map(escape).collect::<Vec<_>>().join("  \n");
                writeln!(self.0, "\n**{who}** {time}  \n{text}")
            }
            Body::Joined { .. } => writeln!(self.0, "\n*{} · {time}*", self.1.joined(&who)),
            Body::Left => writeln!(self.0, "\n*{} · {time}*", self.1.left(&who)),
            Body::Renamed { old } => {
                writeln!(self.0, "\n*{} · {time}*", self.1.renamed(&escape(old.as_str()), &who))
            }
            Body::Erased => writeln!(self.0, "\n*{} · {time}*", self.1.erased(&who)),
            Body::Unknown(_) => Ok(()),
        }
    }

    fn unreadable(&mut self, count: u64) -> io::Result<()> {
        writeln!(self.0, "\n*{}*", self.1.unreadable(count))
    }

    fn foot(&mut self, _: Exported) -> io::Result<()> {
        Ok(())
    }
}

/// Takes from a line what Markdown would see in it.
fn escape(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    // Spaces at the start would make a block of code.
    let trimmed = line.trim_start_matches([' ', '\t']);
    out.extend(std::iter::repeat_n('\u{a0}', line.len() - trimmed.len()));
    let digits = trimmed.len() - trimmed.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, c) in trimmed.char_indices() {
        let starts_a_block = at == 0 && matches!(c, '#' | '+' | '-' | '=' | '>' | ':');
        let numbers_a_list = digits > 0 && at == digits && matches!(c, '.' | ')');
        if starts_a_block
            || numbers_a_list
            || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '~' | '|' | '!')
        {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_mark_is_none() {
        assert_eq!(escape("# **不** [是](x) `标题`"), "\\# \\*\\*不\\*\\* \\[是\\](x) \\`标题\\`");
        assert_eq!(escape("1. <img>"), "1\\. \\<img>");
        assert_eq!(escape("    code"), "\u{a0}\u{a0}\u{a0}\u{a0}code");
        assert_eq!(escape("v1.2 - ok"), "v1.2 - ok");
    }
}
