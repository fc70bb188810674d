//! While something is composed nothing is offered, and every key is the input method's; once it is said, names and emoji are
//! offered for it, and what was taken is data of the line.

use hearth_protocol::{Body, Emoji, Mentions};
use hearth_tests::{LETTERS, Look, Typist};

use crate::input_methods::WAYS;

#[tokio::test]
async fn names_are_offered_for_what_was_composed_and_not_meanwhile() {
    let mut ming = Typist::enter(Look::ZH, WAYS[0], &["陈老师", "沉默"]).await;
    ming.by("libpinyin").await;
    ming.press(&["at"]);
    let everybody = ming.is_offered("@").await;
    assert_eq!(everybody.len(), 3, "{everybody:?}");

    // Whatever is pressed meanwhile, nothing is offered, taken or sent, and Esc throws away what was composed and no more.
    for key in ["Down", "Up", "Left", "Right", "Next", "Prior", "Home", "End", "Tab"] {
        ming.types("chen");
        let composing = ming.reads("@陈").await;
        assert_eq!(composing.offers, [], "while it is composed");
        if key == "Down" {
            ming.shot("composing-behind-at");
        }
        ming.press(&[key, "Escape"]);
        let left =
            ming.sees("all are offered again", |seen| seen.text == "@" && !seen.offers.is_empty()).await;
        assert_eq!((left.offers, left.focused), (everybody.clone(), true), "{key}");
    }

    // Enter takes the letters as they are, and by these, too, a name is found.
    ming.types("chen");
    ming.reads("@陈").await;
    ming.press(&["Return"]);
    let read_so = ming.is_offered("@chen").await;
    assert!(read_so[0].1 && read_so.iter().any(|(name, _)| name == "陈老师"), "{read_so:?}");
    ming.press(&["BackSpace", "BackSpace", "BackSpace", "BackSpace"]);
    ming.is_offered("@").await;

    // A digit chooses a candidate.
    ming.types("chen");
    ming.reads("@陈").await;
    ming.press(&["1"]);
    assert_eq!(ming.is_offered("@陈").await, [("陈老师".to_owned(), true)]);
    ming.press(&["Return"]);
    assert_eq!(ming.reads("@陈老师 ").await.offers, []);
    ming.composes("nihao", "你好", ["@陈老师 ", ""]).await;
    ming.press(&["Return"]);
    let line = ming.heard().await;
    assert!(matches!(&line.body, Body::Message { text, .. } if text == "@陈老师 你好"), "{line:?}");
    let mentions = Mentions { members: vec![ming.other("陈老师")], everyone: false };
    assert_eq!(ming.heard().await.body, Body::Addressed { about: line.seq, reply: None, mentions });
    assert_eq!(ming.reads("").await.offers, []);
}

#[tokio::test]
async fn emoji_are_offered_for_what_was_composed_and_not_meanwhile() {
    let mut ming = Typist::enter(Look::ZH, WAYS[0], &[]).await;
    ming.by("libpinyin").await;
    ming.composes("nihao", "你好", ["", ""]).await;
    ming.by(LETTERS).await;
    ming.press(&["colon"]);
    ming.reads("你好:").await;
    ming.by("libpinyin").await;

    // Enter takes the letters as they are: by these, too, an emoji is found.
    ming.types("xiao");
    assert_eq!(ming.reads("你好:小").await.offers, [], "while it is composed");
    ming.press(&["Return"]);
    assert!(ming.is_offered("你好:xiao").await[0].1, "the first is chosen");
    ming.press(&["BackSpace", "BackSpace", "BackSpace", "BackSpace"]);
    ming.reads("你好:").await;
    ming.types("xiaolian");
    assert_eq!(ming.reads("你好:笑脸").await.offers, [], "while it is composed");
    ming.press(&["space"]);
    let offered = ming.is_offered("你好:笑脸").await;
    assert!(offered[0].1, "{offered:?}");
    ming.press(&["Return", "Return"]);
    let said = ming.says().await;
    let emoji = said.strip_prefix("你好").expect("what stood in front of it");
    assert!(Emoji::new(emoji).is_ok(), "{said} {offered:?}");

    // Behind a full-width colon nothing is chosen: Enter sends, Tab and the arrow take.
    for (key, sends) in [("Return", false), ("Tab", true), ("Down", true)] {
        ming.reads("").await;
        ming.types(":xiaolian");
        let composing = ming.reads("：笑脸").await;
        assert_eq!(composing.offers, []);
        ming.press(&["space"]);
        let offered = ming.is_offered("：笑脸").await;
        assert!(offered.iter().all(|(_, chosen)| !chosen), "{offered:?}");
        ming.press(&[key]);
        if key == "Down" {
            ming.press(&["Return"]);
        }
        if sends {
            ming.sees("an emoji in the box", |seen| Emoji::new(&seen.text).is_ok() && seen.offers.is_empty())
                .await;
            ming.press(&["Return"]);
        }
        let said = ming.says().await;
        assert!(
            if sends { Emoji::new(&said).is_ok() } else { said == "：笑脸" },
            "{key}: {said} {offered:?}"
        );
    }
}
