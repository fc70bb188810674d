//! Every way in which joining a room, or hosting one, can fail: from a real cause, under a name of its own.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hearth_client::{CertificateProblem, ConnectError, Status, Timing, Tuning};
use hearth_host::{Host, HostConfig, Limits, Rate, StartError};
use hearth_log::MemoryLog;
use hearth_protocol::LogId;
use hearth_tests::{Authority, Guest, RawClient, Strange, TestHost, eager, free_port, quick, tell};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

const HERE: &str = "127.0.0.1";

async fn refused(address: &str) -> ConnectError {
    Guest::refused(address, eager()).await
}

/// As [`refused`] by somebody who trusts this authority.
async fn refused_with_trust(address: &str, authority: &Authority) -> ConnectError {
    let roots = vec![CertificateDer::from_pem_slice(authority.pem().as_bytes()).expect("a certificate")];
    Guest::refused(address, Tuning { roots, ..eager() }).await
}

#[tokio::test]
async fn a_name_that_nobody_has() {
    let host = "nosuch.invalid".to_owned();
    assert_eq!(refused("nosuch.invalid").await, ConnectError::NameNotFound { host });
}

#[tokio::test]
async fn a_port_on_which_nobody_listens() {
    let port = free_port();
    assert_eq!(refused(&format!("{HERE}:{port}")).await, ConnectError::Refused { host: HERE.into(), port });
}

#[tokio::test]
async fn an_address_to_which_no_way_leads() {
    let host = "255.255.255.255".to_owned();
    assert_eq!(refused("255.255.255.255").await, ConnectError::Unreachable { host });
}

#[tokio::test]
async fn a_server_that_never_answers() {
    for server in [Strange::silent().await, Strange::hanging(Duration::from_secs(1)).await] {
        let timing = Timing { connect: Duration::from_millis(1_500), ..Timing::default() };
        let begun = Instant::now();
        let error = Guest::refused(&server.address(), Tuning { timing, ..Tuning::default() }).await;
        assert_eq!(error, ConnectError::TimedOut { host: HERE.into(), port: server.port(), seconds: 2 });
        assert!(begun.elapsed() < timing.connect * 3 / 2, "the time is one for all of the steps");
    }
}

#[tokio::test]
async fn a_server_of_something_else() {
    for (server, status) in [
        (Strange::web("200 OK", "").await, Some(200)),
        (Strange::web("404 Not Found", "").await, Some(404)),
        (Strange::web("301 Moved Permanently", "Location: /elsewhere\r\n").await, Some(301)),
        (Strange::web("502 Bad Gateway", "").await, Some(502)),
        (Strange::saying("SSH-2.0-OpenSSH_9.2\r\n").await, None),
        (Strange::saying("220 mail.example.org ESMTP\r\n").await, None),
    ] {
        let expected = ConnectError::NotWebSocket { host: HERE.into(), port: server.port(), status };
        assert_eq!(refused(&server.address()).await, expected);
    }
    let server = Strange::saying("SSH-2.0-OpenSSH_9.2\r\n").await;
    let expected = ConnectError::NotWebSocket { host: HERE.into(), port: server.port(), status: None };
    assert_eq!(refused(&format!("wss://{}", server.address())).await, expected, "nor is it one with TLS");
    for server in [Strange::curt().await, Strange::saying("HTTP/1.1 101 Switching Proto").await] {
        assert_eq!(refused(&server.address()).await, ConnectError::LinkBroken, "it may be what is sought");
    }
}

#[tokio::test]
async fn a_certificate_that_something_is_wrong_with() {
    let authority = Authority::new();
    for (config, problem) in [
        (Authority::new().certify(HERE, 2100), CertificateProblem::UnknownIssuer),
        (authority.certify(HERE, 2021), CertificateProblem::Expired),
        (authority.certify("elsewhere.example", 2100), CertificateProblem::WrongName),
    ] {
        let server = Strange::certified(config).await;
        let error = refused_with_trust(&format!("wss://{}", server.address()), &authority).await;
        assert_eq!(error, ConnectError::Certificate { host: HERE.into(), problem });
        assert!(error.is_final(), "trying again would not help");
    }
    // With a good one the talk gets further: this server hangs up then.
    let server = Strange::certified(authority.certify(HERE, 2100)).await;
    let error = refused_with_trust(&format!("wss://{}", server.address()), &authority).await;
    assert!(!matches!(error, ConnectError::Certificate { .. }), "{error:?}");
}

#[tokio::test]
async fn a_host_of_another_version() {
    let server = Strange::of_version("2").await;
    let error = refused(&server.address()).await;
    assert_eq!(error, ConnectError::WrongVersion { host: HERE.to_owned(), version: "2".to_owned() });
    assert!(error.is_final());
}

#[tokio::test]
async fn a_server_that_does_not_keep_to_the_protocol() {
    let server = Strange::talking_nonsense().await;
    let error = refused(&server.address()).await;
    assert_eq!(error, ConnectError::WrongDialect { host: HERE.to_owned() });
    assert!(error.is_final());
}

#[tokio::test]
async fn a_room_that_is_full() {
    let limits = Limits { max_clients: 1, ..quick().limits };
    let host = TestHost::with(HostConfig { limits, ..quick() }).await;
    let _only = RawClient::enter(&host.url(), "小李").await;
    assert_eq!(refused(&host.url()).await, ConnectError::RoomFull);
}

#[tokio::test]
async fn a_host_that_does_not_let_this_client_in() {
    // Our client is no web page and has no origin; a proxy before the host may say so all the same.
    for (status, reason, expected) in [
        ("403 Forbidden", "origin", ConnectError::OriginRefused),
        ("421 Misdirected Request", "host_name", ConnectError::HostName { host: HERE.into() }),
        ("429 Too Many Requests", "address_limit", ConnectError::AddressLimit),
        ("429 Too Many Requests", "rate_limited", ConnectError::RateRefused),
        ("503 Service Unavailable", "room_full", ConnectError::RoomFull),
    ] {
        assert_eq!(refused(&Strange::refusing(status, reason).await.address()).await, expected);
    }
}

#[tokio::test]
async fn a_host_that_takes_this_client_for_a_page_or_for_a_flood() {
    let host = TestHost::with(HostConfig { limits: Limits::default(), ..quick() }).await;
    let page = Strange::through_a_foreign_page(host.addr()).await;
    assert_eq!(refused(&page.address()).await, ConnectError::OriginRefused);
    let flood = Strange::through_a_flood(host.addr()).await;
    assert_eq!(refused(&flood.address()).await, ConnectError::RateRefused);
    Guest::join(&host.url(), "小李").await.client().leave().await;
}

#[tokio::test]
async fn too_much_was_sent() {
    let flood = Some(Rate { per_second: 0.1, burst: 3.0 });
    let host = TestHost::with(HostConfig { limits: Limits { flood, ..quick().limits }, ..quick() }).await;
    let mut ming = Guest::join(&host.url(), "阿明").await;
    for n in 0..20 {
        ming.post(&n.to_string()).await;
    }
    let error = loop {
        if let Status::Reconnecting { error, .. } = ming.status().await {
            break error;
        }
    };
    assert_eq!(error, ConnectError::RateRefused);
}

#[tokio::test]
async fn every_error_has_words_for_a_log() {
    let port = free_port();
    let error = refused(&format!("{HERE}:{port}")).await;
    assert!(error.to_string().contains(&port.to_string()), "{error}");
    tell(&error.to_string());
}

async fn start(bind: IpAddr, port: u16) -> Result<u16, StartError> {
    let log = Arc::new(MemoryLog::new(LogId::from_random(1), 1));
    let host = Host::start(HostConfig { bind, port, ..quick() }, log).await?;
    Ok(host.addr().port())
}

#[tokio::test]
async fn a_port_that_is_taken() {
    let host = TestHost::start().await;
    let port = host.addr().port();
    assert_eq!(start(Ipv4Addr::LOCALHOST.into(), port).await, Err(StartError::PortTaken { port }));
    host.stop().await;
    assert_eq!(start(Ipv4Addr::LOCALHOST.into(), port).await, Ok(port), "it is free at once");
}

#[tokio::test]
async fn an_address_of_another_machine() {
    // It stands in books only (RFC 5737).
    let address = Ipv4Addr::new(203, 0, 113, 7);
    let expected = StartError::AddressNotLocal { address: address.to_string() };
    assert_eq!(start(address.into(), 0).await, Err(expected));
}
