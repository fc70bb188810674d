//! A client's connection, by TLS or in the open, and how it becomes a WebSocket.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hearth_protocol::{Dialect, ROOM_SERVER_NAME, SUBPROTOCOL};
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme, Stream};
use serde::Serialize;

/// How long a server may take for a handshake, or to go on with what it owes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How clients connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Way {
    /// ws
    Open,
    /// wss, with a full handshake each time
    Tls,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Open => "ws",
            Self::Tls => "wss",
        })
    }
}

/// A connection on which somebody has asked for a WebSocket.
#[derive(Debug)]
pub(crate) struct Knocked {
    tcp: TcpStream,
    tls: Option<Box<ClientConnection>>,
}

/// Connections of one kind.
#[derive(Debug)]
pub(crate) struct Door {
    port: u16,
    dialect: Dialect,
    tls: Option<Arc<ClientConfig>>,
}

impl Door {
    pub(crate) fn new(port: u16, dialect: Dialect, way: Way) -> Result<Self> {
        let tls = if way == Way::Tls { Some(Arc::new(config()?)) } else { None };
        Ok(Self { port, dialect, tls })
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Connects and asks for a WebSocket.
    pub(crate) fn knock(&self) -> Result<Knocked> {
        let mut tcp = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)))?;
        tcp.set_nodelay(true)?;
        tcp.set_read_timeout(Some(PATIENCE))?;
        let offer = match self.dialect {
            Dialect::V1 => format!("Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n"),
            Dialect::Classic => String::new(),
        };
        // The key is that of RFC 6455, section 1.3: it guards against caches, of which there are none.
        let request = format!(
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{offer}\r\n",
            self.port
        );
        let tls = match &self.tls {
            None => {
                tcp.write_all(request.as_bytes())?;
                None
            }
            Some(config) => {
                let name = ServerName::try_from(ROOM_SERVER_NAME)?;
                let mut tls = Box::new(ClientConnection::new(Arc::clone(config), name)?);
                let mut stream = Stream::new(&mut *tls, &mut tcp);
                stream.write_all(request.as_bytes())?;
                stream.flush()?;
                Some(tls)
            }
        };
        Ok(Knocked { tcp, tls })
    }

    /// Reads the answer. What comes behind it already belongs to the frames.
    pub(crate) fn enter(&self, knocked: Knocked) -> Result<(Wire, Vec<u8>)> {
        const END: &[u8] = b"\r\n\r\n";
        let Knocked { mut tcp, mut tls } = knocked;
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        let end = loop {
            if let Some(at) = answer.windows(END.len()).position(|bytes| bytes == END) {
                break at + END.len();
            }
            let read = match &mut tls {
                None => tcp.read(&mut buffer),
                Some(tls) => Stream::new(&mut **tls, &mut tcp).read(&mut buffer),
            };
            let read = read.context("no answer to the handshake")?;
            ensure!(read > 0, "the server closed the connection during the handshake");
            answer.extend_from_slice(&buffer[..read]);
        };
        let rest = answer.split_off(end);
        let head = String::from_utf8_lossy(&answer).to_ascii_lowercase();
        ensure!(head.starts_with("http/1.1 101 "), "no WebSocket: {head}");
        let v1 = head.contains(&format!("sec-websocket-protocol: {SUBPROTOCOL}"));
        ensure!(v1 == (self.dialect == Dialect::V1), "another dialect than the one asked for: {head}");
        tcp.set_nonblocking(true)?;
        Ok((Wire { tcp: mio::net::TcpStream::from_std(tcp), tls }, rest))
    }
}

/// A client's connection, which never waits.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) tcp: mio::net::TcpStream,
    tls: Option<Box<ClientConnection>>,
}

impl Wire {
    /// Whether a read that did not fill its buffer has emptied the socket.
    pub(crate) fn is_open(&self) -> bool {
        self.tls.is_none()
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else { return self.tcp.read(buffer) };
        loop {
            match tls.reader().read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return read,
            }
            tls.read_tls(&mut self.tcp)?;
            tls.process_new_packets().map_err(io::Error::other)?;
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else { return self.tcp.write(bytes) };
        let taken = tls.writer().write(bytes)?;
        while tls.wants_write() {
            tls.write_tls(&mut self.tcp)?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn config() -> Result<ClientConfig> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyKey))
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// Takes any key of somebody who has its secret half: as much work as to know the key.
#[derive(Debug)]
struct AnyKey;

impl ServerCertVerifier for AnyKey {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, shown, signed, &default_provider().signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, shown, signed, &default_provider().signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}
