//! A host that is known by its key: the link says which, and nobody's signature stands for it.

use std::{
    io,
    sync::{Arc, OnceLock},
};

use hearth_protocol::{KeyHash, ROOM_SERVER_NAME};
use ring::digest;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme,
    client::{
        Resumption,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};
use subtle::ConstantTimeEq;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::error::ConnectError;

/// Secures a connection to whoever has this key, and to nobody else. Nothing but the TLS handshake is sent before that is
/// proven.
pub(super) async fn secure(
    key: &KeyHash,
    stream: TcpStream,
    host: &str,
    port: u16,
) -> Result<TlsStream<TcpStream>, ConnectError> {
    let wanted = Wanted::This(key.clone());
    shake_hands(wanted, stream).await.map_err(|error| meaning(&error, host, port))
}

/// The key that whoever answers proves to have, if any.
pub(super) async fn proven(stream: TcpStream) -> Option<KeyHash> {
    let shown = Arc::new(OnceLock::new());
    shake_hands(Wanted::Any(Arc::clone(&shown)), stream).await.ok()?;
    shown.get().cloned()
}

async fn shake_hands(wanted: Wanted, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
    let config = config(wanted).map_err(io::Error::other)?;
    let name = ServerName::try_from(ROOM_SERVER_NAME).map_err(io::Error::other)?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

fn config(wanted: Wanted) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = OneKey { wanted, provider: Arc::clone(&provider) };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    // Each connection proves the key anew.
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// What a handshake that failed tells. A host that breaks off in the middle is as good as gone; one that says anything is
/// somebody else.
fn meaning(error: &io::Error, host: &str, port: u16) -> ConnectError {
    tracing::debug!(%error, "no TLS with the host's key");
    let host = host.to_owned();
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidMessage(_)) => ConnectError::NoTls { host, port },
        Some(_) => ConnectError::WrongKey { host },
        None => ConnectError::LinkBroken,
    }
}

/// Which key is taken.
#[derive(Debug)]
enum Wanted {
    This(KeyHash),
    /// Whichever there is, which is told here.
    Any(Arc<OnceLock<KeyHash>>),
}

/// Takes one key, whoever has signed for it, whatever its certificate says, and only from somebody who has its secret half.
#[derive(Debug)]
struct OneKey {
    wanted: Wanted,
    provider: Arc<CryptoProvider>,
}

impl OneKey {
    fn is_shown_by(&self, certificate: &CertificateDer<'_>) -> Result<bool, rustls::Error> {
        let shown = ParsedCertificate::try_from(certificate)?.subject_public_key_info();
        let hash = digest::digest(&digest::SHA256, shown.as_ref());
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(hash.as_ref());
        let shown = KeyHash::of_sha256(&sha256);
        Ok(match &self.wanted {
            Wanted::This(key) => shown.as_str().as_bytes().ct_eq(key.as_str().as_bytes()).into(),
            Wanted::Any(told) => told.set(shown).is_ok(),
        })
    }
}

impl ServerCertVerifier for OneKey {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.is_shown_by(certificate)? {
            return Ok(ServerCertVerified::assertion());
        }
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
