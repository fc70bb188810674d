//! The tutorial's kind of web page, in a real browser with the browser's own WebSocket, in our room.

use std::fs;

use hearth_client::ConnectError;
use hearth_host::HostConfig;
use hearth_protocol::Body;
use hearth_tests::{Chromium, Guest, RawClient, TestHost, WebSite, eager, place, quick, tell};
use serde_json::{Value, json};

/// The page on this disk, told to connect there. Browsers give it the origin `null`.
fn file_page(url: &str) -> String {
    let folder =
        fs::canonicalize(place("HEARTH_NODE_SERVERS", "tests/node")).expect("the folder of the page");
    format!("file://{}/classic.html#{url}", folder.display())
}

async fn web_site() -> WebSite {
    let page = place("HEARTH_NODE_SERVERS", "tests/node").join("classic.html");
    WebSite::start(fs::read_to_string(page).expect("the page")).await
}

async fn host_that_allows(origin: &str) -> TestHost {
    let allow_origins = vec![origin.parse().expect("an origin")];
    TestHost::with(HostConfig { allow_origins, ..quick() }).await
}

/// The next message that the page got.
async fn heard(browser: &Chromium) -> Value {
    let event = browser.wait_for("take").await;
    let text = event["text"].as_str().unwrap_or_else(|| panic!("a message, not {event}"));
    serde_json::from_str(text).expect("JSON")
}

async fn say(browser: &Chromium, nickname: &str, message: &str) {
    browser.call("say", vec![nickname.into(), message.into(), "10-22 9:4:0".into()]).await;
}

#[tokio::test]
async fn a_page_from_a_file_talks_with_our_people() {
    let host = host_that_allows("null").await;
    let browser = Chromium::start().await;
    browser.open(&file_page(&host.url())).await;
    let opened = browser.wait_for("take").await;
    assert_eq!(opened, json!({"open": {"protocol": "", "origin": "file://"}}));
    talk(&host, browser).await;
}

#[tokio::test]
async fn a_page_of_another_web_site_talks_with_our_people() {
    let site = web_site().await;
    let host = host_that_allows(site.origin()).await;
    let browser = Chromium::start().await;
    browser.open(&format!("{}/#{}", site.origin(), host.url())).await;
    let opened = browser.wait_for("take").await;
    assert_eq!(opened["open"]["origin"], site.origin());
    talk(&host, browser).await;
}

async fn talk(host: &TestHost, browser: Chromium) {
    say(&browser, "网页", "加入聊天").await;
    let own = heard(&browser).await;
    assert_eq!(
        (&own["nickname"], &own["message"], &own["status"]),
        (&json!("网页"), &json!("加入聊天"), &json!(1))
    );

    let mut ming = Guest::join(&host.url(), "阿明").await;
    let came = heard(&browser).await;
    assert_eq!(
        (&came["nickname"], &came["message"], &came["status"]),
        (&json!("阿明"), &json!("加入聊天"), &json!(1))
    );

    say(&browser, "网页", "大家好 😅🏮").await;
    let own = json!({"nickname": "网页", "message": "大家好 😅🏮", "time": "10-22 9:4:0", "status": 1});
    assert_eq!(heard(&browser).await, own, "one's own line comes back as it was, with its status");
    assert_eq!(ming.line().await, ("网页".into(), "大家好 😅🏮".into()));

    ming.post("欢迎 <b>你</b> 🎉").await;
    let line = heard(&browser).await;
    assert_eq!(line["nickname"], "阿明");
    assert_eq!((&line["message"], &line["status"]), (&json!("欢迎 <b>你</b> 🎉"), &json!(1)));
    let time = line["time"].as_str().expect("a time");
    assert!(time.contains('-') && time.contains(':'), "month-day hour:minute:second, not {time}");
    assert_eq!(line.as_object().map(serde_json::Map::len), Some(4), "and nothing else");

    ming.client().leave().await;
    let left = heard(&browser).await;
    assert_eq!((&left["nickname"], &left["status"]), (&json!("阿明"), &json!(0)));

    // The page goes too, and those who stay see it go, with its last line.
    let (mut wei, _) = RawClient::enter(&host.url(), "Wei").await;
    let mut other_page = RawClient::classic(&host.url()).await.expect("a connection");
    // Merely going back or to another address would leave the page alive in the browser's cache, and in the room.
    drop(browser);
    let left = loop {
        let entry = wei.entry().await;
        if entry.body == Body::Left && entry.from.nickname.as_str() == "网页" {
            break entry;
        }
    };
    let told: Value = serde_json::from_str(&other_page.text().await).expect("JSON");
    assert_eq!((&told["nickname"], &told["message"]), (&json!(left.from.nickname), &json!("大家好 😅🏮")));
    assert_eq!(told["status"], 0);
}

#[tokio::test]
async fn what_a_page_should_not_send_does_no_harm() {
    let host = host_that_allows("*").await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let browser = Chromium::start().await;
    browser.open(&file_page(&host.url())).await;
    assert!(browser.wait_for("take").await["open"].is_object());

    let strange = [
        "加入聊天",
        "",
        "{",
        "null",
        "[1, 2]",
        "\"text\"",
        r#"{"nickname": {}, "message": [], "time": false}"#,
        r#"{"message": 7}"#,
        r#"{"nickname": "网页", "message": null, "status": "x"}"#,
        r#"{"nickname": "\u202e\u0000", "message": "\u0000 ", "time": "\u0007"}"#,
    ];
    for text in strange {
        browser.call("raw", vec![text.into()]).await;
    }
    // Longer than a text may be, and still within a frame.
    say(&browser, "网页", &"长".repeat(20_000)).await;
    say(&browser, &"名".repeat(5_000), "长名字").await;
    say(&browser, "网页", "还在").await;
    loop {
        let (who, what) = ming.line().await;
        assert!(what.len() <= 16 * 1024 && who.chars().count() <= 32, "{who}: {what}");
        assert!(!who.contains('\u{202e}') && !what.contains('\0'), "{who}: {what}");
        if what == "还在" {
            assert_eq!(who, "网页");
            break;
        }
    }
    assert_eq!(heard_until(&browser, "还在").await["nickname"], "网页", "the page is still in");
    tell(&format!("{} strange texts, and the page is still in", strange.len() + 2));

    ends_with(&browser, &"长".repeat(30_000), 1009).await;
    ming.post("我们也在").await;
    ming.hear("我们也在").await;
}

#[tokio::test]
async fn a_page_that_sends_far_too_much_is_told_so_as_well() {
    let host = host_that_allows("*").await;
    let browser = Chromium::start().await;
    browser.open(&file_page(&host.url())).await;
    assert!(browser.wait_for("take").await["open"].is_object());
    // The host does not read all of it; hanging up on the rest would make the browser forget why.
    ends_with(&browser, &"长".repeat(1_000_000), 1009).await;
}

/// What does not fit in a frame ends the connection, with the code that says so.
async fn ends_with(browser: &Chromium, message: &str, code: u16) {
    say(browser, "网页", message).await;
    loop {
        let event = browser.wait_for("take").await;
        if event["closed"].is_object() {
            return assert_eq!(event["closed"]["code"], code);
        }
    }
}

async fn heard_until(browser: &Chromium, message: &str) -> Value {
    loop {
        let said = heard(browser).await;
        if said["message"] == message {
            return said;
        }
    }
}

#[tokio::test]
async fn a_page_that_is_not_allowed_stays_out_and_native_clients_come_in() {
    let site = web_site().await;
    let host = host_that_allows("https://chat.example.org").await;
    let browser = Chromium::start().await;
    for page in [file_page(&host.url()), format!("{}/#{}", site.origin(), host.url())] {
        browser.open(&page).await;
        let event = browser.wait_for("take").await;
        assert_eq!(event, json!({"closed": {"code": 1006}}), "{page}");
    }
    Guest::join(&host.url(), "阿明").await.client().leave().await;
    RawClient::classic(&host.url()).await.expect("a classic client without an origin").leave().await;
    let own = format!("http://{}", host.addr());
    RawClient::connect(&host.url(), None, Some(&own)).await.expect("a page of the host's own").leave().await;

    // The host's own address, as a page of it would say it, is another origin as soon as the port differs.
    assert!(RawClient::connect(&host.url(), None, Some("http://127.0.0.1:1")).await.is_err());
    let gone = host.url();
    host.stop().await;
    let error = Guest::refused(&gone, eager()).await;
    assert!(matches!(error, ConnectError::Refused { .. }), "{error:?}");
}
