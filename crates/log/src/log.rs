//! The log of a room: the seam between the host and where its entries are kept (an append-only log).
//!
//! A log is ordered by [`Seq`]. What it promises is written at [`Log`] and held to by one suite, `tests/conformance.rs`,
//! which runs over every implementation.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use hearth_protocol::{
    Author, Body, Dialect, Entry, InviteId, LogId, MemberId, MemberToken, Nickname, PostId, Role, Seq,
};
use hearth_store::error::LogError;
use hearth_store::hits::Hits;
use hearth_store::query::Query;
use jiff::Timestamp;
use tokio::sync::watch;

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
pub enum Appended {
    /// It is this entry now.
    Stored(Arc<Entry>),
    /// The same member had posted the same id before, and it was stored there: nothing was added. It may be no longer kept.
    Repeat(Seq),
}

impl Appended {
    /// Its place in the log.
    pub fn seq(&self) -> Seq {
        match self {
            Self::Stored(entry) => entry.seq,
            Self::Repeat(seq) => *seq,
        }
    }
}

/// Posts that are known after retention has taken their entries, the last ones: their senders may not have heard that
/// they were stored, and send them again.
pub const KNOWN_AFTER_TRIM: usize = 10_000;

/// Somebody who is to be known again by their token. It stands beside the log, never in it: entries are for all to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Who.
    pub member: MemberId,
    /// What proves it.
    pub token: MemberToken,
    /// Their nickname: in a large room no entry tells it.
    pub nickname: Nickname,
    /// What they may do.
    pub role: Role,
    /// The invitation that they came by. It counts as used by that, together with their coming or not at all.
    pub invite: Option<InviteId>,
}

/// Somebody whom the log knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMember {
    /// Who.
    pub member: MemberId,
    /// What proves it; `None` for classic guests, who have nothing to prove it with.
    pub token: Option<MemberToken>,
    /// Their last nickname.
    pub nickname: Nickname,
    /// How they were connected.
    pub dialect: Dialect,
    /// Whether their joining is told and their leaving is not: the host ended before they did.
    pub here: bool,
    /// What they may do.
    pub role: Role,
    /// The invitation that they came by.
    pub invite: Option<InviteId>,
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

/// A line was taken away by an entry that was stored with these: what they said about it is gone as well.
pub fn take_back(stored: &mut [Appended], line: Seq) {
    for appended in stored {
        if let Appended::Stored(entry) = appended
            && (entry.seq == line || entry.body.about() == Some(line))
            && entry.body.removes().is_none()
        {
            *appended = Appended::Stored(Arc::new(Entry { body: Body::Erased, ..Entry::clone(entry) }));
        }
    }
}

/// A body as it is stored behind the entry that came before it in the same call.
pub fn behind(body: Body, before: Option<Seq>) -> Body {
    match (body.about(), before) {
        (Some(Seq::ZERO), Some(before)) => body.about_instead(before),
        _ => body,
    }
}

/// A room's log.
///
/// - `append` stores all drafts and enrolments or none, in their order, and returns when they are committed: what it
///   returned is there after a crash, as far as the kind of log outlives one.
/// - It is idempotent by (member, post id), within one call too, and beyond retention ([`KNOWN_AFTER_TRIM`]).
/// - Sequence numbers increase strictly and are never used twice, also after trimming and restarts.
/// - `head` moves after the commit, never before it.
/// - An entry that removes another ([`Body::removes`]) takes it away in the same commit. Its traces go with [`Log::erase`].
/// - A draft that is about [`Seq::ZERO`] is about the entry of the draft before it in the same call, and a repeat when that is.
pub trait Log: std::fmt::Debug + Send + Sync + 'static {
    /// Which log this is. Changes when a log starts anew.
    fn id(&self) -> LogId;

    /// Stores drafts, and who is to be known from now on.
    fn append(
        &self,
        drafts: Vec<Draft>,
        enrolled: Vec<Enrolment>,
    ) -> BoxFuture<'_, Result<Vec<Appended>, LogError>>;

    /// Up to `limit` members whom the log knows: all who are here, and of the others those who came last. The longest
    /// away first.
    fn members(&self, limit: usize) -> BoxFuture<'_, Result<Vec<KnownMember>, LogError>>;

    /// How many people have come by each invitation since the log began. Whoever is forgotten still counts.
    fn admitted(&self) -> BoxFuture<'_, Result<Vec<(InviteId, u64)>, LogError>>;

    /// Finds what a member posted under an id.
    fn find(&self, member: MemberId, id: PostId) -> BoxFuture<'_, Result<Option<Arc<Entry>>, LogError>>;

    /// Reads up to `limit` entries after `after`, oldest first.
    fn read_after(&self, after: Seq, limit: usize) -> BoxFuture<'_, Result<Slice, LogError>>;

    /// Reads the newest `limit` entries before `before`, oldest first.
    fn read_before(&self, before: Seq, limit: usize) -> BoxFuture<'_, Result<Slice, LogError>>;

    /// Finds the newest `limit` lines before `before` that match.
    fn search(&self, query: Query, before: Seq, limit: usize) -> BoxFuture<'_, Result<Hits, LogError>>;

    /// Reads the entries of these numbers that are kept and can be read, oldest first.
    fn lines(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<Arc<Entry>>, LogError>>;

    /// Reads what was said about these, oldest first, as far as it still counts ([`hearth_protocol::standing`]).
    fn about(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<Arc<Entry>>, LogError>>;

    /// How many kept entries are about each of these, whether or not they still count.
    fn said_about(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<(Seq, usize)>, LogError>>;

    /// The lines that are pinned and kept, in the order in which they were.
    fn pins(&self) -> BoxFuture<'_, Result<Vec<Seq>, LogError>>;

    /// Takes away what an entry says and what was said about it, for good: the texts, what searches know of them, and every trace
    /// on the disk; that it was removed stays. Their numbers, authors and post ids stay, so that the order of entries does, and a
    /// post that comes again is still known. Returns when it is gone: whether there was something to take away.
    fn erase(&self, seq: Seq) -> BoxFuture<'_, Result<bool, LogError>>;

    /// The newest committed entry's number, and a wake-up when it moves.
    fn head(&self) -> watch::Receiver<Seq>;

    /// What the room is set to under this name, if that was ever set. Settings stand beside the entries: nobody reads
    /// them but the host, they are in no export, and retention leaves them alone. They move with the log.
    fn setting(&self, name: &'static str) -> BoxFuture<'_, Result<Option<String>, LogError>>;

    /// Sets it, and returns when that is kept as entries are. What is set to nothing is an empty text.
    fn set_setting(&self, name: &'static str, value: String) -> BoxFuture<'_, Result<(), LogError>>;

    /// Lets go of what is not to be kept any longer. The host calls it now and then.
    fn tidy(&self, now: Timestamp) -> BoxFuture<'_, Result<(), LogError>>;

    /// Ends what is under way and lets go of files. Every call after it gives [`LogError::Closed`].
    fn close(&self) -> BoxFuture<'_, ()>;
}
