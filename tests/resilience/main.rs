//! Whatever happens to the network, the host and its computer, nothing is lost, doubled or out of order.

/// The clock jumps, and the host is held up: order is by number.
mod clock;
/// The host is killed in the middle of everything, and what was acked is there.
mod crash;
/// The disk is full: senders are told, and it goes on by itself when there is room.
mod disk_full;
/// Whatever happens to the bytes on their way, what was written arrives once.
mod faults;
/// The power goes, and what is on the disk is what was committed.
mod power_loss;
/// Nothing goes wrong in thousands of schedules of a world without sockets and clocks.
mod simulation;
/// A full hall whose host starts anew is back soon, and nobody runs the door down.
mod storm;
/// What was told to be taken back is gone, however the host ended.
mod taken_back;
