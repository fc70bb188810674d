//! A reading of a log that need not be served: something is looked up in it, and nothing of it is changed.

use std::path::Path;
use std::sync::Arc;

use hearth_protocol::{Entry, LogId, MemberToken, Seq, You, standing};
use hearth_store::error::LogError;
use hearth_store::hits::Hits;
use hearth_store::query::Query;
use hearth_store::{index, meta, open, rows};
use rusqlite::Connection;

use super::error::OpenError;
use super::meta::{NAME, OWNER, head, log_id};
use super::open::{brought_up_to_date, check_is_there};
use super::read;
use super::schema::NEWEST;
use crate::log::Slice;

/// A log as it was when it was opened to be read. It blocks: nobody reads so for longer than a page takes.
#[derive(Debug)]
pub struct Reading {
    db: Connection,
    log: LogId,
    name: String,
    head: Seq,
}

impl Reading {
    /// Opens a log to read in it, which somebody may be serving. One of an earlier version is brought up to date first, as it
    /// would be to be served.
    pub fn open(file: &Path) -> Result<Self, OpenError> {
        check_is_there(file)?;
        let told = |error| OpenError::of(file, error);
        if version(file).map_err(told)? < NEWEST {
            drop(brought_up_to_date(file)?);
        }
        if version(file).map_err(told)? > NEWEST {
            return Err(OpenError::TooNew { file: file.to_owned() });
        }
        Self::start(file).map_err(told)
    }

    fn start(file: &Path) -> Result<Self, LogError> {
        let db = open::reader_of(file)?;
        // All that is read with it is of this moment.
        db.execute_batch("BEGIN")?;
        let (log, head) = (log_id(&db)?, head(&db)?);
        let name = meta::get(&db, NAME)?.unwrap_or_default();
        Ok(Self { db, log, name, head })
    }

    /// Which log it is.
    pub fn log(&self) -> &LogId {
        &self.log
    }

    /// The room's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The newest entry's number.
    pub fn head(&self) -> Seq {
        self.head
    }

    /// Who the owner is in the room, once they have been in it.
    pub fn owner(&self) -> Result<Option<You>, LogError> {
        let Some(token) = meta::get::<String>(&self.db, OWNER)? else { return Ok(None) };
        let Ok(token) = MemberToken::try_from(token) else { return Ok(None) };
        read::bearer(&self.db, &token)
    }

    /// As [`crate::Log::read_after`].
    pub fn read_after(&self, after: Seq, limit: usize) -> Result<Slice, LogError> {
        read::after(&self.db, after, limit, self.head)
    }

    /// As [`crate::Log::read_before`].
    pub fn read_before(&self, before: Seq, limit: usize) -> Result<Slice, LogError> {
        read::before(&self.db, before, limit, self.head)
    }

    /// As [`crate::Log::lines`].
    pub fn lines(&self, seqs: &[Seq]) -> Result<Vec<Arc<Entry>>, LogError> {
        rows::these(&self.db, seqs)
    }

    /// As [`crate::Log::about`].
    pub fn about(&self, seqs: &[Seq]) -> Result<Vec<Arc<Entry>>, LogError> {
        rows::about(&self.db, seqs).map(standing)
    }

    /// As [`crate::Log::pins`].
    pub fn pins(&self) -> Result<Vec<Seq>, LogError> {
        read::pins(&self.db)
    }

    /// As [`crate::Log::search`].
    pub fn search(&self, query: &Query, before: Seq, limit: usize) -> Result<Hits, LogError> {
        index::search(&self.db, query, before, limit)
    }
}

/// Which version has written it.
fn version(file: &Path) -> Result<usize, LogError> {
    let version: i64 = open::reader_of(file)?.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or_default())
}
