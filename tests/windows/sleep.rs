//! The computer does not fall asleep under a room that it hosts for others; and when it has slept all the same, everybody
//! is back at once.

use std::time::{Duration, Instant};

use hearth_tests::proxy::{End, Mark, Plan, Proxy, Way};
use hearth_tests::{App, Home, Look, Power, RawClient, TestHost, free_port, signal, tell};
use tokio::time::sleep;

#[tokio::test]
async fn the_computer_stays_awake_while_others_are_in_the_room() {
    let mut power = Power::begin().await;
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH).deciding_over_sleep()).await;
    let url = app.host(free_port()).await;
    let (li, _) = RawClient::enter(&url, "小李").await;
    app.see_text("system-line", "阿明、小李进来了").await;
    power.see_held(1).await;
    assert_eq!(power.asked(), ["idle, Hearth, block"], "the screen may go dark");

    app.click("settings-open").await;
    app.click("settings-keep-awake").await;
    app.shot("sleep-settings-zh-light").await;
    power.see_held(0).await;
    app.click("settings-keep-awake").await;
    power.see_held(1).await;
    app.click("dialog-close").await;

    li.leave().await;
    power.see_held(0).await;
    let (_li, _) = RawClient::enter(&url, "小李").await;
    power.see_held(1).await;
    app.stop_hosting().await;
    power.see_held(0).await;
}

/// The network forgets the connection after so many frames of the host.
const FRAMES: usize = 8;

/// Long enough to be a sleep, and too short for the link to be found dead by itself.
const SLEEP: Duration = Duration::from_secs(6);

/// How soon everybody is back.
const BACK: Duration = Duration::from_secs(5);

#[tokio::test]
async fn after_a_sleep_the_room_is_back_at_once() {
    let host = TestHost::start().await;
    let proxy = Proxy::start(host.addr(), |connection| {
        let end = (connection == 0).then_some((Mark::Frame(FRAMES, 0), End::HalfOpen));
        Plan { down: Way { end, ..Way::default() }, ..Plan::default() }
    })
    .await;
    let app = App::start_for("阿明", Home::of("阿明", Look::EN_DARK)).await;
    app.join(&proxy.url()).await;
    let (mut li, _) = RawClient::enter(&host.url(), "小李").await;
    for n in 0..2 * FRAMES {
        li.post(&format!("第 {n} 行")).await;
    }
    app.wait("the link is dead, and nobody knows", || proxy.faults() == 1).await;
    app.see_status("connected", "Connected").await;

    let process = app.process().expect("it runs");
    signal(process, "STOP").await;
    sleep(SLEEP).await;
    signal(process, "CONT").await;
    let woke = Instant::now();
    app.see_line("小李", &format!("第 {} 行", 2 * FRAMES - 1), "stored").await;
    let back = woke.elapsed();
    tell(&format!("back {back:.1?} after a sleep over which the link had died"));
    app.see_status("connected", "Connected").await;
    assert!(back < BACK, "back after {back:?}");
}
