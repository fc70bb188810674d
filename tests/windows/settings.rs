//! What a user has chosen shows at once, and is there again at the next start.

use std::fs;

use hearth_protocol::Body;
use hearth_tests::{App, Desktop, Home, Look, RawClient, TestHost};
use serde_json::json;

#[tokio::test]
async fn choices_show_at_once_and_are_remembered() {
    let host = TestHost::start().await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.join(&host.url()).await;

    app.click("settings-open").await;
    app.see_text("settings-dialog", "设置").await;
    app.shot("settings-zh-light").await;
    app.click("settings-language-en").await;
    app.see_text("settings-dialog", "Settings").await;
    app.see_status("connected", "Connected").await;
    app.until("the page's language is English", "return document.documentElement.lang === 'en'").await;
    let ground = "return getComputedStyle(document.body).backgroundColor";
    let light = app.run(ground, &[]).await;
    app.click("settings-theme-dark").await;
    app.until("it is dark", "return document.documentElement.dataset.theme === 'dark'").await;
    app.until_with("the ground is another", &format!("return ({}) !== arguments[0]", &ground[7..]), &[light])
        .await;
    app.shot("settings-en-dark").await;

    app.write("settings-nickname", "明明").await;
    app.click("settings-nickname-save").await;
    let renamed = loop {
        let entry = li.entry().await;
        if let Body::Renamed { old } = entry.body {
            break (old.to_string(), entry.from.nickname.to_string());
        }
    };
    assert_eq!(renamed, ("阿明".into(), "明明".into()));
    app.click("dialog-close").await;

    let window = app.window().await;
    Desktop::xdotool(&["windowsize", "--sync", &window, "1010", "707"]).expect("it can be resized");
    app.until("the window has another size", SIZE).await;
    app.close_window().await;
    let home = app.ended().await;

    let app = App::start_for("阿明", home).await;
    app.see_status("connected", "Connected").await;
    app.see_text("status", &host.url()).await;
    app.see_text("person", "明明").await;
    app.until("it is dark", "return document.documentElement.dataset.theme === 'dark'").await;
    app.see_text("nickname-open", "Change nickname").await;
    app.see_text("nickname-open", "明明").await;
    app.until("the window has its size again", SIZE).await;
    li.post("你回来了").await;
    app.see_line("小李", "你回来了", "stored").await;
    app.shot("settings-remembered-en-dark").await;
}

const SIZE: &str = "return innerWidth === 1010 && innerHeight === 707";

#[tokio::test]
async fn a_damaged_file_of_settings_is_set_aside() {
    let home = Home::new(Look::EN);
    home.write_settings("nickname = \"阿明\"\ntheme = \"da");
    let app = App::start_for("阿明", home).await;
    app.see("nickname-input").await;
    let aside = app.home().settings_file().with_file_name("settings.toml.damaged");
    assert_eq!(fs::read_to_string(aside).expect("it is kept"), "nickname = \"阿明\"\ntheme = \"da");

    // What is chosen now is kept as ever.
    app.write("nickname-input", "小王").await;
    app.click("nickname-save").await;
    app.gone("nickname-save").await;
    let file = app.home().settings_file();
    let kept = || fs::read_to_string(&file).is_ok_and(|settings| settings.contains("小王"));
    app.wait("the new name is in the file", kept).await;
}

#[tokio::test]
async fn a_second_start_brings_up_the_first_window() {
    let app = App::start_for("阿明", Home::of("阿明", Look::EN).alone()).await;
    let first = app.process().expect("it runs");
    let window = app.window().await;
    Desktop::xdotool(&["windowminimize", "--sync", &window]).expect("it can be minimised");
    app.wait("the first window has lost the focus", || Desktop::focused() != Some(first)).await;

    assert!(app.start_again(&[]).await.success());
    app.wait("the first window has the focus", || Desktop::focused() == Some(first)).await;
    app.wait("it is the only window", || app.windows() == [window.as_str()]).await;
    assert_eq!(app.run("return 6 * 7", &[]).await, json!(42), "the page is alive");
}
