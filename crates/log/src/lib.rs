//! A room's log: the seam between the host and where its entries are kept.
//!
//! A log is append-only and ordered by [`Seq`]. What a log promises is written at [`Log`] and held to by one suite,
//! `tests/conformance.rs`, which runs over every implementation.

mod memory;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use hearth_protocol::{Author, Body, Entry, LogId, MemberId, PostId, Seq};
use jiff::Timestamp;
use thiserror::Error;
use tokio::sync::watch;

pub use memory::{MEMORY_LOG_BYTES, MemoryLog};

/// An entry that has no place yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// When, by the host's clock.
    pub at: Timestamp,
    /// Who.
    pub from: Author,
    /// The sender's id of it.
    pub id: Option<PostId>,
    /// What.
    pub body: Body,
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The entry. For a repeat, the one that was stored the first time.
    pub entry: Arc<Entry>,
    /// The same member had posted the same id before: nothing was added.
    pub repeated: bool,
}

/// Entries in order, and what is around them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slice {
    /// The last entry before these that is no longer kept, if the reader would have been given it.
    pub trimmed_to: Option<Seq>,
    /// The entries, oldest first.
    pub entries: Vec<Arc<Entry>>,
    /// There are more in the direction of reading.
    pub more: bool,
}

/// Why a log cannot do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LogError {
    /// No space is left. Nothing of the append was stored.
    #[error("no space is left to store the room's log")]
    Full,
    /// The log cannot be read or written.
    #[error("the room's log is damaged: {0}")]
    Damaged(String),
}

/// A room's log.
///
/// - `append` stores all drafts or none, in their order, and returns when they are committed: what it returned is there
///   after a crash, as far as the kind of log outlives one.
/// - It is idempotent by (member, post id), within one call too.
/// - Sequence numbers increase strictly and are never used twice, also after trimming and restarts.
/// - `head` moves after the commit, never before it.
pub trait Log: std::fmt::Debug + Send + Sync + 'static {
    /// Which log this is. Changes when a log starts anew.
    fn id(&self) -> LogId;

    /// Stores drafts.
    fn append(&self, drafts: Vec<Draft>) -> BoxFuture<'_, Result<Vec<Appended>, LogError>>;

    /// Finds what a member posted under an id.
    fn find(&self, member: MemberId, id: PostId) -> BoxFuture<'_, Result<Option<Arc<Entry>>, LogError>>;

    /// Reads up to `limit` entries after `after`, oldest first.
    fn read_after(&self, after: Seq, limit: usize) -> BoxFuture<'_, Result<Slice, LogError>>;

    /// Reads the newest `limit` entries before `before`, oldest first.
    fn read_before(&self, before: Seq, limit: usize) -> BoxFuture<'_, Result<Slice, LogError>>;

    /// The newest committed entry's number, and a wake-up when it moves.
    fn head(&self) -> watch::Receiver<Seq>;
}
