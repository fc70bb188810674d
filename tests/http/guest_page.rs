//! Somebody without the app: the guest page, in a real browser, served by a real host.

use std::sync::Arc;

use hearth_client::fragment;
use hearth_host::InviteWish;
use hearth_protocol::{Body, InviteRole, Secret};
use hearth_tests::headless::{Headless, command};
use hearth_tests::{Authority, Chromium, GuestPage, RawClient, TestHost, closed, free_port};
use serde_json::json;

#[tokio::test]
async fn a_guest_talks_in_a_browser_and_stays_the_same_member() {
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let port = free_port().to_string();
    let flags = ["--bind", "127.0.0.1", "--port", &port, "--name", "读书会"];
    let mut host = Headless::start_as(Arc::clone(&home), command(&home), &flags).await;
    let (mut ming, _) = RawClient::enter(host.url(), "阿明").await;
    ming.post("早上好").await;
    ming.line().await;

    let page = GuestPage::open(&format!("http://{}/", host.address()), [1100, 760]).await;
    page.shot("card").await;
    page.enter_as("小红").await;
    page.sees("早上好").await;
    page.say("我用浏览器来的").await;
    let first = ming.line_entry().await;
    assert_eq!(first.from.nickname.as_str(), "小红");
    ming.post("欢迎！").await;
    page.sees("欢迎！").await;
    page.shot("room").await;

    // Loaded again, the guest is who they were.
    page.refresh().await;
    page.sees("欢迎！").await;
    page.say("还是我").await;
    let again = loop {
        let entry = ming.entry().await;
        match &entry.body {
            Body::Left | Body::Joined { .. } => panic!("nobody went: {entry:?}"),
            Body::Message { text, .. } if text == "还是我" => break entry,
            _ => {}
        }
    };
    assert_eq!(again.from, first.from);

    // The host goes and comes: what was said meanwhile is there, in its place, and nothing is asked of the guest.
    host.program().kill().await;
    page.until("it says so", "return $('status')?.dataset.state !== 'connected'", &[]).await;
    let host = Headless::start_as(Arc::clone(&home), command(&home), &flags).await;
    let (mut ming, _) = RawClient::enter(host.url(), "阿明").await;
    ming.post("我又开门了").await;
    page.sees("我又开门了").await;
    page.say("我没走").await;
    ming.hear("我没走").await;
    // A row has no text for the eye until it was measured.
    page.sees("我没走").await;
    let lines = "return $$('text').map((one) => one.innerText)";
    let lines = page.until("lines", lines, &[]).await;
    let said = ["我用浏览器来的", "还是我", "我没走"];
    for line in said {
        let times =
            lines.as_array().expect("lines").iter().filter(|shown| shown.as_str() == Some(line)).count();
        assert_eq!(times, 1, "{line}: {lines}");
    }
}

#[tokio::test]
async fn a_new_link_in_the_same_tab_is_used_at_once() {
    let host = TestHost::with(closed()).await;
    let make = async |role| {
        let made =
            host.make_invite(InviteWish { role, ..InviteWish::default() }).await.expect("an invitation");
        made.secret
    };
    let reading = make(InviteRole::Reader).await;
    let writing = make(InviteRole::Member).await;
    let at =
        |secret: &Secret| format!("http://{}/#{}", host.addr(), fragment(Some(secret), Some(&host.key())));
    let page = GuestPage::open(&at(&Secret::from_random(7)), [1100, 760]).await;
    page.enter_as("小红").await;
    page.until("the door is shut", "return !!$('guest-shut')?.innerText", &[]).await;
    // As typed into the bar of the browser: it does not load the page again.
    let put = "location.href = arguments[0]; return true";
    page.until("a reader's link", "window.same = true; return true", &[]).await;
    page.until("a reader's link", put, &[json!(at(&reading))]).await;
    page.until("it is a reader", "return !!$('read-only')", &[]).await;
    page.until("a member's link", put, &[json!(at(&writing))]).await;
    page.say("现在可以说了").await;
    page.sees("现在可以说了").await;
    page.until("it is the page that it was", "return window.same === true", &[]).await;
    assert!(!page.address().await.contains(writing.reveal()), "no secret stays in the bar");
    page.refresh().await;
    page.sees("现在可以说了").await;
    page.say("一直可以").await;
    page.sees("一直可以").await;
    assert_eq!(host.online(), 1, "it is the same one");
}

#[tokio::test]
async fn what_a_guest_has_typed_is_there_after_a_reload_and_not_once_it_was_sent() {
    let host = Headless::start(&["--name", "读书会"]).await;
    let page = GuestPage::open(&format!("http://{}/", host.address()), [1100, 760]).await;
    page.enter_as("小红").await;
    page.write("composer", "写到一半").await;
    page.refresh().await;
    page.until("the draft is back", "return $('composer')?.value === '写到一半'", &[]).await;
    page.write("composer", "，写完了").await;
    page.click("send").await;
    page.sees("写到一半，写完了").await;
    page.refresh().await;
    page.sees("写到一半，写完了").await;
    page.until("the draft is not", "return $('composer').value === ''", &[]).await;
}

#[tokio::test]
async fn a_guest_comes_in_and_talks_without_a_click() {
    let host = Headless::start(&["--name", "读书会"]).await;
    let (mut ming, _) = RawClient::enter(host.url(), "阿明").await;
    let page = GuestPage::open(&format!("http://{}/", host.address()), [1100, 760]).await;
    let typed_into = |id| format!("return document.activeElement?.dataset.testid === '{id}'");
    page.until("a name is typed", &typed_into("guest-nickname"), &[]).await;
    page.enter("小红").await;
    page.until("a line is typed", &typed_into("composer"), &[]).await;
    page.enter("来了").await;
    ming.hear("来了").await;
}

#[tokio::test]
async fn a_guest_on_a_telephone_sees_the_same() {
    let host = Headless::start(&["--name", "读书会"]).await;
    let (mut ming, _) = RawClient::enter(host.url(), "阿明").await;
    ming.post("今晚八点，老地方").await;
    ming.line().await;
    let page = GuestPage::open(&format!("http://{}/", host.address()), [500, 844]).await;
    page.shot("phone-card").await;
    page.enter_as("小红").await;
    page.sees("今晚八点").await;
    page.say("好的").await;
    ming.hear("好的").await;
    let wide = "return document.documentElement.scrollWidth <= innerWidth";
    page.until("nothing stands out at the side", wide, &[]).await;
    page.shot("phone-room").await;
}

#[tokio::test]
async fn a_host_with_a_certificate_has_guests_by_https() {
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = Authority::new().certify_in("127.0.0.1", folder.path());
    let [certificate, key] = [&certificate, &key].map(|file| file.to_str().expect("a path"));
    let host = Headless::start(&["--name", "读书会", "--tls-cert", certificate, "--tls-key", key]).await;
    let (mut ming, _) = RawClient::enter(host.url(), "阿明").await;
    ming.post("这里是加密的").await;
    ming.line().await;

    let browser = Chromium::start_trusting().await;
    let page = GuestPage::open_in(browser, &format!("https://{}/", host.address()), [1100, 760]).await;
    let quiet = "return !!$('guest-nickname') && !$('plain-http')";
    page.until("nothing is said of others who could read", quiet, &[]).await;
    page.enter_as("小红").await;
    page.sees("这里是加密的").await;
    page.say("锁上了").await;
    ming.hear("锁上了").await;
    page.shot("https").await;

    // Whoever trusts nobody sees nothing of the room.
    let wary = GuestPage::open(&format!("https://{}/", host.address()), [1100, 760]).await;
    let refused = "return document.body.innerText.includes('ERR_CERT_AUTHORITY_INVALID')";
    wary.until("the browser says why it stays away", refused, &[]).await;
}

#[tokio::test]
async fn the_door_says_which_room_it_is_and_a_closed_one_asks_for_no_name() {
    let open = Headless::start(&["--name", "读书会"]).await;
    let (_ming, _) = RawClient::enter(open.url(), "阿明").await;
    let page = GuestPage::open(&format!("http://{}/", open.address()), [500, 844]).await;
    page.until("it names the room", "return $('guest-title')?.innerText.includes('读书会')", &[]).await;
    page.until("and asks for a nickname", "return !!$('guest-nickname')", &[]).await;
    page.shot("door-open").await;

    let closed = Headless::start(&["--name", "理事会", "--closed"]).await;
    let page = GuestPage::open(&format!("http://{}/", closed.address()), [500, 844]).await;
    page.until("it names the room", "return $('guest-title')?.innerText.includes('理事会')", &[]).await;
    page.until("and asks for nothing", "return !$('guest-nickname')", &[]).await;
    page.shot("door-closed").await;
}
