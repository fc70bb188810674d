//! The window for those who do not see it well, or have no mouse.

use std::fs;

use fantoccini::key::Key;
use hearth_tests::{App, Desktop, Home, Look, RawClient, TestHost, place};
use serde_json::{Value, json};

#[tokio::test]
async fn axe_finds_nothing_in_light() {
    look_everywhere(Look::ZH).await;
}

#[tokio::test]
async fn axe_finds_nothing_in_dark() {
    look_everywhere(Look::EN_DARK).await;
}

async fn look_everywhere(look: Look) {
    let host = TestHost::start().await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    let app = App::start_for("阿明", Home::of("阿明", look)).await;
    find_nothing(&app, "first-start").await;

    app.write("join-address", "ftp://192.168.1.23").await;
    app.click("join-button").await;
    app.see("join-error").await;
    find_nothing(&app, "error").await;

    app.join(&host.url()).await;
    li.post("https://example.org 和 😀").await;
    app.see_text("text", "和 😀").await;
    app.say("**你好**").await;
    app.see_line("阿明", "你好", "stored").await;
    find_nothing(&app, "conversation").await;

    app.click("settings-open").await;
    app.see("settings-dialog").await;
    find_nothing(&app, "settings").await;
    app.press(Key::Escape).await;
    app.gone("settings-dialog").await;

    let window = app.window().await;
    Desktop::xdotool(&["windowsize", "--sync", &window, "640", "700"]).expect("it can be resized");
    app.until("the window is narrow", "return innerWidth === 640").await;
    app.gone("person").await;
    find_nothing(&app, "narrow").await;
    app.click("people-toggle").await;
    app.until("two people are listed", "return $$('person').length === 2").await;
    find_nothing(&app, "narrow-people").await;
    app.press(Key::Escape).await;
    app.gone("person").await;
    app.click("rooms-open").await;
    app.see("room-item").await;
    find_nothing(&app, "narrow-rooms").await;

    drop(host);
    app.press(Key::Escape).await;
    app.see_status("reconnecting", look.words("重连", "Reconnecting")).await;
    find_nothing(&app, "narrow-reconnecting").await;
}

/// Runs axe over all that is to be seen, and keeps a picture of it.
async fn find_nothing(app: &App, what: &str) {
    app.shot(&format!("a11y-{what}-{}", app.home().look().tag())).await;
    if app.run("return typeof axe", &[]).await == "undefined" {
        let axe = fs::read_to_string(place("HEARTH_AXE", "ui/node_modules/axe-core/axe.min.js"));
        let axe = axe.expect("axe is among the page's packages");
        app.run(&format!("{axe}\nwindow.axe = axe"), &[]).await;
    }
    let script = "const done = arguments[arguments.length - 1];
        axe.run(document).then(
          ({ passes, violations, incomplete }) => done({
            passes: passes.length,
            violations: violations.map(({ id, nodes }) => [id, ...nodes.map((node) => `${node.html}: ${node.failureSummary}`)]),
            open: incomplete.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)]),
          }),
          (error) => done({ violations: [`${error}`] }),
        )";
    let found = app.page().execute_async(script, Vec::new()).await.expect("axe answers");
    assert_eq!(found["violations"], json!([]), "{what}, {}: {found:#}", app.home().look().tag());
    assert!(found["passes"].as_u64() > Some(10), "axe has looked at something: {found}");
}

#[tokio::test]
async fn everything_can_be_done_with_the_keyboard() {
    let host = TestHost::start().await;
    let app = App::start("阿明", Look::ZH).await;
    let stops = tab_through(&app).await;
    for expected in [
        "nickname-input",
        "host-name",
        "host-more",
        "host-start",
        "join-address",
        "join-button",
        "settings-open",
    ] {
        assert!(stops.iter().any(|stop| stop == expected), "Tab reaches {expected}: {stops:?}");
    }
    to(&app, "host-more").await;
    app.press(Key::Enter).await;
    app.see("host-port").await;
    let stops = tab_through(&app).await;
    for expected in ["host-port", "host-foreign"] {
        assert!(stops.iter().any(|stop| stop == expected), "Tab reaches {expected}: {stops:?}");
    }

    to(&app, "nickname-input").await;
    app.keys("阿明").await;
    to(&app, "join-address").await;
    app.keys(host.url().trim_start_matches("ws://")).await;
    app.press(Key::Enter).await;
    app.see_status("connected", "服务已连接").await;
    app.say_where_the_keyboard_is("只用键盘").await;
    app.see_line("阿明", "只用键盘", "stored").await;

    let stops = tab_through(&app).await;
    for expected in [
        "host-toggle",
        "room-item",
        "open-join",
        "nickname-open",
        "settings-open",
        "leave-room",
        "people-toggle",
        "composer",
        "send",
    ] {
        assert!(stops.iter().any(|stop| stop == expected), "Tab reaches {expected}: {stops:?}");
    }

    for (button, dialog) in [
        ("host-toggle", "host-dialog"),
        ("open-join", "join-dialog"),
        ("nickname-open", "nickname-dialog"),
        ("settings-open", "settings-dialog"),
    ] {
        to(&app, button).await;
        app.press(Key::Enter).await;
        app.see(dialog).await;
        app.until_with(
            "the focus is in the dialog",
            "return $(arguments[0]).contains(document.activeElement)",
            &[json!(dialog)],
        )
        .await;
        let inside = tab_through(&app).await;
        assert!(inside.iter().any(|stop| stop == "dialog-close"), "{inside:?}");
        assert!(!inside.iter().any(|stop| stop == "composer"), "Tab stays in the dialog: {inside:?}");
        app.press(Key::Escape).await;
        app.gone(dialog).await;
        app.until_with(
            "the focus is back",
            "return document.activeElement === $(arguments[0])",
            &[json!(button)],
        )
        .await;
    }
}

/// Presses Tab until the focus comes to where it was before, and tells where it was. At each stop it must be seen.
async fn tab_through(app: &App) -> Vec<String> {
    const MOST: usize = 60;
    let mut stops: Vec<String> = Vec::new();
    for _ in 0..MOST {
        tab(app).await;
        let stop = app.run(RING, &[]).await;
        let name = stop["name"].as_str().unwrap_or_default().to_owned();
        if stops.contains(&name) {
            return stops;
        }
        assert_eq!(stop["seen"], json!(true), "the focus is to be seen: {stop:#}");
        stops.push(name);
    }
    panic!("Tab does not come back: {stops:?}");
}

/// What has the focus, and whether one sees that: by an outline, or else by what changes when the focus goes.
const RING: &str = "
    const focused = document.activeElement;
    const around = [focused, ...(focused.labels ?? []), focused.parentElement].filter(Boolean);
    const outlined = (one) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
    };
    const changes = () => {
      const frames = [focused, focused.parentElement, focused.parentElement?.parentElement].filter(Boolean);
      const look = () => frames.map(getComputedStyle).map((style) => style.borderColor + style.boxShadow).join();
      for (const one of frames) one.style.transition = 'none';
      const before = look();
      focused.blur();
      const after = look();
      focused.focus();
      for (const one of frames) one.style.transition = '';
      return before !== after;
    };
    const named = focused.closest('[data-testid]');
    return {
      name: focused.dataset.testid ?? focused.ariaLabel ?? `${focused.tagName} in ${named?.dataset.testid}`,
      seen: around.some(outlined) || changes(),
      html: focused.outerHTML.slice(0, 200),
    };";

/// Tabs to an element.
async fn to(app: &App, id: &str) {
    for _ in 0..60 {
        if app.run("return document.activeElement === $(arguments[0])", &[json!(id)]).await
            == Value::Bool(true)
        {
            return;
        }
        tab(app).await;
    }
    panic!("Tab reaches {id}");
}

/// Presses Tab as the keyboard does, and waits until the page has dealt with it. `WebDriver`'s keys go to an element, and
/// at first none has the focus.
async fn tab(app: &App) {
    let count =
        "window.tabs ??= (addEventListener('keyup', () => window.tabs++, true), 0); return window.tabs";
    let before = app.run(count, &[]).await;
    let window = app.window().await;
    Desktop::xdotool(&["windowactivate", "--sync", &window, "key", "Tab"]).expect("xdotool can press keys");
    app.until_with("the key was pressed", "return window.tabs !== arguments[0]", &[before]).await;
}
