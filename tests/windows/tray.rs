//! Where the desktop has a tray, hosting goes on there, and the window is brought back from it.

use hearth_tests::{App, Home, Look, RawClient, Tray, free_port, http};

#[tokio::test]
async fn hosting_goes_on_in_the_tray_and_the_window_comes_back_from_it() {
    let tray = Tray::begin().await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH).alone()).await;
    app.write("host-name", "周五读书会").await;
    let url = app.host(free_port()).await;
    let (mut li, _) = RawClient::enter(&url, "小李").await;
    app.see_text("system-line", "阿明、小李进来了").await;

    hide(&app).await;
    let menu = tray.see("正在主持“周五读书会”").await;
    assert!(menu.iter().any(|item| item == "打开围炉") && menu.iter().any(|item| item == "退出"), "{menu:?}");
    let address = url.strip_prefix("ws://").expect("an address");
    assert_eq!(http::get(address, "/healthz").await.status, 200);
    li.post("还开着吗？").await;
    li.hear("还开着吗？").await;

    tray.choose("打开围炉").await;
    app.wait("the window is back", || !app.windows().is_empty()).await;
    app.see_line("小李", "还开着吗？", "stored").await;
    app.shot("tray-back-zh-light").await;

    // A second start does the same.
    hide(&app).await;
    app.start_again(&[]).await;
    app.wait("the window is back", || !app.windows().is_empty()).await;
    app.say("我回来了").await;
    li.hear("我回来了").await;

    hide(&app).await;
    tray.choose("退出").await;
    assert_eq!(li.close_code().await, Some(1001));
    app.ended().await;
}

/// Closes the window, to go on in the tray.
async fn hide(app: &App) {
    app.close_window().await;
    app.see_text("close-dialog", "托盘").await;
    app.click_and_go("close-keep").await;
    app.wait("the window is out of sight", || app.windows().is_empty()).await;
}
