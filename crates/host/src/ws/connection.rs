//! The task of one connection: it reads what its client says, limits its rate, and drives its sending side while that lags.

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
use crate::base::token_bucket::TokenBucket;
use crate::fanout::feed::Feed;
use crate::fanout::outbound::Outbound;
use crate::hub::request::Request;
use crate::net::connection_limits::Admission;
use crate::ws::context::Context;
use crate::ws::guarded::Guarded;

/// How long a client may take to answer our close frame.
const CLOSING: Duration = Duration::from_secs(2);

type Socket = WebSocketStream<Guarded>;

/// One connection.
struct Connection {
    outbound: Arc<Outbound>,
    context: Arc<Context>,
    /// Where it comes from: an address, or a whole /64 for IPv6.
    from: IpAddr,
    /// Messages, by the room's rate.
    rate: Option<TokenBucket>,
    /// A v1 client has said hello.
    greeted: bool,
    /// A classic guest has said something by which they come in.
    spoke: bool,
    /// Refusals in a row.
    refusals: u32,
    /// When the room was last told that they are writing.
    typed: Option<Duration>,
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
    outbound: Arc<Outbound>,
    admission: Admission,
    context: Arc<Context>,
) -> BoxFuture<'static, ()> {
    async move {
        let conn = outbound.id;
        let parting = Connection::new(Arc::clone(&outbound), Arc::clone(&context), admission.address())
            .run(&mut ws)
            .await;
        drop(ws);
        outbound.hang_up();
        context.fanout.shard.part();
        context.reach.prober.went(conn);
        // The hub outlives its connections, but for the moment of shutting down.
        let _ = context.hub.ask(Request::Gone { conn, parting }).await;
        drop(admission);
    }
    .boxed()
}

impl Connection {
    fn new(outbound: Arc<Outbound>, context: Arc<Context>, from: IpAddr) -> Self {
        let now = context.clock.since_start();
        let rate = context.limits.rate.map(|rate| TokenBucket::new(rate, now));
        Self { outbound, context, from, rate, greeted: false, spoke: false, refusals: 0, typed: None }
    }

    fn conn(&self) -> ConnId {
        self.outbound.id
    }

    async fn run(mut self, ws: &mut Socket) -> Parting {
        let (outbound, context) = (Arc::clone(&self.outbound), Arc::clone(&self.context));
        // When a v1 client must have said hello, and until when a classic one that says too much is not read.
        let hello_due = Instant::now() + context.limits.handshake;
        let mut paused_until = None;
        if outbound.dialect == Dialect::Classic {
            let end = context.fanout.feed.tape(Dialect::Classic).end();
            outbound.begin(end.seq, Some(end));
            context.fanout.shard.join(Arc::clone(&outbound));
            self.greeted = true;
        }
        let mut access = context.hub.access();
        access.mark_changed();
        let mut driving = true;
        let mut parting = Parting::Lost;
        loop {
            // A connection that ended may be one that takes nothing any more: closing has a time limit, driving has none.
            if outbound.ended().is_some() {
                break;
            }
            if outbound.take_missed_roster() {
                // Boxed, since a task keeps the size of its largest state, and this is seldom.
                Box::pin(self.ask(Request::Roster { conn: outbound.id })).await;
            }
            tokio::select! {
                driven = outbound.drive(&context.fanout.feed), if driving => {
                    driving = false;
                    match driven {
                        Err(error) if error.kind() == ErrorKind::Other => {
                            tracing::error!(%error, "the log cannot be read");
                            outbound.end(CloseCode::Internal, "the log cannot be read");
                        }
                        Err(_) => break,
                        Ok(()) => {}
                    }
                }
                () = outbound.turn.notified() => driving = true,
                // Who only listens is no member, and a room that closes is not for them.
                Ok(()) = access.changed(), if outbound.dialect == Dialect::Classic && !self.spoke => {
                    if access.borrow_and_update().access.closed {
                        outbound.end(CloseCode::HelloRefused, RefusalCode::InviteNeeded.as_str());
                    }
                }
                () = context.stopping.begun() => {
                    outbound.end(CloseCode::GoingAway, "the host stops");
                    break;
                }
                () = sleep_until(hello_due), if !self.greeted => outbound.end(CloseCode::HelloExpected, "no hello came"),
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
                        Some(Err(error)) => { fault(&outbound, &error); break }
                        None => break,
                    };
                    if let Next::Pause(time) = next { paused_until = Some(Instant::now() + time) }
                }
            }
        }
        let _ = Box::pin(timeout(CLOSING, close(ws, &outbound, &context.fanout.feed))).await;
        parting
    }

    async fn hear(&mut self, message: Message) -> Next {
        match (message, self.outbound.dialect) {
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
        if self.context.hub.ask(request).await.is_err() {
            self.outbound.end(CloseCode::Internal, "the host cannot go on");
        }
    }
}

/// A client that breaks the protocol is told which way (RFC 6455, section 7.4.1).
pub(crate) fn fault(outbound: &Outbound, error: &Error) {
    tracing::debug!(connection = outbound.id.0, %error, "the connection broke");
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => {
            outbound.end(CloseCode::TooBig, "the message is too long");
        }
        Error::Protocol(_) => outbound.end(CloseCode::Protocol, "not by the WebSocket protocol"),
        Error::Utf8(_) => outbound.end(CloseCode::NotUtf8, "text is UTF-8"),
        _ => {}
    }
}

/// Sends what is pending and waits for the client's side of the closing handshake.
pub(crate) async fn close(ws: &mut Socket, outbound: &Outbound, feed: &Feed) {
    if outbound.ended().is_none() {
        // The client ended; what tungstenite answered goes out, and no more.
        outbound.finish();
    }
    if outbound.drive(feed).await.is_err() || outbound.is_cut() {
        return;
    }
    while let Some(Ok(_)) = ws.next().await {}
    if outbound.drive(feed).await.is_ok() {
        outbound.drain().await;
    }
}
