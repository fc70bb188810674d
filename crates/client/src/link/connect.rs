//! An attempt to connect: TCP, TLS, the WebSocket handshake, and which dialect the other side speaks.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use hearth_protocol::{
    Dialect, KeyHash, PROTOCOL_HEADER, PROTOCOL_VERSION, REFUSAL_HEADER, RefusalCode, SUBPROTOCOL,
};
use http::{HeaderMap, HeaderValue, header::SEC_WEBSOCKET_PROTOCOL};
use tokio::time::Instant;
use tokio_tungstenite::{
    client_async_with_config,
    tungstenite::{
        self, client::IntoClientRequest, error::ProtocolError, handshake::client::Request,
        protocol::WebSocketConfig,
    },
};

use super::{
    dial::dial,
    observed_stream::{FirstBytes, Io, Observed, ObservedStream},
    socket::{self, Link, Stream},
    tls::Trust,
};
use crate::{
    address::JoinAddress,
    error::ConnectError,
    timing::{Timing, whole_seconds},
};

/// Makes attempts to connect to one address.
#[derive(Debug)]
pub(crate) struct Dialer {
    address: JoinAddress,
    timing: Timing,
    trust: Arc<Trust>,
    /// When the session began.
    origin: Instant,
    config: WebSocketConfig,
}

/// Why a handshake led to nothing.
#[derive(Debug)]
enum Rejection {
    /// This is how things are.
    Plain(ConnectError),
    /// A server may answer so since it does not like the subprotocol that was offered. Without the offer it may let us
    /// in; if not, this is the error.
    MayBeTheOffer(ConnectError),
}

impl Dialer {
    pub(crate) fn new(address: JoinAddress, timing: Timing, trust: Trust, origin: Instant) -> Self {
        Self { address, timing, trust: Arc::new(trust), origin, config: socket::config() }
    }

    /// Makes attempts for the same room where its host may be now. Anybody can announce a key: nothing is told to whoever does
    /// not have it.
    pub(crate) fn at(&self, place: SocketAddr, key: &KeyHash) -> Self {
        let Self { timing, origin, config, .. } = self;
        Self {
            address: JoinAddress::announced(place),
            timing: *timing,
            trust: Arc::new(Trust::Key(key.clone())),
            origin: *origin,
            config: *config,
        }
    }

    /// Makes attempts for the same room by another link that the user has given: once its key is known, nothing else counts.
    pub(crate) fn given(&self, address: JoinAddress, key: Option<KeyHash>) -> Self {
        let Self { timing, origin, config, .. } = self;
        let trust = key.map_or_else(|| Arc::clone(&self.trust), |key| Arc::new(Trust::Key(key)));
        let secure = address.secure || matches!(*trust, Trust::Key(_));
        Self {
            address: JoinAddress { secure, ..address },
            timing: *timing,
            trust,
            origin: *origin,
            config: *config,
        }
    }

    /// The address of the attempts.
    pub(crate) fn address(&self) -> &JoinAddress {
        &self.address
    }

    /// An attempt that offers nothing and takes messages up to this size.
    #[cfg(feature = "testing")]
    pub(crate) async fn connect_plainly(mut self, max_message: usize) -> Result<Link, ConnectError> {
        self.config = socket::config_for(max_message);
        match self.shake_hands(None).await {
            Ok((link, _)) => Ok(link),
            Err(Rejection::Plain(error) | Rejection::MayBeTheOffer(error)) => Err(error),
        }
    }

    /// How long an attempt may take in all.
    pub(crate) fn within(&self) -> Duration {
        self.timing.connect
    }

    /// Connects until then, if at all. Dropping the future calls the attempt off.
    pub(crate) async fn connect(self: Arc<Self>, until: Instant) -> Result<(Link, Dialect), ConnectError> {
        match tokio::time::timeout_at(until, self.choose_dialect()).await {
            Ok(outcome) => outcome,
            Err(_) => Err(ConnectError::TimedOut {
                host: self.address.host.clone(),
                port: self.address.port,
                seconds: whole_seconds(self.timing.connect),
            }),
        }
    }

    /// Offers `hearth.v1`, and where that is not understood, nothing. Whoever answers without Hearth's header is
    /// classic: some servers echo any subprotocol, so the echo proves nothing.
    async fn choose_dialect(&self) -> Result<(Link, Dialect), ConnectError> {
        let offer = HeaderValue::from_static(SUBPROTOCOL);
        match self.shake_hands(Some(offer)).await {
            Ok((link, headers)) => Ok((link, self.dialect(&headers)?)),
            Err(Rejection::Plain(error)) => Err(error),
            Err(Rejection::MayBeTheOffer(error)) => {
                tracing::debug!(%error, "trying again without a subprotocol");
                match self.shake_hands(None).await {
                    Ok((link, headers)) => {
                        self.dialect(&headers)?;
                        Ok((link, Dialect::Classic))
                    }
                    Err(Rejection::Plain(error) | Rejection::MayBeTheOffer(error)) => Err(error),
                }
            }
        }
    }

    fn dialect(&self, headers: &HeaderMap) -> Result<Dialect, ConnectError> {
        match headers.get(PROTOCOL_HEADER) {
            None => Ok(Dialect::Classic),
            Some(version) if version == PROTOCOL_VERSION => Ok(Dialect::V1),
            Some(version) => Err(ConnectError::WrongVersion {
                host: self.address.host.clone(),
                version: version.to_str().unwrap_or("?").chars().take(16).collect(),
            }),
        }
    }

    async fn shake_hands(&self, offer: Option<HeaderValue>) -> Result<(Link, HeaderMap), Rejection> {
        let request = self.request(offer).map_err(|error| {
            tracing::debug!(%error, "no request can be made for this address");
            Rejection::Plain(self.not_web_socket(None))
        })?;
        let observed = Observed::new(self.origin);
        let stream = self.open().await.map_err(Rejection::Plain)?;
        let stream: Stream = ObservedStream::new(stream, Arc::clone(&observed));
        match client_async_with_config(request, stream, Some(self.config)).await {
            Ok((socket, response)) => Ok((Link::new(socket, observed), response.into_parts().0.headers)),
            Err(error) => Err(self.rejection(&error, observed.first_bytes())),
        }
    }

    async fn open(&self) -> Result<Box<dyn Io>, ConnectError> {
        let JoinAddress { secure, port, .. } = self.address;
        let host = self.address.ascii_host();
        let tcp = dial(&host, port).await?;
        // A zone is no part of a name by which anybody goes.
        let host = host.split_once('%').map_or(&*host, |(address, _)| address);
        if secure { Ok(Box::new(self.trust.secure(tcp, host, port).await?)) } else { Ok(Box::new(tcp)) }
    }

    fn request(&self, offer: Option<HeaderValue>) -> Result<Request, tungstenite::Error> {
        let mut request = self.address.request_uri().into_client_request()?;
        if let Some(offer) = offer {
            request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, offer);
        }
        Ok(request)
    }

    fn rejection(&self, error: &tungstenite::Error, answer: FirstBytes) -> Rejection {
        tracing::debug!(%error, ?answer, "the handshake failed");
        let status = match answer {
            FirstBytes::Http(status) => Some(status),
            FirstBytes::Nothing | FirstBytes::Foreign => None,
        };
        match error {
            tungstenite::Error::Http(response) => match response.headers().get(REFUSAL_HEADER) {
                Some(code) => {
                    let reason = RefusalCode::from_wire(code.to_str().unwrap_or_default());
                    Rejection::Plain(ConnectError::from_refusal(reason, &self.address.host))
                }
                None => Rejection::MayBeTheOffer(self.not_web_socket(status)),
            },
            // HTTP 1.0 knows no upgrade; its status is read all the same.
            tungstenite::Error::Protocol(ProtocolError::WrongHttpVersion) => {
                Rejection::MayBeTheOffer(self.not_web_socket(status))
            }
            tungstenite::Error::Protocol(ProtocolError::SecWebSocketSubProtocolError(_)) => {
                Rejection::MayBeTheOffer(ConnectError::WrongDialect { host: self.address.host.clone() })
            }
            // It was about to let us in.
            tungstenite::Error::Io(_) | tungstenite::Error::Protocol(ProtocolError::HandshakeIncomplete)
                if status == Some(101) =>
            {
                Rejection::Plain(ConnectError::LinkBroken)
            }
            // Whoever is there hung up without a word, as a port forwarding does whose other end is gone.
            _ if answer == FirstBytes::Nothing => Rejection::Plain(ConnectError::LinkBroken),
            _ => Rejection::Plain(self.not_web_socket(status)),
        }
    }

    fn not_web_socket(&self, status: Option<u16>) -> ConnectError {
        ConnectError::NotWebSocket { host: self.address.host.clone(), port: self.address.port, status }
    }
}
