//! The cache: what of a room is kept on this computer, a copy of its entries, the lines that are not sent yet, and how far the user
//! has read and what they have typed.
//!
//! The session says what is to be kept, as [`Record`]s in an order. `write_ahead` \[pure\] holds back what must not happen
//! before they are on the disk; `file` is the file, `open` finds out what is there, `apply` puts records into it,
//! `restore`, `recall` and `search` read it, and `at_rest` does where no session is. `schema`, `meta`, `gaps` and `acts` are its tables. `disk` is the driver's hand on all
//! of that.
//!
//! # Exactly once, whenever the app is killed
//!
//! Two rules carry it. *The disk has a beginning of the records*: they are written in their order, a group in one
//! transaction, so that after a kill or a power loss the file is as it was between two records. *No post leaves before the
//! records before it are on the disk* ([`Record::holds_frames`]): the token that makes us the same member again, the line
//! itself, and that it goes out now, and to which dialect.
//!
//! | killed after | the file has | the next start |
//! |---|---|---|
//! | the user wrote the line | nothing of it, or the line | nobody has seen it; or it is queued and goes out |
//! | the welcome | no token | somebody new; no line ever left under the lost token, so none can come twice |
//! | the token is kept | the token, the line as queued | queued; never sent, goes out once |
//! | "goes out now" is kept | the line as sent | v1: queued, and goes again; whether or not it left, the host knows it by member and id. classic: unconfirmed, goes again only if the user says so |
//! | it was sent | the same | the same |
//! | the ack | the line as sent, or with its place | as above; with its place it is not sent again, and leaves with its entry |
//! | the entry | the line without the entry | as above; the log is read up to its head before anything goes again, which brings the entry |
//! | the entry is kept | the entry, and no line: one transaction | it is an entry |
//! | a gap took the acked line's entry | the gap, the line with its place | a line whose place the cursor has passed is gone |
//! | another log began | the old log, or the new one without entries | as if the host had begun anew while we were away; acks of the old log mean nothing |
//! | the user gave the line up | the line, or not | it is there to be given up again; or gone |
//!
//! When the host keeps less than we were away for, it may have let go of an entry whose ack we never kept. It knows the
//! ids of such posts for some time longer (`KNOWN_AFTER_TRIM` of a host's log).
//!
//! # Another log
//!
//! When the host begins anew, the entries of the log before it are dropped from the file: two logs number their entries
//! alike, and are never mixed. Own lines that the old log did not confirm go to the new one if it is the same room, as far
//! as its name tells; they were not written for the people of another room, so there they fail, and the user decides. A classic room has a log
//! made up here, which goes on over restarts.
//!
//! # In a room that is hosted here
//!
//! The log itself is on this computer, and a copy of it would only cost. Then the file has the own lines, the marks (which name
//! their log) and the token, and no entries: at the next start the log is a new one to the session, all lines that were sent go again, and the
//! host knows those that it has.
//!
//! # When the disk fails
//!
//! A room that cannot be kept goes on: what waits for the disk is let go, and the page is told ([`KeepTrouble`]). From time
//! to time all that the session knows is written at once ([`Record::Whole`]); when that works, the file has caught up but
//! for entries that the session itself no longer had, and these show as breaks of the chain of `prev`.

mod acts;
mod gaps;
mod meta;
mod schema;

mod apply;
mod lines;
mod recall;
mod restore;
mod search;

pub(crate) mod at_rest;
pub(crate) mod file;
pub(crate) mod open;

pub(crate) mod disk;
pub(crate) mod write_ahead;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

#[cfg(doc)]
use crate::record::Record;
#[cfg(doc)]
use crate::update::KeepTrouble;
