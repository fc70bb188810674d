//! Links to rooms, in messages and in the form: each leads where it says, by what it brings, and into the same room once.

use hearth_client::{Invitation, JoinAddress};
use hearth_host::{Aftermath, HostConfig, Invite, InviteWish};
use hearth_tests::{App, Home, Look, RawClient, TestHost, closed, free_port, quick};
use serde_json::json;

fn address(host: &TestHost) -> JoinAddress {
    JoinAddress::parse(&host.url()).expect("an address")
}

async fn invite(host: &TestHost) -> Invite {
    host.make_invite(InviteWish::default()).await.expect("an invitation")
}

/// The link that an owner copies.
fn link(host: &TestHost, invite: Option<&Invite>) -> String {
    let secret = invite.map(|invite| invite.secret.clone());
    Invitation { address: address(host), key: Some(host.key()), secret }.web_link()
}

/// Opens the form from the room that is shown, and pastes this.
async fn paste(app: &App, text: &str) {
    app.click("open-join").await;
    app.write("join-address", text).await;
    app.click("join-button").await;
}

async fn rooms(app: &App, count: usize) {
    let script = "return $$('room-item').length === arguments[0]";
    app.until_with(&format!("{count} rooms are listed"), script, &[json!(count)]).await;
}

#[tokio::test]
async fn a_link_to_a_room_in_a_message_asks_before_it_enters() {
    let (here, there) = (TestHost::start().await, TestHost::with(closed()).await);
    let (mut li, _) = RawClient::enter(&here.url(), "小李").await;
    let invitation = invite(&there).await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH).writing_links_down()).await;
    app.join(&here.url()).await;
    let app_link = Invitation { address: address(&there), key: Some(there.key()), secret: None }.app_link();
    let plain = there.url();
    let whole = link(&there, Some(&invitation));
    li.post(&format!("来{app_link}吧，或者{plain}；邀请：{whole}快来")).await;
    app.see_text("text", "快来").await;
    let links = "return $$('text').flatMap((text) => [...text.querySelectorAll('a')].map((link) => link.textContent))";
    assert_eq!(app.run(links, &[]).await, json!([app_link, plain, whole]));
    for (place, shown) in [(0, there.addr().to_string()), (1, there.url())] {
        app.run("$$('text').at(-1).querySelectorAll('a')[arguments[0]].click()", &[json!(place)]).await;
        app.see_text("opened-address", &shown).await;
        app.shot(&format!("links-asked-{place}-zh-light")).await;
        app.click("opened-no").await;
        app.gone("opened-dialog").await;
    }
    assert_eq!(there.online(), 0, "nothing is entered by a click alone");
    app.run("$$('text').at(-1).querySelectorAll('a')[2].click()", &[]).await;
    app.see_text("opened-address", &there.addr().to_string()).await;
    app.click("opened-join").await;
    app.see_text("status", &format!("wss://{}", there.addr())).await;
    app.see_status("connected", "服务已连接").await;
    rooms(&app, 2).await;
    assert!(app.home().opened_links().is_empty(), "no browser has seen the secret");
}

#[tokio::test]
async fn a_new_link_to_a_room_in_the_list_is_used() {
    let host = TestHost::with(closed()).await;
    let first = invite(&host).await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.join(&link(&host, Some(&first))).await;
    app.say("我来了").await;
    app.see_line("阿明", "我来了", "stored").await;
    host.revoke_invite(first.id, Aftermath::Leave).await.expect("taken back");
    app.see_status("disconnected", "").await;
    let second = invite(&host).await;
    paste(&app, &format!("新的链接：{}。", link(&host, Some(&second)))).await;
    app.see_status("connected", "服务已连接").await;
    app.gone("join-dialog").await;
    rooms(&app, 1).await;
    app.see_line("阿明", "我来了", "stored").await;
    app.say("又进来了").await;
    app.see_line("阿明", "又进来了", "stored").await;
}

#[tokio::test]
async fn a_room_that_was_made_anew_is_asked_about_and_entered() {
    let port = free_port();
    let at_port = || HostConfig { port, ..quick() };
    let host = TestHost::with(at_port()).await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.join(&link(&host, None)).await;
    app.say("以前的话").await;
    app.see_line("阿明", "以前的话", "stored").await;
    host.stop().await;
    // Another log: another key.
    let host = TestHost::with(at_port()).await;
    let anew = link(&host, None);
    paste(&app, &anew).await;
    app.see_text("join-error", "密钥").await;
    app.see_text("join-button", "仍然加入").await;
    app.shot("links-other-key-zh-light").await;
    assert_eq!(host.online(), 0, "it asks first");
    app.click("join-button").await;
    app.gone("join-dialog").await;
    app.see_status("connected", "服务已连接").await;
    rooms(&app, 2).await;
    app.say("现在的话").await;
    app.see_line("阿明", "现在的话", "stored").await;
}

#[tokio::test]
async fn the_same_room_is_entered_once_however_one_comes() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = || {
        let id = hearth_protocol::LogId::from_random(7);
        std::sync::Arc::new(hearth_tests::log_in_file(&folder.path().join("room.db"), &id))
    };
    let host = TestHost::over(quick(), log()).await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.join(&link(&host, None)).await;
    app.see_text("status", &format!("wss://{}", host.addr())).await;
    // By its address without a key, by another name for that, and by the link.
    let port = host.addr().port();
    for way in [format!("{}", host.addr()), format!("ws://localhost:{port}"), link(&host, None)] {
        paste(&app, &way).await;
        app.gone("join-dialog").await;
        app.see_text("already-in", "已经在这个房间").await;
        rooms(&app, 1).await;
        assert_eq!(host.online(), 2, "by {way}");
    }
    app.shot("links-already-in-zh-light").await;
    app.say("还是一个人").await;
    loop {
        let entry = li.entry().await;
        assert!(!entry.from.nickname.as_str().contains('2'), "nobody else has come: {entry:?}");
        if matches!(entry.body, hearth_protocol::Body::Message { .. }) {
            break;
        }
    }

    // It goes on elsewhere: its new link leads there, and the status line says where that is.
    host.stop().await;
    app.see_status("reconnecting", "").await;
    let host = TestHost::over(quick(), log()).await;
    paste(&app, &link(&host, None)).await;
    app.gone("join-dialog").await;
    app.see_text("status", &format!("wss://{}", host.addr())).await;
    app.see_status("connected", "服务已连接").await;
    rooms(&app, 1).await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    app.say("搬过来了").await;
    li.hear("搬过来了").await;
}

#[tokio::test]
async fn an_attempt_is_called_off_also_while_it_is_looked_whose_room_is_there() {
    let host = TestHost::start().await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.join(&link(&host, None)).await;
    // It takes connections and never says a word.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    paste(&app, &silent.local_addr().expect("an address").to_string()).await;
    app.click("join-cancel").await;
    app.gone("join-cancel").await;
    assert_eq!(app.text("join-error").await, "", "that is no mistake");
    rooms(&app, 1).await;
}
