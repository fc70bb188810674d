//! The text of a message as HTML: its Markdown as elements, all else as letters.

use hearth_protocol::markdown::{Address, Align, Block, Cell, Inline, Item, Mark};
use hearth_protocol::{LinkKind, markdown};

/// A text as HTML.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    blocks(&markdown::read(text), &mut out);
    out
}

fn blocks(all: &[Block], out: &mut String) {
    for block in all {
        match block {
            Block::Paragraph(children) => within("p", out, |out| inlines(children, out)),
            Block::Quote(children) => within("blockquote", out, |out| blocks(children, out)),
            Block::Code { language, info, text } => {
                out.push_str("<pre");
                if info != language {
                    out.extend([" data-info=\"", &escape(info), "\""]);
                }
                out.push_str("><code");
                if !language.is_empty() {
                    out.extend([" class=\"language-", &escape(language), "\""]);
                }
                out.extend([">", &escape(text), "</code></pre>"]);
            }
            Block::List { ordered, items } => {
                let tag = if *ordered { "ol" } else { "ul" };
                within(tag, out, |out| items.iter().for_each(|each| item(each, out)));
            }
            Block::Table { align, head, rows } => within("table", out, |out| {
                row("th", align, head, out);
                for cells in rows {
                    row("td", align, cells, out);
                }
            }),
        }
    }
}

fn item(Item { marker, done, children }: &Item, out: &mut String) {
    out.extend(["<li data-marker=\"", marker, "\""]);
    if let Some(done) = done {
        out.extend([" data-done=\"", if *done { "true" } else { "false" }, "\""]);
    }
    out.push('>');
    blocks(children, out);
    out.push_str("</li>");
}

fn row(tag: &str, align: &[Align], cells: &[Cell], out: &mut String) {
    within("tr", out, |out| {
        for (align, cell) in align.iter().zip(cells) {
            let side = match align {
                Align::Natural => None,
                Align::Left => Some("left"),
                Align::Center => Some("center"),
                Align::Right => Some("right"),
            };
            out.extend(["<", tag]);
            out.extend(side.into_iter().flat_map(|side| [" align=\"", side, "\""]));
            out.push('>');
            inlines(cell, out);
            out.extend(["</", tag, ">"]);
        }
        let rest = align.len().saturating_sub(cells.len());
        if rest > 0 {
            out.extend(["<td colspan=\"", &rest.to_string(), "\"></td>"]);
        }
    });
}

fn inlines(all: &[Inline], out: &mut String) {
    for inline in all {
        match inline {
            Inline::Text(text) => out.push_str(&escape(text)),
            Inline::Code(text) => within("code", out, |out| out.push_str(&escape(text))),
            Inline::Address(address) => linked(address, out, |out| out.push_str(&escape(&address.text))),
            Inline::Link(address, children) => linked(address, out, |out| inlines(children, out)),
            Inline::Marked(mark, children) => {
                let (open, close) = match mark {
                    Mark::Strong => ("<strong>", "</strong>"),
                    Mark::Emphasis => ("<em>", "</em>"),
                    Mark::Strike => ("<s>", "</s>"),
                    Mark::Spoiler => ("<span class=\"spoiler\" tabindex=\"0\">", "</span>"),
                };
                out.push_str(open);
                inlines(children, out);
                out.push_str(close);
            }
        }
    }
}

/// A link, where a browser follows it.
fn linked(Address { text, kind }: &Address, out: &mut String, content: impl FnOnce(&mut String)) {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_followed = ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let before = match kind {
        LinkKind::Www => "http://",
        LinkKind::Mail => "mailto:",
        LinkKind::Scheme if is_followed => "",
        LinkKind::Scheme => return content(out),
    };
    out.extend(["<a href=\"", before, &escape(text), "\" rel=\"noreferrer noopener\">"]);
    content(out);
    out.push_str("</a>");
}

fn within(tag: &str, out: &mut String, content: impl FnOnce(&mut String)) {
    out.extend(["<", tag, ">"]);
    content(out);
    out.extend(["</", tag, ">"]);
}

/// A text in which HTML sees nothing but letters.
pub(super) fn escape(text: &str) -> String {
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
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        rule: String,
        text: String,
        html: String,
    }

    #[test]
    fn a_text_is_shown_as_the_page_shows_it() {
        let vectors: Vec<Vector> =
            serde_json::from_str(include_str!("../../../../tests/vectors/markdown.json")).expect("vectors");
        for Vector { rule, text, html: expected } in vectors {
            let shown = html(&text).replace(" rel=\"noreferrer noopener\"", "");
            assert_eq!(shown, expected, "by rule {rule}: {text}");
        }
    }

    #[test]
    fn what_is_escaped_has_no_meaning() {
        assert_eq!(escape("<b onclick='x'>&\""), "&lt;b onclick=&#39;x&#39;&gt;&amp;&quot;");
    }

    #[test]
    fn links_lead_where_a_browser_goes_and_to_nobody_else() {
        let linked = |text| html(text).replace(" rel=\"noreferrer noopener\"", "");
        assert_eq!(
            linked("看HTTPS://a.cn/x好不好，www.b.cn吧 <hearth://c> d@e.cn"),
            "<p>看<a href=\"HTTPS://a.cn/x\">HTTPS://a.cn/x</a>好不好，<a href=\"http://www.b.cn\">www.b.cn</a>吧 \
             &lt;hearth://c&gt; <a href=\"mailto:d@e.cn\">d@e.cn</a></p>"
        );
        assert_eq!(
            linked("javascript:alert(1) file:///etc/passwd [房间](hearth://c)"),
            "<p>javascript:alert(1) file:///etc/passwd 房间</p>"
        );
    }
}
