//! Connections, with what is on its way in both directions.

use std::collections::VecDeque;

use hearth_host::pure::ConnId;

/// What goes to the host.
#[derive(Debug)]
pub(super) enum Up {
    Text(String),
    Ping,
}

/// What comes from it.
#[derive(Debug)]
pub(super) enum Down {
    Text(String),
    Pong,
    /// The host ends the connection.
    Close,
}

/// A connection. Each end may be gone while the other does not know it.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) up: VecDeque<Up>,
    pub(super) down: VecDeque<Down>,
    /// The host's end.
    pub(super) conn: Option<ConnId>,
    /// The guest's end.
    pub(super) guest: Option<usize>,
}

impl Wire {
    pub(super) fn new(conn: ConnId, guest: usize) -> Self {
        Self { up: VecDeque::new(), down: VecDeque::new(), conn: Some(conn), guest: Some(guest) }
    }
}
