//! People in a room hear each other, each line once and in one order.

use std::time::Duration;

use hearth_host::{HostConfig, Limits};
use hearth_protocol::{
    Act, Author, Body, ClientFrame, Dialect, Hello, HistoryRequest, Nickname, RefusalCode, ServerFrame,
    Welcome,
};
use hearth_tests::{RawClient, TestHost, hello, quick};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

#[tokio::test]
async fn a_line_reaches_everybody_and_its_sender_gets_an_ack() {
    let host = TestHost::start().await;
    let (mut ming, welcome) = RawClient::enter(&host.url(), "阿明").await;
    assert_eq!((welcome.room.name.as_str(), welcome.you.nickname.as_str()), ("读书会", "阿明"));
    assert_eq!(ming.entry().await.body, Body::Joined { dialect: Dialect::V1 });

    let (mut wei, welcome) = RawClient::enter(&host.url(), "Wei").await;
    assert_eq!(welcome.online, 2);
    assert_eq!(ming.entry().await.from.nickname.as_str(), "Wei");

    let id = ming.post("大家好 😅").await;
    assert_eq!(wei.line().await, ("阿明".into(), "大家好 😅".into()));
    let (mut acked, mut seen) = (None, None);
    while acked.is_none() || seen.is_none() {
        match ming.frame().await {
            ServerFrame::Ack(ack) if ack.id == id => acked = Some(ack.seq),
            ServerFrame::Entry(entry) if entry.id == Some(id) => seen = Some(entry.seq),
            other => panic!("unexpected {other:?}"),
        }
    }
    assert_eq!(acked, seen);

    wei.leave().await;
    let left = ming.entry().await;
    assert_eq!((left.body, left.from.nickname.as_str()), (Body::Left, "Wei"));
}

#[tokio::test]
async fn the_same_post_again_gets_the_same_ack_and_no_second_line() {
    let host = TestHost::start().await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let id = ming.post("once").await;
    let again = ClientFrame::Act(Act::post(id, "once"));
    ming.send(&again).await;
    ming.post("after").await;
    let (mut acks, mut lines) = (Vec::new(), Vec::new());
    while lines.last().is_none_or(|line| line != "after") {
        match ming.frame().await {
            ServerFrame::Ack(ack) if ack.id == id => acks.push(ack.seq),
            ServerFrame::Entry(hearth_protocol::Entry { body: Body::Message { text, .. }, .. }) => {
                lines.push(text);
            }
            _ => {}
        }
    }
    assert_eq!(lines, ["once", "after"]);
    assert_eq!(acks.len(), 2);
    assert_eq!(acks[0], acks[1]);
}

#[tokio::test]
async fn a_newcomer_sees_the_last_fifty_and_scrolls_back() {
    let host = TestHost::start().await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    for n in 1..=120 {
        ming.post(&format!("line {n}")).await;
    }
    ming.hear("line 120").await;

    let (mut wei, welcome) = RawClient::enter(&host.url(), "Wei").await;
    let first = wei.entry().await;
    assert_eq!(first.prev, welcome.after);
    assert_eq!(welcome.head.get() - welcome.after.get(), 51, "fifty, and that Wei came");

    wei.send(&ClientFrame::History(HistoryRequest { before: first.seq, after: None, limit: 1000 })).await;
    let page = loop {
        if let ServerFrame::Page(page) = wei.frame().await {
            break page;
        }
    };
    assert_eq!(page.before, first.seq);
    assert_eq!(page.entries.last().map(|entry| entry.seq), Some(first.prev));
    let reached_the_start = page.entries.first().is_some_and(|entry| entry.prev.get() == 0);
    assert_eq!(page.more, !reached_the_start);
}

#[tokio::test]
async fn who_resumes_gets_exactly_what_was_missed() {
    for says_so in [false, true] {
        resume(says_so).await;
    }
}

/// The link breaks without a word, or with one that is no goodbye.
async fn resume(says_so: bool) {
    let host = TestHost::start().await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let (mut wei, welcome) = RawClient::enter(&host.url(), "Wei").await;
    ming.post("1").await;
    let seen = loop {
        let entry = wei.entry().await;
        if matches!(entry.body, Body::Message { .. }) {
            break entry.seq;
        }
    };
    if says_so {
        let away = CloseFrame { code: CloseCode::Away, reason: "".into() };
        wei.socket().close(Some(away)).await.expect("sent");
        assert_eq!(wei.close_code().await, Some(1001), "the host has heard it");
    }
    drop(wei);
    ming.post("2").await;
    ming.post("3").await;
    ming.hear("3").await;

    let resume =
        Hello { token: Some(welcome.token), log: Some(welcome.log), after: Some(seen), ..hello("Wei") };
    let (mut wei, again) = RawClient::enter_as(&host.url(), resume).await;
    assert_eq!((again.after, &again.you), (seen, &welcome.you));
    let (second, third) = (wei.entry().await, wei.entry().await);
    assert_eq!((second.prev, third.prev), (seen, second.seq));
    assert!(
        matches!(third.body, Body::Message { ref text, .. } if text == "3"),
        "no leave, no join: back in time"
    );
}

#[tokio::test]
async fn names_that_are_taken_or_renamed_are_told() {
    let host = TestHost::start().await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let (mut second, welcome) = RawClient::enter(&host.url(), " 阿\u{200b}明").await;
    assert_eq!(welcome.you.nickname.as_str(), "阿明 2");
    second.send(&ClientFrame::Act(Act::rename(None, "小李"))).await;
    let renamed = loop {
        let entry = ming.entry().await;
        if let Body::Renamed { old } = entry.body {
            break (old.to_string(), entry.from.nickname.to_string());
        }
    };
    assert_eq!(renamed, ("阿明 2".to_owned(), "小李".to_owned()));
}

#[tokio::test]
async fn a_nickname_that_a_ghost_had_goes_to_who_asked_for_it() {
    let limits = Limits { grace: Duration::from_millis(50), ..quick().limits };
    let host = TestHost::with(HostConfig { limits, ..quick() }).await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let (ghost, _) = RawClient::enter(&host.url(), "小李").await;
    let (mut li, welcome) = RawClient::enter(&host.url(), "小李").await;
    assert_eq!(welcome.you.nickname.as_str(), "小李 2");
    // Its link breaks without a goodbye.
    drop(ghost);
    let (mut you, mut told) = (None, None);
    while you.is_none() || told.is_none() {
        match li.frame().await {
            ServerFrame::You(told) => you = Some(told.nickname.to_string()),
            ServerFrame::Entry(entry) if matches!(entry.body, Body::Renamed { .. }) => told = Some(entry),
            _ => {}
        }
    }
    assert_eq!((you.as_deref(), told.expect("told").from), (Some("小李"), welcome_author(&welcome, "小李")));

    // The same among classic guests, who have no words for it.
    let classic = |text: &str| format!(r#"{{"nickname":"老王","message":"{text}","time":""}}"#);
    let mut ghost = RawClient::classic(&host.url()).await.expect("a connection");
    ghost.send_text(classic("在吗")).await;
    assert_eq!(ming.line().await.0, "老王");
    let mut wang = RawClient::classic(&host.url()).await.expect("a connection");
    wang.send_text(classic("又来了")).await;
    assert_eq!(ming.line().await.0, "老王 2");
    drop(ghost);
    let renamed = loop {
        let entry = ming.entry().await;
        if let Body::Renamed { old } = entry.body {
            break (old.to_string(), entry.from.nickname.to_string());
        }
    };
    assert_eq!(renamed, ("老王 2".to_owned(), "老王".to_owned()));
    wang.send_text(classic("好")).await;
    assert_eq!(ming.line().await, ("老王".into(), "好".into()));
}

fn welcome_author(welcome: &Welcome, nickname: &str) -> Author {
    let nickname = Nickname::new(nickname).expect("a nickname");
    Author { member: welcome.you.member.clone(), nickname }
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_name_and_the_connection_goes_on() {
    let host = TestHost::start().await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let refusals = [
        ("{", RefusalCode::Malformed),
        (r#"{"type":"post"}"#, RefusalCode::Malformed),
        (r#"{"type":"dance"}"#, RefusalCode::UnknownType),
        (r#"{"type":"hello","nickname":"x"}"#, RefusalCode::HelloExpected),
        (r#"{"type":"rename","nickname":"\u200b"}"#, RefusalCode::NicknameEmpty),
        (r#"{"type":"post","id":"0190f5fe-7c00-7a00-8000-000000000001","text":" "}"#, RefusalCode::TextEmpty),
    ];
    for (text, code) in refusals {
        ming.send_text(text).await;
        let refused = loop {
            if let ServerFrame::Refused(refused) = ming.frame().await {
                break refused;
            }
        };
        assert_eq!(refused.code, code, "{text}");
    }
    ming.post("still here").await;
    assert_eq!(ming.line().await.1, "still here");
}

#[tokio::test]
async fn a_stopping_host_says_so() {
    let host = TestHost::start().await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let stopping = tokio::spawn(host.stop());
    assert_eq!(ming.close_code().await, Some(1001));
    drop(ming);
    stopping.await.expect("stopped");
}
