//! A log in a file: `SQLite` in WAL mode, `synchronous=FULL`, commits shared by a group.
//!
//! `open` is the way to it, `append` the one change that matters, `read` what is read beside it, `retention` what is let
//! go of, `sweep` who goes with it, `erase` what is taken away; `entries` is all of it, as far as it can be read, and `reading` a look
//! into one that nobody need serve. `meta`, `schema`, `files` and `error` are the ground.

pub(crate) mod error;
pub(crate) mod files;
pub(crate) mod meta;
mod schema;

mod append;
mod erase;
mod read;
pub(crate) mod retention;
mod sweep;

pub(crate) mod entries;
pub(crate) mod open;
pub(crate) mod reading;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hearth_protocol::{Entry, InviteId, LogId, MemberId, MemberToken, PostId, Seq, standing};
use hearth_store::error::LogError;
use hearth_store::hits::Hits;
use hearth_store::query::Query;
use hearth_store::reader::Reader;
use hearth_store::writer::{Task, Writer};
use hearth_store::{index, meta as table, rows};
use jiff::Timestamp;
use tokio::sync::{oneshot, watch};

use crate::log::{Appended, Draft, Enrolment, KnownMember, Log, Slice};
use append::Append;
use meta::{NAME, OWNER};
use retention::Retention;

/// A log in a file. Dropping it ends it as [`Log::close`] does, in the background.
#[derive(Debug)]
pub struct SqliteLog {
    file: PathBuf,
    id: LogId,
    head: Arc<watch::Sender<Seq>>,
    writer: Writer,
    /// Pages of the conversation.
    reader: Reader,
    /// Searches have a thread of their own: a slow one holds up nobody who scrolls.
    searcher: Reader,
}

impl SqliteLog {
    /// Where it is.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The room's name.
    pub async fn name(&self) -> Result<String, LogError> {
        self.reader.read(|db| Ok(table::get(db, NAME)?.unwrap_or_default())).await
    }

    /// Gives the room another name.
    pub async fn rename(&self, name: &str) -> Result<(), LogError> {
        let name = name.to_owned();
        self.change(move |db| table::set(db, NAME, &name)).await
    }

    /// What makes the room know its owner again, once they have been in it.
    pub async fn owner(&self) -> Result<Option<MemberToken>, LogError> {
        let owner = self.reader.read(|db| table::get::<String>(db, OWNER)).await?;
        Ok(owner.and_then(|token| MemberToken::try_from(token).ok()))
    }

    /// Keeps what makes the room know its owner again.
    pub async fn set_owner(&self, token: MemberToken) -> Result<(), LogError> {
        self.change(move |db| table::set(db, OWNER, token.as_str())).await
    }

    /// How much is kept.
    pub async fn retention(&self) -> Result<Retention, LogError> {
        self.reader.read(Retention::of).await
    }

    /// Sets how much is kept. What is too much goes at the next [`Log::tidy`].
    pub async fn set_retention(&self, retention: Retention) -> Result<(), LogError> {
        self.change(move |db| retention.set(db)).await
    }

    /// How many of the newest entries the index of words has not reached. They are found all the same, only slower.
    pub async fn unindexed(&self) -> Result<u64, LogError> {
        self.reader.read(index::behind).await
    }

    /// Its size on the disk, in bytes.
    pub fn bytes(&self) -> u64 {
        files::bytes(&self.file)
    }

    /// Makes a change, and waits until it is on the disk.
    async fn change<T: Send + 'static>(
        &self,
        change: impl Fn(&rusqlite::Connection) -> Result<T, LogError> + Send + 'static,
    ) -> Result<T, LogError> {
        let (reply, outcome) = oneshot::channel();
        self.writer.submit(Box::new(Change { make: change, value: None, reply })).await?;
        outcome.await.map_err(|_| LogError::Closed)?
    }
}

/// Where a setting stands in the table `meta`: none can be taken for what the log itself keeps there.
fn setting_key(name: &str) -> String {
    format!("setting:{name}")
}

/// A change without more to it.
struct Change<F, T> {
    make: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<T, LogError>>,
}

impl<F, T> Task for Change<F, T>
where
    F: Fn(&rusqlite::Connection) -> Result<T, LogError> + Send + 'static,
    T: Send + 'static,
{
    fn apply(&mut self, db: &rusqlite::Connection) -> Result<(), LogError> {
        self.value = Some((self.make)(db)?);
        Ok(())
    }

    fn done(self: Box<Self>, outcome: Result<(), LogError>) {
        let Self { value, reply, .. } = *self;
        // Whoever has asked may be gone.
        let _ = reply.send(outcome.and_then(|()| value.ok_or(LogError::Closed)));
    }
}

impl Log for SqliteLog {
    fn id(&self) -> LogId {
        self.id.clone()
    }

    fn append(
        &self,
        drafts: Vec<Draft>,
        enrolled: Vec<Enrolment>,
    ) -> BoxFuture<'_, Result<Vec<Appended>, LogError>> {
        async move {
            let (append, outcome) = Append::new(drafts, enrolled, Arc::clone(&self.head));
            self.writer.submit(Box::new(append)).await?;
            outcome.await.map_err(|_| LogError::Closed)?
        }
        .boxed()
    }

    fn members(&self, limit: usize) -> BoxFuture<'_, Result<Vec<KnownMember>, LogError>> {
        self.reader.read(move |db| read::members(db, limit)).boxed()
    }

    fn admitted(&self) -> BoxFuture<'_, Result<Vec<(InviteId, u64)>, LogError>> {
        self.reader.read(read::admitted).boxed()
    }

    fn find(&self, member: MemberId, id: PostId) -> BoxFuture<'_, Result<Option<Arc<Entry>>, LogError>> {
        let find = move |db: &rusqlite::Connection| match rows::place_of(db, &member, id)? {
            Some(seq) => rows::at(db, seq),
            None => Ok(None),
        };
        self.reader.read(find).boxed()
    }

    fn read_after(&self, after: Seq, limit: usize) -> BoxFuture<'_, Result<Slice, LogError>> {
        let head = *self.head.borrow();
        self.reader.read(move |db| read::after(db, after, limit, head)).boxed()
    }

    fn read_before(&self, before: Seq, limit: usize) -> BoxFuture<'_, Result<Slice, LogError>> {
        let head = *self.head.borrow();
        self.reader.read(move |db| read::before(db, before, limit, head)).boxed()
    }

    fn search(&self, query: Query, before: Seq, limit: usize) -> BoxFuture<'_, Result<Hits, LogError>> {
        self.searcher.read(move |db| index::search(db, &query, before, limit)).boxed()
    }

    fn lines(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<Arc<Entry>>, LogError>> {
        self.reader.read(move |db| rows::these(db, &seqs)).boxed()
    }

    fn about(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<Arc<Entry>>, LogError>> {
        self.reader.read(move |db| rows::about(db, &seqs).map(standing)).boxed()
    }

    fn said_about(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<(Seq, usize)>, LogError>> {
        self.reader.read(move |db| rows::said_about(db, &seqs)).boxed()
    }

    fn pins(&self) -> BoxFuture<'_, Result<Vec<Seq>, LogError>> {
        self.reader.read(read::pins).boxed()
    }

    fn erase(&self, seq: Seq) -> BoxFuture<'_, Result<bool, LogError>> {
        self.erase_for_good(seq).boxed()
    }

    fn head(&self) -> watch::Receiver<Seq> {
        self.head.subscribe()
    }

    fn setting(&self, name: &'static str) -> BoxFuture<'_, Result<Option<String>, LogError>> {
        self.reader.read(move |db| table::get(db, &setting_key(name))).boxed()
    }

    fn set_setting(&self, name: &'static str, value: String) -> BoxFuture<'_, Result<(), LogError>> {
        self.change(move |db| table::set(db, &setting_key(name), &value)).boxed()
    }

    fn tidy(&self, now: Timestamp) -> BoxFuture<'_, Result<(), LogError>> {
        async move {
            // In steps, so that those who append get their turn between two of them.
            while self.change(move |db| retention::trim_some(db, now)).await? {}
            self.sweep().await?;
            self.clean_up().await
        }
        .boxed()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async move {
            // The writer last: what it committed moves into the file when nobody else looks at it.
            self.reader.close().await;
            self.searcher.close().await;
            self.writer.close().await;
        }
        .boxed()
    }
}
