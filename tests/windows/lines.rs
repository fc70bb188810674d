//! What is done with a line is seen by everybody, however they came in: Markdown, an edit, a pin, a reply, reactions, and
//! what was taken back.

use std::sync::Arc;

use fantoccini::key::Key;
use hearth_tests::{App, Desktop, GuestPage, Home, Look, RawClient, TestHost, free_port};
use serde_json::json;

const DESKTOP: [u32; 2] = [1100, 760];

/// Puts the keyboard at the row whose text this is.
const TO_ROW: &str =
    "const row = $$('text').find((one) => one.innerText.startsWith(arguments[0]))?.closest('[data-row]');
     row?.focus(); return row !== undefined && document.activeElement === row";

#[tokio::test]
async fn lines_are_answered_edited_pinned_and_taken_back() {
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    let url = app.host(free_port()).await;
    let at = url.strip_prefix("ws://").expect("an address");
    let guest = GuestPage::open(&format!("http://{at}/"), DESKTOP).await;
    guest.enter_as("小红").await;

    app.say("**九点**见，||带上书||").await;
    let bold = "return $$('text').some((one) => one.querySelector('strong')?.innerText === '九点' && !one.innerText.includes('带上书'))";
    guest.until("it is bold, and the spoiler is covered", bold, &[]).await;
    guest.click("spoiler").await;
    guest.sees("带上书").await;

    guest.say("好，九点").await;
    app.see_line("小红", "好，九点", "stored").await;
    guest.until("the own line", TO_ROW, &[json!("好，九点")]).await;
    guest.keys("e").await;
    let editing = "return $('strip')?.dataset.kind === 'edit' && $('composer').value === '好，九点'
         && document.activeElement === $('composer')";
    guest.until("it is in the box", editing, &[]).await;
    guest.keys(&format!("{0}a{0}", char::from(Key::Control))).await;
    guest.enter("好，十点").await;
    app.see_text("text", "好，十点").await;
    app.see_text("edited", "已编辑").await;
    let gone = "return !document.body.innerText.includes('好，九点')";
    app.until("the words before are gone", gone).await;

    app.until_with("the line of the guest", TO_ROW, &[json!("好，十点")]).await;
    app.keys("p").await;
    app.see_text("pins", "好，十点").await;
    guest.until("it is pinned", "return !!$('pins')?.innerText.includes('好，十点')", &[]).await;

    app.until_with("the line of the guest", TO_ROW, &[json!("好，十点")]).await;
    app.keys("r").await;
    app.see_text("strip", "小红").await;
    app.see_focus("composer").await;
    app.keys("行").await;
    app.press(Key::Enter).await;
    guest.sees("行").await;
    let quotes = "return $$('quote').some((one) => one.innerText.includes(arguments[0]))";
    guest.until("it is an answer", quotes, &[json!("好，十点")]).await;

    guest.until("the answer", TO_ROW, &[json!("行")]).await;
    guest.keys("+").await;
    let asks = "return document.activeElement.dataset.testid === 'emoji-search' && $$('emoji').length > 8";
    guest.until("all emoji are offered", asks, &[]).await;
    guest.keys(&format!("{}{}", char::from(Key::Down), char::from(Key::Enter))).await;
    app.see_text("reaction", "1").await;
    app.click("reaction").await;
    guest.until("both did", "return $('reaction')?.innerText.endsWith('2')", &[]).await;
    app.shot("lines-zh-light").await;
    guest.shot("lines").await;

    guest.until("the own line", TO_ROW, &[json!("好，十点")]).await;
    guest.keys(&char::from(Key::Delete).to_string()).await;
    app.see("stone").await;
    app.gone("pins").await;
    let nowhere = "return !document.body.innerText.includes('十点') && !!$('quote')";
    app.until("what it said is gone, also where it was quoted", nowhere).await;
    app.shot("lines-taken-back-zh-light").await;

    // Its author has the words for a while. And whoever is named hears of it.
    guest.click("say-again").await;
    guest.until("its words are in the box", "return $('composer').value === '好，十点'", &[]).await;
    guest.keys(&format!("{0}a{0}@", char::from(Key::Control))).await;
    guest.until("names are offered", "return !!$('names')?.innerText.includes('阿明')", &[]).await;
    guest.keys(&char::from(Key::Tab).to_string()).await;
    guest.enter("在吗").await;
    let stands_out = "return $$('message').some((one) => one.classList.contains('for-me') && one.innerText.includes('@阿明 在吗'))";
    app.until("it stands out", stands_out).await;

    // Whoever comes later sees the same.
    guest.refresh().await;
    guest.sees("行").await;
    guest.until("it is the same", &format!("{nowhere} && !!$('stone')"), &[]).await;
    guest.until("with its reactions", "return $('reaction')?.innerText.endsWith('2')", &[]).await;
}

#[tokio::test]
async fn a_guest_pins_where_the_owner_lets_members() {
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    let url = app.host(free_port()).await;
    let at = url.strip_prefix("ws://").expect("an address");
    let guest = GuestPage::open(&format!("http://{at}/"), DESKTOP).await;
    guest.enter_as("小红").await;
    app.say("周五七点，南锣鼓巷").await;
    guest.sees("南锣鼓巷").await;

    let press_p = async || {
        guest.until("the line", TO_ROW, &[json!("周五七点")]).await;
        guest.keys("p").await;
    };
    let offered = |is: bool| format!("return !!$('context-menu') && !!$('context-pin') === {is}");
    let menu = async |is: bool| {
        guest.until("the line", TO_ROW, &[json!("周五七点")]).await;
        guest.keys(&char::from(Key::Enter).to_string()).await;
        guest.until("its menu", &offered(is), &[]).await;
        guest.keys(&char::from(Key::Escape).to_string()).await;
        guest.until("it is closed", "return !$('context-menu')", &[]).await;
    };
    menu(false).await;

    app.click("access-open").await;
    app.click("access-members-pin").await;
    app.until("it is on", "return $('access-members-pin').getAttribute('aria-checked') === 'true'").await;
    app.shot("lines-members-pin-zh-light").await;
    app.press(Key::Escape).await;
    app.gone("access-dialog").await;

    menu(true).await;
    press_p().await;
    app.see_text("pins", "周五七点").await;
    press_p().await;
    app.gone("pins").await;
}

#[tokio::test]
async fn an_answer_that_was_begun_waits_over_a_restart() {
    let host = TestHost::start().await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    li.post("几点见？").await;
    let home = Arc::new(Home::of("阿明", Look::ZH));
    let app = App::start_for("阿明", Arc::clone(&home)).await;
    app.join(&host.url()).await;
    app.see_text("text", "几点见？").await;
    app.until_with("the line", TO_ROW, &[json!("几点见？")]).await;
    app.keys("r").await;
    app.see_focus("composer").await;
    app.keys("八点").await;
    app.close_window().await;
    app.ended().await;

    let app = App::start_for("阿明", home).await;
    app.see_text("strip", "几点见？").await;
    app.until("the draft is in the box", "return $('composer').value === '八点'").await;
    app.shot("lines-strip-zh-light").await;
    app.click("composer").await;
    app.press(Key::Enter).await;
    app.see_text("quote", "几点见？").await;
    app.gone("strip").await;
}

/// Whether the line whose text begins so is in sight and stands out.
const STANDS_OUT: &str =
    "const row = $$('text').find((one) => one.innerText.startsWith(arguments[0]))?.closest('[data-row]');
     const box = row?.getBoundingClientRect();
     return !!box && box.top > 0 && box.bottom < innerHeight && (row.matches('[aria-current]') || !!row.querySelector('[aria-current]'))";

#[tokio::test]
async fn a_link_to_a_line_leads_there_in_the_app_and_in_a_browser() {
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    let url = app.host(free_port()).await;
    app.say("这一句以后要用").await;
    app.see_line("阿明", "这一句以后要用", "stored").await;
    app.until_with("the line", TO_ROW, &[json!("这一句以后要用")]).await;
    app.press(Key::Enter).await;
    app.see("context-line-link").await;
    app.shot("lines-menu-zh-light").await;
    app.click("context-line-link").await;
    // It is pasted into the box, and other lines come between.
    app.click("composer").await;
    app.run("$('composer').focus()", &[]).await;
    let window = app.window().await;
    Desktop::xdotool(&["windowactivate", "--sync", &window, "key", "--clearmodifiers", "ctrl+v"])
        .expect("keys");
    let pasted = "const { value } = $('composer'); return /^http:\\/\\/.*#.*l=\\d+-[0-9A-Za-z]{1,8}$/.test(value) && value";
    let link = app.until("the link is pasted", pasted).await;
    let link = link.as_str().expect("a link").to_owned();
    app.press(Key::Enter).await;
    let (mut li, _) = RawClient::enter(&url, "小李").await;
    for n in 1..=4 {
        li.post(&format!("第 {n} 段{}", "\n一行".repeat(18))).await;
    }
    app.see_text("text", "第 4 段").await;
    li.post(&format!("看这里：{link}")).await;
    app.see_text("text", "看这里").await;
    app.until("the line is out of sight", "return !$$('text').some((one) => one.innerText === '这一句以后要用' && one.getBoundingClientRect().bottom > 0)").await;
    app.run("$$('text').at(-1).querySelector('a').click()", &[]).await;
    app.until_with("the line is in sight and stands out", STANDS_OUT, &[json!("这一句以后要用")]).await;
    app.gone("opened-dialog").await;
    app.shot("lines-linked-zh-light").await;

    let guest = GuestPage::open(&link, DESKTOP).await;
    guest.enter_as("小红").await;
    guest.until("it leads there in a browser", STANDS_OUT, &[json!("这一句以后要用")]).await;
    guest.shot("lines-linked").await;
}
