//! Whatever somebody writes is text, stays in its place, and leads nowhere but to the web and to mail.

use hearth_tests::{App, GuestPage, Home, Look, RawClient, TestHost, Trap, hostile_texts, tell};
use serde_json::{Value, json};

/// A line without a place to break it.
const LONGEST: usize = 16 * 1024;

#[tokio::test]
async fn what_others_write_is_shown_as_text() {
    let host = TestHost::start().await;
    // A name that towers over its line, and one in the clothes of HTML.
    let tower = format!("Z{}", "\u{0300}\u{0301}\u{0302}\u{0489}".repeat(7));
    let (mut zalgo, _) = RawClient::enter(&host.url(), &tower).await;
    let (mut eve, _) = RawClient::enter(&host.url(), "<img src=x onerror=hacked=1>").await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.join(&host.url()).await;

    let lines = [
        "<img src=x onerror=\"window.hacked = 1\">".to_owned(),
        "<script>window.hacked = 1</script><style>body { display: none }</style>".to_owned(),
        "<iframe srcdoc=\"<script>parent.hacked = 1</script>\"></iframe><base href=https://evil.example>"
            .to_owned(),
        "{@html '<b>x</b>'} ${window.hacked = 1} {{constructor.constructor('window.hacked = 1')()}}"
            .to_owned(),
        "javascript:window.hacked=1 data:text/html,<script>1</script> file:///etc/passwd".to_owned(),
        "[点这里](javascript:window.hacked=1) tauri://localhost/ ipc://localhost/post ssh://a@b vbscript:x"
            .to_owned(),
        "文件在这里：\u{202e}gnp.exe\u{202c} 和 \u{2066}exe.txt".to_owned(),
        "a".repeat(LONGEST),
        "哈".repeat(LONGEST / 3),
        format!("https://example.org/{}", "x".repeat(2000)),
        "\n".repeat(400) + "底",
        "好的链接：https://example.org/a?b=c 、 http://192.168.1.23:8080/ 、 mailto:ming@example.org"
            .to_owned(),
    ];
    for line in &lines {
        eve.post(line).await;
    }
    zalgo.post(&"z\u{0300}\u{0301}\u{0302}\u{0489}".repeat(100)).await;
    zalgo.post("最后一行").await;
    app.see_text("text", "最后一行").await;
    app.shot("hostile-end-zh-light").await;

    // The list holds what is near to what is seen: from top to bottom, each line is looked at as it passes.
    let seen = app.page().execute_async(WALK, Vec::new()).await.expect("the list can be scrolled");
    let texts: Vec<String> = serde_json::from_value(seen["texts"].clone()).expect("texts");
    for line in &lines {
        // But for the characters that would turn the direction of what follows.
        let line = line.replace(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'), "");
        assert!(
            texts.iter().any(|text| text.trim() == line.trim()),
            "it is there as it was written: {line:.100}"
        );
    }
    assert_eq!(seen["elements"], json!(["A", "BDI", "P"]), "text holds no element but paragraphs and links");
    assert_eq!(seen["wide"], json!([]), "nothing is wider than its place");
    let mut leading: Vec<String> = serde_json::from_value(seen["links"].clone()).expect("links");
    leading.retain(|link| !link.contains("xxx"));
    assert_eq!(
        leading,
        [
            "http://192.168.1.23:8080/",
            "https://evil.example/",
            "https://example.org/a?b=c",
            "mailto:ming@example.org"
        ]
    );
    let strangers = "return [...document.querySelectorAll('main img, iframe, base, main script, main style, main b')].map((one) => one.outerHTML)";
    assert_eq!(app.run(strangers, &[]).await, json!([]), "no element was made of text");
    assert_eq!(app.run("return typeof window.hacked", &[]).await, "undefined", "nothing was run");
    app.see_text("author", "<img src=x onerror=hacked=1>").await;
    app.run("document.querySelector('[role=log]').scrollTop = 0", &[]).await;
    app.shot("hostile-top-zh-light").await;
}

/// Scrolls through the conversation, and collects what is not right.
const WALK: &str = "
    const done = arguments[arguments.length - 1];
    const list = document.querySelector('[role=log]');
    const frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
    const texts = new Set(), elements = new Set(), links = new Set(), wide = new Set();
    const look = () => {
      const { documentElement: page } = document;
      if (page.scrollWidth > innerWidth) wide.add(`page: ${page.scrollWidth}`);
      if (list.scrollWidth > list.clientWidth) wide.add(`list: ${list.scrollWidth}`);
      for (const line of document.querySelectorAll('[data-testid=message], [data-testid=system-line]')) {
        const { left, right } = line.getBoundingClientRect();
        if (left < 0 || right > innerWidth) wide.add(line.textContent.slice(0, 50));
      }
      for (const text of document.querySelectorAll('[data-testid=text]')) {
        texts.add(text.textContent);
        for (const inner of text.querySelectorAll('*')) elements.add(inner.tagName);
        for (const link of text.querySelectorAll('[href]')) links.add(link.href);
      }
    };
    (async () => {
      list.scrollTop = 0;
      for (let at = -1; list.scrollTop > at; list.scrollTop += list.clientHeight / 2) {
        at = list.scrollTop;
        await frame();
        look();
        if (at + list.clientHeight >= list.scrollHeight - 1) break;
      }
      done({ texts: [...texts], elements: [...elements].sort(), links: [...links].sort(), wide: [...wide] });
    })();";

#[tokio::test]
async fn a_flood_of_lines_arrives_whole_and_survives_a_reload() {
    const LINES: usize = 500;
    let host = TestHost::start().await;
    let app = App::start_for("阿明", Home::of("阿明", Look::EN_DARK)).await;
    app.join(&host.url()).await;
    let (mut eve, _) = RawClient::enter(&host.url(), "Eve").await;
    for n in 1..=LINES {
        eve.post(&format!("line {n}")).await;
    }
    see_whole(&app, LINES).await;
    app.say("还在").await;
    app.see_line("阿明", "还在", "stored").await;

    app.page().refresh().await.expect("the page can be loaded again");
    app.see_status("connected", "Connected").await;
    app.see_line("阿明", "还在", "stored").await;
    see_whole(&app, LINES).await;
    app.say("又来了").await;
    app.see_line("阿明", "又来了", "stored").await;
    eve.post("bye").await;
    app.see_line("Eve", "bye", "stored").await;
}

/// Waits for the newest of these lines, then scrolls up to the oldest. Each must be there once, in its place.
async fn see_whole(app: &App, lines: usize) {
    app.until_with(
        "the newest line is there",
        "return $$('text').some((one) => one.innerText.trim() === arguments[0])",
        &[json!(format!("line {lines}"))],
    )
    .await;
    let up = "
        const done = arguments[arguments.length - 1];
        const list = document.querySelector('[role=log]');
        const frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
        const seen = new Set(), wrong = [];
        (async () => {
          for (let still = 0; still < 60 && !seen.has(1); still = list.scrollTop > 0 ? 0 : still + 1) {
            const texts = [...document.querySelectorAll('[data-testid=text]')].map((one) => one.innerText.trim());
            const shown = texts.filter((text) => /^line \\d+$/.test(text)).map((text) => +text.slice(5));
            if (shown.some((line, i) => i > 0 && line !== shown[i - 1] + 1)) wrong.push(shown);
            for (const line of shown) seen.add(line);
            list.scrollTop -= list.clientHeight / 2;
            await frame();
          }
          done({ seen: [...seen].sort((a, b) => a - b), wrong });
        })();";
    let came = app.page().execute_async(up, Vec::new()).await.expect("the list can be scrolled");
    assert_eq!(came["wrong"], json!([]), "they stand in their order");
    assert_eq!(came["seen"], json!((1..=lines).collect::<Vec<_>>()), "each line was there");
    app.run("document.querySelector('[role=log]').scrollTop = 1e9", &[]).await;
}

/// Goes through the whole conversation, from its end to its beginning, and collects what is not right.
const WALK_BACK: &str = "
    const list = document.querySelector('[role=log]');
    const frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
    const lines = new Set(), wrong = new Set();
    window.steps = 0;
    const look = () => {
      if (document.documentElement.scrollWidth > innerWidth) wrong.add(`the page is ${document.documentElement.scrollWidth} px wide`);
      for (const line of document.querySelectorAll('[data-testid=message]')) {
        const { row } = line.closest('[data-row]').dataset;
        if (lines.has(row)) continue;
        lines.add(row);
        for (const one of line.querySelectorAll('script, style, img, iframe, object, embed, form, input, base, meta, link, math, video, audio')) {
          wrong.add(one.outerHTML.slice(0, 100));
        }
        for (const link of line.querySelectorAll('[href]')) {
          if (!/^(?:https?|mailto|hearth|wss?):/.test(link.getAttribute('href'))) wrong.add(link.outerHTML.slice(0, 100));
        }
        for (const one of line.querySelectorAll('*')) {
          for (const { name } of one.attributes) if (/^on|^src|^xlink|^formaction/.test(name)) wrong.add(`${name} in ${one.outerHTML.slice(0, 100)}`);
        }
      }
    };
    (async () => {
      look();
      for (let still = 0; still < 40; still = list.scrollTop > 0 ? 0 : still + 1) {
        list.scrollTop -= list.clientHeight * 0.8;
        await frame();
        look();
        window.steps += 1;
      }
      window.walked = [lines.size, [...wrong].slice(0, 20), typeof window.pwned];
    })();";

/// The longest text that is scrolled past, in bytes.
const LONGEST_HERE: usize = 1000;

#[tokio::test]
async fn of_hundreds_of_hostile_texts_nothing_runs_and_nothing_is_called() {
    let host = TestHost::start().await;
    let trap = Trap::set().await;
    let mut texts = hostile_texts(&trap);
    // The long ones are looked at in the gallery: to scroll past them all takes minutes.
    texts.retain(|text| text.len() <= LONGEST_HERE);
    let (mut eve, _) = RawClient::enter(&host.url(), "<b onclick=pwned=1>Eve</b>").await;
    for text in &texts {
        eve.post(text).await;
        eve.line().await;
    }
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.join(&host.url()).await;
    let guest = GuestPage::open(&format!("http://{}/", host.addr()), [1100, 760]).await;
    guest.enter_as("小红").await;
    app.see("text").await;
    guest.until("lines", "return $$('text').length > 0", &[]).await;

    app.run(WALK_BACK, &[]).await;
    guest.until("it goes", &format!("{WALK_BACK}; return true"), &[]).await;
    let script = "return window.walked ?? (window.steps > arguments[0] ? window.steps : null)";
    let mut seen = [json!(0), json!(0)];
    while !seen.iter().all(Value::is_array) {
        for (n, in_app) in [(0, true), (1, false)] {
            if seen[n].is_array() {
                continue;
            }
            let before = [seen[n].clone()];
            seen[n] = if in_app {
                app.until_with("it goes on", script, &before).await
            } else {
                guest.until("it goes on", script, &before).await
            };
        }
    }
    app.shot("hostile-corpus-zh-light").await;
    guest.shot("hostile-corpus").await;
    for (who, seen) in ["in the app", "in a browser"].into_iter().zip(seen) {
        let (lines, wrong, pwned): (usize, Vec<String>, String) =
            serde_json::from_value(seen).expect("what was seen");
        tell(&format!("{who}: {lines} of {} hostile texts were shown", texts.len()));
        assert_eq!((wrong, pwned.as_str()), (vec![], "undefined"), "{who}");
        assert!(lines >= texts.len(), "{who}: each was shown, {lines} of {}", texts.len());
    }
    assert_eq!(trap.calls(), 0, "nothing was called");
}
