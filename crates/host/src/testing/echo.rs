//! An echo server behind the real listener, sending side and guard, for conformance suites. No room stands behind it.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, SinkExt, StreamExt};
use hearth_log::MemoryLog;
use hearth_protocol::LogId;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::config::HostConfig;
use crate::error::StartError;
use crate::fanout::outbound::Outbound;
use crate::host::Host;
use crate::host_handle::HostHandle;
use crate::net::connection_limits::Admission;
use crate::ws::connection;
use crate::ws::context::Context;
use crate::ws::guarded::Guarded;

/// Starts an echo server.
pub async fn start(config: HostConfig) -> Result<HostHandle, StartError> {
    let log = MemoryLog::new(LogId::from_random(0), 0);
    Host::start_with(config, Arc::new(log), serve).await
}

fn serve(
    mut ws: WebSocketStream<Guarded>,
    outbound: Arc<Outbound>,
    admission: Admission,
    context: Arc<Context>,
) -> BoxFuture<'static, ()> {
    async move {
        let mut driving = false;
        loop {
            tokio::select! {
                driven = outbound.drive(&context.fanout.feed), if driving => {
                    driving = false;
                    if driven.is_err() || outbound.ended().is_some() { break }
                }
                () = outbound.turn.notified() => driving = true,
                message = ws.next() => match message {
                    Some(Ok(message)) => {
                        ws.get_mut().spoke(&message);
                        if matches!(message, Message::Text(_) | Message::Binary(_)) && ws.send(message).await.is_err() {
                            break;
                        }
                    }
                    Some(Err(error)) => {
                        connection::fault(&outbound, &error);
                        break;
                    }
                    None => break,
                }
            }
        }
        connection::close(&mut ws, &outbound, &context.fanout.feed).await;
        outbound.hang_up();
        drop(admission);
    }
    .boxed()
}
