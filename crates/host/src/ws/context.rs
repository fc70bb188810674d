//! What every connection works with: one for the whole host, behind one pointer.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio_tungstenite::WebSocketStream;

use crate::base::clock::Clock;
use crate::base::limits::Limits;
use crate::base::stopping::Stopping;
use crate::fanout::fanout::Fanout;
use crate::fanout::outbound::Outbound;
use crate::hub::handle::Handle;
use crate::net::connection_limits::Admission;
use crate::reach::reachability::Reachability;
use crate::ws::guarded::Guarded;

/// The handles that a connection needs.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) hub: Arc<Handle>,
    pub(crate) fanout: Arc<Fanout>,
    pub(crate) reach: Arc<Reachability>,
    pub(crate) limits: Limits,
    pub(crate) clock: Clock,
    pub(crate) stopping: Stopping,
}

/// What serves a WebSocket connection, until it ends.
pub(crate) type Serve =
    fn(WebSocketStream<Guarded>, Arc<Outbound>, Admission, Arc<Context>) -> BoxFuture<'static, ()>;
