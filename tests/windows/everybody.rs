//! Everybody in one room that the app hosts, each by their own way in; and a room that lets in only who was invited.

use fantoccini::key::Key;
use hearth_protocol::{ClientFrame, RefusalCode, Refused, ServerFrame};
use hearth_tests::{App, Guest, GuestPage, Home, Look, RawClient, free_port, hello};
use serde_json::json;

const DESKTOP: [u32; 2] = [1100, 760];
const PHONE: [u32; 2] = [500, 844];

#[tokio::test]
async fn everybody_is_in_one_room_by_one_link() {
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    let url = app.host(free_port()).await;
    let link = shared_link(&app).await;
    assert!(
        link.starts_with("http://") && link.contains("/#p="),
        "it is for browsers and for the app: {link}"
    );
    app.shot("everybody-share-zh-light").await;
    app.press(Key::Escape).await;

    let browser = GuestPage::open(&link, DESKTOP).await;
    browser.enter_as("小红").await;
    let phone = GuestPage::open(&link, PHONE).await;
    phone.enter_as("小李").await;
    let (mut plain, _) = RawClient::enter(&url, "Wei").await;
    let mut encrypted = Guest::join(&link, "Zoë").await;
    assert!(encrypted.client().address().to_string().starts_with("wss://"), "the link has the key");
    let mut tutorial = RawClient::classic(&url).await.expect("a connection");
    let words =
        |text: &str| json!({ "nickname": "老王", "message": text, "time": "11-28 9:00:00" }).to_string();
    tutorial.send_text(&words("加入聊天")).await;

    app.say("大家好 🔥").await;
    browser.say("我在浏览器里").await;
    phone.say("我在手机上").await;
    plain.post("从老的客户端").await;
    encrypted.post("加密来的").await;
    tutorial.send_text(&words("教程里的客户端")).await;
    let said = ["大家好 🔥", "我在浏览器里", "我在手机上", "从老的客户端", "加密来的", "教程里的客户端"];
    for text in said {
        browser.sees(text).await;
        phone.sees(text).await;
    }
    for (nickname, text) in
        [("小红", said[1]), ("小李", said[2]), ("Wei", said[3]), ("Zoë", said[4]), ("老王", said[5])]
    {
        app.see_line(nickname, text, "stored").await;
    }
    let mut heard = Vec::new();
    while heard.len() < said.len() {
        heard.push(encrypted.line().await.1);
    }
    heard.sort();
    let mut all = said.map(str::to_owned);
    all.sort();
    assert_eq!(heard, all, "each once");
    plain.hear(said[5]).await;
    app.shot("everybody-app-zh-light").await;
    browser.shot("everybody").await;
    phone.shot("everybody-phone").await;

    // Loaded again, the guest is who they were.
    browser.refresh().await;
    browser.sees(said[0]).await;
    browser.say("还是我").await;
    app.see_line("小红", "还是我", "stored").await;
    let joined = "return $$('system-line').filter((one) => one.innerText.includes('小红')).length === 1";
    app.until("nobody went and came", joined).await;
}

#[tokio::test]
async fn a_closed_room_lets_in_who_was_invited() {
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH).logging_everything()).await;
    let url = app.host(free_port()).await;
    app.click("access-open").await;
    app.click("access-invited").await;
    app.click("invite-new").await;
    app.write("invite-note", "给小红").await;
    app.click("invite-one").await;
    app.click("invite-make").await;
    app.see_text("invite", "给小红").await;
    app.shot("everybody-invite-zh-light").await;
    app.press(Key::Escape).await;
    app.gone("access-dialog").await;

    // Who only has the address is told so, whatever they speak.
    let at = url.strip_prefix("ws://").expect("an address");
    let stranger = GuestPage::open(&format!("http://{at}/"), DESKTOP).await;
    stranger
        .until("it says why", "return !!$('guest-title')?.innerText.includes('is invite only')", &[])
        .await;
    stranger.until("and asks for no nickname", "return !$('guest-nickname')", &[]).await;
    stranger.shot("everybody-uninvited").await;
    RawClient::classic(&url).await.expect_err("there is no place for an invitation in this dialect");
    let mut knocking = RawClient::v1(&url).await.expect("a connection");
    knocking.send(&ClientFrame::Hello(hello("生人"))).await;
    let refused = knocking.frame().await;
    let ServerFrame::Refused(Refused { code, .. }) = refused else { panic!("a refusal, not {refused:?}") };
    assert_eq!(code, RefusalCode::InviteNeeded);

    let link = shared_link(&app).await;
    assert!(link.contains("#k="), "{link}");
    app.shot("everybody-share-invite-zh-light").await;
    app.press(Key::Escape).await;
    let invited = GuestPage::open(&link, PHONE).await;
    invited.enter_as("小红").await;
    invited.say("我是被请来的").await;
    app.see_line("小红", "我是被请来的", "stored").await;
    assert!(!invited.address().await.contains("k="), "the secret stands in no bar");
    invited.refresh().await;
    invited.sees("我是被请来的").await;

    // It was for one.
    let late = GuestPage::open(&link, DESKTOP).await;
    late.enter_as("来晚了").await;
    late.until("it says why", "return document.body.innerText.includes('the invite has no uses left')", &[])
        .await;
    late.shot("everybody-used-up").await;

    let secret = link.split_once("#k=").and_then(|(_, rest)| rest.split('&').next()).expect("a secret");
    let logs = app.home().logs();
    assert!(logs.contains("TRACE") && !logs.contains(secret), "no log has it");
}

/// The link that the share box gives.
async fn shared_link(app: &App) -> String {
    app.click("share-open").await;
    let shown = app.see("share-link").await.attr("data-url").await.expect("an answer");
    shown.expect("a link")
}
