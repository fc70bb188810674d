//! The TLS certificate for browsers, which others trust too: it comes from two files, and is read again when they change.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rustls::ServerConfig;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::NoServerSessionStorage;
use thiserror::Error;

/// How often the files are looked at, at most, while people connect.
const LOOK_PERIOD: Duration = Duration::from_secs(2);

/// Why the files are of no use.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: PemError,
    },
    /// There is no certificate in the file.
    #[error("{} holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----", .file.display())]
    Empty {
        /// The file.
        file: PathBuf,
    },
    /// They do not go together, or are of a kind that is not known here.
    #[error("the certificate in {} cannot be used with its key: {source}", .file.display())]
    Unusable {
        /// The file with the certificate.
        file: PathBuf,
        /// Why.
        source: rustls::Error,
    },
}

/// A certificate with its key, from two files in PEM. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Certificate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    cert: PathBuf,
    key: PathBuf,
    read: Mutex<Read>,
}

#[derive(Debug)]
struct Read {
    tls: Arc<ServerConfig>,
    stamps: Stamps,
    looked: Instant,
}

/// By what a file is seen to have changed: when, and its size.
type Stamps = [Option<(SystemTime, u64)>; 2];

impl Certificate {
    /// Reads the certificate, with those that lead to who signed it, and its key.
    pub fn read(cert: PathBuf, key: PathBuf) -> Result<Self, CertificateError> {
        // Before the files: a change in between is seen at the next look.
        let stamps = stamps(&cert, &key);
        let read = Mutex::new(Read { tls: load(&cert, &key)?, stamps, looked: Instant::now() });
        Ok(Self(Arc::new(Inner { cert, key, read })))
    }

    /// What is shown to somebody who connects now. Files that have become useless leave it as it was.
    pub(crate) async fn current(&self) -> Arc<ServerConfig> {
        {
            let mut read = self.0.read();
            if read.looked.elapsed() < LOOK_PERIOD {
                return Arc::clone(&read.tls);
            }
            // Whoever else connects meanwhile does not wait for the disk.
            read.looked = Instant::now();
        }
        let inner = Arc::clone(&self.0);
        // Fails only when it panics, which has been told already.
        let _ = tokio::task::spawn_blocking(move || inner.look()).await;
        Arc::clone(&self.0.read().tls)
    }
}

impl Inner {
    fn read(&self) -> MutexGuard<'_, Read> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self) {
        let stamps = stamps(&self.cert, &self.key);
        if self.read().stamps == stamps {
            return;
        }
        let loaded = load(&self.cert, &self.key);
        let mut read = self.read();
        read.stamps = stamps;
        match loaded {
            Ok(tls) => {
                read.tls = tls;
                tracing::info!(file = %self.cert.display(), "the certificate was read again");
            }
            Err(error) => tracing::error!(%error, "the certificate stays as it was"),
        }
    }
}

fn stamps(cert: &Path, key: &Path) -> Stamps {
    [cert, key].map(|file| {
        let file = fs::metadata(file).ok()?;
        Some((file.modified().ok()?, file.len()))
    })
}

fn load(cert: &Path, key: &Path) -> Result<Arc<ServerConfig>, CertificateError> {
    let unreadable = |file: &Path| {
        let file = file.to_owned();
        move |source| CertificateError::Unreadable { file, source }
    };
    let chain: Vec<_> = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<_, _>>)
        .map_err(unreadable(cert))?;
    if chain.is_empty() {
        return Err(CertificateError::Empty { file: cert.to_owned() });
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(unreadable(key))?;
    server_config(chain, key).map_err(|source| CertificateError::Unusable { file: cert.to_owned(), source })
}

/// How the host speaks TLS with this certificate. Nothing is kept of a connection for the next one: each proves the key.
pub(crate) fn server_config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}
