//! The TLS handshake, or none: a connection begins by TLS or in the open. Both come to the same port, and the first
//! byte tells them apart.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use hearth_protocol::ROOM_SERVER_NAME;
use rustls::ServerConfig;
use rustls::server::{Acceptor, ClientHello};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;

use crate::net::certificate::Certificate;
use crate::net::room_key::RoomKey;
use crate::net::stream::Stream;

/// The first byte of a TLS handshake (RFC 8446, section 5.1). No request of HTTP begins with it.
const HANDSHAKE_RECORD: u8 = 0x16;

/// Waits for the first byte and, where that begins a TLS handshake, for the end of it: all within this time.
pub(crate) async fn secure(
    tcp: TcpStream,
    room_key: &RoomKey,
    certificate: Option<&Certificate>,
    within: Duration,
) -> io::Result<Stream> {
    let shaken = timeout(within, async {
        let mut first = [0];
        match tcp.peek(&mut first).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ if first[0] == HANDSHAKE_RECORD => shake_hands(tcp, room_key, certificate).await,
            _ => Ok(Stream::plain(tcp)),
        }
    });
    shaken.await?
}

async fn shake_hands(
    tcp: TcpStream,
    room_key: &RoomKey,
    certificate: Option<&Certificate>,
) -> io::Result<Stream> {
    let start = LazyConfigAcceptor::new(Acceptor::default(), tcp).await?;
    let config = match certificate {
        Some(certificate) if !asks_for_the_room(&start.client_hello()) => certificate.current().await,
        _ => Arc::clone(&room_key.tls),
    };
    let config: Arc<ServerConfig> = config;
    let (tcp, tls) = start.into_stream(config).await?.into_inner();
    Ok(Stream::tls(tcp, tls))
}

/// Whether it is somebody with a link, who knows the room by its key and by nothing else.
fn asks_for_the_room(hello: &ClientHello<'_>) -> bool {
    hello.server_name() == Some(ROOM_SERVER_NAME)
}
