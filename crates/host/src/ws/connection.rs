//! One connection's task: reads what its client says, and drives its link while that lags.

mod classic;
mod v1;

use std::io::ErrorKind;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use hearth_protocol::{CloseCode, Dialect, RefusalCode};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode as WireCode;
use tokio_tungstenite::tungstenite::{Error, Message, error::CapacityError};

use crate::base::conn_id::ConnId;
use crate::base::fresh::Parting;
use crate::base::token_bucket::Bucket;
use crate::fanout::outbound::Link;
use crate::host::Shared;
use crate::hub::request::Request;
use crate::net::connection_limits::Admission;
use crate::ws::guarded::Guarded;

/// How long a client may take to answer our close frame.
const CLOSING: Duration = Duration::from_secs(2);

type Socket = WebSocketStream<Guarded>;

/// One connection.
struct Connection {
    link: Arc<Link>,
    shared: Arc<Shared>,
    /// Where it comes from: an address, or a whole /64 for IPv6.
    from: IpAddr,
    /// Messages, by the room's rate.
    rate: Option<Bucket>,
    /// A v1 client has said hello.
    greeted: bool,
    /// A classic guest has said something by which they come in.
    spoke: bool,
    /// Refusals in a row.
    refusals: u32,
}

/// What follows from a message.
enum Next {
    /// Read on.
    Read,
    /// Read on, but not before this time.
    Pause(Duration),
}

/// Serves a WebSocket connection until it ends.
pub(crate) fn serve(
    mut ws: Socket,
    link: Arc<Link>,
    admission: Admission,
    shared: Arc<Shared>,
) -> BoxFuture<'static, ()> {
    async move {
        let hub = shared.hub.clone();
        let conn = link.id;
        let parting =
            Connection::new(Arc::clone(&link), Arc::clone(&shared), admission.address()).run(&mut ws).await;
        drop(ws);
        link.hang_up();
        shared.shard.part();
        shared.reach.went(conn);
        // The hub outlives its connections, but for the moment of shutting down.
        let _ = hub.send(Request::Gone { conn, parting }).await;
        drop(admission);
    }
    .boxed()
}

impl Connection {
    fn new(link: Arc<Link>, shared: Arc<Shared>, from: IpAddr) -> Self {
        let now = shared.since_start();
        let rate = shared.config.limits.rate.map(|rate| Bucket::new(rate, now));
        Self { link, shared, from, rate, greeted: false, spoke: false, refusals: 0 }
    }

    fn conn(&self) -> ConnId {
        self.link.id
    }

    async fn run(mut self, ws: &mut Socket) -> Parting {
        let (link, shared) = (Arc::clone(&self.link), Arc::clone(&self.shared));
        // When a v1 client must have said hello, and until when a classic one that says too much is not read.
        let hello_due = Instant::now() + shared.config.limits.handshake;
        let mut paused_until = None;
        if link.dialect == Dialect::Classic {
            let end = shared.tape(Dialect::Classic).end();
            link.begin(end.seq, Some(end));
            shared.shard.join(Arc::clone(&link));
            self.greeted = true;
        }
        let mut doors = shared.doors.subscribe();
        doors.mark_changed();
        let mut driving = true;
        let mut parting = Parting::Lost;
        loop {
            // A link that ended may be one that takes nothing any more: closing has a time limit, driving has none.
            if link.ended().is_some() {
                break;
            }
            tokio::select! {
                driven = link.drive(&shared), if driving => {
                    driving = false;
                    match driven {
                        Err(error) if error.kind() == ErrorKind::Other => {
                            tracing::error!(%error, "the log cannot be read");
                            link.end(CloseCode::Internal, "the log cannot be read");
                        }
                        Err(_) => break,
                        Ok(()) => {}
                    }
                }
                () = link.turn.notified() => driving = true,
                // Who only listens is no member, and a room that closes is not for them.
                Ok(()) = doors.changed(), if link.dialect == Dialect::Classic && !self.spoke => {
                    if doors.borrow_and_update().access.closed {
                        link.end(CloseCode::HelloRefused, RefusalCode::InviteNeeded.as_str());
                    }
                }
                () = shared.stopped() => {
                    link.end(CloseCode::GoingAway, "the host stops");
                    break;
                }
                () = sleep_until(hello_due), if !self.greeted => link.end(CloseCode::HelloExpected, "no hello came"),
                () = sleep_until(paused_until.unwrap_or(hello_due)), if paused_until.is_some() => paused_until = None,
                message = ws.next(), if paused_until.is_none() => {
                    let next = match message {
                        Some(Ok(Message::Close(frame))) => {
                            // Who only goes away, as a page that is loaded again, may be back.
                            let left = frame.is_none_or(|frame| frame.code == WireCode::Normal);
                            if left { parting = Parting::OnPurpose }
                            continue;
                        }
                        Some(Ok(message)) => { ws.get_mut().spoke(&message); Box::pin(self.hear(message)).await }
                        Some(Err(error)) => { fault(&link, &error); break }
                        None => break,
                    };
                    if let Next::Pause(time) = next { paused_until = Some(Instant::now() + time) }
                }
            }
        }
        let _ = Box::pin(timeout(CLOSING, close(ws, &link, &shared))).await;
        parting
    }

    async fn hear(&mut self, message: Message) -> Next {
        match (message, self.link.dialect) {
            (Message::Text(text), Dialect::V1) => self.hear_v1(&text).await,
            (Message::Text(text), Dialect::Classic) => self.hear_classic(&text).await,
            (Message::Binary(_), Dialect::V1) => {
                self.refuse(v1::About::Frame, RefusalCode::Malformed, "frames are text", None);
                Next::Read
            }
            _ => Next::Read,
        }
    }

    async fn ask(&self, request: Request) {
        if self.shared.hub.send(request).await.is_err() {
            self.link.end(CloseCode::Internal, "the host cannot go on");
        }
    }
}

/// A client that breaks the protocol is told which way (RFC 6455, section 7.4.1).
pub(crate) fn fault(link: &Link, error: &Error) {
    tracing::debug!(connection = link.id.0, %error, "the connection broke");
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => {
            link.end(CloseCode::TooBig, "the message is too long");
        }
        Error::Protocol(_) => link.end(CloseCode::Protocol, "not by the WebSocket protocol"),
        Error::Utf8(_) => link.end(CloseCode::NotUtf8, "text is UTF-8"),
        _ => {}
    }
}

/// Sends what is pending and waits for the client's side of the closing handshake.
pub(crate) async fn close(ws: &mut Socket, link: &Link, shared: &Shared) {
    if link.ended().is_none() {
        // The client ended; what tungstenite answered goes out, and no more.
        link.finish();
    }
    if link.drive(shared).await.is_err() || link.is_cut() {
        return;
    }
    while let Some(Ok(_)) = ws.next().await {}
    if link.drive(shared).await.is_ok() {
        link.drain().await;
    }
}
