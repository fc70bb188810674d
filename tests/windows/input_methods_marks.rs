//! What is composed within Markdown and beside it is what stands in the line, and so it is where a tool marks a part of it between:
//! nothing is lost, and nothing is said twice.

use hearth_protocol::{Body, Mentions};
use hearth_tests::{LETTERS, Look, Typist};

use crate::input_methods::WAYS;

#[tokio::test]
async fn what_is_composed_in_markdown_is_what_is_sent() {
    let mut ming = Typist::enter(Look::ZH, WAYS[0], &[]).await;
    ming.types("**** `` [](https://example.org)");
    ming.reads("**** `` [](https://example.org)").await;
    ming.by("libpinyin").await;
    ming.press(&["Home", "Right", "Right"]);
    ming.composes("nihao", "你好", ["**", "** `` [](https://example.org)"]).await;
    ming.press(&["Right", "Right", "Right", "Right"]);
    ming.composes("shijie", "世界", ["**你好** `", "` [](https://example.org)"]).await;
    ming.press(&["Right", "Right", "Right"]);
    ming.composes("women", "我们", ["**你好** `世界` [", "](https://example.org)"]).await;
    ming.press(&["End"]);
    ming.composes("pengyou", "朋友", ["**你好** `世界` [我们](https://example.org)", ""]).await;
    ming.press(&["Home"]);
    ming.types("zhongguo");
    ming.reads("中国**你好** `世界` [我们](https://example.org)朋友").await;
    ming.shot("composing-beside-marks");
    // Enter takes the letters as they are.
    ming.press(&["Return"]);
    let line = "zhongguo**你好** `世界` [我们](https://example.org)朋友";
    ming.reads(line).await;
    ming.press(&["End", "Return"]);
    assert_eq!(ming.says().await, line);
    ming.reads("").await;
}

#[tokio::test]
async fn a_tool_between_two_compositions_is_undone_by_itself() {
    let mut ming = Typist::enter(Look::ZH, WAYS[0], &[]).await;
    ming.by("libpinyin").await;
    // While something is composed, the keys of the tools are the input method's.
    ming.types("nihao");
    ming.reads("你好").await;
    ming.press(&["ctrl+a", "ctrl+b", "ctrl+e", "ctrl+z"]);
    ming.press(&["space", "comma"]);
    ming.reads("你好，").await;
    ming.press(&["ctrl+a", "ctrl+b"]);
    ming.reads("**你好，**").await;
    ming.press(&["End"]);
    ming.types("shijie");
    ming.reads("**你好，**世界").await;
    ming.press(&["space", "ctrl+z"]);
    ming.reads("**你好，**").await;
    ming.press(&["ctrl+z"]);
    ming.reads("你好，").await;
    ming.press(&["ctrl+shift+z"]);
    ming.reads("**你好，**").await;
    ming.press(&["ctrl+y"]);
    ming.reads("**你好，**世界").await;
    ming.press(&["End"]);
    ming.composes("pengyou", "朋友", ["**你好，**世界", ""]).await;
    ming.press(&["Return"]);
    assert_eq!(ming.says().await, "**你好，**世界朋友");
    ming.reads("").await;
}

#[tokio::test]
async fn the_last_syllable_of_hangul_is_neither_lost_nor_doubled() {
    for way in WAYS {
        let mut ming = Typist::enter(Look::EN, way, &["한별"]).await;
        ming.by("hangul").await;
        // A syllable is composed behind the sign while the list was open.
        ming.press(&["at"]);
        assert_eq!(ming.is_offered("@").await.len(), 2, "{way:?}");
        ming.types("gksquf");
        let composing = ming.reads("@한별").await;
        assert_eq!(composing.offers, [], "{way:?}: while it is composed");
        // Whoever is written out in full is meant, and Enter sends.
        ming.press(&["Return"]);
        let line = ming.heard().await;
        assert!(matches!(&line.body, Body::Message { text, .. } if text == "@한별"), "{way:?}: {line:?}");
        let mentions = Mentions { members: vec![ming.other("한별")], everyone: false };
        assert_eq!(ming.heard().await.body, Body::Addressed { about: line.seq, reply: None, mentions });
        ming.reads("").await;

        // The key of a tool ends a syllable, and marks behind it.
        ming.types("dkssud");
        ming.reads("안녕").await;
        ming.press(&["ctrl+b"]);
        ming.reads("안녕****").await;
        ming.types("quf");
        ming.reads("안녕**별**").await;
        ming.press(&["Return"]);
        assert_eq!(ming.says().await, "안녕**별**", "{way:?}");
        ming.reads("").await;

        // And what was composed is marked with all else.
        ming.types("dkssud");
        ming.reads("안녕").await;
        ming.press(&["ctrl+a", "ctrl+b"]);
        ming.reads("**안녕**").await;
        ming.press(&["End"]);
        ming.types("gks");
        ming.reads("**안녕**한").await;
        ming.press(&["Return"]);
        assert_eq!(ming.says().await, "**안녕**한", "{way:?}");

        // Nothing has stayed in the box, and nothing was said besides.
        ming.reads("").await;
        ming.by(LETTERS).await;
        ming.press(&["q", "Return"]);
        assert_eq!(ming.says().await, "q", "{way:?}");
    }
}
