//! The way in is short: so many clicks lead into a room, and not one more. How long each step took is printed, and no promise
//! of a test: the machine's share is measured by itself.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use fantoccini::key::Key;
use hearth_tests::headless::{Headless, command_at};
use hearth_tests::netns::Network;
use hearth_tests::{App, Home, Look, RawClient, TestHost};
use tokio::time::Instant;

/// A link on which nothing was heard for so long is dead.
const SILENCE: Duration = Duration::from_secs(30);

/// Steps from somewhere, and the clicks that they took.
struct Walk<'a> {
    app: &'a App,
    what: &'static str,
    begun: Instant,
}

impl<'a> Walk<'a> {
    /// Begins to count what the pointer presses.
    async fn begin(app: &'a App, what: &'static str) -> Self {
        let script =
            "if (window.presses === undefined) addEventListener('pointerdown', () => window.presses++, true);
             window.presses = 0";
        app.run(script, &[]).await;
        Self { app, what, begun: Instant::now() }
    }

    /// The same of somebody who is here for the first time, and types a nickname where the keyboard is.
    async fn begin_without_a_name(app: &'a App, what: &'static str) -> Self {
        let walk = Self::begin(app, what).await;
        app.see_focus("nickname-input").await;
        app.keys("阿明").await;
        walk
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
    let mut walk =
        Walk::begin_without_a_name(&app, "the first start, until a line stands in a hosted room").await;
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
    let mut walk =
        Walk::begin_without_a_name(&app, "a friend with an address, until their line is read").await;
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

#[tokio::test]
async fn a_room_nearby_needs_one_click_and_is_found_again_without_any() {
    let network = Network::new();
    let there = network.computer("there", &["10.77.0.1/24"]);
    let here = network.computer("here", &["10.77.0.2/24"]);
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let open =
        || Headless::start_as(Arc::clone(&home), command_at(&there.way(), &home), &["--name", "读书会"]);
    let mut host = open().await;
    here.enter();
    let app = App::start("阿明", Look::ZH).await;

    let mut walk = Walk::begin_without_a_name(&app, "a room nearby, until a line is stored").await;
    app.see("nearby-room").await;
    walk.typed();
    app.click("nearby-room").await;
    app.see_status("connected", "服务已连接").await;
    app.say_where_the_keyboard_is("从附近来的").await;
    app.see_line("阿明", "从附近来的", "stored").await;
    walk.arrive(1).await;

    let apart = |apart| [&here, &there].map(|computer| computer.keep_apart(apart));
    let walk = Walk::begin(&app, "the network is cut, until the window says so").await;
    apart(true);
    // A silent link is dead after half a minute, which is as long as anything is waited for.
    let begun = Instant::now();
    app.wait("the silence has begun", || begun.elapsed() > SILENCE / 2).await;
    app.see_status("reconnecting", "重连").await;
    walk.arrive(0).await;
    app.say("断着写的").await;
    let walk = Walk::begin(&app, "the network is back, until the line is stored").await;
    apart(false);
    app.see_line("阿明", "断着写的", "stored").await;
    walk.arrive(0).await;

    host.program().terminate().await;
    host.program().ended().await;
    app.see_status("reconnecting", "重连").await;
    app.say("关着写的").await;
    let walk = Walk::begin(&app, "the host opens again, until the line is stored").await;
    let _host = open().await;
    app.see_line("阿明", "关着写的", "stored").await;
    walk.arrive(0).await;
}
