//! A scan over all entries of a file, a damaged one or a guest's copy included.

use std::collections::VecDeque;
use std::sync::Arc;

use hearth_protocol::{Entry, Seq};
use hearth_store::error::LogError;
use hearth_store::{meta, rows};
use rusqlite::Connection;

use super::meta::HEAD;

/// Entries read at a time.
const CHUNK: usize = 1000;

/// All entries of a file in their order. Where some of them cannot be read together they are read one by one.
pub(crate) struct Entries<'a> {
    db: &'a Connection,
    read: VecDeque<Result<Arc<Entry>, LogError>>,
    after: Seq,
    newest: Seq,
    /// What the newest must be, until it was compared; a guest's copy has no say in that.
    head: Option<Seq>,
}

impl<'a> Entries<'a> {
    pub(crate) fn of(db: &'a Connection) -> Self {
        let newest = match rows::newest(db) {
            Ok(newest) => newest.unwrap_or_default(),
            Err(_) => rows::newest_readable(db),
        };
        let head = meta::seq(db, HEAD).ok().flatten();
        Self { db, read: VecDeque::new(), after: Seq::ZERO, newest, head }
    }

    fn fill(&mut self) {
        let chunk = rows::read_after(self.db, self.after, Seq::MAX, CHUNK);
        match chunk {
            Ok(entries) => {
                self.after = entries.last().map_or(self.newest, |entry| entry.seq);
                self.read.extend(entries.into_iter().map(Ok));
            }
            Err(_) => self.fill_one_by_one(),
        }
    }

    /// That the last ones are gone, said once.
    fn missing_end(&mut self) -> Option<LogError> {
        let head = self.head.take().filter(|head| *head > self.newest)?;
        Some(LogError::Damaged(format!("what comes after entry {}, up to {head}, is missing", self.newest)))
    }

    fn fill_one_by_one(&mut self) {
        for _ in 0..CHUNK {
            if self.after >= self.newest {
                return;
            }
            self.after = self.after.next();
            match rows::at(self.db, self.after) {
                Ok(Some(entry)) => self.read.push_back(Ok(entry)),
                // A number without an entry is no loss.
                Ok(None) => {}
                Err(error) => self.read.push_back(Err(error)),
            }
        }
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Arc<Entry>, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.read.is_empty() && self.after < self.newest {
            self.fill();
        }
        self.read.pop_front().or_else(|| self.missing_end().map(Err))
    }
}
