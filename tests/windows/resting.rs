//! A room of one's own that is not hosted is there to be read, after a restart too, and nobody else gets anything of it.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use hearth_tests::{App, Home, Look, RawClient, free_port};
use serde_json::json;
use tokio::net::TcpStream;

#[tokio::test]
async fn what_was_said_can_be_read_searched_and_exported_while_nobody_hosts() {
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.write("host-name", "周五读书会").await;
    let port = free_port();
    let url = app.host(port).await;
    // More than is shown at first, by several: nobody may say so much at once.
    for (nickname, first) in [("Wei", 1), ("老王", 71), ("陈老师", 141), ("小李", 211)] {
        let (mut client, _) = RawClient::enter(&url, nickname).await;
        for n in first..first + 70 {
            client.post(&format!("第 {n} 行，{}", if n == 7 { "紫藤花开了" } else { "说说部署" })).await;
        }
        let newest = format!("第 {} 行，说说部署", first + 69);
        // Where more than a screen came at once, the list may stand at what is unread.
        let script =
            "$('new-messages')?.click(); return $$('text').some((one) => one.textContent === arguments[0])";
        app.until_with("the newest is in sight", script, &[json!(newest)]).await;
        client.leave().await;
    }
    app.until("nobody else is inside", "return $$('person').length === 1").await;
    // Nobody else is there: it asks nothing, and can be undone.
    app.click("leave-room").await;
    app.see("host-undo").await;
    app.see("resting").await;
    app.shot("resting-stopped-zh-light").await;

    let home = Arc::clone(app.home());
    drop(app);
    let app = App::start_for("阿明", home).await;
    // What one can do comes first, with the room of the last time; and the room is in the list.
    app.see("host-start").await;
    app.see_text("room-item", "未在主持").await;
    app.shot("resting-welcome-zh-light").await;
    app.click("room-item").await;
    app.see_status("resting", "未在主持").await;
    let script = "return $$('text').some((one) => one.textContent === arguments[0])";
    app.until_with("the newest is in sight", script, &[json!("第 280 行，说说部署")]).await;
    app.gone("composer").await;
    app.gone("unread").await;
    let nobody = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await;
    nobody.expect_err("nobody listens, also not for this computer");

    // All of it: what stands far above is loaded when one goes there.
    app.click("search-open").await;
    app.write("search-input", "紫藤").await;
    app.until_with(
        "it is found",
        "return $$('search-result').some((one) => one.innerText.includes(arguments[0]))",
        &[json!("紫藤")],
    )
    .await;
    let script = "const found = $$('search-result').find((one) => one.innerText.includes(arguments[0])); found.click(); return true";
    app.until_with("it can be gone to", script, &[json!("紫藤")]).await;
    app.until_with(
        "it is in sight",
        "return $$('message').some((one) => one.innerText.includes(arguments[0]))",
        &[json!("第 7 行，紫藤花开了")],
    )
    .await;
    app.shot("resting-found-zh-light").await;
    app.click("room-menu").await;
    app.click("export-html").await;
    app.see("exported").await;
    let written = fs::read_dir(app.home().path()).expect("the home").flatten().map(|file| file.path());
    let written =
        written.filter(|file| file.extension().is_some_and(|ending| ending == "html")).collect::<Vec<_>>();
    let [written] = &written[..] else { panic!("one file was written: {written:?}") };
    assert!(fs::read_to_string(written).expect("text").contains("第 280 行"));

    // One click, and it is what it was, where it was.
    app.click("host-again").await;
    app.see_status("connected", "正在主持").await;
    let again = app.shared_address().await;
    assert!(again.ends_with(&format!(":{port}")), "{again}");
    app.say("接着读").await;
    app.see_line("阿明", "接着读", "stored").await;
    let (mut wei, _) = RawClient::enter(&again, "Wei").await;
    wei.hear("接着读").await;
}
