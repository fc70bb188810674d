//! The file of a room, in use.

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use hearth_protocol::{
    Entry, Found, Gap, HistoryRequest, Lines, LinesRequest, LogId, Page, SearchRequest, Seq,
};
use hearth_store::{error::LogError, index::Indexer, open, reader::Reader, writer::Writer};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{apply::Write, lines, recall, search};
use crate::record::Record;

/// A room's file. When it is dropped, what was handed over is still written, and then the file is let go of.
#[derive(Debug)]
pub(crate) struct RoomFile {
    writer: Writer,
    /// Pages of the conversation.
    reader: Reader,
    /// Searches have a thread of their own: a slow one holds up nobody who scrolls.
    searcher: Reader,
    only_lines: bool,
    /// Traces of what was taken away may be left.
    traces: Arc<AtomicBool>,
}

impl RoomFile {
    /// Starts the threads that write and read it. `with_it` is let go of together with the file.
    pub(super) fn start(
        file: &Path,
        db: Connection,
        only_lines: bool,
        with_it: impl Send + 'static,
    ) -> Result<Self, LogError> {
        let reader = Reader::start(open::reader_of(file)?, "room-reader")?;
        let searcher = Reader::start(open::reader_of(file)?, "room-searcher")?;
        let writer = Writer::start(db, Indexer::default(), with_it)?;
        Ok(Self { writer, reader, searcher, only_lines, traces: Arc::default() })
    }

    /// Hands records over. They are kept when the answer says so: all of them, or none.
    pub(crate) fn write(&self, records: Vec<Record>) -> oneshot::Receiver<Result<(), LogError>> {
        let (reply, outcome) = oneshot::channel();
        // One write at a time is under way, so there is room; were there none, the dropped reply would tell.
        let _ = self.writer.try_submit(Box::new(Write {
            records,
            only_lines: self.only_lines,
            erased: false,
            traces: Arc::clone(&self.traces),
            reply,
        }));
        outcome
    }

    /// History of this log, which is known up to `head`; `None` when the copy does not have it.
    pub(crate) async fn recall(
        &self,
        request: HistoryRequest,
        log: LogId,
        head: Seq,
    ) -> (Option<(Page, Vec<Gap>)>, Vec<Entry>) {
        let answer = self.reader.read(move |db| {
            let found = recall::answer(db, request, &log, head)?;
            let entries = found.iter().flat_map(|(page, _)| &page.entries);
            let about = lines::about(db, entries)?;
            Ok((found, about))
        });
        answer.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the copy of a room cannot be read there");
            (None, Vec::new())
        })
    }

    /// Single lines of this log.
    pub(crate) async fn lines(&self, request: LinesRequest, log: LogId) -> (Lines, Vec<Entry>) {
        let nothing = lines::nothing(&request);
        let answer = self.reader.read(move |db| lines::answer(db, &request, &log)).await;
        answer.unwrap_or_else(|error| {
            tracing::warn!(%error, "the copy of a room cannot be read");
            (nothing, Vec::new())
        })
    }

    /// Lines of this log that match.
    pub(crate) async fn search(&self, request: SearchRequest, log: LogId) -> (Found, Vec<Entry>) {
        let nothing = search::nothing(&request);
        let answer = self.searcher.read(move |db| {
            let found = search::answer(db, &request, &log)?;
            let about = lines::about(db, &found.entries)?;
            Ok((found, about))
        });
        answer.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the copy of a room cannot be searched");
            (nothing, Vec::new())
        })
    }

    /// Waits until what was handed over is written and the file is let go of.
    pub(crate) async fn close(self) {
        let Self { writer, reader, searcher, .. } = self;
        drop((reader, searcher));
        writer.close().await;
    }
}
