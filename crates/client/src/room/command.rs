//! Commands: what a handle of a room asks of the task behind it.

use hearth_protocol::{HistoryRequest, Nickname, PostId, SearchRequest};
use tokio::sync::{mpsc::Receiver, oneshot};

use crate::update::{Cursor, RoomUpdate};

/// A wish of the user, or of their window.
#[derive(Debug)]
pub(crate) enum RoomCommand {
    Post(PostId, String),
    Retry(PostId),
    Discard(PostId),
    Rename(Nickname),
    History(HistoryRequest),
    Search(SearchRequest),
    Reconnect,
    Woke,
    Leave,
    Subscribe { after: Option<Cursor>, answer: oneshot::Sender<Receiver<Vec<RoomUpdate>>> },
}
