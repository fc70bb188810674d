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

#[test]
fn nothing_inside_of_a_link_that_is_too_long_is_one() {
    for inside in ["x", "字", "/字", "/x()"] {
        let long = format!("http://a.cn/{}=http://b.cn/", inside.repeat(LONGEST));
        assert_eq!(found(&format!("{long}/y http://c.cn")), ["http://c.cn"], "{inside}");
    }
}

#[test]
fn brackets_are_not_nested_without_end() {
    let nested = |depth| format!("http://a.cn/{}{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(found(&nested(16)), [nested(16)]);
    assert_eq!(found(&nested(17)), ["http://a.cn/"]);
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
