//! What is selected in the window is copied whole, by its keys and by its own menu; nothing of a browser is in it.

use std::time::Duration;

use fantoccini::actions::{InputSource, MOUSE_BUTTON_RIGHT, MouseActions, PointerAction};
use hearth_tests::{App, Desktop, Home, Look, PATIENCE, RawClient, TestHost};
use serde_json::json;
use tokio::time::{Instant, sleep};

/// More than a few screens.
const LINES: usize = 120;

#[tokio::test]
async fn all_lines_are_copied_though_few_of_them_are_in_the_document() {
    let host = TestHost::start().await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.join(&host.url()).await;
    for n in 1..=LINES {
        li.post(&format!("第{n}行")).await;
        li.line().await;
    }
    app.see_text("text", &format!("第{LINES}行")).await;
    let window = app.window().await;
    let press = |keys: &[&str]| {
        let arguments = [&["windowactivate", "--sync", &window, "key", "--clearmodifiers"], keys].concat();
        Desktop::xdotool(&arguments).expect("keys");
    };
    app.run("document.querySelector('.scroller').focus()", &[]).await;
    press(&["ctrl+a", "ctrl+c"]);
    // One of several lines has neither name nor time between them; they are pasted by the box's own menu.
    app.click("composer").await;
    right_click(&app, "composer").await;
    app.click("context-paste").await;
    let whole: Vec<_> = (1..=LINES).map(|n| format!("第{n}行")).collect();
    let is_pasted = "return $('composer').value === arguments[0]";
    app.until_with("all lines are pasted", is_pasted, &[json!(whole.join("\n"))]).await;
    app.gone("context-menu").await;

    // The window is no browser: what is written is not lost by any of its keys, and the page stays.
    app.run("window.marked = true", &[]).await;
    press(&["F5", "ctrl+r", "ctrl+shift+r", "alt+Left", "alt+Right"]);
    Desktop::xdotool(&["click", "8", "click", "9"]).expect("buttons");
    app.run(
        "$('composer').value = ''; $('composer').dispatchEvent(new InputEvent('input', { bubbles: true }))",
        &[],
    )
    .await;
    press(&["x"]);
    app.until("the page is the same", "return window.marked === true && $('composer').value === 'x'").await;
}

#[tokio::test]
async fn a_right_click_opens_the_windows_own_menu() {
    let host = TestHost::start().await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.join(&host.url()).await;
    li.post("三点钟见").await;
    app.see_text("text", "三点钟见").await;
    right_click(&app, "text").await;
    app.see("context-copy").await;
    app.shot("copying-menu-zh-light").await;
    app.click("context-copy").await;
    app.gone("context-menu").await;
    let window = app.window().await;
    app.click("composer").await;
    Desktop::xdotool(&["windowactivate", "--sync", &window, "key", "--clearmodifiers", "ctrl+v"])
        .expect("keys");
    app.until("the line is pasted", "return $('composer').value === '三点钟见'").await;
    // The key that asks for a menu asks for this one.
    Desktop::xdotool(&["windowactivate", "--sync", &window, "key", "shift+F10"]).expect("keys");
    app.see("context-all").await;
}

/// Presses the right button in the middle of an element, as soon as it is at rest: a line that has just come may still move.
async fn right_click(app: &App, id: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let element = app.see(id).await;
        let press = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_RIGHT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_RIGHT });
        let Err(error) = app.page().perform_actions(press).await else { return };
        assert!(Instant::now() < deadline, "{id} can be clicked: {error}");
        sleep(Duration::from_millis(50)).await;
    }
}
