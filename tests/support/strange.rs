//! Servers where one gets when an address is wrong: no room can be joined there.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use futures_util::{SinkExt, StreamExt};
use hearth_protocol::{PROTOCOL_VERSION, SUBPROTOCOL};
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use crate::by_hand::empty;

/// More frames than a host takes at once.
const FLOOD: usize = 5000;

/// The answer of a host of ours to the request for a WebSocket.
const OURS: [(&str, &str); 2] =
    [("hearth-protocol", PROTOCOL_VERSION), ("sec-websocket-protocol", SUBPROTOCOL)];

/// A server on a port of this computer. Dropping it ends it.
#[derive(Debug)]
pub struct Strange {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Strange {
    /// Takes connections and never says a word, as something behind a bad firewall does.
    pub async fn silent() -> Self {
        Self::serve(|tcp| async move {
            let _open = tcp;
            std::future::pending::<()>().await;
        })
        .await
    }

    /// Hangs up at once.
    pub async fn curt() -> Self {
        Self::serve(|tcp| {
            drop(tcp);
            std::future::ready(())
        })
        .await
    }

    /// Answers whatever it is asked with these bytes.
    pub async fn saying(answer: &str) -> Self {
        let answer = answer.to_owned();
        Self::serve(move |mut tcp| {
            let answer = answer.clone();
            async move {
                let _ = tcp.read(&mut [0; 4096]).await;
                let _ = tcp.write_all(answer.as_bytes()).await;
            }
        })
        .await
    }

    /// A web server that has no WebSocket, and answers with this status and these headers.
    pub async fn web(status: &str, headers: &str) -> Self {
        Self::saying(&format!("HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n"))
            .await
    }

    /// A host that refuses for this reason.
    pub async fn refusing(status: &str, reason: &str) -> Self {
        Self::web(status, &format!("Hearth-Refusal: {reason}\r\n")).await
    }

    /// A host of another version of the protocol.
    pub async fn of_version(version: &'static str) -> Self {
        Self::serve(move |tcp| async move {
            let _open = accept(tcp, &[("hearth-protocol", version)]).await;
            std::future::pending::<()>().await;
        })
        .await
    }

    /// Takes so long to say that it speaks our protocol, and says nothing more, as a host that is overrun.
    pub async fn hanging(after: Duration) -> Self {
        Self::serve(move |tcp| async move {
            tokio::time::sleep(after).await;
            let _open = accept(tcp, &OURS).await;
            std::future::pending::<()>().await;
        })
        .await
    }

    /// Says that it speaks our protocol, and answers the hello with something else.
    pub async fn talking_nonsense() -> Self {
        Self::serve(|tcp| async move {
            let Some(mut ws) = accept(tcp, &OURS).await else { return };
            if ws.next().await.is_some() {
                let _ = ws.send(Message::text("220 mail.example ESMTP")).await;
            }
            std::future::pending::<()>().await;
        })
        .await
    }

    /// A server with a certificate that something is wrong with.
    pub async fn certified(config: ServerConfig) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Self::serve(move |tcp| {
            let handshake = acceptor.accept(tcp);
            async move {
                let _ = handshake.await;
            }
        })
        .await
    }

    /// The way to a host through something that says of itself that it is a web page of another site.
    pub async fn through_a_foreign_page(host: SocketAddr) -> Self {
        Self::through(host, "Origin: https://elsewhere.example\r\n", Vec::new()).await
    }

    /// The way to a host through something that floods it, before a word of the client arrives.
    pub async fn through_a_flood(host: SocketAddr) -> Self {
        Self::through(host, "", empty::PING.repeat(FLOOD)).await
    }

    /// The way to a host through something that adds these headers to the request, and these bytes behind it.
    async fn through(host: SocketAddr, headers: &'static str, behind: Vec<u8>) -> Self {
        Self::serve(move |mut client| {
            let behind = behind.clone();
            async move {
                let Ok(mut host) = TcpStream::connect(host).await else { return };
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = client.read_u8().await else { return };
                    request.push(byte);
                }
                request.truncate(request.len() - 2);
                let request = [&request, headers.as_bytes(), b"\r\n", &behind].concat();
                if host.write_all(&request).await.is_ok() {
                    let _ = copy_bidirectional(&mut client, &mut host).await;
                }
            }
        })
        .await
    }

    async fn serve<S, F>(serve: S) -> Self
    where
        S: Fn(TcpStream) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((tcp, _)) = listener.accept().await {
                connections.spawn(serve(tcp));
            }
        });
        Self { address, task }
    }

    /// Where it is, such as `127.0.0.1:1234`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

/// Takes a WebSocket connection, with these headers in the answer.
async fn accept(
    tcp: TcpStream,
    headers: &[(&'static str, &'static str)],
) -> Option<WebSocketStream<TcpStream>> {
    #[allow(clippy::result_large_err, reason = "the type is tungstenite's")]
    let answer = |_: &Request, mut response: Response| {
        for (name, value) in headers {
            response.headers_mut().insert(*name, HeaderValue::from_static(value));
        }
        Ok(response)
    };
    accept_hdr_async(tcp, answer).await.ok()
}

impl Drop for Strange {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Somebody who signs certificates.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// Somebody new, whom nobody trusts yet.
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// What one must have to trust it.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for a name, and its key, as files in this folder.
    pub fn certify_in(&self, name: &str, folder: &Path) -> (PathBuf, PathBuf) {
        let (certificate, key) = self.sign(name, 2100);
        let files = (folder.join("certificate.pem"), folder.join("key.pem"));
        fs::write(&files.0, certificate.pem()).expect("written");
        fs::write(&files.1, key.serialize_pem()).expect("written");
        files
    }

    /// What one must have to trust it, for rustls.
    pub fn root(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(self.pem.as_bytes()).expect("a certificate")
    }

    /// A TLS connection to a server on this computer whose certificate it has signed.
    pub async fn connect(&self, name: &'static str, port: u16) -> io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.root()).expect("a root");
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tcp = TcpStream::connect((name, port)).await?;
        let name = ServerName::try_from(name).expect("a name");
        TlsConnector::from(Arc::new(config)).connect(name, tcp).await
    }

    /// A certificate for a name or an address, good up to the end of this year.
    pub fn certify(&self, name: &str, year: i32) -> ServerConfig {
        let (certificate, key) = self.sign(name, year);
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a certificate with its key")
    }

    /// The same as files hold it, with its key.
    pub fn sign(&self, name: &str, year: i32) -> (Certificate, KeyPair) {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(year, 12, 31);
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        (certificate, key)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}
