//! Closing the window while hosting asks, and does what was answered.

use fantoccini::key::Key;
use hearth_tests::{App, Desktop, Home, Look, RawClient, free_port, http};

#[tokio::test]
async fn who_keeps_hosting_is_out_of_sight_and_goes_on() {
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    let url = app.host(free_port()).await;
    let (mut li, _) = RawClient::enter(&url, "小李").await;

    // To think again is to stay.
    app.close_window().await;
    app.see_text("close-dialog", "房间里还有 1 个人").await;
    app.shot("closing-zh-light").await;
    app.press(Key::Escape).await;
    app.gone("close-dialog").await;
    let window = app.window().await;
    app.close_window().await;
    app.click_and_go("close-keep").await;
    app.wait("the window is out of sight", || app.windows().is_empty()).await;
    let address = url.strip_prefix("ws://").expect("an address");
    assert_eq!(http::get(address, "/healthz").await.status, 200);
    let (mut wang, welcome) = RawClient::enter(&url, "小王").await;
    assert_eq!(welcome.online, 3, "the one who hosts is still there");
    wang.post("还开着吗？").await;
    assert_eq!(li.line().await, ("小王".into(), "还开着吗？".into()));

    // This desktop has no tray, so the window must have stayed within reach. WebDriver does not reach it before it is
    // to be seen again.
    Desktop::xdotool(&["windowactivate", "--sync", &window]).expect("it comes up");
    app.see_line("小王", "还开着吗？", "stored").await;
}

#[tokio::test]
async fn who_stops_sends_everybody_home() {
    let app = App::start_for("阿明", Home::of("阿明", Look::EN_DARK)).await;
    let url = app.host(free_port()).await;
    let (mut li, _) = RawClient::enter(&url, "小李").await;
    app.close_window().await;
    app.see_text("close-dialog", "1 other person is in the room").await;
    app.shot("closing-en-dark").await;
    app.click_and_go("close-stop").await;
    assert_eq!(li.close_code().await, Some(1001), "it is going away");
    app.ended().await;
}

#[tokio::test]
async fn who_has_answered_for_good_is_not_asked_again() {
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH_DARK)).await;
    let url = app.host(free_port()).await;
    app.close_window().await;
    app.see_text("close-dialog", "现在房间里只有你").await;
    app.click("close-remember").await;
    app.click_and_go("close-stop").await;
    let home = app.ended().await;

    let app = App::start_for("阿明", home).await;
    let port = url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    app.host(port).await;
    app.close_window().await;
    app.ended().await;
}
