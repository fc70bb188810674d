//! The driver's hand on a room's file: gives it the work that is due, and hears of what is done. It never blocks.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use hearth_store::error::LogError;
use tokio::sync::oneshot;

use super::{
    file::RoomFile,
    write_ahead::{Keeping, Released, Work, WriteAhead},
};
use crate::{
    record::{CacheQuery, Kept, Record},
    session::event::Event,
    update::KeepTrouble,
};

/// What the file has done.
pub(crate) enum Done {
    /// The work that it was given, or it has failed.
    Work(Result<(), KeepTrouble>),
    /// A query is answered.
    Answer(Event<'static>),
}

/// A room's file, if there is one, and what waits for it.
pub(crate) struct Disk {
    ahead: WriteAhead,
    file: Option<Arc<RoomFile>>,
    work: Option<oneshot::Receiver<Result<(), LogError>>>,
    /// The session has one query of a kind; those that it replaced may still be under way.
    answers: FuturesUnordered<BoxFuture<'static, Event<'static>>>,
}

impl Disk {
    /// `again`: how long to wait after a failure before trying again.
    pub(crate) fn new(file: Option<RoomFile>, again: Duration) -> Self {
        let ahead = WriteAhead::new(file.is_some(), again);
        Self { ahead, file: file.map(Arc::new), work: None, answers: FuturesUnordered::new() }
    }

    /// A record is to be kept.
    pub(crate) fn keep(&mut self, record: Record, now: Duration) {
        self.ahead.keep(record, now);
    }

    /// A frame is to be sent. Gives it back if it may go now.
    pub(crate) fn send(&mut self, frame: String) -> Option<String> {
        self.ahead.send(frame)
    }

    /// The file is asked something.
    pub(crate) fn ask(&mut self, query: CacheQuery, now: Duration) {
        if let Some(query) = self.ahead.ask(query, now) {
            self.look_up(query);
        }
    }

    /// What was to be sent on the link that is gone need not wait any more.
    pub(crate) fn link_lost(&mut self) {
        self.ahead.link_lost();
    }

    /// When there is work.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.ahead.deadline()
    }

    /// Whether a frame waits, or a record is on its way.
    pub(crate) fn is_busy(&self) -> bool {
        self.file.is_some() && self.ahead.is_busy()
    }

    /// What there is to write is to be written without waiting for more, or for the time of the next try.
    pub(crate) fn hurry(&mut self, now: Duration) {
        self.ahead.hurry(now);
    }

    /// Gives the file the work that is due. `whole`: all that there is to keep.
    pub(crate) fn work(&mut self, now: Duration, whole: impl FnOnce() -> Kept) {
        let Some(file) = &self.file else { return };
        let Some(work) = self.ahead.take(now) else { return };
        let records = match work {
            Work::Records(records) => records,
            Work::Whole { anew } => vec![Record::Whole { kept: Box::new(whole()), anew }],
        };
        self.work = Some(file.write(records));
    }

    /// Waits for the file to have done something. May be dropped at any time.
    pub(crate) async fn next(&mut self) -> Done {
        let work = async {
            match &mut self.work {
                // A reply that was dropped tells that nobody does the work any more.
                Some(work) => work.await.unwrap_or(Err(LogError::Closed)),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            outcome = work => {
                self.work = None;
                Done::Work(outcome.map_err(KeepTrouble::from))
            }
            Some(answer) = self.answers.next() => Done::Answer(answer),
        }
    }

    /// The work is done: gives the frames that may go now, and whether keeping works, if that has changed.
    pub(crate) fn done(
        &mut self,
        outcome: Result<(), KeepTrouble>,
        now: Duration,
    ) -> (Vec<String>, Option<Keeping>) {
        let Released { frames, queries, keeping } = self.ahead.done(outcome, now);
        for query in queries {
            self.look_up(query);
        }
        (frames, keeping)
    }

    /// Waits until the file is let go of.
    pub(crate) async fn close(self) {
        let Self { file, answers, .. } = self;
        // Who has asked is no longer there, and nobody else holds the file.
        drop(answers);
        if let Some(file) = file.and_then(Arc::into_inner) {
            file.close().await;
        }
    }

    fn look_up(&mut self, query: CacheQuery) {
        let Some(file) = self.file.clone() else { return };
        self.answers.push(
            async move {
                match query {
                    CacheQuery::History { request, log, head } => {
                        let (found, about) = file.recall(request, log.clone(), head).await;
                        Event::Recalled { request, log, found, about }
                    }
                    CacheQuery::Search { request, log } => {
                        let (found, about) = file.search(request, log).await;
                        Event::Searched { found, about }
                    }
                    CacheQuery::Lines { request, log } => {
                        let (lines, about) = file.lines(request.clone(), log).await;
                        Event::Looked { request, lines, about }
                    }
                }
            }
            .boxed(),
        );
    }
}
