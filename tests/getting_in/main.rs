//! Who gets into a room, by which way, and why others do not.

/// Another link to a room is used at once, by whoever is in it and whoever is not.
mod better_links;
/// Who can get in is proven, and what stands in the way is named.
mod doctor;
/// Every way in which joining or hosting can fail has a name of its own.
mod errors;
/// Nobody guesses their way into a closed room.
mod guesses;
/// Who was invited comes into a closed room.
mod invites;
/// Rooms on one network find each other by themselves.
mod nearby;
/// A room is reachable from the internet by a port of the router's.
mod outside;
/// The owner invites and takes back by commands, and no secret is written anywhere.
mod owner_commands;
/// A port that no browser opens is told.
mod ports;
/// Whoever has a link talks to the holder of its key and to nobody else.
mod tls;
/// Who came in from another computer is told as that.
mod visits;
