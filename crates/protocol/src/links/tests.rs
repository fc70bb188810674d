use proptest::prelude::*;

use super::*;

fn found(text: &str) -> Vec<&str> {
    links(text).into_iter().map(|link| link.text).collect()
}

#[test]
fn kinds_are_told_apart() {
    let kinds = |text| links(text).into_iter().map(|link| link.kind).collect::<Vec<_>>();
    assert_eq!(
        kinds("WSS://a.cn www.example.org mail@example.org mailto:mail@example.org"),
        [LinkKind::Scheme, LinkKind::Www, LinkKind::Mail, LinkKind::Scheme]
    );
}

#[test]
fn addresses_without_a_scheme_are_found_among_words() {
    assert_eq!(
        bare_addresses("来192.168.1.23:8080玩，或[fe80::1%eth0]:8081。"),
        ["192.168.1.23:8080", "[fe80::1%eth0]:8081"]
    );
    assert_eq!(bare_addresses("（nas.local:8080/#p=x）"), ["nas.local:8080/#p=x"]);
}

#[test]
fn a_link_that_is_too_long_is_none() {
    let fits = format!("http://a.cn/{}", "x".repeat(LONGEST - 12));
    assert_eq!(found(&fits), [fits.as_str()]);
    assert_eq!(found(&format!("{fits}x")), [""; 0]);
}

proptest! {
    #[test]
    fn any_text_has_its_links_in_order(text in "(http://|www\\.|mailto:|@|[a-z.:/?#=&()\\[\\]~' ]|[火ไé，。👍\u{200d}\u{fe0f}]){0,60}") {
        let mut end = 0;
        for link in links(&text) {
            prop_assert!(link.start >= end);
            prop_assert!(!link.text.is_empty() && text[link.start..].starts_with(link.text));
            end = link.start + link.text.len();
            prop_assert_eq!(found(link.text), [link.text], "a link alone is the same link");
        }
        bare_addresses(&text);
    }
}
