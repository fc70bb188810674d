//! `wss://`, and what can be wrong with a certificate.

use std::sync::Arc;

use hearth_client::{CertificateProblem, ConnectError, JoinAddress, RoomClient, Tuning};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio_rustls::TlsAcceptor;

use crate::support::*;

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("params");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key"));
        Self(issuer.expect("an authority"))
    }

    fn certificate(&self) -> CertificateDer<'static> {
        self.0.as_ref().der().clone()
    }

    /// What a server shows that this authority has signed.
    fn sign(&self, params: &CertificateParams) -> ServerConfig {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        config(certificate.der().clone(), &key)
    }
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).expect("params")
}

fn config(certificate: CertificateDer<'static>, key: &KeyPair) -> ServerConfig {
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a config")
}

/// A Hearth host behind TLS, and its `wss://localhost` address.
async fn secure_server(config: ServerConfig) -> (Server, JoinAddress) {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let server = serve(move |stream, _| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let Some(mut socket) = accept(stream, as_hearth).await else { return };
            hear(&mut socket).await;
            say(&mut socket, &welcome(seq(0), seq(0))).await;
            while hear(&mut socket).await.is_some() {}
        }
    })
    .await;
    let address =
        JoinAddress::parse(&format!("wss://localhost:{}", server.address.port)).expect("an address");
    (server, address)
}

async fn outcome(config: ServerConfig, roots: Vec<CertificateDer<'static>>) -> Result<(), ConnectError> {
    let (_server, address) = secure_server(config).await;
    RoomClient::join_with(options(&address), Tuning { roots, ..Tuning::default() }).joined().await
}

fn bad(problem: CertificateProblem) -> Result<(), ConnectError> {
    Err(ConnectError::Certificate { host: "localhost".to_owned(), problem })
}

#[tokio::test]
async fn a_good_certificate_lets_us_in() {
    let authority = Authority::new();
    assert_eq!(outcome(authority.sign(&params("localhost")), vec![authority.certificate()]).await, Ok(()));
}

#[tokio::test]
async fn a_certificate_that_nobody_we_trust_has_signed() {
    let key = KeyPair::generate().expect("a key");
    let own = params("localhost").self_signed(&key).expect("a certificate");
    assert_eq!(
        outcome(config(own.der().clone(), &key), Vec::new()).await,
        bad(CertificateProblem::UnknownIssuer)
    );
    let stranger = Authority::new().sign(&params("localhost"));
    let trusted = vec![Authority::new().certificate()];
    assert_eq!(outcome(stranger, trusted).await, bad(CertificateProblem::UnknownIssuer));
}

#[tokio::test]
async fn a_certificate_whose_time_is_over_or_has_not_come() {
    let authority = Authority::new();
    let mut old = params("localhost");
    old.not_after = date_time_ymd(2001, 1, 1);
    let mut early = params("localhost");
    early.not_before = date_time_ymd(4000, 1, 1);
    for params in [old, early] {
        let roots = vec![authority.certificate()];
        assert_eq!(outcome(authority.sign(&params), roots).await, bad(CertificateProblem::Expired));
    }
}

#[tokio::test]
async fn a_certificate_for_another_name() {
    let authority = Authority::new();
    let other = authority.sign(&params("chat.example.org"));
    assert_eq!(outcome(other, vec![authority.certificate()]).await, bad(CertificateProblem::WrongName));
}

#[tokio::test]
async fn a_server_without_tls_is_named_as_such() {
    let server = serve(|mut stream, _| async move {
        let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        let _ = tokio::io::AsyncReadExt::read_u8(&mut stream).await;
    })
    .await;
    let address = JoinAddress { secure: true, ..server.address.clone() };
    let (host, port) = (address.host.clone(), address.port);
    let error = ConnectError::NotWebSocket { host, port, status: None };
    assert_eq!(join(&address).joined().await, Err(error));
}
