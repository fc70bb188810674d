//! The command queue of a room keeps the order in which the page asks for things.

use hearth_client::RoomClient;
use tokio::sync::mpsc;

use crate::api::error::{AppError, system};
use crate::api::rooms::RoomKey;
use crate::shell::Shell;
use crate::state::open_room::OpenRoom;
use crate::state::room_order::RoomOrder;

/// How much the page may ask of a room before the room gets to it: far more than a person does in the moment that
/// the client needs.
pub(crate) const ORDERS: usize = 1024;

/// Asks something of a room. The order of asking is kept.
pub(crate) fn order(shell: &Shell, key: &RoomKey, asked: RoomOrder) -> Result<(), AppError> {
    let mut state = shell.state();
    send(state.room(key).ok_or(AppError::UnknownRoom)?, asked)
}

/// Asks something of an open room.
pub(crate) fn send(room: &OpenRoom, asked: RoomOrder) -> Result<(), AppError> {
    room.orders.try_send(asked).map_err(|_| system("the room does not keep up"))
}

/// The computer has slept: the rooms look whether their links still hold.
pub(crate) fn woke(shell: &Shell) {
    for room in &shell.state().rooms {
        // A room that does not keep up looks later, by itself.
        let _ = send(room, RoomOrder::Woke);
    }
}

/// Drives a room until its orders end; then leaves it.
pub(crate) async fn drive(client: RoomClient, mut orders: mpsc::Receiver<RoomOrder>) {
    while let Some(order) = orders.recv().await {
        carry_out(&client, order).await;
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
