//! By TLS or in the open, all are in one room. Whoever has a link talks to the holder of its key and to nobody else.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hearth_client::{CertificateProblem, ConnectError, Tuning};
use hearth_host::{HostConfig, Limits};
use hearth_protocol::{Body, KeyHash, ROOM_SERVER_NAME, SUBPROTOCOL, ServerFrame};
use hearth_tests::headless::{self, Headless};
use hearth_tests::tls::{Heard, Listening, shake_hands, shown};
use hearth_tests::{Authority, Guest, PATIENCE, RawClient, TestHost, eager, hello, quick, tell};
use rustls::crypto::ring::{default_provider, sign::any_supported_type};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, SignatureScheme};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const HERE: &str = "127.0.0.1";

/// The names of the five, which are also what they say.
const ALL: [&str; 5] = ["钥匙", "明文", "密文", "老明文", "老密文"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_are_in_one_room_however_they_are_connected() {
    let host = TestHost::start().await;
    let mut guest = Guest::join_by_key(&host.url(), &host.key(), ALL[0]).await;
    assert_eq!(guest.client().address().to_string(), format!("wss://{}", host.addr()));
    let (mut open, welcome) = RawClient::enter(&host.url(), ALL[1]).await;
    assert_eq!(welcome.room.key, Some(host.key()), "so that it can be found again by it");
    let mut tls = RawClient::by_tls(host.addr(), Some(SUBPROTOCOL)).await.expect("a connection");
    tls.greet(hello(ALL[2])).await;
    let mut classic = RawClient::classic(&host.url()).await.expect("a connection");
    let mut classic_tls = RawClient::by_tls(host.addr(), None).await.expect("a connection");

    guest.post(ALL[0]).await;
    open.post(ALL[1]).await;
    tls.post(ALL[2]).await;
    for (client, name) in [(&mut classic, ALL[3]), (&mut classic_tls, ALL[4])] {
        client.send_text(json!({"nickname": name, "message": name, "time": ""}).to_string()).await;
    }
    let mut heard = Vec::new();
    let mut by_guest = Vec::new();
    for _ in ALL {
        by_guest.push(guest.line().await);
    }
    heard.push(by_guest);
    for client in [&mut open, &mut tls] {
        let mut lines = Vec::new();
        for _ in ALL {
            lines.push(client.line().await);
        }
        heard.push(lines);
    }
    for client in [&mut classic, &mut classic_tls] {
        heard.push(classic_lines(client).await);
    }
    let mut first = heard[0].clone();
    assert!(heard.iter().all(|lines| *lines == first), "all of them in one order: {heard:?}");
    first.sort();
    let mut all = ALL.map(|name| (name.to_owned(), name.to_owned()));
    all.sort();
    assert_eq!(first, all);
}

/// Lines until each of the five has been heard.
async fn classic_lines(client: &mut RawClient) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    while lines.len() < ALL.len() {
        let line: Value = serde_json::from_str(&client.text().await).expect("JSON");
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        let line = (text("nickname"), text("message"));
        if ALL.contains(&line.1.as_str()) {
            lines.push(line);
        }
    }
    lines
}

#[tokio::test]
async fn who_goes_and_who_is_sent_away_know_that_nothing_was_cut_off() {
    let host = TestHost::start().await;
    let mut goes = RawClient::by_tls(host.addr(), Some(SUBPROTOCOL)).await.expect("a connection");
    goes.greet(hello("去")).await;
    goes.socket().close(None).await.expect("sent");
    while goes.message().await.is_some() {}
    let mut rest = Vec::new();
    let end = timeout(PATIENCE, goes.socket().get_mut().read_to_end(&mut rest)).await.expect("in time");
    end.expect("an end that is said, and not a connection that breaks");
    let mut stays = RawClient::by_tls(host.addr(), Some(SUBPROTOCOL)).await.expect("a connection");
    stays.greet(hello("留")).await;
    let sent_away = async {
        let code = stays.close_code().await;
        while stays.message().await.is_some() {}
        code
    };
    let (code, ()) = tokio::join!(sent_away, host.stop());
    assert_eq!(code, Some(1001));
    let end = timeout(PATIENCE, stays.socket().get_mut().read_to_end(&mut rest)).await.expect("in time");
    end.expect("an end that is said, and not a connection that breaks");
}

#[tokio::test]
async fn somebody_else_at_the_address_is_told_nothing() {
    let host = TestHost::start().await;
    let key = host.key();
    let real = shown(host.addr(), ROOM_SERVER_NAME).await;
    let trusted = Authority::new();
    for (who, config) in [
        ("another key", trusted.certify(ROOM_SERVER_NAME, 2100)),
        ("a good certificate of the address", trusted.certify(HERE, 2100)),
        ("the room's certificate without its secret", thief(real)),
        ("no certificate for the room", knows_nobody()),
    ] {
        let mut server = Listening::tls(config).await;
        let error = Guest::refused_by_key(&server.address(), &key).await;
        assert_eq!(error, ConnectError::WrongKey { host: HERE.into() }, "{who}");
        assert!(error.is_final(), "trying again would not help");
        assert_eq!(server.heard().await, Heard::NoHandshake, "{who}");
        assert!(server.is_alone(), "{who}: there is no second attempt");
    }
}

#[tokio::test]
async fn a_plain_server_behind_a_link_with_a_key_is_told_nothing() {
    let key = TestHost::start().await.key();
    for answer in ["HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n"] {
        let mut server = Listening::plain(answer).await;
        let error = Guest::refused_by_key(&server.address(), &key).await;
        assert_eq!(error, ConnectError::NoTls { host: HERE.into(), port: server.port() });
        assert!(error.is_final(), "trying again would not help");
        let Heard::Said(said) = server.heard().await else { unreachable!("it speaks no TLS") };
        assert_eq!(said.first(), Some(&0x16), "a TLS handshake");
        assert!(!contains(&said, b"GET") && !contains(&said, b"HTTP"), "and nothing else");
        assert!(server.is_alone(), "there is no second attempt in the open");
    }
}

#[tokio::test]
async fn a_certificate_that_is_no_good_is_told_apart_and_its_server_told_nothing() {
    let authority = Authority::new();
    let roots = vec![CertificateDer::from_pem_slice(authority.pem().as_bytes()).expect("a certificate")];
    for (config, problem) in [
        (authority.certify(HERE, 2021), CertificateProblem::Expired),
        (authority.certify("elsewhere.example", 2100), CertificateProblem::WrongName),
    ] {
        let mut server = Listening::tls(config).await;
        let tuning = Tuning { roots: roots.clone(), ..eager() };
        let error = Guest::refused(&format!("wss://{}", server.address()), tuning).await;
        assert_eq!(error, ConnectError::Certificate { host: HERE.into(), problem });
        assert_eq!(server.heard().await, Heard::NoHandshake);
        assert!(server.is_alone());
    }
}

fn contains(bytes: &[u8], sought: &[u8]) -> bool {
    bytes.windows(sought.len()).any(|window| window == sought)
}

/// Shows a certificate of somebody else.
#[derive(Debug)]
struct Thief(Arc<CertifiedKey>);

impl ResolvesServerCert for Thief {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

fn thief(stolen: CertificateDer<'static>) -> ServerConfig {
    let (_, own) = Authority::new().sign(HERE, 2100);
    let own = PrivateKeyDer::Pkcs8(own.serialize_der().into());
    let own = any_supported_type(&own).expect("a key");
    assert!(own.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256]).is_some(), "of the same kind");
    resolving(Arc::new(Thief(Arc::new(CertifiedKey::new(vec![stolen], own)))))
}

#[derive(Debug)]
struct Nobody;

impl ResolvesServerCert for Nobody {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        None
    }
}

fn knows_nobody() -> ServerConfig {
    resolving(Arc::new(Nobody))
}

fn resolving(resolver: Arc<dyn ResolvesServerCert>) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_cert_resolver(resolver)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_hello_is_not_waited_for_and_holds_up_nobody() {
    const HALVES: usize = 200;
    /// The beginning of a record of 512 bytes with a client's hello.
    const HALF: [u8; 9] = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc];
    let host = TestHost::start().await;
    let within = HostConfig::default().limits.handshake;
    assert_eq!(within, Duration::from_secs(5));
    let begun = Instant::now();
    let mut halves = Vec::new();
    for _ in 0..HALVES {
        let mut tcp = TcpStream::connect(host.addr()).await.expect("a connection");
        tcp.write_all(&HALF).await.expect("sent");
        halves.push(tcp);
    }
    let entering = Instant::now();
    let mut guest = Guest::join_by_key(&host.url(), &host.key(), "阿明").await;
    guest.post("没人挡路").await;
    assert_eq!(guest.line().await.1, "没人挡路");
    let entered = entering.elapsed();
    for tcp in &mut halves {
        let end = timeout(PATIENCE, tcp.read_to_end(&mut Vec::new())).await;
        assert!(end.is_ok(), "it is waited for without end");
    }
    let took = begun.elapsed();
    tell(&format!(
        "{HALVES} halves were dropped after {took:.1?}; somebody joined and talked in {entered:.1?}"
    ));
    assert!(entered < within, "and before they were gone");
    assert!(took < within + Duration::from_secs(3), "{took:?}: within the time of a handshake");
}

#[tokio::test]
async fn the_room_keeps_its_key_when_the_host_starts_again() {
    let mut first = Headless::start(&[]).await;
    let key = key_of(first.url()).await;
    let guest = Guest::join_by_key(first.url(), &key, "阿明").await;
    guest.client().leave().await;
    first.program().kill().await;
    let flags = ["--bind", HERE, "--port", "0"];
    let again = Headless::start_as(first.home(), headless::command(&first.home()), &flags).await;
    let mut guest = Guest::join_by_key(again.url(), &key, "阿明").await;
    guest.post("还是这里").await;
    assert_eq!(guest.line().await.1, "还是这里");

    let one = key_of(Headless::start(&["--memory"]).await.url()).await;
    assert_ne!(one, key_of(Headless::start(&["--memory"]).await.url()).await, "a room of its own each time");
}

async fn key_of(url: &str) -> KeyHash {
    let (client, welcome) = RawClient::enter(url, "问").await;
    client.leave().await;
    welcome.room.key.expect("a key")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_slowly_by_tls_misses_nothing_and_delays_nobody() {
    const LINES: usize = 3_000;
    const BYTES: usize = 1_000;
    let limits = Limits { tape_bytes: 64 * 1024, send_buffer: 16 * 1024, ..quick().limits };
    let host = TestHost::with(HostConfig { limits, ..quick() }).await;
    let slow = RawClient::v1_by_tls_through_a_narrow_socket(host.addr()).await;
    let mut slow = slow.expect("a connection");
    let mut cursor = slow.greet(hello("慢")).await.after;
    let mut writer = RawClient::by_tls(host.addr(), Some(SUBPROTOCOL)).await.expect("a connection");
    writer.greet(hello("写")).await;
    let started = Instant::now();
    for n in 0..LINES {
        let id = writer.post(&format!("{n} {}", "x".repeat(BYTES))).await;
        let (mut acked, mut came) = (false, false);
        while !(acked && came) {
            match writer.frame().await {
                ServerFrame::Ack(ack) if ack.id == id => acked = true,
                ServerFrame::Entry(entry) if entry.id == Some(id) => came = true,
                _ => {}
            }
        }
    }
    let written = started.elapsed();
    let mut numbers = Vec::new();
    while numbers.len() < LINES {
        let entry = slow.entry().await;
        assert_eq!(entry.prev, cursor, "nothing is missing before {}", entry.seq);
        cursor = entry.seq;
        if let Body::Message { text, .. } = entry.body {
            numbers.push(text.split(' ').next().and_then(|n| n.parse::<usize>().ok()));
        }
    }
    assert!(numbers.into_iter().eq((0..LINES).map(Some)), "in order");
    // What it is sent from now on comes at once: it is among those who are served together again.
    slow.post("又跟上了").await;
    assert_eq!(slow.line().await.1, "又跟上了");
    tell(&format!(
        "{LINES} lines were written in {written:.1?}, and read in {:.1?}",
        started.elapsed().saturating_sub(written)
    ));
}

fn put(folder: &Path, authority: &Authority, name: &str) -> CertificateDer<'static> {
    let (certificate, key) = authority.sign(name, 2100);
    fs::write(folder.join("key.pem"), key.serialize_pem()).expect("written");
    fs::write(folder.join("cert.pem"), certificate.pem()).expect("written");
    certificate.der().clone()
}

#[tokio::test]
async fn a_certificate_is_shown_to_browsers_and_read_again_when_it_changes() {
    const NAME: &str = "chat.example.org";
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new();
    let old = put(folder.path(), &authority, NAME);
    let file = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    let flags = ["--memory", "--tls-cert", &file("cert.pem"), "--tls-key", &file("key.pem")];
    let mut host = Headless::start(&flags).await;
    let addr = host.address().parse().expect("an address");
    assert_eq!(shown(addr, NAME).await, old);
    let key = key_of(host.url()).await;
    Guest::join_by_key(host.url(), &key, "有链接的").await;
    let own = shown(addr, ROOM_SERVER_NAME).await;
    assert_ne!(own, old, "who has a link is shown the room's own");

    // What comes next is of no use, and is told.
    fs::write(file("cert.pem"), "这不是证书").expect("written");
    let told = host.program().error_after("the certificate stays as it was");
    let asked = async {
        loop {
            assert_eq!(shown(addr, NAME).await, old);
        }
    };
    tokio::select! {
        told = told => assert!(told.contains("cert.pem"), "{told}"),
        () = asked => unreachable!("it asks without end"),
    }
    let new = put(folder.path(), &authority, NAME);
    let seen = async { while shown(addr, NAME).await != new {} };
    timeout(PATIENCE, seen).await.expect("the new one is shown");
    assert_eq!(shown(addr, ROOM_SERVER_NAME).await, own);
}

#[tokio::test]
async fn pages_are_served_by_tls_under_the_host_s_own_names_only() {
    let host = TestHost::start().await;
    for (name, status) in [(host.addr().to_string(), "200"), ("evil.example".to_owned(), "421")] {
        let tcp = TcpStream::connect(host.addr()).await.expect("a connection");
        let mut stream = shake_hands(tcp, "localhost").await.expect("a handshake");
        let request = format!("GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        let read = timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("in time");
        read.expect("an answer with an end");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert!(answer.contains("content-security-policy"), "{answer}");
    }
    for (origin, enters) in
        [(format!("https://{}", host.addr()), true), ("https://evil.example".to_owned(), false)]
    {
        let tcp = TcpStream::connect(host.addr()).await.expect("a connection");
        let mut stream = shake_hands(tcp, "localhost").await.expect("a handshake");
        let request = format!(
            "GET / HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
            host.addr()
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut status = [0; 12];
        timeout(PATIENCE, stream.read_exact(&mut status)).await.expect("in time").expect("an answer");
        assert_eq!(status == *b"HTTP/1.1 101", enters, "{origin}");
    }
}
