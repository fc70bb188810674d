//! The listener: it accepts sockets within their limits, has TLS settled, and hands them to HTTP.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

use crate::http::asker::Caller;
use crate::http::error_answers::ErrorAnswers;
use crate::http::router::Router;
use crate::http::visit::VisitClock;
use crate::net::connection_limits::ConnectionLimits;
use crate::net::tls_or_plain;

/// Sockets that have not said yet what they want: a full hall that comes in at once, and no more.
const STRANGERS: usize = 2048;

/// How many of them may come from one address: a class behind one router that opens the guest page at once, with six sockets
/// each. Without it one machine that connects and says nothing would keep everybody else out.
const STRANGERS_PER_ADDRESS: usize = 256;

/// After a failed accept (no file descriptors left) the listener rests, or it would spin.
const REST: Duration = Duration::from_millis(100);

/// Accepts until the host stops.
pub(crate) async fn run(listener: TcpListener, router: Arc<Router>) {
    let strangers = ConnectionLimits::new(STRANGERS, STRANGERS_PER_ADDRESS);
    let stopping = router.door.context.stopping.clone();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopping.begun() => return,
        };
        match accepted {
            Ok((tcp, peer)) => {
                // Beyond the bounds a socket is dropped at once: whoever means it comes again.
                let Ok(stranger) = strangers.admit(peer.ip()) else {
                    continue;
                };
                let router = Arc::clone(&router);
                // Boxed, since a task keeps the size of its largest state for as long as it lives.
                tokio::spawn(Box::pin(async move {
                    let (visit, stopping) = (VisitClock::start(), router.door.context.stopping.clone());
                    visit.bound(receive(tcp, peer, router, visit.clone()), &stopping).await;
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

async fn receive(tcp: TcpStream, peer: SocketAddr, router: Arc<Router>, visit: VisitClock) {
    // A chat line is small and wanted now.
    let _ = tcp.set_nodelay(true);
    let door = &router.door;
    let certificate = door.certificate.as_ref();
    let within = door.context.limits.handshake;
    match tls_or_plain::secure(tcp, &door.room_key, certificate, within).await {
        Ok(stream) => {
            let reached_at = stream.tcp().local_addr();
            let reached_at = reached_at.map_or(door.context.reach.addr.ip(), |addr| addr.ip());
            let caller = Caller { peer, reached_at, secure: stream.is_tls() };
            // Boxed: what the handshake has taken is free by now.
            Box::pin(serve_http(stream, caller, router, visit)).await;
        }
        Err(error) => tracing::debug!(%error, "a connection came to nothing"),
    }
}

/// Serves HTTP over a socket, or something like it, until it ends or becomes a WebSocket.
pub(crate) async fn serve_http<S>(socket: S, caller: Caller, router: Arc<Router>, visit: VisitClock)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let question = router.door.context.limits.handshake;
    let service = service_fn(move |request: Request<Incoming>| {
        router.answer(request, caller, &visit).map(Ok::<_, Infallible>)
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        // From the beginning, and from each answer on, until a whole question is there; not while its body comes in.
        .header_read_timeout(question)
        .max_buf_size(16 * 1024)
        .serve_connection(TokioIo::new(ErrorAnswers::new(socket)), service)
        .with_upgrades();
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a request was not understood");
    }
}
