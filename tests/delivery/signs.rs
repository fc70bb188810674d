//! What can be said, and how one can be called: nothing that cannot be seen, what is typed stays as it is, and nothing is lost for
//! half a sign.

use hearth_protocol::{Asked, Body, Entry, RefusalCode, Refused, ServerFrame};
use hearth_tests::{RawClient, TestHost};
use serde_json::json;

/// Texts of which nothing is seen, each of another kind of nothing.
const NOTHING: [&str; 18] = [
    "   ",
    "\u{200b}",
    "\u{2800}",
    "\u{3164}",
    "\u{202e}",
    "\u{ad}",
    "\u{feff}",
    "\u{fe0f}",
    "\u{e0041}",
    "\u{34f}",
    "\u{17b4}",
    "\u{ffa0}",
    "\u{2028}",
    "\u{7f}\u{1b}",
    "\u{115f}\u{1160}",
    "\u{200d}",
    "\u{fffc}",
    "\n\u{2063} \u{3000}\u{180e}",
];

/// Texts that look like little, and are something.
const SOMETHING: [&str; 7] =
    ["🔥", "🇨🇳", "1\u{fe0f}\u{20e3}", "👩\u{200d}👧", " \u{301}", "\u{200b}.\u{200b}", "\u{fffd}"];

async fn refused(client: &mut RawClient, text: &str) -> Refused {
    client.send_text(text).await;
    loop {
        if let ServerFrame::Refused(refused) = client.frame().await {
            return refused;
        }
    }
}

fn post(n: usize, text: &str) -> String {
    json!({"type": "post", "id": id(n), "text": text}).to_string()
}

fn id(n: usize) -> String {
    format!("0190f5fe-7c00-7a00-8000-{n:012}")
}

#[tokio::test]
async fn a_text_of_which_nothing_is_seen_is_blank_on_every_door() {
    let host = TestHost::start().await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let spaces = refused(&mut ming, &post(0, NOTHING[0])).await;
    assert_eq!(spaces.code, RefusalCode::TextEmpty);
    for (n, nothing) in NOTHING.iter().enumerate() {
        let refused = refused(&mut ming, &post(n, nothing)).await;
        assert_eq!((refused.code, &refused.message), (spaces.code, &spaces.message), "{nothing:?}");
        assert_eq!(refused.id.expect("its id").to_string(), id(n));
    }
    let mut classic = RawClient::classic(&host.url()).await.expect("a connection");
    for text in NOTHING.iter().chain(&SOMETHING) {
        classic.send_text(json!({"nickname": "老王", "message": text, "time": ""}).to_string()).await;
    }
    for something in SOMETHING {
        assert_eq!(ming.line().await, ("老王".into(), something.into()), "and nothing before it");
    }
    for something in SOMETHING {
        ming.post(something).await;
        assert_eq!(ming.line().await, ("阿明".into(), something.into()));
    }
}

#[tokio::test]
async fn names_are_kept_as_they_are_typed_and_told_apart_by_their_look() {
    let host = TestHost::start().await;
    for typed in [
        "ㅋㅋㅋ",
        "ㅎㅏ",
        "하",
        "①班",
        "ශ්\u{200d}රී",
        "می\u{200c}نا",
        "葛\u{e0100}城",
        "👩\u{200d}👧",
        "❤\u{fe0f}",
    ] {
        let (guest, welcome) = RawClient::enter(&host.url(), typed).await;
        assert_eq!(welcome.you.nickname.as_str(), typed);
        guest.leave().await;
    }
    for (one, alike) in [
        ("Ivan", "lvan"),
        ("Wei", "Ｗｅｉ"),
        ("葛城", "葛\u{e0100}城"),
        ("مینا", "می\u{200c}نا"),
        ("❤", "❤\u{fe0f}"),
    ] {
        let (_one, _) = RawClient::enter(&host.url(), one).await;
        let (_alike, welcome) = RawClient::enter(&host.url(), alike).await;
        assert_eq!(welcome.you.nickname.to_string(), format!("{alike} 2"), "while {one} is here");
    }
}

#[tokio::test]
async fn half_a_sign_costs_one_sign_in_every_field_of_the_classic_dialect() {
    let host = TestHost::start().await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let mut classic = RawClient::classic(&host.url()).await.expect("a connection");
    for line in [
        r#"{"nickname":"甲","message":"hi \ud83d","time":""}"#,
        r#"{"nickname":"甲\ude00","message":"\ud83d\ude00 \\ud83d","time":"9:\udc00"}"#,
        r#"{"nickname":"\ud83d","message":"x","time":"","\ud83d":{"\ud83d":["\ud83d"]}}"#,
    ] {
        classic.send_text(line).await;
    }
    let said = |entry: Entry| match entry.body {
        Body::Message { text, time } => (entry.from.nickname.to_string(), text, time),
        other => panic!("a line, not {other:?}"),
    };
    assert_eq!(said(ming.line_entry().await), ("甲".into(), "hi \u{fffd}".into(), None));
    let whole = ("甲\u{fffd}".into(), "😀 \\ud83d".into(), Some("9:\u{fffd}".into()));
    assert_eq!(said(ming.line_entry().await), whole);
    assert_eq!(said(ming.line_entry().await).1, "x", "a name of nothing else is none");
}

#[tokio::test]
async fn half_a_sign_costs_one_sign_in_every_frame_of_v1() {
    let host = TestHost::start().await;
    let mut ming = RawClient::v1(&host.url()).await.expect("a connection");
    ming.send_text(
        r#"{"type":"hello","nickname":"阿明\ud83d","client":{"name":"\udc00","version":"\ud800"}}"#,
    )
    .await;
    let welcome = loop {
        if let ServerFrame::Welcome(welcome) = ming.frame().await {
            break welcome;
        }
    };
    assert_eq!(welcome.you.nickname.as_str(), "阿明\u{fffd}");
    ming.send_text(post(1, "TEXT").replace("TEXT", r"\ude00 half \ud83d")).await;
    assert_eq!(ming.line().await.1, "\u{fffd} half \u{fffd}");
    ming.send_text(r#"{"type":"search","query":"half \ud83d","limit":9,"\ud83d":1}"#).await;
    let found = loop {
        if let ServerFrame::Found(found) = ming.frame().await {
            break found;
        }
    };
    assert_eq!((found.query.as_str(), found.entries.len()), ("half \u{fffd}", 1));
    ming.send_text(r#"{"type":"rename","nickname":"\ud83d小明"}"#).await;
    assert_eq!(ming.entry().await.from.nickname.as_str(), "\u{fffd}小明");
}

#[tokio::test]
async fn a_refusal_names_its_request_wherever_that_can_be_read() {
    let host = TestHost::start().await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    for (text, by_id, of) in [
        (r#"{"type":"post","id":"ID"}"#, true, None),
        (r#"{"type":"post","text":["a"],"id":"ID"}"#, true, None),
        (r#"{"type":"post","id":"ID","text":"cut o"#, true, None),
        (r#"{"type":"rename","id":"ID","nickname":7}"#, true, None),
        (r#"{"type":"dance","id":"ID"}"#, true, None),
        (r#"{"type":"rename","nickname":7}"#, false, Some(Asked::Rename)),
        (r#"{"type":"history","before":-1,"limit":1}"#, false, Some(Asked::History)),
        (r#"{"type":"search","query":{"id":"ID"},"limit":1}"#, false, Some(Asked::Search)),
        (r#"{"type":"post","id":7,"text":"a"}"#, false, None),
        (r#"["post","ID"]"#, false, None),
    ] {
        let refused = refused(&mut ming, &text.replace("ID", &id(5))).await;
        let named = refused.id.map(|id| id.to_string());
        assert_eq!((named, refused.of), (by_id.then(|| id(5)), of), "{text}");
    }
}
