//! What is unread stands in the window's title, and asks for attention once, until somebody looks.

use hearth_host::HostConfig;
use hearth_tests::{App, Desktop, Home, Look, PATIENCE, RawClient, TestHost, Tray, free_port, quick};
use tokio::time::Instant;

#[tokio::test]
async fn a_window_that_is_put_away_tells_what_is_unread_until_it_is_read() {
    let host = TestHost::with(HostConfig { name: "周五读书会".to_owned(), ..quick() }).await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    for (look, title, unread) in [
        (Look::ZH, "周五读书会 · 围炉", "(3) 周五读书会 · 围炉"),
        (Look::EN, "周五读书会 · Hearth", "(3) 周五读书会 · Hearth"),
    ] {
        let app = App::start_for("阿明", Home::of("阿明", look)).await;
        app.join(&host.url()).await;
        let window = app.window().await;
        app.wait("the title names the room", || Desktop::title(&window) == title).await;
        assert!(!Desktop::is_urgent(&window), "nothing is new");

        Desktop::xdotool(&["windowminimize", "--sync", &window]).expect("it can be minimised");
        for text in ["大家好", "今晚读第三章", "别忘了"] {
            li.post(text).await;
        }
        app.wait("the title counts", || Desktop::title(&window) == unread).await;
        app.wait("attention is asked for", || Desktop::is_urgent(&window)).await;

        Desktop::xdotool(&["windowactivate", "--sync", &window]).expect("it comes up");
        app.wait("nothing is asked for any more", || !Desktop::is_urgent(&window)).await;
        app.wait("what was read is not counted", || Desktop::title(&window) == title).await;

        // Nobody is called who is looking.
        li.post("你在啊").await;
        app.see_line("小李", "你在啊", "stored").await;
        assert!(!Desktop::is_urgent(&window) && Desktop::title(&window) == title);
    }
}

#[tokio::test]
async fn the_tray_tells_it_too() {
    let tray = Tray::begin().await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH).alone()).await;
    let url = app.host(free_port()).await;
    let (mut li, _) = RawClient::enter(&url, "小李").await;
    app.close_window().await;
    app.click_and_go("close-keep").await;
    app.wait("the window is out of sight", || app.windows().is_empty()).await;
    for text in ["还开着吗？", "有人吗？"] {
        li.post(text).await;
    }
    tray.choose("打开围炉（2 条未读）").await;
    app.wait("the window is back", || !app.windows().is_empty()).await;
    app.see_line("小李", "有人吗？", "stored").await;
    let deadline = Instant::now() + PATIENCE;
    while !tray.see("打开围炉").await.contains(&"打开围炉".to_owned()) {
        assert!(Instant::now() < deadline, "what was read is not counted");
    }
    tray.choose("退出").await;
    app.ended().await;
}
