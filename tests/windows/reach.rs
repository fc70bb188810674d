//! Who can connect to a room that the app hosts is what was chosen there.

use std::net::SocketAddr;

use fantoccini::key::Key;
use hearth_tests::netns::Network;
use hearth_tests::{App, Home, Look, RawClient, free_port, outer_address, tell};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;

/// What a web page that was opened from a file gets.
async fn answer_to_a_foreign_page(port: u16) -> u16 {
    match RawClient::connect(&format!("ws://127.0.0.1:{port}"), None, Some("null")).await {
        Ok(_) => 101,
        Err(Error::Http(answer)) => answer.status().as_u16(),
        Err(error) => panic!("an answer, not {error}"),
    }
}

#[tokio::test]
async fn foreign_pages_come_in_only_when_they_were_let_in() {
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    let port = free_port();
    app.host(port).await;
    assert_eq!(answer_to_a_foreign_page(port).await, 403);
    app.stop_hosting().await;

    app.click("host-toggle").await;
    app.open_more().await;
    app.click("host-foreign").await;
    app.shot("reach-foreign-zh-light").await;
    app.host(port).await;
    assert_eq!(answer_to_a_foreign_page(port).await, 101);
    app.until(
        "it says that they are let in",
        "return document.body.innerText.includes('老式聊天网页可以连接')",
    )
    .await;
    app.shot("reach-foreign-on-zh-light").await;
}

#[tokio::test]
async fn this_computer_is_this_computer_and_my_network_is_more() {
    let app = App::start_for("阿明", Home::of("阿明", Look::EN)).await;
    let port = free_port();
    app.click("host-reach-computer").await;
    let url = app.host(port).await;
    assert_eq!(url, format!("ws://127.0.0.1:{port}"), "the only address that it has");
    RawClient::v1(&url).await.expect("a connection").leave().await;
    let outer = outer_address().map(|address| SocketAddr::new(address, port));
    if let Some(outer) = outer {
        TcpStream::connect(outer).await.expect_err("nobody answers on the network");
    } else {
        tell("the network is not seen here: this machine has no address but its own");
    }
    app.shot("reach-computer-en-light").await;
    app.stop_hosting().await;

    app.click("host-toggle").await;
    app.click("host-reach-network").await;
    let url = app.host(port).await;
    RawClient::v1(&url).await.expect("a connection, by the address that is shown").leave().await;
    if let Some(outer) = outer {
        RawClient::v1(&format!("ws://{outer}")).await.expect("a connection").leave().await;
    }
    app.shot("reach-network-en-light").await;
}

#[tokio::test]
async fn without_a_network_no_link_is_offered_and_on_one_cable_there_is_one() {
    let cable = Network::new();
    let computer = cable.computer("alone", &[]);
    computer.enter();
    let app = App::start_for("阿明", Home::of("阿明", Look::ZH)).await;
    app.click("host-start").await;
    app.see_status("connected", "正在主持").await;
    app.until(
        "it says why nobody gets in",
        "return document.body.innerText.includes('没有找到可用的网络地址')",
    )
    .await;
    for link in ["share-open", "share-link", "share-link-copy", "share-copy-link", "share-address"] {
        app.gone(link).await;
    }
    app.shot("reach-no-network-zh-light").await;
    app.click("doctor-open").await;
    app.see_text("doctor-status", "没有找到可用的网络地址").await;
    app.press(Key::Escape).await;
    app.gone("doctor-dialog").await;

    computer.add("169.254.1.2/16");
    assert_eq!(app.shared_address().await, "ws://169.254.1.2:8080");
    app.click("share-open").await;
    app.see("share-link").await;
    app.shot("reach-cable-zh-light").await;
}
