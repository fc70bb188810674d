//! One is in several rooms at once. The one that is hosted here is a room like the others.

use std::fs;
use std::num::NonZeroU32;
use std::sync::Arc;

use hearth_client::Invitation;
use hearth_host::InviteWish;
use hearth_tests::headless::Headless;
use hearth_tests::{App, Home, Look, PATIENCE, RawClient, TestHost, closed, free_port};
use serde_json::{Value, json};
use tokio::time::Instant;

#[tokio::test]
async fn who_hosts_is_in_another_room_as_well() {
    let office = Headless::start(&["--name", "三楼办公室"]).await;
    let (mut wang, _) = RawClient::enter(office.url(), "老王").await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.write("host-name", "周五读书会").await;
    let url = app.host(free_port()).await;
    let (mut li, _) = RawClient::enter(&url, "小李").await;
    app.see_text("system-line", "阿明、小李进来了").await;

    app.click("open-join").await;
    app.write("join-address", office.url()).await;
    app.click("join-button").await;
    app.gone("join-dialog").await;
    app.see_status("connected", "服务已连接").await;
    app.see_text("status", office.url()).await;
    app.see_text("system-line", "老王、阿明进来了").await;
    app.until("two rooms are listed", "return $$('room-item').length === 2").await;
    app.say("这边有人吗？").await;
    assert_eq!(wang.line().await, ("阿明".into(), "这边有人吗？".into()));
    wang.post("有，刚到").await;
    app.see_line("老王", "有，刚到", "stored").await;
    app.gone("unread").await;

    // What is said in the room that is not shown is counted there, and in the title.
    for text in ["大家好", "今晚读第三章"] {
        li.post(text).await;
    }
    app.until_with("two lines wait in the hosted room", UNREAD_IN, &[json!("周五读书会"), json!("2")]).await;
    app.until("the title says so", "return document.title.startsWith('(2) ')").await;
    app.shot("rooms-unread-zh-light").await;

    choose(&app, "周五读书会").await;
    app.see_status("connected", "正在主持").await;
    app.see_line("小李", "今晚读第三章", "stored").await;
    app.until(
        "nothing is said of the other room's talk",
        "return !document.querySelector('[role=log]').innerText.includes('刚到')",
    )
    .await;
    app.gone("unread").await;
    app.say("第三章，好").await;
    li.hear("第三章，好").await;

    wang.post("午饭吃什么？").await;
    app.until_with("a line waits in the other room", UNREAD_IN, &[json!("三楼办公室"), json!("1")]).await;
    choose(&app, "三楼办公室").await;
    app.see_line("老王", "午饭吃什么？", "stored").await;
    app.say("楼下的面馆").await;
    wang.hear("楼下的面馆").await;
    app.shot("rooms-other-zh-light").await;

    // The one ends, and the other goes on.
    app.click("host-toggle").await;
    app.see_text("leave-dialog", "还有 1 人在").await;
    app.shot("rooms-stop-asked-zh-light").await;
    app.click("leave-confirm").await;
    app.until(
        "it rests beside the other",
        "return $$('room-item').filter((one) => one.dataset.resting).length === 1",
    )
    .await;
    assert_eq!(li.close_code().await, Some(1001));
    app.say("还在").await;
    wang.hear("还在").await;
}

/// The room of this name counts so many unread lines.
const UNREAD_IN: &str = "const room = $$('room-item').find((one) => one.innerText.includes(arguments[0]));
     return room?.querySelector('[data-testid=unread]')?.innerText === arguments[1]";

async fn choose(app: &App, room: &str) {
    let script = "const room = $$('room-item').find((one) => one.innerText.includes(arguments[0]));
         room.click(); return true";
    app.until_with(&format!("{room} can be chosen"), script, &[json!(room)]).await;
}

#[tokio::test]
async fn a_room_that_was_left_is_one_click_away() {
    let host = TestHost::with(closed()).await;
    // It is for one: who has come by it is a member, and needs it no more.
    let wish = InviteWish { uses: NonZeroU32::new(1), ..InviteWish::default() };
    let invitation = host.make_invite(wish).await.expect("an invitation");
    let address = host.addr().to_string().parse().expect("an address");
    let link = Invitation { address, key: Some(host.key()), secret: Some(invitation.secret) }.web_link();
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.join(&link).await;
    app.say("我先走了").await;
    app.see_line("阿明", "我先走了", "stored").await;
    leave(&app).await;
    app.see_text("recent-room", &format!("wss://{}", host.addr())).await;
    app.shot("rooms-left-zh-light").await;
    until_kept(&app, |kept| kept["left"][0]["url"] == json!(format!("wss://{}", host.addr()))).await;

    // So it is after the app was started again.
    let home = Arc::clone(app.home());
    drop(app);
    let app = App::start_for("阿明", home).await;
    app.click("recent-room").await;
    app.see_status("connected", "服务已连接").await;
    app.see_line("阿明", "我先走了", "stored").await;
    app.say("又回来了").await;
    app.see_line("阿明", "又回来了", "stored").await;

    // Who does not want to go back is not reminded.
    leave(&app).await;
    app.click("recent-forget").await;
    app.gone("recent").await;
    until_kept(&app, |kept| kept["left"] == json!([])).await;
}

/// Waits until what is kept of the rooms is so.
async fn until_kept(app: &App, is_so: impl Fn(&Value) -> bool) {
    let file = app.home().path().join("data/hearth/rooms.json");
    let deadline = Instant::now() + PATIENCE;
    loop {
        let kept = serde_json::from_str(&fs::read_to_string(&file).expect("the rooms")).expect("JSON");
        if is_so(&kept) {
            return;
        }
        assert!(Instant::now() < deadline, "{kept}");
        tokio::task::yield_now().await;
    }
}

/// Leaves the room that is shown.
async fn leave(app: &App) {
    app.click("leave-room").await;
    app.see_status("disconnected", "还没有连接任何房间").await;
}

#[tokio::test]
async fn many_guests_find_a_file_descriptor_each() {
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    let limits = fs::read_to_string(format!("/proc/{}/limits", app.process().expect("it runs")));
    let limits = limits.expect("its limits");
    let files: Vec<&str> = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .expect("of files")
        .split_whitespace()
        .collect();
    assert_eq!(files[0], files[1], "the soft limit is the hard one");
    assert_ne!(files[0], "1024", "and not what the app was started with");
}
