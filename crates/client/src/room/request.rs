//! Requests: what handles of a room ask of the task behind it.

use tokio::sync::{mpsc::Receiver, oneshot};

use crate::command::RoomCommand;
use crate::update::{Cursor, RoomUpdate};

/// A wish of the user, or of their window or computer.
#[derive(Debug)]
pub(crate) enum Request {
    Command(RoomCommand),
    Woke,
    Leave,
    Subscribe { after: Option<Cursor>, answer: oneshot::Sender<Receiver<Vec<RoomUpdate>>> },
}
