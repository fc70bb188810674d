//! The way in is short: so many clicks lead into a room, and not one more. How long each step took is printed, and no promise
//! of a test: the machine's share is measured by itself.

use std::io::{self, Write as _};

use fantoccini::key::Key;
use hearth_tests::{App, Home, Look, RawClient, TestHost};
use tokio::time::Instant;

/// Steps from somewhere, and the clicks that they took.
struct Walk<'a> {
    app: &'a App,
    what: &'static str,
    begun: Instant,
}

impl<'a> Walk<'a> {
    /// Begins to count what the pointer presses.
    async fn begin(app: &'a App, what: &'static str) -> Self {
        let script = "window.presses = 0; addEventListener('pointerdown', () => window.presses++, true)";
        app.run(script, &[]).await;
        Self { app, what, begun: Instant::now() }
    }

    /// The machine's share of a step begins here.
    fn typed(&mut self) {
        self.begun = Instant::now();
    }

    async fn arrive(self, most: u64) {
        let took = self.begun.elapsed();
        let clicks = self.app.run("return window.presses", &[]).await.as_u64().expect("a number");
        let _ = writeln!(io::stderr(), "{}: {clicks} clicks, {} ms", self.what, took.as_millis());
        assert!(clicks <= most, "{}: {clicks} clicks", self.what);
    }
}

#[tokio::test]
async fn from_nothing_to_a_first_line_that_others_can_read_it_is_one_click() {
    let app = App::start("阿明", Look::ZH).await;
    let mut walk = Walk::begin(&app, "the first start, until a line stands in a hosted room").await;
    app.see_focus("nickname-input").await;
    app.keys("阿明").await;
    walk.typed();
    app.click("host-start").await;
    app.see_status("connected", "正在主持").await;
    app.say_where_the_keyboard_is("晚上好").await;
    app.see_line("阿明", "晚上好", "stored").await;
    walk.arrive(1).await;
}

#[tokio::test]
async fn a_friend_with_an_address_needs_one_click() {
    let host = TestHost::start().await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    let app = App::start("阿明", Look::EN).await;
    let mut walk = Walk::begin(&app, "a friend with an address, until their line is read").await;
    app.see_focus("nickname-input").await;
    app.keys("阿明").await;
    app.click("join-address").await;
    app.keys(&host.url()).await;
    walk.typed();
    app.press(Key::Enter).await;
    app.see_status("connected", "Connected").await;
    app.say_where_the_keyboard_is("我来了").await;
    li.hear("我来了").await;
    walk.arrive(1).await;
}

#[tokio::test]
async fn a_link_that_is_opened_needs_no_click_at_all() {
    let host = TestHost::start().await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    let link = format!("hearth://{}", host.addr());
    let app = App::start_opening("阿明", Home::of("阿明", Look::ZH), &link).await;
    let mut walk = Walk::begin(&app, "a link that was opened, until a line is read").await;
    app.see("opened-dialog").await;
    walk.typed();
    app.press(Key::Enter).await;
    app.see_status("connected", "服务已连接").await;
    app.say_where_the_keyboard_is("从链接来的").await;
    li.hear("从链接来的").await;
    walk.arrive(0).await;
}
