//! The export as one HTML file that needs nothing else: no script, no picture, no font from elsewhere.

use std::io::{self, Write};

use hearth_protocol::{Body, Entry, LinkKind, links};
use jiff::Zoned;
use jiff::civil::Date;

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
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for link in links(text) {
        let scheme = link.text.split_once("://").map_or("", |(scheme, _)| scheme);
        let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
        let before = match link.kind {
            LinkKind::Scheme if is_web => "",
            LinkKind::Www => "http://",
            LinkKind::Scheme | LinkKind::Mail => continue,
        };
        let shown = escape(link.text);
        out.push_str(&escape(&text[end..link.start]));
        out.extend(["<a href=\"", before, &shown, "\" rel=\"noreferrer noopener\">", &shown, "</a>"]);
        end = link.start + link.text.len();
    }
    out.push_str(&escape(&text[end..]));
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
            linked("看HTTPS://a.cn/x好不好，www.b.cn吧 <hearth://c> d@e.cn"),
            "看<a href=\"HTTPS://a.cn/x\" rel=\"noreferrer noopener\">HTTPS://a.cn/x</a>好不好，\
             <a href=\"http://www.b.cn\" rel=\"noreferrer noopener\">www.b.cn</a>吧 &lt;hearth://c&gt; d@e.cn"
        );
        assert_eq!(
            linked("javascript:alert(1) file:///etc/passwd"),
            "javascript:alert(1) file:///etc/passwd"
        );
    }
}
