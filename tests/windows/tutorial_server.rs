//! The app in the chat room of the tutorial: a real Node with the package `ws`, alone and behind Express.

use hearth_tests::{App, Home, Look, NodeServer, RawClient};
use serde_json::{Value, json};

#[tokio::test]
async fn the_window_talks_in_the_tutorials_room() {
    visit("tutorial.mjs", Look::ZH).await;
}

#[tokio::test]
async fn the_window_talks_in_the_tutorials_room_behind_express() {
    visit("tutorial-express.mjs", Look::EN_DARK).await;
}

async fn visit(script: &'static str, look: Look) {
    let mut server = NodeServer::start(script, &[]).await;
    let app = App::start_for("阿明", Home::of("阿明", look)).await;
    app.join(server.url()).await;
    app.see_text("status", server.url()).await;
    let classic =
        look.words("老式服务器：没有历史、名单和回执", "Classic server: no history, roster or receipts");
    app.see_status("connected", classic).await;
    app.see_text("system-line", look.words("阿明 加入聊天", "阿明 joined")).await;

    // Somebody with the tutorial's web page.
    let mut page = RawClient::classic(server.url()).await.expect("a connection");
    page.send_text(line("网页", "加入聊天")).await;
    assert_eq!(next(&mut page).await["message"], "加入聊天", "it hears itself");
    app.see_text("system-line", look.words("阿明、网页进来了", "阿明 and 网页 joined")).await;

    app.say("大家好 😅🏮").await;
    let heard = next(&mut page).await;
    assert_eq!((&heard["nickname"], &heard["message"]), (&json!("阿明"), &json!("大家好 😅🏮")));
    assert_eq!(heard["status"], 1);
    assert!(heard["time"].is_string(), "the tutorial's page shows a time: {heard}");
    app.see_line("阿明", "大家好 😅🏮", "stored").await;

    page.send_text(line("网页", "欢迎 <b>来</b> 🎉")).await;
    app.see_line("网页", "欢迎 <b>来</b> 🎉", "stored").await;
    page.leave().await;
    app.see_text("system-line", look.words("网页 退出聊天", "网页 left")).await;
    app.shot(&format!("tutorial-talking-{}", look.tag())).await;

    server.kill().await;
    app.see_status("reconnecting", look.words("重连", "Reconnecting")).await;
    app.see_text("status", server.url()).await;
    let refused = look.words("127.0.0.1 拒绝了连接", "127.0.0.1 refused the connection");
    app.see_text("status-detail", refused).await;
    app.say("服务器不在的时候写的").await;
    app.see_line("阿明", "服务器不在的时候写的", "queued").await;
    app.shot(&format!("tutorial-killed-{}", look.tag())).await;

    server.start_again().await;
    app.see_status("connected", classic).await;
    app.see_line("阿明", "服务器不在的时候写的", "stored").await;
    app.shot(&format!("tutorial-again-{}", look.tag())).await;
}

fn line(nickname: &str, message: &str) -> String {
    json!({ "nickname": nickname, "message": message, "time": "10-22 9:4:0" }).to_string()
}

async fn next(page: &mut RawClient) -> Value {
    serde_json::from_str(&page.text().await).expect("JSON")
}
