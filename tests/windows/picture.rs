//! The picture in the README: a room as it is, with people in it. `cargo xtask picture` takes it, on a network of its own
//! that looks like one at home, and puts it among the screenshots; `docs/pictures/room.png` is copied from there by hand.

use std::time::Duration;

use hearth_host::HostConfig;
use hearth_tests::{App, Guest, Home, Look, RawClient, TestHost, quick, tell};
use serde_json::json;
use tokio::time::sleep;

/// Where this computer is on that network, and where the other one.
const HERE: &str = "192.168.1.23";
const OFFICE: ([u8; 4], u16) = ([192, 168, 1, 40], 9000);

/// People take their time. Nothing waits for this: it is what a picture of a talk shows.
const THINKING: Duration = Duration::from_secs(40);

#[tokio::test]
#[ignore = "`cargo xtask picture` runs it, on a network of its own"]
async fn a_room_on_a_friday_evening() {
    let (bind, port) = OFFICE;
    let config = HostConfig { name: "三楼办公室".to_owned(), bind: bind.into(), port, ..quick() };
    let office = TestHost::with(config).await;
    let wang = Guest::join(&office.url(), "老王").await;

    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.write("host-name", "周五读书会").await;
    let url = app.host(8080).await;
    assert_eq!(url, format!("ws://{HERE}:8080"), "the network is the one that this test is for");
    app.click("open-join").await;
    app.write("join-address", &office.url()).await;
    app.click("join-button").await;
    app.see_status("connected", "服务已连接").await;
    app.until("the room that is hosted is shown again", "$$('room-item')[0].click(); return true").await;

    let chen = Guest::join(&url, "陈老师").await;
    app.see_text("system-line", "阿明、陈老师进来了").await;
    say(&app, &chen, "陈老师", "今晚读《小王子》第二十一章，狐狸那一段。大家都读完了吗？").await;
    let li = Guest::join(&url, "小李").await;
    app.see_text("system-line", "小李 加入").await;
    sleep(THINKING).await;
    say(&app, &li, "小李", "读完了，这周读了两遍 😅").await;
    say(&app, &li, "小李", "第二遍才看懂“驯养”是什么意思：花了时间，对方就成了独一无二的。").await;
    sleep(THINKING).await;
    app.say("我最喜欢麦田那一句。狐狸不吃麦子，可是以后看见金黄的麦子，就会想起王子的头发。").await;
    sleep(THINKING).await;
    say(
        &app,
        &chen,
        "陈老师",
        "说得好。书的来历在这里，散会后可以看看：\nhttps://zh.wikipedia.org/wiki/小王子",
    )
    .await;
    let mut wei = RawClient::classic(&url).await.expect("a connection");
    for text in ["加入聊天", "从网页进来的，也能看到大家 👋 能等我泡杯茶吗？"] {
        let line = json!({ "nickname": "Wei", "message": text, "time": "" });
        wei.send_text(line.to_string()).await;
    }
    app.see_line("Wei", "从网页进来的，也能看到大家 👋 能等我泡杯茶吗？", "stored").await;
    app.say("能！我也去烧一壶 🍵 五分钟后开始。").await;
    app.see_line("阿明", "能！我也去烧一壶 🍵 五分钟后开始。", "stored").await;

    for text in ["午饭吃什么？", "楼下新开了一家面馆"] {
        wang.post(text).await;
    }
    app.until("two lines wait in the other room", "return $('unread')?.innerText === '2'").await;
    app.until("four people are listed", "return $$('person').length === 4").await;
    let colours = "return new Set($$('person').map((one) => getComputedStyle(one.querySelector('.avatar')).backgroundColor)).size";
    let colours = app.run(colours, &[]).await;
    // They come by chance, with the ids of the people.
    tell(&format!("four people in {colours} colours: take it again until there are four"));
    app.run("document.activeElement.blur()", &[]).await;
    app.shot("picture-room").await;
}

async fn say(app: &App, guest: &Guest, nickname: &str, text: &str) {
    guest.post(text).await;
    app.see_line(nickname, text, "stored").await;
}
