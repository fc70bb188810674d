//! A room in a world without sockets and clocks: the real session, the real room, the real tape and cursors, and a real
//! log, or the model of one on a disk that crashes. What happens when is for the one who throws the dice.

mod deeds;
mod disk;
mod fanout;
mod guest;
mod host;
mod socket;
mod wire;
mod world;

pub use deeds::Deeds;
pub use world::run;

use hearth_protocol::{Entry, Seq};
use rand::RngExt;
use rand::rngs::StdRng;

/// The entry at a place. `history` is all that the log has ever held.
fn at(history: &[Entry], seq: Seq) -> Option<&Entry> {
    history.binary_search_by_key(&seq, |entry| entry.seq).ok().map(|at| &history[at])
}

/// Whether the dice say yes, so often out of a thousand.
fn hits(dice: &mut StdRng, per_mille: u32) -> bool {
    dice.random_range(0..1000) < per_mille
}
