//! What decides, without sockets and clocks, for the simulation in `tests/`.

pub use crate::access::gate::Gate;
pub use crate::base::clock::Now;
pub use crate::base::conn_id::ConnId;
pub use crate::base::fresh::{Fresh, Parting};
pub use crate::fanout::cursor::{Cursor, Cut, Step};
pub use crate::fanout::frame::v1 as frame;
pub use crate::fanout::replay::Replay;
pub use crate::fanout::tape::{Chunk, Frames, Place, Tape};
pub use crate::hub::commit::commit;
pub use crate::hub::lines::read_lines;
pub use crate::hub::publish::{frames, reply};
pub use crate::hub::resume::reads_on;
pub use crate::net::stream::Written;
pub use crate::room::batch::{Batch, Committed, JoinRequest, Replies, Reply};
pub use crate::room::room::Room;
