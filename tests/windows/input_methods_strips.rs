//! What is composed goes on while a line is answered or said in other words, while others talk, and while the strip above the box
//! comes and goes. ↑ and Esc are the input method's as long as it composes.

use hearth_protocol::{Act, Body, ClientFrame, Entry, Hello, Mentions, PostId, Seq, Verb};
use hearth_tests::{Look, MessageBox, RawClient, Typist, hello};
use uuid::Uuid;

use crate::input_methods::WAYS;

/// What ends a strip.
const END: &str = "取消";

fn has_strip(seen: &MessageBox) -> bool {
    seen.buttons.iter().any(|button| button == END)
}

/// Says this, and waits until it is to be read in the window.
async fn tell(ming: &mut Typist, said: &str) -> Seq {
    ming.li.post(said).await;
    let seq = loop {
        let entry = ming.li.entry().await;
        if matches!(&entry.body, Body::Message { text, .. } if text == said) {
            break entry.seq;
        }
    };
    ming.sees("a line has come", |seen| seen.hears(said)).await;
    seq
}

/// Takes the newest line to answer it, with the keyboard alone.
async fn answer(ming: &Typist) {
    ming.goes_to_the_list().await;
    ming.press(&["r"]);
    ming.sees("it is answered", |seen| has_strip(seen) && seen.focused && seen.text.is_empty()).await;
}

/// Takes what is composed, with a comma behind it, and sends this line by that.
async fn take_and_send(ming: &mut Typist, said: &str) -> Entry {
    ming.press(&["space", "comma"]);
    ming.reads(said).await;
    ming.press(&["Return"]);
    let line = ming.heard().await;
    assert!(matches!(&line.body, Body::Message { text, .. } if text == said), "{line:?}");
    line
}

async fn take_back(by: &mut RawClient, about: Seq) {
    let act = Act { id: Some(PostId::new(Uuid::now_v7())), what: Verb::Remove { about } };
    by.send(&ClientFrame::Act(act)).await;
}

#[tokio::test]
async fn a_line_is_said_in_other_words_by_an_input_method() {
    let mut ming = Typist::enter(Look::ZH, WAYS[0], &[]).await;
    ming.by("libpinyin").await;
    ming.composes("jintian", "今天", ["", ""]).await;
    ming.press(&["Return"]);
    let line = ming.heard().await;
    ming.reads("").await;

    // In an empty box ↑ asks for the last line, and while something is composed for another candidate.
    ming.types("ni");
    ming.reads("你").await;
    ming.press(&["Up", "Down", "Up", "Escape"]);
    assert!(!has_strip(&ming.reads("").await), "nothing is edited");
    ming.press(&["Up"]);
    ming.sees("the last line is edited", |seen| has_strip(seen) && seen.text == "今天").await;

    // Others talk meanwhile.
    ming.types("ni");
    ming.reads("今天你").await;
    for said in ["第一行", "第二行", "第三行"] {
        tell(&mut ming, said).await;
    }
    ming.types("hao");
    assert!(has_strip(&ming.reads("今天你好").await));
    ming.press(&["Up", "Escape"]);
    assert!(has_strip(&ming.reads("今天").await), "Esc throws away what was composed, and no more");
    ming.composes("mingtian", "明天", ["今天", ""]).await;
    ming.press(&["Return"]);
    let edited =
        Body::Edited { about: line.seq, text: "今天明天".to_owned(), mentions: Mentions::default() };
    assert_eq!(ming.heard().await.body, edited);
    ming.sees("the strip is gone", |seen| !has_strip(seen) && seen.text.is_empty()).await;
}

#[tokio::test]
async fn a_line_is_answered_by_an_input_method() {
    let mut ming = Typist::enter(Look::ZH, WAYS[0], &[]).await;
    ming.by("libpinyin").await;
    let asked = tell(&mut ming, "几点见？").await;
    answer(&ming).await;
    ming.types("ni");
    ming.reads("你").await;
    ming.press(&["Escape"]);
    assert!(has_strip(&ming.reads("").await), "Esc throws away what was composed, and no more");
    ming.types("ni");
    ming.reads("你").await;
    tell(&mut ming, "我八点到").await;
    ming.types("hao");
    ming.reads("你好").await;
    let line = take_and_send(&mut ming, "你好，").await;
    let addressed = Body::Addressed { about: line.seq, reply: Some(asked), mentions: Mentions::default() };
    assert_eq!(ming.heard().await.body, addressed);
    ming.sees("the strip is gone", |seen| !has_strip(seen) && seen.text.is_empty()).await;
}

#[tokio::test]
async fn what_is_composed_stays_when_the_line_that_it_is_about_is_taken_back() {
    let mut ming = Typist::enter(Look::ZH, WAYS[0], &[]).await;
    ming.by("libpinyin").await;
    let asked = tell(&mut ming, "几点见？").await;
    answer(&ming).await;
    ming.types("ni");
    ming.reads("你").await;
    take_back(&mut ming.li, asked).await;
    ming.sees("the strip is gone, and nothing else", |seen| !has_strip(seen) && seen.text == "你").await;
    ming.types("hao");
    ming.reads("你好").await;
    take_and_send(&mut ming, "你好，").await;
    ming.reads("").await;
}

#[tokio::test]
async fn what_is_composed_stays_when_the_line_that_is_edited_is_taken_away() {
    let mut ming = Typist::enter(Look::ZH, WAYS[0], &[]).await;
    ming.by("libpinyin").await;
    ming.composes("nihao", "你好", ["", ""]).await;
    ming.press(&["Return"]);
    let line = ming.heard().await;
    let owner = Hello { secret: Some(ming.host().pass()), ..hello("老王") };
    let (mut owner, _) = RawClient::enter_as(&ming.host().url(), owner).await;
    // What is said behind it is seen behind it: by then the own line can be edited.
    tell(&mut ming, "好").await;
    ming.press(&["Up"]);
    ming.sees("the last line is edited", |seen| has_strip(seen) && seen.text == "你好").await;
    ming.types("shi");
    ming.reads("你好是").await;
    take_back(&mut owner, line.seq).await;
    ming.sees("the strip is gone, and nothing else", |seen| !has_strip(seen) && seen.text == "你好是").await;
    ming.types("jie");
    ming.reads("你好世界").await;
    take_and_send(&mut ming, "你好世界，").await;
}
