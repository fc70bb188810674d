//! TLS by hand: a client that takes whatever key it is shown, and servers that write down what they are told.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, ServerConfig, SignatureScheme};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::PATIENCE;

/// Connections that a test looks at later.
const HEARD: usize = 64;

/// Speaks TLS on this connection, asking for this name.
pub async fn shake_hands(tcp: TcpStream, name: &'static str) -> io::Result<TlsStream<TcpStream>> {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyKey))
        .with_no_client_auth();
    let name = ServerName::try_from(name).map_err(io::Error::other)?;
    let shaken = TlsConnector::from(Arc::new(config)).connect(name, tcp);
    timeout(PATIENCE, shaken).await?
}

/// What is shown to somebody who asks for this name.
pub async fn shown(addr: SocketAddr, name: &'static str) -> CertificateDer<'static> {
    let tcp = TcpStream::connect(addr).await.expect("a connection");
    let stream = shake_hands(tcp, name).await.expect("a handshake");
    let (_, tls) = stream.get_ref();
    tls.peer_certificates().and_then(<[_]>::first).expect("a certificate").clone().into_owned()
}

/// Takes any key of somebody who has its secret half.
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

/// What a server was told in a connection, until it ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// The handshake came to nothing: no byte of anything else can have been read.
    NoHandshake,
    /// These bytes.
    Said(Vec<u8>),
}

/// A server that listens and says nothing of its own. Dropping it ends it.
#[derive(Debug)]
pub struct Listening {
    address: SocketAddr,
    heard: mpsc::Receiver<Heard>,
    task: JoinHandle<()>,
}

impl Listening {
    /// By TLS.
    pub async fn tls(config: ServerConfig) -> Self {
        Self::start(Some(TlsAcceptor::from(Arc::new(config))), "").await
    }

    /// In the open. It answers the first that it is told with this.
    pub async fn plain(answer: &'static str) -> Self {
        Self::start(None, answer).await
    }

    async fn start(tls: Option<TlsAcceptor>, answer: &'static str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (told, heard) = mpsc::channel(HEARD);
        let task = tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let heard = match &tls {
                    Some(tls) => match tls.accept(tcp).await {
                        Ok(mut stream) => {
                            let mut said = Vec::new();
                            let _ = stream.read_to_end(&mut said).await;
                            Heard::Said(said)
                        }
                        Err(_) => Heard::NoHandshake,
                    },
                    None => Heard::Said(listen(tcp, answer).await),
                };
                told.try_send(heard).expect("a place for it");
            }
        });
        Self { address, heard, task }
    }

    /// Where it is, such as `127.0.0.1:1234`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What it was told in the next connection.
    pub async fn heard(&mut self) -> Heard {
        timeout(PATIENCE, self.heard.recv()).await.expect("in time").expect("it runs")
    }

    /// Whether nobody else has connected, as far as it has looked.
    pub fn is_alone(&mut self) -> bool {
        self.heard.try_recv().is_err()
    }
}

async fn listen(mut tcp: TcpStream, answer: &str) -> Vec<u8> {
    use tokio::io::AsyncWriteExt;
    let mut said = vec![0; 4096];
    let read = tcp.read(&mut said).await.unwrap_or_default();
    said.truncate(read);
    let _ = tcp.write_all(answer.as_bytes()).await;
    let _ = tcp.read_to_end(&mut said).await;
    said
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}
