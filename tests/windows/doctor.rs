//! "Can others connect?", asked in the window: somebody on another computer of the network is the proof.

use fantoccini::key::Key;
use hearth_tests::lan::program_on;
use hearth_tests::netns::Network;
use hearth_tests::{App, Home, Look, free_port};

/// This machine's address in the network of the test, and the other computer's.
const HERE: &str = "192.168.177.1";
const OTHER: &str = "192.168.177.5";

/// Waits until an examination is over, and it is so overall.
async fn until_found(app: &App, state: &str) {
    let script = "return $('doctor-status')?.dataset.state === arguments[0]";
    app.until_with("what was found", script, &[state.into()]).await;
}

/// Opens the question from the share box.
async fn ask(app: &App) {
    app.click("share-open").await;
    app.click("share-doctor").await;
}

#[tokio::test]
async fn who_hosts_is_told_who_can_get_in() {
    let lan = Network::new();
    lan.plug_this_machine("eth177", &format!("{HERE}/24"));
    let other = lan.computer("other", &[&format!("{OTHER}/24")]);
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    let port = free_port();
    app.host(port).await;
    ask(&app).await;
    until_found(&app, "not_proven").await;
    app.see_text("reaches", &format!("{HERE}:{port}")).await;
    app.see_text("reaches", "没有人能从别的电脑上").await;
    app.shot("doctor-alone-zh-light").await;

    let url = format!("ws://{HERE}:{port}");
    let peer = env!("CARGO_BIN_EXE_hearth-peer");
    let mut member = program_on(&other, peer, &["chat", &url, "", "小红"]);
    member.after("\"connected\":true").await;
    app.click("doctor-again").await;
    until_found(&app, "proven").await;
    app.see_text("reaches", "小红").await;
    app.see_text("reaches", OTHER).await;
    app.shot("doctor-proven-zh-light").await;

    // What was seen is told on the card as well.
    app.press(Key::Escape).await;
    app.see_text("host-visit", "小红").await;
    app.until("from where they came", "return $('host-visit').dataset.from === 'network'").await;
    app.shot("doctor-visited-zh-light").await;
}

#[tokio::test]
async fn a_room_for_this_computer_alone_leads_nobody_in_from_outside() {
    let home = Home::of("阿明", Look::EN);
    let app = App::start_for("阿明", home).await;
    app.click("host-reach-computer").await;
    app.host(free_port()).await;
    ask(&app).await;
    until_found(&app, "not_proven").await;
    app.click("outside-switch").await;
    app.until("it says why not", "return $('outside')?.dataset.state === 'only_here'").await;
    app.shot("doctor-only-here-en-light").await;

    // It is wished from now on, also of the next room, until it is not.
    app.press(Key::Escape).await;
    app.gone("doctor-dialog").await;
    app.stop_hosting().await;
    app.host(free_port()).await;
    ask(&app).await;
    app.until("it is still wished", "return $('outside')?.dataset.state === 'only_here'").await;
    // The switch lies below the answer, which moves it.
    until_found(&app, "not_proven").await;
    app.click("outside-switch").await;
    app.until("it is off", "return $('outside')?.dataset.state === 'off'").await;
}
