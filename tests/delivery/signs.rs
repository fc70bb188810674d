//! What can be said, and how one can be called: nothing that cannot be seen, what is typed stays as it is, and nothing is lost for
//! half a sign.

use hearth_protocol::{RefusalCode, Refused, ServerFrame};
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
