//! Requests: what handles of a room ask of the task behind it.

use hearth_protocol::KeyHash;
use tokio::sync::{mpsc::Receiver, oneshot};

use crate::address::JoinAddress;
use crate::command::RoomCommand;
use crate::credentials::Credentials;
use crate::error::ConnectError;
use crate::update::{Cursor, RoomUpdate};

/// A wish of the user, or of their window or computer.
#[derive(Debug)]
pub(crate) enum Request {
    Command(RoomCommand),
    /// They come with another link to the room, or with its password.
    Enter {
        address: JoinAddress,
        key: Option<KeyHash>,
        credentials: Credentials,
        answer: oneshot::Sender<Result<(), ConnectError>>,
    },
    Woke,
    Leave,
    Subscribe {
        after: Option<Cursor>,
        answer: oneshot::Sender<Receiver<Vec<RoomUpdate>>>,
    },
}
