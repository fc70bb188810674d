//! Connections between two real sockets, for tests.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use hearth_log::{Draft, Log, MEMORY_LOG_BYTES, MemoryLog};
use hearth_protocol::{Author, Body, Dialect, LogId, MemberId, Nickname, ROOM_SERVER_NAME};
use jiff::Timestamp;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{Outbound, PENDING_BYTES};
use crate::base::clock::Clock;
use crate::base::conn_id::ConnId;
use crate::base::limits::Limits;
use crate::fanout::feed::Feed;
use crate::net::room_key::RoomKey;
use crate::net::stream::Stream;
use crate::net::tls_or_plain;

/// A connection and its other side.
pub(crate) async fn connected() -> (Arc<Outbound>, TcpStream) {
    let (tcp, peer) = sockets().await;
    (Arc::new(Outbound::new(ConnId(1), Dialect::V1, Stream::plain(tcp), PENDING_BYTES, Clock::start())), peer)
}

/// The same by TLS.
pub(crate) async fn connected_by_tls() -> (Arc<Outbound>, TlsStream<TcpStream>) {
    let (tcp, peer) = sockets().await;
    let room_key = RoomKey::of(&*log()).await.expect("a key");
    let mut roots = RootCertStore::empty();
    roots.add(room_key.shown.clone()).expect("a certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(ROOM_SERVER_NAME).expect("a name");
    let (socket, peer) = tokio::join!(
        tls_or_plain::secure(tcp, &room_key, None, Duration::from_secs(30)),
        TlsConnector::from(Arc::new(config)).connect(name, peer)
    );
    let outbound =
        Outbound::new(ConnId(1), Dialect::V1, socket.expect("a handshake"), PENDING_BYTES, Clock::start());
    (Arc::new(outbound), peer.expect("a handshake"))
}

async fn sockets() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    let (accepted, peer) = tokio::join!(listener.accept(), TcpStream::connect(addr));
    (accepted.expect("a connection").0, peer.expect("a connection"))
}

/// What readers are fed from, over this log. Nothing but a test puts anything on its tapes.
pub(crate) fn feed(log: Arc<MemoryLog>) -> Feed {
    Feed::new(log, Limits::default().tape_bytes)
}

pub(crate) fn log() -> Arc<MemoryLog> {
    Arc::new(MemoryLog::new(LogId::from_random(1), MEMORY_LOG_BYTES))
}

/// Stores lines of these numbers, past the hub.
pub(crate) async fn store(log: &MemoryLog, lines: RangeInclusive<u32>) {
    let from =
        Author { member: MemberId::from_random(1), nickname: Nickname::new("阿明").expect("a nickname") };
    let drafts = lines.map(|n| Draft {
        at: Timestamp::UNIX_EPOCH,
        from: from.clone(),
        id: None,
        body: Body::Message { text: format!("第 {n} 行"), time: None },
    });
    log.append(drafts.collect(), Vec::new()).await.expect("stored");
}

/// All that the other side gets.
pub(crate) async fn heard(outbound: &Outbound, mut peer: TcpStream) -> Vec<u8> {
    outbound.hurry();
    outbound.hang_up();
    let mut heard = Vec::new();
    peer.read_to_end(&mut heard).await.expect("an end");
    heard
}
