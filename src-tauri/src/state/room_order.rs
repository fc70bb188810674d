//! A room's commands are what the page asks of it, as data.

use hearth_protocol::{HistoryRequest, Nickname, PostId, SearchRequest};

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
