//! Rooms remember, in real windows: a line outlives the app that it was written in, the past is scrolled through without a
//! jump and searched, and a room of one's own goes on where it was.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use hearth_log::{Draft, Log, SqliteLog};
use hearth_protocol::{
    Author, Body, ClientFrame, HistoryRequest, LogId, MemberId, Nickname, PostId, Seq, ServerFrame,
};
use hearth_tests::headless::{Headless, command, room_file};
use hearth_tests::{App, Home, Look, RawClient, free_port, signal, tell};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn what_was_typed_and_not_sent_is_there_at_the_next_start() {
    let host = Headless::start(&["--name", "读书会"]).await;
    let home = Arc::new(Home::of("阿明", Look::ZH));
    let app = App::start_for("阿明", Arc::clone(&home)).await;
    app.join(host.url()).await;
    app.say("大家都在吗？").await;
    app.write("composer", "写到一半").await;
    is_written(home.path(), "写到一半").await;
    app.close_window().await;
    app.ended().await;

    let app = App::start_for("阿明", home).await;
    app.see_line("阿明", "大家都在吗？", "stored").await;
    app.until("the draft is in the message box", "return $('composer').value === '写到一半'").await;
}

#[tokio::test]
async fn what_was_typed_right_before_the_window_was_closed_is_there() {
    let host = Headless::start(&["--name", "读书会"]).await;
    let home = Arc::new(Home::of("阿明", Look::ZH));
    let app = App::start_for("阿明", Arc::clone(&home)).await;
    app.join(host.url()).await;
    app.say("大家都在吗？").await;
    app.see_line("阿明", "大家都在吗？", "stored").await;
    // The window is closed before anything that waits in the page is due, and nothing but the end itself has it saved.
    app.run(
        "window.setTimeout = () => 0;
         for (const event of ['blur', 'visibilitychange', 'pagehide']) {
           addEventListener(event, (told) => told.stopImmediatePropagation(), true);
         }
         const box = $('composer');
         box.focus();
         box.value = '最后一个字';
         box.dispatchEvent(new InputEvent('input', { bubbles: true }))",
        &[],
    )
    .await;
    app.close_window().await;
    app.ended().await;

    let app = App::start_for("阿明", home).await;
    app.see_line("阿明", "大家都在吗？", "stored").await;
    app.until("the draft is in the message box", "return $('composer').value === '最后一个字'").await;
}

#[tokio::test]
async fn who_types_without_a_pause_loses_next_to_nothing_when_the_app_is_killed() {
    let host = Headless::start(&["--name", "读书会"]).await;
    let home = Arc::new(Home::of("阿明", Look::ZH));
    let app = App::start_for("阿明", Arc::clone(&home)).await;
    app.join(host.url()).await;
    app.see_status("connected", "服务已连接").await;
    app.run(
        "const box = $('composer');
         box.focus();
         let n = 0;
         setInterval(() => {
           box.value += `${n++},`;
           box.dispatchEvent(new InputEvent('input', { bubbles: true }));
         }, 40)",
        &[],
    )
    .await;
    is_written(home.path(), "0,1,2,3,4,5,6,7,8,9,").await;
    signal(app.process().expect("it runs"), "KILL").await;
    drop(app);

    let app = App::start_for("阿明", home).await;
    app.until(
        "the draft is in the message box",
        "return $('composer')?.value.startsWith('0,1,2,3,4,5,6,7,8,9,')",
    )
    .await;
}

/// Waits until a file in this folder holds these words: what is typed is written a moment later.
async fn is_written(folder: &Path, words: &str) {
    let holds = |file: &Path| {
        let bytes = fs::read(file).unwrap_or_default();
        bytes.windows(words.len()).any(|part| part == words.as_bytes())
    };
    for _ in 0..400 {
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if holds(&path) {
                    return;
                }
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{words} is in no file of {}", folder.display());
}

#[tokio::test]
async fn a_line_outlives_the_app_and_arrives_once() {
    let host_home = Arc::new(tempfile::tempdir().expect("a folder"));
    let port = free_port().to_string();
    let flags = ["--bind", "127.0.0.1", "--port", &port, "--name", "读书会"];
    let start = || Headless::start_as(Arc::clone(&host_home), command(&host_home), &flags);
    let mut host = start().await;
    let home = Arc::new(Home::of("阿明", Look::ZH));
    let app = App::start_for("阿明", Arc::clone(&home)).await;
    app.join(host.url()).await;
    app.say("大家都在吗？").await;
    app.see_line("阿明", "大家都在吗？", "stored").await;

    host.program().kill().await;
    app.see_status("reconnecting", "重连").await;
    app.say("没有人听见的一句话 🔥").await;
    app.see_line("阿明", "没有人听见的一句话 🔥", "queued").await;
    app.shot("memory-queued-zh-light").await;
    signal(app.process().expect("it runs"), "KILL").await;
    drop(app);

    // Nobody serves the room, and it can be read; the line waits.
    let app = App::start_for("阿明", Arc::clone(&home)).await;
    app.see_line("阿明", "大家都在吗？", "stored").await;
    app.see_line("阿明", "没有人听见的一句话 🔥", "queued").await;
    app.shot("memory-offline-zh-light").await;

    let host = start().await;
    app.see_status("connected", "服务已连接").await;
    app.see_line("阿明", "没有人听见的一句话 🔥", "stored").await;
    app.shot("memory-arrived-zh-light").await;
    let (mut li, _) = RawClient::enter(host.url(), "小李").await;
    li.send(&ClientFrame::History(HistoryRequest { before: Seq::MAX, after: None, limit: 100 })).await;
    let page = loop {
        if let ServerFrame::Page(page) = li.frame().await {
            break page;
        }
    };
    let is_it = |body: &Body| matches!(body, Body::Message { text, .. } if text.starts_with("没有人听见"));
    assert_eq!(page.entries.iter().filter(|entry| is_it(&entry.body)).count(), 1, "once");
    let of_ming = page.entries.iter().filter(|entry| entry.from.nickname.as_str() == "阿明");
    let members: BTreeSet<_> = of_ming.map(|entry| entry.from.member.as_str()).collect();
    assert_eq!(members.len(), 1, "and the same member all the time: {members:?}");
}

/// Lines that were said before anybody came.
const LINES: u32 = 10_000;

/// What is no jump, in pixels: less than the eye sees.
const STILL: f64 = 2.0;

/// The line that is searched for.
const SOUGHT: u32 = 4_321;

/// Goes up and up until there is nothing older, and measures how far the line under the eye moves by itself.
const SCROLL_BACK: &str = "
    const scroller = document.querySelector('[role=log]');
    // What a frame shows: lines that it mounts are measured, and made up for, behind its callbacks and before it is painted.
    const frame = () => new Promise((next) => requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = next;
      painted.port2.postMessage(0);
    }));
    const edge = () => scroller.getBoundingClientRect().top;
    const lines = () => [...scroller.querySelectorAll('[data-testid=text]')];
    const topOf = (line) => line.getBoundingClientRect().top;
    const inSight = () => lines().find((one) => topOf(one) >= edge());
    (async () => {
      let worst = 0;
      let lost = 0;
      window.pages = 0;
      for (;;) {
        const height = scroller.scrollHeight;
        // It is a hand that goes up.
        scroller.dispatchEvent(new WheelEvent('wheel', { deltaY: -100 }));
        scroller.scrollTop = 200;
        await frame();
        const words = inSight().innerText;
        const top = topOf(inSight());
        let still = 0;
        for (let n = 0; n < 180 && still < 12; n++) {
          await frame();
          // By its words: a line may be made anew in its place.
          const line = lines().find((one) => one.innerText === words);
          if (line) worst = Math.max(worst, Math.abs(topOf(line) - top));
          else lost += 1;
          still = scroller.scrollHeight === height ? 0 : still + 1;
        }
        if (still === 0) break;
        window.pages += 1;
      }
      scroller.scrollTop = 0;
      window.scrolled = [worst, lost, window.pages];
    })();";

#[tokio::test]
async fn ten_thousand_lines_are_scrolled_through_and_one_is_found_in_chinese() {
    scroll_and_search(Look::ZH).await;
}

#[tokio::test]
async fn ten_thousand_lines_are_scrolled_through_and_one_is_found_in_english() {
    scroll_and_search(Look::EN_DARK).await;
}

async fn scroll_and_search(look: Look) {
    let host_home = Arc::new(tempfile::tempdir().expect("a folder"));
    fill(&room_file(&host_home)).await;
    let flags = ["--bind", "127.0.0.1", "--port", "0", "--rate", "off"];
    let host = Headless::start_as(Arc::clone(&host_home), command(&host_home), &flags).await;
    let app = App::start_for("阿明", Home::of("阿明", look)).await;
    app.join(host.url()).await;
    app.see_text("text", &format!("第 {LINES} 行")).await;

    app.run(SCROLL_BACK, &[]).await;
    let mut pages = json!(0);
    while !pages.is_array() {
        let script = "return window.scrolled ?? (window.pages > arguments[0] ? window.pages : null)";
        pages = app.until_with("older lines come", script, &[pages]).await;
    }
    let [worst, lost, pages]: [f64; 3] = serde_json::from_value(pages).expect("three numbers");
    tell(&format!(
        "{LINES} older lines in {pages} pages: the line under the eye moved by at most {worst:.1} px and was lost in {lost} frames"
    ));
    assert!(worst <= STILL, "no line jumps: {worst} px");
    assert!(lost == 0.0, "no line goes from under the eye: in {lost} frames");
    assert!(pages >= f64::from(LINES) / 100.0 - 5.0, "all of it came: {pages} pages");
    app.see_text("text", "第 1 行").await;
    app.shot(&format!("memory-first-line-{}", look.tag())).await;

    app.click("search-open").await;
    app.write("search-input", "部署").await;
    app.until("one line is found", "return $$('search-result').length === 1").await;
    app.see_text("search-result", "部署").await;
    app.shot(&format!("memory-found-{}", look.tag())).await;
    app.click("search-result").await;
    app.until_with(
        "the line is in sight, among its neighbours",
        "const line = $$('text').find((one) => one.innerText.includes(arguments[0]));
         const box = line?.getBoundingClientRect();
         return !!box && box.top > 60 && box.bottom < innerHeight - 60 && $$('text').some((one) => one.innerText.includes(arguments[1]))",
        &[json!("部署"), json!(format!("第 {} 行", SOUGHT + 1))],
    )
    .await;
    app.shot(&format!("memory-jumped-{}", look.tag())).await;
}

/// A room with a past.
async fn fill(file: &Path) {
    fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    let log = SqliteLog::open_or_create(file, &LogId::from_random(1), "读书会").expect("a log");
    let people = ["陈老师", "小李", "Wei"].map(|name| Author {
        member: MemberId::from_random(name.len() as u128),
        nickname: Nickname::new(name).expect("a nickname"),
    });
    let drafts = (1..=LINES).map(|n| {
        let said = if n == SOUGHT { "今晚部署新版本" } else { "读到这里了" };
        let text = if n % 7 == 0 {
            format!("第 {n} 行\n{said}，还有一行")
        } else {
            format!("第 {n} 行 {said}")
        };
        Draft {
            // Some days ago, a line a minute.
            at: Timestamp::now() - SignedDuration::from_mins(i64::from(LINES - n) + 30),
            from: people[n as usize / 3 % 3].clone(),
            id: Some(PostId::new(Uuid::now_v7())),
            body: Body::Message { text, time: None },
        }
    });
    log.append(drafts.collect(), Vec::new()).await.expect("stored");
    log.close().await;
}

#[tokio::test]
async fn a_room_of_ones_own_goes_on_where_it_was_and_is_handed_on() {
    let home = Arc::new(Home::of("阿明", Look::ZH));
    let app = App::start_for("阿明", Arc::clone(&home)).await;
    app.write("host-name", "周五读书会").await;
    app.host(free_port()).await;
    app.say("第三章，下次接着读").await;
    app.see_line("阿明", "第三章，下次接着读", "stored").await;
    app.click("room-menu").await;
    app.click("export-html").await;
    app.see("exported").await;
    app.shot("memory-exported-zh-light").await;
    let html = fs::read_dir(home.path()).expect("the home").flatten().map(|file| file.path());
    let html =
        html.filter(|file| file.extension().is_some_and(|ending| ending == "html")).collect::<Vec<_>>();
    let [html] = &html[..] else { panic!("one page was written: {html:?}") };
    assert!(fs::read_to_string(html).expect("text").contains("第三章，下次接着读"));

    app.stop_hosting().await;
    app.see("resting").await;
    app.see_line("阿明", "第三章，下次接着读", "stored").await;
    app.shot("memory-host-again-zh-light").await;
    app.click("host-again").await;
    app.see_status("connected", "正在主持").await;
    app.see_line("阿明", "第三章，下次接着读", "stored").await;
    app.until(
        "the room kept its name",
        "return document.querySelector('h1').innerText.includes('周五读书会')",
    )
    .await;
    app.click("own-rooms-open").await;
    app.see("own-rooms-dialog").await;
    app.until("one room of one's own", "return $$('own-room').length === 1").await;
    app.shot("memory-own-rooms-zh-light").await;
}
