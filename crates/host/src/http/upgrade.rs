//! The upgrade to WebSocket (the opening handshake): who is let in, and the connection that comes of it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use hearth_protocol::{Dialect, PROTOCOL_HEADER, PROTOCOL_VERSION, RefusalCode, SUBPROTOCOL};
use http::header::{
    CONNECTION, HOST, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
};
use http::header::{SEC_WEBSOCKET_VERSION, UPGRADE};
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::fanout::outbound::{Outbound, PENDING_BYTES};
use crate::http::answer::{self, Answer};
use crate::http::asker::Caller;
use crate::http::door::Door;
use crate::http::error_answers::ErrorAnswers;
use crate::http::origin;
use crate::http::own_names::OwnNames;
use crate::net::connection_limits::Admission;
use crate::net::stream::Stream;
use crate::ws::context::{Context, Serve};
use crate::ws::guarded::Guarded;

/// The WebSocket library clears this much memory at every read, so it is small: longer messages take more reads.
const READ_BUFFER: usize = 1024;

/// Whether a request is for a WebSocket.
pub(crate) fn wants_upgrade(headers: &HeaderMap) -> bool {
    has_token(headers, &CONNECTION, "upgrade") && has_token(headers, &UPGRADE, "websocket")
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|word| word.trim().eq_ignore_ascii_case(token))
}

/// The opening handshake (RFC 6455, section 4.2).
pub(crate) fn upgrade(
    request: &mut Request<Incoming>,
    caller: Caller,
    names: impl FnOnce() -> OwnNames,
    door: &Arc<Door>,
) -> Response<Answer> {
    let peer = caller.peer;
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
    if let Err(code) = origin::check_origin(origin, &door.allow_origins, names) {
        tracing::info!(%peer, ?origin, host = ?text(HOST), "a web page of another origin was not let in");
        return answer::refused(StatusCode::FORBIDDEN, code);
    }
    let v1 = has_token(headers, &SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL);
    // A classic guest has nothing to show.
    if !v1 && door.context.hub.is_closed() {
        return answer::refused(StatusCode::FORBIDDEN, RefusalCode::InviteNeeded);
    }
    let admission = match door.connection_limits.admit(origin::source(peer.ip(), headers)) {
        Ok(admission) => admission,
        Err(code) => {
            let full = code == RefusalCode::RoomFull;
            let status = if full { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::TOO_MANY_REQUESTS };
            return answer::refused(status, code);
        }
    };
    let dialect = if v1 { Dialect::V1 } else { Dialect::Classic };
    // Behind a proxy, who comes is not who has reached this computer.
    let reached = (!origin::is_forwarded(headers)).then_some(caller.reached_at);
    tokio::spawn(Box::pin(upgraded(
        hyper::upgrade::on(request),
        (peer, reached),
        dialect,
        admission,
        Arc::clone(&door.context),
        door.serve,
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
    answer.body(answer::whole("")).unwrap_or_else(|_| answer::status(StatusCode::INTERNAL_SERVER_ERROR))
}

async fn upgraded(
    upgrade: OnUpgrade,
    (peer, reached): (SocketAddr, Option<IpAddr>),
    dialect: Dialect,
    admission: Admission,
    context: Arc<Context>,
    serve: Serve,
) {
    let Ok(upgraded) = upgrade.await else { return };
    let Ok(parts) = upgraded.downcast::<TokioIo<ErrorAnswers<Stream>>>() else {
        return;
    };
    let limits = &context.limits;
    let max_pending = PENDING_BYTES.max(limits.message_bytes.saturating_mul(2));
    let (id, socket) = (context.hub.next_conn(), parts.io.into_inner().into_inner());
    let outbound = Outbound::new(id, dialect, socket, max_pending, context.clock);
    outbound.heard(context.clock.since_start());
    context.reach.prober.came(outbound.id, peer, reached);
    let outbound = Arc::new(outbound);
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(max_pending)
        .max_message_size(Some(limits.message_bytes))
        .max_frame_size(Some(limits.message_bytes));
    // Copied: the bytes are few, and the buffer they stand in has hyper's 8 KiB, which the connection would keep.
    let early = parts.read_buf.to_vec();
    let guarded = Guarded::new(Arc::clone(&outbound), limits, context.clock, &early);
    let ws = WebSocketStream::from_partially_read(guarded, early, Role::Server, Some(config)).await;
    // A task of its own: this one has carried the handshake, and its size.
    tokio::spawn(serve(ws, outbound, admission, context));
}
