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
            Inline::Address(address) => {
                linked(address, out, |out| out.push_str(&escape(&address.text)));
            }
            Inline::Link(address, children) => {
                if !linked(address, out, |out| inlines(children, out)) {
                    // Words alone would hide where they led.
                    out.extend([" (", &escape(&address.text), ")"]);
                }
            }
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

/// A link, where a browser follows it. Whether it is one.
fn linked(Address { text, kind }: &Address, out: &mut String, content: impl FnOnce(&mut String)) -> bool {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_followed = ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let before = match kind {
        LinkKind::Www => "http://",
        LinkKind::Mail => "mailto:",
        LinkKind::Scheme if is_followed => "",
        LinkKind::Scheme => {
            content(out);
            return false;
        }
    };
    out.extend(["<a href=\"", before, &escape(text), "\" rel=\"noreferrer noopener\">"]);
    content(out);
    out.push_str("</a>");
    true
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
    use proptest::prelude::*;
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

    /// Letters that have no meaning of their own.
    const SAID: &str = "真火山说话q";

    /// What has a meaning here, in HTML or in an address, and some letters.
    const SIGNS: &str = "*┆**┆_┆~~┆||┆`┆```┆~~~┆\\┆[┆]┆(┆)┆](┆<┆>┆> ┆- ┆1. ┆- [x] ┆|┆|-|┆|:-:|-|┆\n┆\n\n┆    ┆ ┆，┆。┆“┆\"┆'┆&┆&lt;┆&#0;\
        ┆=┆https://┆http://a.cn/┆www.a.cn┆mailto:┆a@b.cn┆hearth://┆ws://b:1┆javascript:┆data:text/html,┆[说](hearth://q)┆[话](ws://火)┆\n```a \" b=\"山\n┆https://a.cn/\"x=\"火\
        ┆<img src=x onerror=y>┆</article>┆<!--┆]]>┆a┆Z┆1┆👍┆\u{202e}┆\u{200b}┆\u{0}┆\u{301}┆真┆火┆山┆说┆话";

    /// Texts of these, in any order.
    fn any_text() -> impl Strategy<Value = String> {
        let sign = prop::sample::select(SIGNS.split('┆').collect::<Vec<_>>());
        prop::collection::vec(sign, 0..40).prop_map(|signs| signs.concat())
    }

    /// The elements of a text in HTML: their tags, `/` in front of those that close, with what stands between the brackets.
    fn tags(html: &str) -> Vec<&str> {
        let parts = html.split('<').skip(1);
        parts.map(|part| part.split_once('>').expect("a tag ends, and `>` is written as a name").0).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_text_makes_the_elements_of_its_markdown_and_no_others(text in any_text()) {
            let shown = html(&text);
            let mut open = Vec::new();
            for tag in tags(&shown) {
                let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
                if let Some(name) = name.strip_prefix('/') {
                    prop_assert_eq!(open.pop(), Some(name), "{}", shown);
                    continue;
                }
                let known = [
                    "p", "blockquote", "pre", "code", "ul", "ol", "li", "table", "tr", "th", "td", "strong", "em", "s",
                    "span", "a",
                ];
                prop_assert!(known.contains(&name), "{}", shown);
                // Each is a name and a value in quotation marks, in which there are none.
                let mut rest = attributes;
                while let Some((attribute, (value, behind))) =
                    rest.split_once("=\"").and_then(|(name, rest)| Some((name, rest.split_once('"')?)))
                {
                    let known = ["href", "rel", "class", "tabindex", "align", "colspan", "data-info", "data-marker", "data-done"];
                    prop_assert!(known.contains(&attribute), "{}", shown);
                    let lower = value.to_ascii_lowercase();
                    let leads = ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
                    prop_assert!(attribute != "href" || leads, "{}", shown);
                    rest = behind.trim_start();
                }
                prop_assert_eq!(rest, "", "{}", shown);
                open.push(name);
            }
            prop_assert_eq!(open, Vec::<&str>::new(), "{}", shown);
            let read = shown.replace("&quot;", "");
            let missing = SAID.chars().find(|c| read.matches(*c).count() < text.matches(*c).count());
            prop_assert_eq!(missing, None, "{}", shown);
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
            "<p>javascript:alert(1) file:///etc/passwd 房间 (hearth://c)</p>"
        );
    }
}
