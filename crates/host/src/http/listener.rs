//! The door: accepts sockets, answers plain HTTP, and lets WebSocket clients in.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either, ready};
use hearth_protocol::{Dialect, PROTOCOL_HEADER, PROTOCOL_VERSION, RefusalCode, SUBPROTOCOL};
use http::header::{
    CONNECTION, HOST, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
};
use http::header::{SEC_WEBSOCKET_VERSION, UPGRADE};
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::fanout::outbound::{Outbound, PENDING_BYTES};
use crate::host::Shared;
use crate::http::answer::{self, Answer};
use crate::http::error_answers::ErrorAnswers;
use crate::http::own_names::OwnNames;
use crate::http::{origin, owner_api, routes};
use crate::net::connection_limits::{Admission, ConnectionLimits};
use crate::net::stream::Stream;
use crate::net::tls_or_plain;
use crate::reach::probes;
use crate::ws::guarded::Guarded;

/// Sockets that have not said yet what they want: a full hall that comes in at once, and no more.
const STRANGERS: usize = 2048;

/// How many of them may come from one address: a class behind one router that opens the guest page at once, with six sockets
/// each. Without it one machine that connects and says nothing would keep everybody else out.
const STRANGERS_PER_ADDRESS: usize = 256;

/// How long a browser may take over one connection to get the guest page: by far enough for a telephone in a bad spot. A
/// question that does not come in time ends it sooner.
const VISIT: Duration = Duration::from_mins(1);

/// After a failed accept (no file descriptors left) the door rests, or it would spin.
const REST: Duration = Duration::from_millis(100);

/// The WebSocket library clears this much memory at every read, so it is small: longer messages take more reads.
const READ_BUFFER: usize = 1024;

/// What serves a WebSocket connection.
pub(crate) type Serve =
    fn(WebSocketStream<Guarded>, Arc<Outbound>, Admission, Arc<Shared>) -> BoxFuture<'static, ()>;

/// Accepts until the host stops.
pub(crate) async fn run(listener: TcpListener, shared: Arc<Shared>) {
    let strangers = ConnectionLimits::new(STRANGERS, STRANGERS_PER_ADDRESS);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shared.stopped() => return,
        };
        match accepted {
            Ok((tcp, peer)) => {
                // Beyond the bounds a socket is dropped at once: whoever means it comes again.
                let Ok(stranger) = strangers.admit(peer.ip()) else {
                    continue;
                };
                let shared = Arc::clone(&shared);
                // Boxed, since a task keeps the size of its largest state for as long as it lives.
                tokio::spawn(Box::pin(async move {
                    let _ = tokio::time::timeout(VISIT, receive(tcp, peer, shared)).await;
                    drop(stranger);
                }));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

async fn receive(tcp: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    // A chat line is small and wanted now.
    let _ = tcp.set_nodelay(true);
    let certificate = shared.config.certificate.as_ref();
    let within = shared.config.limits.handshake;
    match tls_or_plain::secure(tcp, &shared.room_key, certificate, within).await {
        // Boxed: what the handshake has taken is free by now.
        Ok(socket) => Box::pin(serve_http(socket, peer, shared)).await,
        Err(error) => tracing::debug!(%error, "a connection came to nothing"),
    }
}

async fn serve_http(socket: Stream, peer: SocketAddr, shared: Arc<Shared>) {
    let reached_at = socket.tcp().local_addr().map_or(shared.addr.ip(), |addr| addr.ip());
    let secure = socket.is_tls();
    let question = shared.config.limits.handshake;
    let service = service_fn(move |mut request: Request<Incoming>| {
        let names = || {
            let outside = shared.outside.borrow().address();
            OwnNames::of_this_machine(&shared.config.public_names, reached_at, shared.addr.port(), outside)
        };
        let answer = if wants_upgrade(request.headers()) {
            Either::Left(ready(enter(&mut request, peer, names, &shared)))
        } else if let Some(nonce) = probes::nonce_in(request.uri().path()) {
            Either::Left(ready(routes::reached(&request, nonce, secure, names, |candidate| {
                shared.reach.arrive(nonce, candidate, peer.ip(), reached_at)
            })))
        } else if owner_api::is_for_owner(&request, peer.ip(), reached_at) {
            Either::Right(owner_api::answer(request, names(), Arc::clone(&shared)).boxed())
        } else {
            Either::Left(ready(routes::answer(&request, secure, names, &shared.config.name)))
        };
        answer.map(Ok::<_, Infallible>)
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        // From the beginning, and from each answer on, until a whole question is there.
        .header_read_timeout(question)
        .max_buf_size(16 * 1024)
        .serve_connection(TokioIo::new(ErrorAnswers::new(socket)), service)
        .with_upgrades();
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a request was not understood");
    }
}

fn wants_upgrade(headers: &HeaderMap) -> bool {
    has_token(headers, &CONNECTION, "upgrade") && has_token(headers, &UPGRADE, "websocket")
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|word| word.trim().eq_ignore_ascii_case(token))
}

/// The opening handshake (RFC 6455, section 4.2).
fn enter(
    request: &mut Request<Incoming>,
    peer: SocketAddr,
    names: impl FnOnce() -> OwnNames,
    shared: &Arc<Shared>,
) -> Response<Answer> {
    let headers = request.headers();
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if request.method() != Method::GET {
        return answer::plain(StatusCode::METHOD_NOT_ALLOWED, "WebSocket: GET");
    }
    if !matches!(request.uri().path(), "/" | "/ws") {
        return answer::plain(StatusCode::NOT_FOUND, "WebSocket: / or /ws");
    }
    if text(SEC_WEBSOCKET_VERSION) != Some("13") {
        let mut answer = answer::plain(StatusCode::UPGRADE_REQUIRED, "WebSocket version 13");
        answer.headers_mut().insert(SEC_WEBSOCKET_VERSION, http::HeaderValue::from_static("13"));
        return answer;
    }
    let Some(key) = text(SEC_WEBSOCKET_KEY).filter(|key| key.len() == 24) else {
        return answer::plain(StatusCode::BAD_REQUEST, "Sec-WebSocket-Key");
    };
    let accept_key = derive_accept_key(key.as_bytes());
    // A value that is no text is no origin of ours.
    let origin = headers.get(ORIGIN).map(|value| value.to_str().unwrap_or("invalid"));
    if let Err(code) = origin::check_origin(origin, &shared.config.allow_origins, names) {
        tracing::info!(%peer, ?origin, host = ?text(HOST), "a web page of another origin was not let in");
        return answer::refused(StatusCode::FORBIDDEN, code);
    }
    let v1 = has_token(headers, &SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL);
    // A classic guest has nothing to show.
    if !v1 && shared.doors.borrow().access.closed {
        return answer::refused(StatusCode::FORBIDDEN, RefusalCode::InviteNeeded);
    }
    let admission = match shared.admissions.admit(origin::source(peer.ip(), headers)) {
        Ok(admission) => admission,
        Err(code) => {
            let full = code == RefusalCode::RoomFull;
            let status = if full { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::TOO_MANY_REQUESTS };
            return answer::refused(status, code);
        }
    };
    let dialect = if v1 { Dialect::V1 } else { Dialect::Classic };
    tokio::spawn(Box::pin(upgraded(
        hyper::upgrade::on(request),
        peer,
        dialect,
        admission,
        Arc::clone(shared),
    )));
    let mut answer = Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_ACCEPT, accept_key)
        .header(PROTOCOL_HEADER, PROTOCOL_VERSION);
    if v1 {
        answer = answer.header(SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL);
    }
    answer.body(Answer::default()).unwrap_or_default()
}

async fn upgraded(
    upgrade: OnUpgrade,
    peer: SocketAddr,
    dialect: Dialect,
    admission: Admission,
    shared: Arc<Shared>,
) {
    let Ok(upgraded) = upgrade.await else { return };
    let Ok(parts) = upgraded.downcast::<TokioIo<ErrorAnswers<Stream>>>() else {
        return;
    };
    let limits = &shared.config.limits;
    let max_pending = PENDING_BYTES.max(limits.message_bytes.saturating_mul(2));
    let outbound =
        Outbound::new(shared.next_conn(), dialect, parts.io.into_inner().into_inner(), max_pending);
    outbound.heard(shared.since_start());
    shared.reach.came(outbound.id, peer);
    let outbound = Arc::new(outbound);
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(max_pending)
        .max_message_size(Some(limits.message_bytes))
        .max_frame_size(Some(limits.message_bytes));
    // Copied: the bytes are few, and the buffer they stand in has hyper's 8 KiB, which the connection would keep.
    let early = parts.read_buf.to_vec();
    let guarded = Guarded::new(Arc::clone(&outbound), Arc::clone(&shared), &early);
    let ws = WebSocketStream::from_partially_read(guarded, early, Role::Server, Some(config)).await;
    // A task of its own: this one has carried the handshake, and its size.
    tokio::spawn((shared.serve)(ws, outbound, admission, shared));
}
