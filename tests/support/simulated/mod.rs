//! A room in a world without sockets and clocks: the real session, the real room, the real tape and cursors, and a real
//! log, or the model of one on a disk that crashes. What happens when is for the one who throws the dice.

mod deeds;
mod disk;
mod fanout;
mod guest;
mod host;
mod page;
mod socket;
mod wire;
mod world;

pub use deeds::Deeds;
pub use world::run;

use rand::RngExt;
use rand::rngs::StdRng;

/// Whether the dice say yes, so often out of a thousand.
fn hits(dice: &mut StdRng, per_mille: u32) -> bool {
    dice.random_range(0..1000) < per_mille
}
