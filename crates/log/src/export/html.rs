//! One HTML file that needs nothing else: no script, no picture, no font from elsewhere.

use std::io::{self, Write};

use hearth_protocol::{Body, Entry};
use jiff::Zoned;
use jiff::civil::Date;
use linkify::{LinkFinder, LinkKind};

use super::{Document, Exported, Head, Language};

const STYLE: &str = include_str!("page.css");

/// What stands behind an address and not in it.
const SENTENCE_GOES_ON: &[char] = &[
    '，', '。', '；', '：', '！', '？', '、', '（', '）', '《', '》', '“', '”', '‘', '’', '「', '」', '【',
    '】', '…',
];

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

    fn entry(&mut self, entry: &Entry, at: &Zoned) -> io::Result<()> {
        let who = escape(entry.from.nickname.as_str());
        let time = format!("<time datetime=\"{}\">{}</time>", entry.at, at.strftime("%H:%M"));
        match &entry.body {
            Body::Message { text, .. } => writeln!(
                self.0,
                "<article id=\"{}\"><h3><bdi>{who}</bdi> {time}</h3><p dir=\"auto\">{}</p></article>",
                entry.seq,
                linked(text)
            ),
            Body::Joined { .. } => self.system(&self.1.joined(&apart(&who)), &time),
            Body::Left => self.system(&self.1.left(&apart(&who)), &time),
            Body::Renamed { old } => {
                self.system(&self.1.renamed(&apart(&escape(old.as_str())), &apart(&who)), &time)
            }
            Body::Erased => self.system(&self.1.erased(&apart(&who)), &time),
            Body::Unknown(_) => Ok(()),
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
    fn system(&mut self, words: &str, time: &str) -> io::Result<()> {
        writeln!(self.0, "<p class=\"system\">{words} · {time}</p>")
    }
}

/// A name that runs in its own direction, whatever stands around it.
fn apart(name: &str) -> String {
    format!("<bdi>{name}</bdi>")
}

/// A text with its web addresses as links.
fn linked(text: &str) -> String {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(true);
    let mut out = String::with_capacity(text.len());
    for span in finder.spans(text) {
        let is_web = ["http://", "https://"].iter().any(|scheme| span.as_str().starts_with(scheme));
        if span.kind().is_none() || !is_web {
            out.push_str(&escape(span.as_str()));
            continue;
        }
        // Chinese sentences go on behind an address without a space.
        let end = span.as_str().find(SENTENCE_GOES_ON).unwrap_or(span.as_str().len());
        let (address, rest) = span.as_str().split_at(end);
        let shown = escape(address);
        out.extend(["<a href=\"", &shown, "\" rel=\"noreferrer noopener\">", &shown, "</a>", &escape(rest)]);
    }
    out
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_text_and_web_addresses_are_links() {
        assert_eq!(escape("<b onclick='x'>&\""), "&lt;b onclick=&#39;x&#39;&gt;&amp;&quot;");
        assert_eq!(
            linked("看 https://example.org/a?b=1&c=2，好"),
            "看 <a href=\"https://example.org/a?b=1&amp;c=2\" rel=\"noreferrer noopener\">https://example.org/a?b=1&amp;c=2</a>，好"
        );
        assert_eq!(
            linked("javascript:alert(1) file:///etc/passwd"),
            "javascript:alert(1) file:///etc/passwd"
        );
    }
}
