//! What HTTP has of a host: the names and origins that it lets in by, its keys, and how many connections there may be.

use std::net::IpAddr;
use std::sync::Arc;

use crate::http::origin::AllowOrigin;
use crate::http::own_names::OwnNames;
use crate::net::certificate::Certificate;
use crate::net::connection_limits::ConnectionLimits;
use crate::net::room_key::RoomKey;
use crate::ws::context::{Context, Serve};

/// The handle of all that comes by HTTP.
#[derive(Debug)]
pub(crate) struct Door {
    /// The room's name.
    pub(crate) room: String,
    /// DNS names that the host is reached by.
    pub(crate) public_names: Vec<String>,
    /// Origins beside the host's own whose web pages may connect.
    pub(crate) allow_origins: Vec<AllowOrigin>,
    pub(crate) room_key: RoomKey,
    /// What browsers are shown in place of the room's key.
    pub(crate) certificate: Option<Certificate>,
    pub(crate) connection_limits: Arc<ConnectionLimits>,
    /// What a connection works with that becomes a WebSocket,
    pub(crate) context: Arc<Context>,
    /// and what serves it.
    pub(crate) serve: Serve,
}

impl Door {
    /// The names of this host for somebody who has reached it at this address.
    pub(crate) fn names(&self, reached_at: IpAddr) -> OwnNames {
        let reach = &self.context.reach;
        let outside = reach.outside().address();
        OwnNames::of_this_machine(&self.public_names, reached_at, reach.addr.port(), outside)
    }
}
