//! The one link in what was pasted: people copy it in quotes, in brackets, with a full stop, or with the sentence around it.

use std::net::Ipv4Addr;

use hearth_protocol::{LinkKind, bare_addresses, links};

use super::{AddressError, Invitation, is_margin, narrow};

/// What may stand around an address, besides blanks: quotes, brackets, and what ends a sentence.
const AROUND: &str = "\"'`“”‘’«»「」『』《》〈〉<>()[]{}【】〔〕,.;:!?，。；：！？、…~～*|";

/// Behind these a scheme is part of another address.
const NESTS: [char; 5] = ['/', '=', '?', '&', '#'];

impl Invitation {
    /// Finds the one link or address in what a person typed or pasted, with whatever stands around it.
    pub fn parse(input: &str) -> Result<Self, AddressError> {
        find(input)
    }
}

/// Finds the link: of several, the one that says of itself that it leads into a room.
fn find(input: &str) -> Result<Invitation, AddressError> {
    let narrow = narrow(input);
    // What is full-width ends a link, but in a link that was typed so.
    [input, narrow.as_str()]
        .into_iter()
        .find_map(|text| Some(with_scheme(text)).filter(|links| !links.is_empty()))
        .map_or_else(|| without_scheme(&narrow), |links| the_one(&links))
}

/// All links with a scheme of ours.
fn with_scheme(text: &str) -> Vec<&str> {
    let is_ours = |kind, link: &str| kind == LinkKind::Scheme && link.contains("://");
    let found = links(text).into_iter().filter(|link| is_ours(link.kind, link.text));
    // An address without a scheme may have one in its query.
    let is_nested = |start: usize| is_word(text) && text[..start].trim_start().ends_with(NESTS);
    found.filter(|link| !is_nested(link.start)).map(|link| without_words(link.text)).collect()
}

/// A link without words or a tilde directly behind the slash of its host, where the sentence goes on. They might be a page's name
/// (`/wiki/火`), but no room's path is so.
fn without_words(link: &str) -> &str {
    let host = link.find("://").map_or(0, |scheme| scheme + 3);
    let path = link[host..].find('/').map_or(link.len(), |slash| host + slash + 1);
    let behind = &link[path..];
    if behind == "~" || behind.starts_with(|c: char| !c.is_ascii()) { &link[..path] } else { link }
}

/// The room that is meant by these links.
fn the_one(links: &[&str]) -> Result<Invitation, AddressError> {
    let (rooms, others): (Vec<&str>, Vec<&str>) =
        links.iter().partition(|link| Invitation::leads_to_room(link));
    let read: Vec<_> = links.iter().map(|link| Invitation::read(link)).collect();
    // A link that was cut off is meant more than one that leads elsewhere.
    if rooms.is_empty() && read.contains(&Err(AddressError::Link)) {
        return Err(AddressError::Link);
    }
    let mut meant = if rooms.is_empty() { others } else { rooms }.into_iter().map(Invitation::read);
    let first = meant.next().unwrap_or(Err(AddressError::NoLink));
    if meant.all(|other| other == first) { first } else { Err(AddressError::Several) }
}

/// An address that was typed, or the one in a sentence.
fn without_scheme(text: &str) -> Result<Invitation, AddressError> {
    let typed = Invitation::read(text);
    let whole = typed.clone().or_else(|_| Invitation::read(text.trim_matches(is_around)));
    match (&typed, &whole) {
        (_, Ok(found)) if found.address.host.is_ascii() => return whole,
        (Err(AddressError::Scheme { .. } | AddressError::Link | AddressError::Empty), _) => return typed,
        _ => {}
    }
    let found = bare_addresses(text).into_iter().filter(|address| !address.contains('@'));
    let found: Vec<&str> = found.map(without_words).collect();
    let sure: Vec<&str> = found.iter().copied().filter(|address| is_address(address)).collect();
    if !sure.is_empty() {
        return the_one(&sure);
    }
    // A name in other letters, if nothing around it was taken for a part of it.
    let named = [typed.clone(), Invitation::read(text.trim_matches(is_around))];
    if let Some(named) = named.into_iter().flatten().find(|found| is_host(&found.address.host)) {
        return Ok(named);
    }
    let named: Vec<&str> = found.into_iter().filter(|address| is_name(address)).collect();
    match named.is_empty() {
        false => the_one(&named),
        true if is_word(text) => typed,
        true => Err(AddressError::NoLink),
    }
}

/// What may stand around an address.
fn is_around(c: char) -> bool {
    is_margin(c) || AROUND.contains(c)
}

/// Whether a text is one word of ASCII, as an address that was typed and has a fault.
fn is_word(text: &str) -> bool {
    let text = text.trim_matches(is_margin);
    text.is_ascii() && !text.contains(char::is_whitespace)
}

/// Whether a host is one that people have: "你好" is a name, and nobody's, and what stands around a name is not part of it.
fn is_host(host: &str) -> bool {
    host.contains('.') && !host.chars().any(|c| c != '.' && is_around(c))
}

/// Whether something is an address whatever stands around it: by its numbers, its port, or what is behind `#`.
fn is_address(text: &str) -> bool {
    let host = text.split([':', '/', '?', '#']).next().unwrap_or_default();
    let has_port = text[host.len()..].starts_with(':');
    let told = text.contains("#k=") || text.contains("#p=");
    text.starts_with('[')
        || host.parse::<Ipv4Addr>().is_ok()
        || ((has_port || told) && (is_name(text) || host == "localhost"))
}

/// Whether something looks like a name of the internet or of a local network.
fn is_name(text: &str) -> bool {
    let host = text.split([':', '/', '?', '#']).next().unwrap_or_default();
    let last = host.rsplit_once('.').map_or("", |(_, last)| last);
    last.chars().count() >= 2 && last.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "AAECAwQFBgcICQoLDA0ODw";
    const KEY: &str = "_____________________w";

    /// What an address is shown as, with its secret.
    fn found(text: &str) -> (String, bool) {
        match find(text) {
            Ok(found) => (found.address.to_string(), found.secret.is_some()),
            Err(error) => panic!("{text:?}: {error}"),
        }
    }

    /// Ways to paste `{}`.
    const AROUND: &[&str] = &[
        "{}",
        "{}\n",
        "\u{feff} {}\u{3000}",
        "<{}>",
        "\"{}\"",
        "'{}'",
        "“{}”",
        "「{}」",
        "《{}》",
        "（{}）",
        "【{}】",
        "({})",
        "[{}]",
        "`{}`",
        "**{}**",
        "{}。",
        "{}.",
        "{},",
        "{}，",
        "{}！",
        "{}!",
        "{}；",
        "{}…",
        "{}~",
        "{}～",
        "来我的房间：{}",
        "来我的房间:{}。",
        "房间是{}快来",
        "快来 {} 一起聊",
        "join us: {}.",
        "Join us at {}, tonight at 20:00!",
        "方に来て{}です",
        "방은 {}입니다",
        "ห้อง {} มาเลย",
        "> {}\n> 8:30 PM",
        "[房间]({})",
        "{} 👈 👍",
    ];

    #[test]
    fn the_one_link_is_found_whatever_stands_around_it() {
        for way in AROUND {
            for (link, full) in [
                ("http://192.168.1.23:8080", "ws://192.168.1.23:8080"),
                ("http://192.168.1.23:8080/", "ws://192.168.1.23:8080"),
                ("ws://host:8080", "ws://host:8080"),
                ("wss://例子.测试/", "wss://例子.测试:443"),
                ("hearth://[fd00::5]:8081", "ws://[fd00::5]:8081"),
                ("192.168.1.23:8080", "ws://192.168.1.23:8080"),
                ("192.168.1.23", "ws://192.168.1.23:8080"),
                ("nas.local:8080", "ws://nas.local:8080"),
            ] {
                let text = way.replace("{}", link);
                assert_eq!(found(&text), (full.to_owned(), false), "{text}");
            }
            for link in ["http://192.168.1.23:8080/#", "hearth://192.168.1.23:8080#", "192.168.1.23:8080/#"] {
                let text = way.replace("{}", &format!("{link}k={SECRET}&p={KEY}"));
                assert_eq!(found(&text), ("wss://192.168.1.23:8080".to_owned(), true), "{text}");
            }
        }
    }

    #[test]
    fn what_was_typed_full_width_is_read_in_a_sentence_too() {
        for text in [
            "来http：//192.168.1.23:8080。快来",
            "１９２．１６８．１．２３：８０８０",
            "（ｗｓ：／／192.168.1.23：8080）",
        ] {
            assert_eq!(found(text).0, "ws://192.168.1.23:8080", "{text}");
        }
    }

    #[test]
    fn of_several_links_the_one_that_leads_into_a_room_counts() {
        let room = format!("http://192.168.1.23:8080/#k={SECRET}&p={KEY}");
        for text in [
            format!("{room}（也可以用 hearth://192.168.1.23:8080#p={KEY}&k={SECRET} 打开）"),
            format!("讲义在 https://example.org/notes ，聊天：{room}，回头见"),
            format!("{room}\n{room}"),
            format!("http://192.168.1.23:8080/#p={KEY}%E3%80%82&k={SECRET}快来"),
        ] {
            assert_eq!(found(&text), ("wss://192.168.1.23:8080".to_owned(), true), "{text}");
        }
        for text in [
            "http://192.168.1.23:8080 http://192.168.1.24:8080".to_owned(),
            "ws://a:1、ws://b:1".to_owned(),
            "192.168.1.23:8080 或 192.168.1.24:8080".to_owned(),
            format!("{room} hearth://192.168.1.23:8081#p={KEY}"),
        ] {
            assert_eq!(find(&text), Err(AddressError::Several), "{text}");
        }
    }

    #[test]
    fn a_text_without_any_says_so_and_a_typing_error_what_is_wrong() {
        for text in [
            "来我的房间",
            "今晚 20:00 老地方",
            "see you at 8:30 pm",
            "你好，世界",
            "a b",
            "写信给mail@example.org吧",
        ] {
            let found = find(text);
            assert_eq!(found, Err(AddressError::NoLink), "{text}");
        }
        let scheme = |scheme: &str| AddressError::Scheme { scheme: scheme.to_owned() };
        for (text, error) in [
            ("", AddressError::Empty),
            ("host:99999", AddressError::Port),
            ("http://host:99999/", AddressError::Port),
            ("（http://host:0）。", AddressError::Port),
            ("user@host", AddressError::Host),
            ("http://user@host/", AddressError::Host),
            ("file:///etc/passwd", scheme("file")),
            ("ftp://example.org", scheme("ftp")),
            ("来 http://host:1/#k=AAEC 吧", AddressError::Link),
            ("https://example.org http://host:1/#k=AAEC", AddressError::Link),
        ] {
            assert_eq!(find(text), Err(error), "{text}");
        }
    }

    #[test]
    fn an_address_in_the_query_of_another_is_part_of_it() {
        assert_eq!(found("host/path?to=ws://elsewhere").0, "ws://host:8080/path?to=ws://elsewhere");
        assert_eq!(found("ws://host/path?to=ws://elsewhere").0, "ws://host:80/path?to=ws://elsewhere");
    }
}
