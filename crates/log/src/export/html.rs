//! The export as one HTML file that needs nothing else: no script, no picture, no font from elsewhere.

use std::io::{self, Write};

use hearth_protocol::{Body, Entry};
use jiff::Zoned;
use jiff::civil::Date;

use super::html_text::{escape, html};
use super::told::{Notes, Quote};
use super::{Document, Exported, Head, Language};

const STYLE: &str = include_str!("page.css");

pub(super) struct Html<'a>(pub(super) &'a mut dyn Write, pub(super) Language);

impl Document for Html<'_> {
    fn head(&mut self, head: &Head<'_>) -> io::Result<()> {
        let room = escape(head.room);
        let when = head.now.strftime("%Y-%m-%d %H:%M");
        let tag = self.1.tag();
        write!(
            self.0,
            "<!doctype html>\n<html lang=\"{tag}\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<title>{room}</title>\n<style>\n{STYLE}</style>\n\
             <header><h1>{room}</h1><p>围炉 Hearth · {when}</p></header>\n<main>\n"
        )
    }

    fn day(&mut self, day: Date) -> io::Result<()> {
        writeln!(self.0, "<h2><time datetime=\"{day}\">{day}</time></h2>")
    }

    fn entry(&mut self, entry: &Entry, notes: &Notes, at: &Zoned) -> io::Result<()> {
        let who = escape(entry.from.nickname.as_str());
        let time = format!("<time datetime=\"{}\">{}</time>", entry.at, at.strftime("%H:%M"));
        match &entry.body {
            Body::Message { text, .. } => writeln!(
                self.0,
                "<article id=\"{}\"><h3><bdi>{who}</bdi> {time}</h3>{}<div dir=\"auto\">{}</div>{}</article>",
                entry.seq,
                notes.reply.as_ref().map(|reply| self.quote(reply)).unwrap_or_default(),
                html(notes.text.as_deref().unwrap_or(text)),
                self.notes(notes)
            ),
            Body::Joined { .. } => self.system(&self.1.joined(&apart(&who)), &time),
            Body::Left => self.system(&self.1.left(&apart(&who)), &time),
            Body::Renamed { old } => {
                self.system(&self.1.renamed(&apart(&escape(old.as_str())), &apart(&who)), &time)
            }
            Body::Erased => match &notes.removed {
                Some(by) => self.system(&self.1.erased(&apart(&escape(by.nickname.as_str()))), &time),
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
        writeln!(self.0, "<p class=\"system lost\">{}</p>", self.1.unreadable(count))
    }

    fn foot(&mut self, _: Exported) -> io::Result<()> {
        writeln!(self.0, "</main>\n</html>")
    }
}

impl Html<'_> {
    /// The line that is answered.
    fn quote(&self, Quote { seq, from, begins }: &Quote) -> String {
        let begins = begins.as_deref().map_or_else(|| self.1.gone().to_owned(), escape);
        let name = apart(&escape(from.nickname.as_str()));
        format!("<p class=\"reply\"><a href=\"#{seq}\">{name} <span dir=\"auto\">{begins}</span></a></p>")
    }

    /// What was said about a line, in one row.
    fn notes(&self, notes: &Notes) -> String {
        let edited = notes.text.as_ref().map(|_| self.1.edited().to_owned());
        let pinned = notes.pinned.then(|| self.1.pinned().to_owned());
        let reactions =
            notes.reactions.iter().map(|(emoji, count)| format!("{} {count}", escape(emoji.as_str())));
        let all: Vec<String> = edited.into_iter().chain(pinned).chain(reactions).collect();
        if all.is_empty() { String::new() } else { format!("<p class=\"notes\">{}</p>", all.join(" · ")) }
    }

    fn system(&mut self, words: &str, time: &str) -> io::Result<()> {
        writeln!(self.0, "<p class=\"system\">{words} · {time}</p>")
    }
}

/// A name that runs in its own direction, whatever stands around it.
fn apart(name: &str) -> String {
    format!("<bdi>{name}</bdi>")
}
