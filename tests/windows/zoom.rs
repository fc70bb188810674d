//! The page has the size that was chosen for it by the keys of browsers, and has it again at the next start.

use std::fs;

use hearth_tests::{App, Desktop, Home, Look, TestHost};
use serde_json::json;

#[tokio::test]
async fn the_keys_of_browsers_change_the_size_and_it_is_kept() {
    let host = TestHost::start().await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.join(&host.url()).await;
    let window = app.window().await;
    let [_, _, width, _] = Desktop::area(&window);
    Desktop::xdotool(&["windowactivate", "--sync", &window]).expect("it has the focus");
    for (key, percent) in
        [("plus", 110), ("equal", 125), ("KP_Add", 150), ("minus", 125), ("0", 100), ("minus", 90)]
    {
        Desktop::press(&[&format!("ctrl+{key}")]);
        wide(&app, width * 100 / percent).await;
    }
    for _ in 0..6 {
        Desktop::press(&["ctrl+plus"]);
    }
    wide(&app, width / 2).await;
    app.shot("zoom-200-zh-light").await;
    let kept = || fs::read_to_string(app.home().settings_file()).is_ok_and(|all| all.contains("zoom = 200"));
    app.wait("it is kept", kept).await;
    app.close_window().await;
    let home = app.ended().await;

    let app = App::start_for("阿明", home).await;
    wide(&app, width / 2).await;
    Desktop::xdotool(&["windowactivate", "--sync", &app.window().await]).expect("it has the focus");
    Desktop::press(&["ctrl+0"]);
    wide(&app, width).await;
    app.click("settings-open").await;
    app.see_text("settings-zoom", "100%").await;
    app.shot("zoom-settings-zh-light").await;
}

/// Waits until the window is so wide in the page's own pixels.
async fn wide(app: &App, width: i32) {
    let script = "return Math.abs(innerWidth - arguments[0]) <= 1";
    app.until_with(&format!("the page is {width} wide"), script, &[json!(width)]).await;
}
