//! What is said reaches everybody, once and in one order, and what cannot be kept has not been said.

/// Everybody sees everything, once, in one order.
mod delivery;
/// Somebody in a room.
mod guest;
/// What members may do beyond what is usual.
mod rules;
/// Nothing is said that cannot be seen, and nothing is lost for half a sign.
mod signs;
/// Whoever stops reading delays nobody, costs little, and reads on where they stopped.
mod slow_reader;
/// What cannot be stored has not happened, and what is stored stays readable.
mod storage;
/// People in a room hear each other.
mod talk;
/// What is said about lines stands with them.
mod talk_acts;
