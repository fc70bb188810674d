//! What is said about lines (answers, changes, reactions, pins, removals) reaches everybody, once, and stands with its line.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hearth_log::{Log, Query};
use hearth_protocol::{
    Body, ClientFrame, Emoji, Entry, Hello, HistoryRequest, LinesRequest, LogId, Mentions, Seq, ServerFrame,
    Verb,
};
use hearth_tests::{RawClient, TestHost, found_in, hello, log_in_file, quick};
use serde_json::Value;
use tokio::time::sleep;

use crate::guest::{Guest, act};

fn edit(about: Seq, text: &str) -> Verb {
    Verb::Edit { about, text: text.to_owned(), mentions: Mentions::default() }
}

fn thumb() -> Emoji {
    Emoji::new("👍").expect("an emoji")
}

fn react(about: Seq, on: bool) -> Verb {
    Verb::React { about, emoji: thumb(), on }
}

fn line(text: &str) -> Body {
    Body::Message { text: text.to_owned(), time: None }
}

fn seqs(entries: &[Entry]) -> Vec<Seq> {
    entries.iter().map(|entry| entry.seq).collect()
}

fn in_file(folder: &Path) -> Arc<dyn Log> {
    Arc::new(log_in_file(&folder.join("room.db"), &LogId::from_random(1)))
}

#[tokio::test]
async fn everybody_sees_what_is_said_about_a_line_as_far_as_they_have_words_for_it() {
    let host = TestHost::start().await;
    let mut ming = Guest::owner(&host, "阿明").await;
    let mut wei = Guest::enter(&host, "Wei").await;
    let mut wang = RawClient::classic(&host.url()).await.expect("a connection");
    wang.send_text(r#"{"nickname":"老王","message":"在","time":""}"#).await;

    let asked = ming.does(Verb::post("今晚几点？")).await;
    let mentions = ming.mention();
    let reply =
        Verb::Post { text: "@阿明 八点".to_owned(), reply: Some(asked), mentions: mentions.clone() };
    let answered = wei.does(reply).await;
    let changed = wei
        .does(Verb::Edit { about: answered, text: "@阿明 九点".to_owned(), mentions: mentions.clone() })
        .await;
    ming.does(react(answered, true)).await;
    ming.does(Verb::Pin { about: answered, on: true }).await;
    ming.does(react(answered, false)).await;
    ming.does(Verb::Remove { about: asked }).await;
    let end = ming.does(Verb::post("完")).await;

    let said = [
        line("今晚几点？"),
        line("@阿明 八点"),
        Body::Addressed { about: answered, reply: Some(asked), mentions: mentions.clone() },
        Body::Edited { about: answered, text: "@阿明 九点".to_owned(), mentions },
        Body::Reacted { about: answered, emoji: thumb(), on: true },
        Body::Pinned { about: answered, on: true },
        Body::Reacted { about: answered, emoji: thumb(), on: false },
        Body::Removed { about: asked },
        line("完"),
    ];
    for guest in [&mut ming, &mut wei] {
        let told = guest.told(end).await;
        assert_eq!(told[told.len() - said.len()..], said, "{}", guest.welcome.you.nickname);
    }
    assert!(changed > answered.next(), "the companion of an answer has a place of its own");

    let mut heard = Vec::new();
    while heard.last().is_none_or(|last| last != "完") {
        let message: Value = serde_json::from_str(&wang.text().await).expect("JSON");
        if message["nickname"] != "老王" && message["message"] != "加入聊天" {
            heard.push(message["message"].as_str().expect("a text").to_owned());
        }
    }
    let words = ["今晚几点？", "「阿明：今晚几点？」@阿明 八点", "（更正）@阿明 九点", "完"];
    assert!(heard.ends_with(&words.map(str::to_owned)), "{heard:?}");
}

#[tokio::test]
async fn an_answer_of_the_host_tells_what_was_said_about_its_lines() {
    let host = TestHost::start().await;
    let mut ming = Guest::owner(&host, "阿明").await;
    let mut wei = Guest::enter(&host, "Wei").await;
    let plan = ming.does(Verb::post("今晚部署")).await;
    let gone = ming.does(Verb::post("不该说的")).await;
    let last = ming.does(Verb::post("别的")).await;
    let changed = ming.does(edit(plan, "明天上线")).await;
    let liked = wei.does(react(plan, true)).await;
    ming.does(react(plan, true)).await;
    ming.does(react(plan, false)).await;
    let pinned = ming.does(Verb::Pin { about: plan, on: true }).await;
    let pinned_last = ming.does(Verb::Pin { about: last, on: true }).await;
    let removed = ming.does(Verb::Remove { about: gone }).await;
    let standing = [changed, liked, pinned];

    let history = HistoryRequest { before: last, after: None, limit: 2 };
    let (about, answer) = wei.asks(&ClientFrame::History(history)).await;
    let ServerFrame::Page(page) = answer else { panic!("{answer:?}") };
    assert_eq!(
        page.entries.iter().map(|entry| entry.body.clone()).collect::<Vec<_>>(),
        [line("今晚部署"), Body::Erased]
    );
    assert_eq!(
        seqs(&about),
        [&standing[..], &[removed]].concat(),
        "what was taken back is not told, nor of other lines"
    );

    // A line is found by what it says now.
    assert_eq!(wei.finds("部署").await, (vec![], vec![]));
    assert_eq!(wei.finds("不该说").await, (vec![], vec![]));
    let (found, about) = wei.finds("上线").await;
    assert_eq!((found, seqs(&about)), (vec![plan], standing.to_vec()));

    let asked = vec![last, plan, gone, Seq::MAX];
    let question = LinesRequest { lines: asked.clone(), pinned: false };
    let (about, answer) = wei.asks(&ClientFrame::Lines(question)).await;
    let ServerFrame::Lines(lines) = answer else { panic!("{answer:?}") };
    assert_eq!(
        (lines.lines, lines.pinned, seqs(&lines.entries), lines.rest),
        (asked, false, vec![plan, gone, last], vec![])
    );
    assert_eq!(seqs(&about), [&standing[..], &[pinned_last, removed]].concat());

    let question = ClientFrame::Lines(LinesRequest { lines: Vec::new(), pinned: true });
    let pins = async |wei: &mut Guest| {
        let (_, answer) = wei.asks(&question).await;
        let ServerFrame::Lines(lines) = answer else { panic!("{answer:?}") };
        assert!(lines.pinned);
        (lines.lines, seqs(&lines.entries))
    };
    assert_eq!(pins(&mut wei).await, (vec![plan, last], vec![plan, last]));
    ming.does(Verb::Pin { about: plan, on: false }).await;
    ming.does(Verb::Remove { about: last }).await;
    assert_eq!(pins(&mut wei).await, (vec![], vec![]));
}

#[tokio::test]
async fn an_act_is_done_once_however_often_it_is_sent_and_over_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let host = TestHost::over(quick(), in_file(folder.path())).await;
    let mut ming = Guest::owner(&host, "阿明").await;
    let one = ming.does(Verb::post("一")).await;
    let two = ming.does(Verb::post("二")).await;
    let reply = Verb::Post { text: "三".to_owned(), reply: Some(one), mentions: Mentions::default() };
    let acts = [
        reply,
        edit(one, "壹"),
        edit(one, "弌"),
        react(one, true),
        react(one, false),
        Verb::Pin { about: one, on: true },
        Verb::Remove { about: two },
    ];
    let acts = acts.map(act);
    for act in &acts {
        ming.sends(act).await.expect("it is done");
        ming.sends(act).await.expect("it was done");
    }
    let all = host.log().read_after(Seq::ZERO, 100).await.expect("read").entries;
    let done = |entries: &[Arc<Entry>]| entries.iter().filter(|entry| entry.seq > two).count();
    assert_eq!(done(&all), acts.len() + 1, "each, and the companion of the answer");
    let token = ming.welcome.token.clone();
    let log = Arc::clone(host.log());
    host.stop().await;
    log.close().await;
    drop(log);

    let host = TestHost::over(quick(), in_file(folder.path())).await;
    let back = Hello { token: Some(token), secret: Some(host.pass()), ..hello("阿明") };
    let mut again = Guest::enter_as(&host, back).await;
    assert_eq!(again.welcome.you, ming.welcome.you);
    for act in &acts[..] {
        again.sends(act).await.expect("it was done");
    }
    let acted = |entry: &&Arc<Entry>| entry.seq > two && entry.id.is_some();
    let before: Vec<_> = all.iter().filter(acted).cloned().collect();
    let after = host.log().read_after(Seq::ZERO, 100).await.expect("read").entries;
    assert_eq!(after.iter().filter(acted).cloned().collect::<Vec<_>>(), before);
    assert_eq!(
        again.sends(&act(Verb::Pin { about: one, on: true })).await,
        Ok(Seq::ZERO),
        "the pins are known again"
    );
}

#[tokio::test]
async fn who_is_writing_is_told_and_not_kept() {
    let host = TestHost::start().await;
    let mut ming = Guest::enter(&host, "阿明").await;
    let mut wei = Guest::enter(&host, "Wei").await;
    let head = ming.does(Verb::post("一")).await;
    wei.told(head).await;
    ming.client.send(&ClientFrame::Typing).await;
    let members = loop {
        match wei.frame().await {
            ServerFrame::Typing(typing) => break typing.members,
            ServerFrame::Entry(entry) => panic!("{entry:?}"),
            _ => {}
        }
    };
    assert_eq!(members, [ming.welcome.you.member.clone()]);
    assert_eq!(*host.log().head().borrow(), head);
    let end = wei.does(Verb::post("二")).await;
    let kept = host.log().read_after(head, 10).await.expect("read").entries;
    assert_eq!(kept.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [end]);
    assert_eq!(end, head.next());
}

#[tokio::test]
async fn who_writes_on_is_told_once_a_second_however_often_they_say_so() {
    let host = TestHost::start().await;
    let mut ming = Guest::enter(&host, "阿明").await;
    let mut wei = Guest::enter(&host, "Wei").await;
    let begun = Instant::now();
    for _ in 0..30 {
        ming.client.send(&ClientFrame::Typing).await;
        sleep(Duration::from_millis(50)).await;
    }
    let end = ming.does(Verb::post("写完了")).await;
    let seconds = begun.elapsed().as_secs();
    let mut told = 0;
    while wei.entries.last().is_none_or(|entry| entry.seq < end) {
        if let ServerFrame::Typing(_) = wei.frame().await {
            told += 1;
        }
    }
    assert!((1..=seconds + 1).contains(&told), "{told} times in {seconds} s");
}

#[tokio::test]
async fn what_was_removed_is_told_to_nobody_and_in_no_file_of_the_host() {
    const SECRETS: [&str; 2] = ["qzx绝密的原话jk", "qzy机密的改口jk"];
    let folder = tempfile::tempdir().expect("a folder");
    let host = TestHost::over(quick(), in_file(folder.path())).await;
    let mut ming = Guest::enter(&host, "阿明").await;
    let wei = Guest::enter(&host, "Wei").await;
    let before = ming.does(Verb::post("一")).await;
    let secret = ming.does(Verb::post(SECRETS[0])).await;
    ming.does(edit(secret, SECRETS[1])).await;
    ming.does(react(secret, true)).await;
    for text in SECRETS {
        assert!(found_in(folder.path(), text).is_some(), "{text} is there before");
    }
    // Somebody is away who has not read it.
    let token = wei.welcome.token.clone();
    drop(wei);
    let removed = ming.does(Verb::Remove { about: secret }).await;

    let resumed = Hello {
        token: Some(token),
        log: Some(ming.welcome.log.clone()),
        after: Some(before),
        ..hello("Wei")
    };
    for hello in [resumed, hello("晚来的")] {
        let mut late = Guest::enter_as(&host, hello).await;
        late.told(removed).await;
        let erased = |entry: &Entry| (secret..removed).contains(&entry.seq) && entry.body.is_line();
        assert!(!late.entries.iter().any(erased), "{:?}", late.entries);
        assert!(late.entries.iter().any(|entry| entry.seq == secret && entry.body == Body::Erased));
        assert_eq!(late.entries.last().map(|entry| &entry.body), Some(&Body::Removed { about: secret }));
        let told = format!("{:?}", late.entries);
        assert!(SECRETS.iter().all(|text| !told.contains(text)), "{told}");
    }
    // What is under way already is waited for by whoever asks for the same.
    host.log().erase(secret).await.expect("erased");
    for text in SECRETS {
        assert_eq!(found_in(folder.path(), text), None, "{text} is still there");
        let query = Query::new(text).expect("something to search for");
        assert!(host.log().search(query, Seq::MAX, 10).await.expect("searched").entries.is_empty());
    }
    host.stop().await;
    for text in SECRETS {
        assert_eq!(found_in(folder.path(), text), None, "{text} is there again");
    }
}
