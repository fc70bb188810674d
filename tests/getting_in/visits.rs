//! Who came in from another computer is told as that; who is on this one proves nothing of others. Between computers that are
//! network namespaces, which needs root.

use std::net::{IpAddr, Ipv6Addr};

use hearth_host::{HostConfig, Whence};
use hearth_tests::lan::program_on;
use hearth_tests::netns::Network;
use hearth_tests::{RawClient, TestHost, quick};

/// This machine's address in the network of the test, and the other computer's.
const HERE: &str = "192.168.178.1";
const OTHER: &str = "192.168.178.5";

#[tokio::test]
async fn who_comes_from_another_computer_is_seen_to_have_come_from_there() {
    let lan = Network::new();
    lan.plug_this_machine("eth178", &format!("{HERE}/24"));
    let other = lan.computer("other", &[&format!("{OTHER}/24")]);
    let host = TestHost::with(HostConfig { bind: IpAddr::V6(Ipv6Addr::UNSPECIFIED), ..quick() }).await;
    let port = host.addr().port();
    let mut status = host.status();
    let mut here = Vec::new();
    for (nickname, address) in [("阿明", "127.0.0.1"), ("本机", HERE)] {
        here.push(RawClient::enter(&format!("ws://{address}:{port}"), nickname).await);
    }
    here.push(RawClient::enter(&format!("ws://[::1]:{port}"), "六").await);
    status.wait_for(|status| status.online == 3).await.expect("it runs");

    let peer = env!("CARGO_BIN_EXE_hearth-peer");
    let url = format!("ws://{HERE}:{port}");
    let mut li = program_on(&other, peer, &["chat", &url, "", "小李"]);
    li.after("\"connected\":true").await;
    let seen = status.wait_for(|status| status.visit.is_some()).await.expect("it runs").visit.clone();
    let visit = seen.expect("somebody came");
    assert_eq!(
        (visit.by.as_str(), visit.from),
        ("小李", Whence::Network),
        "those who are here came before, and do not count"
    );

    // Whoever comes later from here takes nothing of that away.
    here.push(RawClient::enter(&format!("ws://127.0.0.1:{port}"), "又一个").await);
    status.wait_for(|status| status.online == 5).await.expect("it runs");
    assert_eq!(status.borrow().visit.as_ref(), Some(&visit));
}

#[tokio::test]
async fn a_proxy_on_this_computer_is_no_visitor() {
    let host = TestHost::start().await;
    let mut status = host.status();
    let mut behind = RawClient::forwarded(&host.url(), "203.0.113.7").await.expect("a connection");
    behind.greet(hearth_protocol::Hello::new("远方")).await;
    status.wait_for(|status| status.online == 1).await.expect("it runs");
    host.stop().await;
    assert_eq!(status.borrow().visit, None, "who is behind it, nobody has seen");
}
