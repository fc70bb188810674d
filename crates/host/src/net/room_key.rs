//! The room's own TLS key, by which those who have its link know it (key pinning).
//!
//! It belongs to the room and not to the computer: it is made once, stands in the room's log, and goes where that goes.
//! Who signed what is shown with it means nothing: the link says which key it must be.

use std::fmt;
use std::sync::Arc;

use hearth_log::{Log, LogError};
use hearth_protocol::{KeyHash, ROOM_SERVER_NAME};
use rcgen::{CertificateParams, KeyPair, PublicKeyData};
use ring::digest;
use rustls::ServerConfig;
#[cfg(test)]
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use thiserror::Error;

use crate::net::certificate;

/// The name of the setting that holds the key, as PEM.
const SETTING: &str = "tls_key";

/// Why the room has no key that can be used.
#[derive(Debug, Error)]
pub(crate) enum RoomKeyError {
    /// It cannot be made or read.
    #[error(transparent)]
    Key(#[from] rcgen::Error),
    /// It is none for TLS.
    #[error(transparent)]
    Tls(#[from] rustls::Error),
}

/// The room's own key, ready for use.
pub(crate) struct RoomKey {
    /// What links call it.
    pub(crate) hash: KeyHash,
    pub(crate) tls: Arc<ServerConfig>,
    /// What it is shown in.
    #[cfg(test)]
    pub(crate) shown: CertificateDer<'static>,
}

impl RoomKey {
    /// The key that the room has had, or a new one. Where it cannot be kept, the room is served all the same, under a key
    /// that ends with the program.
    pub(crate) async fn of(log: &dyn Log) -> Result<Self, RoomKeyError> {
        let stored = match log.setting(SETTING).await {
            Ok(stored) => stored,
            Err(error) => {
                // It may be there and sound: nothing takes its place.
                not_kept(&error);
                return Self::with(&KeyPair::generate()?);
            }
        };
        if let Some(pem) = stored {
            match KeyPair::from_pem(&pem) {
                Ok(key) => return Self::with(&key),
                Err(error) => {
                    tracing::error!(%error, "the room's key is damaged: links that name it are void");
                }
            }
        }
        let key = KeyPair::generate()?;
        if let Err(error) = log.set_setting(SETTING, key.serialize_pem()).await {
            not_kept(&error);
        }
        Self::with(&key)
    }

    fn with(key: &KeyPair) -> Result<Self, RoomKeyError> {
        let name = vec![ROOM_SERVER_NAME.to_owned()];
        let shown = CertificateParams::new(name)?.self_signed(key)?;
        let digest = digest::digest(&digest::SHA256, &key.subject_public_key_info());
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest.as_ref());
        let secret = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let tls = certificate::server_config(vec![shown.der().clone()], secret)?;
        Ok(Self {
            hash: KeyHash::of_sha256(&sha256),
            tls,
            #[cfg(test)]
            shown: shown.der().clone(),
        })
    }
}

fn not_kept(error: &LogError) {
    tracing::warn!(%error, "the room's key is not kept: links made now are void after this program ends");
}

impl fmt::Debug for RoomKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoomKey").field("hash", &self.hash).finish_non_exhaustive()
    }
}
