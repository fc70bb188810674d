//! What drives one room of the window: it carries out what the page asks for, and keeps what the host calls the user.

use std::sync::Arc;
use std::time::Duration;

use hearth_client::{RoomClient, Status};
use hearth_protocol::{HistoryRequest, Nickname, PostId, SearchRequest};
use tokio::sync::mpsc;

use crate::api::rooms::RoomKey;
use crate::shell::Shell;
use crate::state::app::OpenRoom;

/// How much the page may ask of a room before the room gets to it: far more than a person does in the moment that
/// the client needs.
pub(crate) const ORDERS: usize = 1024;

/// How long saying goodbye to a room may take; after that the link is dropped.
const FAREWELL: Duration = Duration::from_secs(2);

/// What the page asks of a room. The orders of a room go through one queue, so that two lines which were sent one
/// right after the other arrive in that order.
pub(crate) enum RoomOrder {
    Post(PostId, String),
    Retry(PostId),
    Discard(PostId),
    Rename(Nickname),
    History(HistoryRequest),
    Search(SearchRequest),
    Reconnect,
    Woke,
}

/// Drives a room until its orders end; then leaves it.
pub(crate) async fn drive(
    shell: Arc<Shell>,
    key: RoomKey,
    client: RoomClient,
    mut orders: mpsc::Receiver<RoomOrder>,
) {
    let mut status = client.status();
    // It may be connected already.
    status.mark_changed();
    let mut watching = true;
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(order) => carry_out(&client, order).await,
                None => break,
            },
            changed = status.changed(), if watching => {
                watching = changed.is_ok();
                let connected = matches!(*status.borrow_and_update(), Status::Connected { .. });
                if connected {
                    shell.keep_identity(&key, client.identity().await).await;
                }
            }
        }
    }
    client.leave().await;
}

async fn carry_out(client: &RoomClient, order: RoomOrder) {
    match order {
        RoomOrder::Post(id, text) => client.post(id, text).await,
        RoomOrder::Retry(id) => client.retry_line(id).await,
        RoomOrder::Discard(id) => client.discard_line(id).await,
        RoomOrder::Rename(nickname) => client.rename(nickname).await,
        RoomOrder::History(request) => client.history(request).await,
        RoomOrder::Search(request) => client.search(request).await,
        RoomOrder::Reconnect => client.reconnect().await,
        RoomOrder::Woke => client.woke().await,
    }
}

impl OpenRoom {
    /// Leaves the room: what was asked for before is still carried out, then the link is closed.
    pub(crate) async fn leave(self) {
        drop(self.orders);
        if tokio::time::timeout(FAREWELL, self.driver).await.is_err() {
            tracing::warn!(room = %self.key.0, "the farewell took too long");
        }
        if let Some(forwarder) = self.forwarder {
            forwarder.abort();
        }
    }
}
