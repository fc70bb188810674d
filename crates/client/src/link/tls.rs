//! TLS for `wss://`: the system's trust, and words for what is wrong with a certificate; or one key, as a link names it.

mod pinned;

use std::{io, sync::Arc};

use hearth_protocol::KeyHash;
use rustls::{
    CertificateError, ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName},
};
use tokio::{net::TcpStream, sync::OnceCell};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::error::{CertificateProblem, ConnectError};

/// The key that whoever is at the other end proves to have by TLS, if any.
pub(crate) async fn proven_key(stream: TcpStream) -> Option<KeyHash> {
    pinned::proven(stream).await
}

/// Whom to trust.
#[derive(Debug)]
pub(crate) enum Trust {
    /// Whoever the system trusts, and these. The system's roots are read when they are first needed.
    Authorities(Authorities),
    /// Whoever has this key.
    Key(KeyHash),
}

#[derive(Debug, Default)]
pub(crate) struct Authorities {
    extra: Vec<CertificateDer<'static>>,
    config: OnceCell<Arc<ClientConfig>>,
}

impl Trust {
    /// The system's roots and these.
    pub(crate) fn with(extra: Vec<CertificateDer<'static>>) -> Self {
        Self::Authorities(Authorities { extra, config: OnceCell::new() })
    }

    /// Secures a connection to `host` (in ASCII), which listens on `port`.
    pub(crate) async fn secure(
        &self,
        stream: TcpStream,
        host: &str,
        port: u16,
    ) -> Result<TlsStream<TcpStream>, ConnectError> {
        match self {
            Self::Authorities(authorities) => authorities.secure(stream, host, port).await,
            Self::Key(key) => pinned::secure(key, stream, host, port).await,
        }
    }
}

impl Authorities {
    async fn secure(
        &self,
        stream: TcpStream,
        host: &str,
        port: u16,
    ) -> Result<TlsStream<TcpStream>, ConnectError> {
        let bad = |problem| ConnectError::Certificate { host: host.to_owned(), problem };
        let config = self.config.get_or_try_init(|| load(self.extra.clone())).await.map_err(|error| {
            tracing::warn!(%error, "TLS cannot be set up");
            bad(CertificateProblem::Other)
        })?;
        let name = ServerName::try_from(host.to_owned()).map_err(|_| bad(CertificateProblem::WrongName))?;
        TlsConnector::from(Arc::clone(config))
            .connect(name, stream)
            .await
            .map_err(|error| meaning(&error, host, port))
    }
}

async fn load(extra: Vec<CertificateDer<'static>>) -> io::Result<Arc<ClientConfig>> {
    tokio::task::spawn_blocking(move || {
        let system = rustls_native_certs::load_native_certs();
        for error in &system.errors {
            tracing::debug!(%error, "some of the system's certificates cannot be read");
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(system.certs);
        roots.add_parsable_certificates(extra);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::new(config))
    })
    .await
    .map_err(io::Error::other)?
}

fn meaning(error: &io::Error, host: &str, port: u16) -> ConnectError {
    tracing::debug!(%error, "no TLS");
    let host = host.to_owned();
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(error)) => {
            ConnectError::Certificate { host, problem: problem(error) }
        }
        // It speaks, but not TLS; or it ends the talk with an alert.
        Some(_) => ConnectError::NotWebSocket { host, port, status: None },
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            ConnectError::NotWebSocket { host, port, status: None }
        }
        None => ConnectError::LinkBroken,
    }
}

fn problem(error: &CertificateError) -> CertificateProblem {
    match error {
        // A bad signature: an authority of the same name is trusted, with another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => CertificateProblem::UnknownIssuer,
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => CertificateProblem::Expired,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateProblem::WrongName
        }
        _ => CertificateProblem::Other,
    }
}
