//! The keyboard goes where one types: at the first start, and after every dialog.

use fantoccini::key::Key;
use hearth_tests::{App, Home, Look, RawClient, TestHost, quick};

#[tokio::test]
async fn the_keyboard_is_where_one_types() {
    let host = TestHost::start().await;
    let other = TestHost::with(quick()).await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    let (mut wang, _) = RawClient::enter(&other.url(), "老王").await;

    // A link, opened by who has never been here: all of it without the mouse.
    let app = App::start_opening("阿明", Home::new(Look::ZH), &format!("hearth://{}", host.addr())).await;
    app.see("opened-dialog").await;
    app.see_focus("nickname-input").await;
    app.keys("阿明").await;
    app.press(Key::Enter).await;
    app.see_status("connected", "服务已连接").await;
    app.say_where_the_keyboard_is("从链接来的").await;
    li.hear("从链接来的").await;

    // The dialog to join another room, from a button that is still there afterwards.
    app.click("open-join").await;
    app.see_focus("join-address").await;
    app.keys(&other.url()).await;
    app.press(Key::Enter).await;
    app.gone("join-dialog").await;
    app.say_where_the_keyboard_is("这边也在").await;
    wang.hear("这边也在").await;

    // What has led nowhere gives the focus back.
    for (opener, dialog) in [("settings-open", "settings-dialog"), ("open-join", "join-dialog")] {
        app.click(opener).await;
        app.see(dialog).await;
        app.press(Key::Escape).await;
        app.gone(dialog).await;
        app.see_focus(opener).await;
    }
}

#[tokio::test]
async fn who_starts_for_the_first_time_types_their_name() {
    let app = App::start("阿明", Look::EN).await;
    app.see_focus("nickname-input").await;
    app.shot("first-start-en-light").await;
}
