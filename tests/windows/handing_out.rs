//! What leaves the app: an address to the clipboard, and a link to whatever opens links here.

use hearth_tests::{App, Desktop, Home, Look, RawClient, TestHost, free_port};
use serde_json::json;

#[tokio::test]
async fn the_address_is_copied_as_it_is_shown() {
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    let url = app.host(free_port()).await;
    app.click("share-copy").await;
    app.see_text("share-copy", "已复制").await;
    app.shot("handing-out-copied-zh-light").await;
    // Pasted by the keyboard of the desktop, into the app itself: by way of the clipboard that all programs share.
    app.click("composer").await;
    let window = app.window().await;
    Desktop::xdotool(&["windowactivate", "--sync", &window, "key", "--clearmodifiers", "ctrl+v"])
        .expect("keys");
    app.until_with("the address is pasted", "return $('composer').value === arguments[0]", &[json!(url)])
        .await;
}

#[tokio::test]
async fn a_link_goes_to_what_opens_links_here_and_nothing_else_does() {
    let host = TestHost::start().await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    let home = Home::of("阿明", Look::EN).writing_links_down();
    let app = App::start_for("阿明", home).await;
    app.join(&host.url()).await;
    li.post("javascript:alert(1) file:///etc/passwd https://example.org/读书?a=b&c=d#3 ssh://a@b").await;
    app.see_text("text", "ssh://a@b").await;
    let links =
        "return [...document.querySelectorAll('[data-testid=text] a')].map((link) => link.textContent)";
    assert_eq!(app.run(links, &[]).await, json!(["https://example.org/读书?a=b&c=d#3"]));

    // Past the page's own choice, the shell refuses them too.
    for url in ["javascript:alert(1)", "file:///etc/passwd", "ssh://a@b", "--help", "https://a@example.org/"]
    {
        let refused = app.page().execute_async(OPEN, vec![json!(url)]).await.expect("an answer");
        assert_eq!(refused, json!({ "error": "link_refused" }), "{url}");
    }
    app.run("document.querySelector('[data-testid=text] a').click()", &[]).await;
    app.wait("the link is opened", || !app.home().opened_links().is_empty()).await;
    assert_eq!(app.home().opened_links(), ["https://example.org/%E8%AF%BB%E4%B9%A6?a=b&c=d#3"]);
    app.gone("notice").await;
    assert!(
        app.run("return location.href", &[]).await.as_str().is_some_and(|here| here.starts_with("tauri://"))
    );
}

/// Asks the shell to open something, as the page does.
const OPEN: &str = "const [url, done] = arguments;
     window.__TAURI_INTERNALS__.invoke('open_link', { url }).then(() => done('opened'), done)";
