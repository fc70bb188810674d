//! Entries in a `SQLite` file: what a room's log and a client's copy of it have in common. It knows nothing of a room.
//!
//! From the ground up:
//!
//! - `error`, `hits`, `seq_column`: what is answered, and what stands in a column;
//! - `fold`, `words`, `query`: \[pure\] full-text search: which spellings are one, how text is cut into words, and what a
//!   search means;
//! - `encoding`, `rows`: entries as rows, each with a checksum;
//! - `schema`, `migrate`, `meta`: the tables, from version to version;
//! - `open`, `set_aside`: making and opening files, and what becomes of a damaged one;
//! - `writer`, `reader`: the one thread that changes a file, and threads that read beside it;
//! - `index`: the full-text index, which follows the entries at its own pace;
//! - `erase`: taking a text away for good.

pub mod error;
pub mod hits;
pub mod seq_column;

mod fold;
pub mod query;
mod words;

mod encoding;
pub mod meta;
mod migrate;
pub mod rows;
pub mod schema;

pub mod open;
pub mod set_aside;

pub mod reader;
pub mod writer;

pub mod index;

pub mod erase;

pub use error::LogError;
pub use hits::Hits;
pub use query::Query;
pub use seq_column::SeqColumn;
