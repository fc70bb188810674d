use proptest::prelude::*;

use super::*;

fn name(raw: &str) -> Nickname {
    Nickname::new(raw).expect("a nickname")
}

fn look_alike(one: &str, other: &str) -> bool {
    let others = name(other).looks();
    name(one).looks().iter().any(|look| others.contains(look))
}

#[test]
fn what_cannot_be_seen_goes() {
    assert_eq!(name(" 阿\u{200b}明\u{202e} \u{3000} ").as_str(), "阿明");
    assert_eq!(name("Wei\t\u{2028}Li").as_str(), "Wei Li");
    assert_eq!(Nickname::new("\u{200d}\u{3164}\u{2800}\u{feff}"), Err(NicknameError::Empty));
}

#[test]
fn what_is_typed_stays() {
    for typed in [
        "ㅋㅋㅋ",
        "ㅠㅠ",
        "ㅇㅅㅇ",
        "ㅎㅏ",
        "①班",
        "℃",
        "Ｗｅｉ",
        "ｶﾞ",
        "ﬁne",
        "ǅ",
        "5½",
        // Sinhala, Malayalam, Bengali, Devanagari, Persian: what joins letters, or keeps them apart.
        "ශ්\u{200d}රී",
        "അവന\u{d4d}\u{200d}",
        "র\u{200d}\u{9cd}যাব",
        "क्\u{200d}ष",
        "क्\u{200c}ष",
        "می\u{200c}نا",
        "ه\u{200d}",
        "مِ\u{200c}نا",
        "ᠠ\u{180b}ᠨ\u{180e}ᠠ",
        // Variants of ideographs; emoji, joined, coloured, with a flag, on a key.
        "葛\u{e0100}城",
        "辻\u{fe00}",
        "❤\u{fe0f}",
        "❤\u{fe0e}",
        "👩\u{200d}👧",
        "❤\u{fe0f}\u{200d}🔥",
        "🧑🏽\u{200d}💻",
        "1\u{fe0f}\u{20e3}",
        "🏴\u{200d}☠\u{fe0f}",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "🇨🇳",
        // Four marks on a letter.
        "ဖြိုး",
        "ကြွေး",
        "甲\u{fffd}",
    ] {
        assert_eq!(name(typed).as_str(), typed, "{typed:?}");
    }
}

#[test]
fn what_shapes_nothing_goes() {
    for (typed, kept) in [
        ("阿\u{200d}明", "阿明"),
        ("a\u{200c}b", "ab"),
        ("\u{200d}a\u{fe0f}", "a"),
        ("می\u{200c}\u{200c}نا\u{200c}", "می\u{200c}نا"),
        ("می\u{200d}نا", "مینا"),
        ("👩\u{200d}", "👩"),
        ("👩\u{200d}\u{200d}👧", "👩\u{200d}👧"),
        ("❤\u{fe0f}\u{fe0f}\u{fe0e}", "❤\u{fe0f}"),
        ("1\u{fe0f}", "1"),
        ("a\u{e0100}", "a"),
        ("葛\u{e0100}\u{e0101}", "葛\u{e0100}"),
        ("a\u{e0041}b", "ab"),
        ("🏴\u{e0067}\u{e0062}", "🏴"),
        ("🏴\u{e0041}\u{e007f}", "🏴"),
        ("a\u{180e}b", "ab"),
        ("ش\u{202e}ab", "شab"),
        ("\u{e000}boss", "boss"),
    ] {
        assert_eq!(name(typed).as_str(), kept, "{typed:?}");
    }
}

#[test]
fn the_limit_counts_characters_not_bytes() {
    assert!(Nickname::new(&"围".repeat(32)).is_ok());
    assert_eq!(Nickname::new(&"围".repeat(33)), Err(NicknameError::TooLong { chars: 33, limit: 32 }));
    assert_eq!(Nickname::truncated(&"围".repeat(40)).expect("cut").as_str(), "围".repeat(32));
    // Also those of a form that is written out by whoever reads names as they were at first.
    assert_eq!(Nickname::truncated(&"㍿".repeat(40)).expect("cut").as_str(), "㍿".repeat(8));
    assert_eq!(Nickname::new("\u{fc5e}"), Err(NicknameError::Empty), "a blank with marks");
    assert_eq!(Nickname::new("\u{fffd}\u{600}"), Err(NicknameError::Empty));
}

#[test]
fn look_alikes_share_a_look() {
    for (one, other) in [
        ("Paul", "Раul"),
        ("WEI", "wei"),
        ("Ｗｅｉ", "Wei"),
        ("Ivan", "lvan"),
        ("Ivan", "ivan"),
        ("ΗΑΝΑ", "hana"),
        ("ΣΟΦΟΣ", "σοφος"),
        ("ΣΟΦΟΣ", "σοφοσ"),
        ("b0b", "bOb"),
        ("M0ritz", "moritz"),
        ("①班", "1班"),
        ("ｶﾞ", "ガ"),
        ("ㅋㅋ", "\u{110f}\u{110f}"),
        ("می\u{200c}نا", "مینا"),
        ("ශ්\u{200d}රී", "ශ්රී"),
        ("葛\u{e0100}城", "葛城"),
        ("❤\u{fe0f}", "❤"),
        ("👩\u{200d}👧", "👩👧"),
        ("ﬁne", "fine"),
        ("Zoë", "Zoe\u{308}"),
    ] {
        assert!(look_alike(one, other), "{one} {other}");
    }
    for (one, other) in
        [("阿明", "阿朋"), ("ivan", "lvan"), ("ㅎㅏ", "하"), ("ㅋㅋ", "ㅋㅋㅋ"), ("Zoë", "Zoe"), ("か", "カ")]
    {
        assert!(!look_alike(one, other), "{one} {other}");
    }
}

#[test]
fn a_taken_nickname_gets_a_number_and_stays_within_the_limit() {
    let taken = [name("阿明").looks(), name("阿明 2").looks()].concat();
    assert_eq!(name("阿明").distinct(2.., |look| taken.iter().any(|t| t == look)).as_str(), "阿明 3");
    for (long, second) in
        [("a".repeat(32), format!("{} 2", "a".repeat(30))), ("㍿".repeat(8), format!("{} 2", "㍿".repeat(7)))]
    {
        let long = name(&long);
        let taken = long.looks();
        let distinct = long.distinct(2.., |look| taken.iter().any(|taken| taken == look));
        assert_eq!(distinct.as_str(), second);
    }
}

#[test]
fn the_longest_line_there_can_be_is_named_in_a_moment() {
    for sign in ["\u{e0041}", "\u{200d}", "\u{301}", "👩\u{200d}", "ش\u{200c}", "\u{fdfa}"] {
        let _ = Nickname::truncated(&sign.repeat(64 * 1024 / sign.len()));
    }
}

/// Signs that shape each other, or are about to.
const ODD: &str = "[a1 👩❤🏴🏽शकن\u{94d}\u{9cd}ي葛ㅎㅏ하ｶﾞ㍿ᠠ\u{200b}-\u{200f}\u{fe00}-\u{fe0f}\u{e0100}\u{e0067}\u{e007f}\u{20e3}\u{301}\u{64e}\u{180b}-\u{180e}\u{1100}-\u{1112}\u{1161}-\u{1175}\u{fffd}\u{e000}]{0,24}";

/// Letters, and what is not seen between them.
const SHAPED: &str = "[a1I 👩❤🏴🏽شن葛ｶ㍿ᠠ\u{200b}-\u{200f}\u{202a}-\u{202e}\u{fe00}-\u{fe0f}\u{e0100}\u{e0067}\u{e007f}\u{180b}-\u{180e}]{0,24}";

/// What people knew of a name at first, by which they still must be able to read it.
fn can_be_read_as_at_first(name: &str) -> bool {
    (1..=32).contains(&plain(name).chars().count())
}

proptest! {
    #[test]
    fn the_normal_form_is_a_fixed_point(raw in prop_oneof![any::<String>(), ODD]) {
        if let Ok(once) = Nickname::truncated(&raw) {
            prop_assert_eq!(Nickname::new(once.as_str()), Ok(once.clone()));
            prop_assert!(can_be_read_as_at_first(once.as_str()));
            let taken = once.looks();
            let second = once.distinct(2.., |look| taken.iter().any(|taken| taken == look));
            prop_assert_eq!(Nickname::new(second.as_str()), Ok(second.clone()));
        }
    }

    #[test]
    fn a_name_by_the_first_rule_stays_as_it_is(raw in prop_oneof![any::<String>(), ODD]) {
        let first = plain(&raw);
        prop_assert_eq!(normalise(&first), first);
    }

    #[test]
    fn what_is_not_seen_makes_no_other_look(raw in SHAPED) {
        if let (Ok(name), Ok(first)) = (Nickname::new(&raw), Nickname::new(&plain(&raw))) {
            let looks = first.looks();
            prop_assert!(name.looks().iter().any(|look| looks.contains(look)), "{:?} {:?}", name, first);
        }
    }
}

#[test]
fn a_room_is_named_by_what_is_seen() {
    for blank in
        ["", " \u{3000}", "\u{200b}\u{2060}", "\u{3164}\u{ffa0}", "\u{2800} \u{2800}", "\n\t", "\u{e000}"]
    {
        assert_eq!(room_name(blank), None, "{blank:?}");
    }
    for (raw, seen) in [
        ("读书会", "读书会"),
        ("  Book\n club ", "Book club"),
        ("三\u{200b}班", "三班"),
        ("\u{202e}三班", "三班"),
        ("R&D <1>", "R&D <1>"),
    ] {
        assert_eq!(room_name(raw).as_deref(), Some(seen));
    }
    assert_eq!(room_name(&"班".repeat(5000)), Some("班".repeat(200)));
}
