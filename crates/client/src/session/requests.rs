//! What was asked of the host and has one answer: entries from the past, and searches. The newest question of a kind
//! takes the place of the one before; a question outlives the link that it was asked on.

use std::time::Duration;

use hearth_protocol::{
    ClientFrame, Dialect, Found, Gap, HistoryRequest, LogId, Page, RefusalCode, SearchRequest, Seq, encode,
};

use super::{Effect, Now, Session, bounds};
use crate::{
    RoomUpdate,
    keep::{self, Record},
};

/// How long to wait when the host does not say.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);

/// A question under way.
#[derive(Debug, Clone)]
pub(super) struct Question<T> {
    request: T,
    /// When it may go out again, if the host said to wait.
    not_before: Option<Duration>,
    /// The copy that is kept here is looked at.
    here: bool,
}

impl<T: Clone> Question<T> {
    fn new(request: T) -> Self {
        Self { request, not_before: None, here: false }
    }

    /// What was held back and may go out now.
    fn take_due(&mut self, now: Now) -> Option<T> {
        self.not_before.take_if(|at| *at <= now.elapsed).map(|_| self.request.clone())
    }
}

/// The questions under way.
#[derive(Debug, Default)]
pub(super) struct Questions {
    history: Option<Question<HistoryRequest>>,
    search: Option<Question<SearchRequest>>,
}

impl Questions {
    /// When a question is to be asked again.
    pub(super) fn due(&self) -> Option<Duration> {
        let history = self.history.as_ref().and_then(|question| question.not_before);
        let search = self.search.as_ref().and_then(|question| question.not_before);
        history.into_iter().chain(search).min()
    }
}

impl Session {
    /// What is kept here is here at once; only what is not is asked of the host.
    pub(super) fn ask_history(&mut self, request: HistoryRequest) {
        let head = self.timeline.head();
        let question = self.questions.history.insert(Question::new(request));
        match self.timeline.log().cloned() {
            Some(log) if self.remembers => {
                question.here = true;
                self.effects.push(Effect::Ask(keep::Question::History { request, log, head }));
            }
            _ => self.ask_host(request),
        }
    }

    fn ask_host(&mut self, request: HistoryRequest) {
        match self.speaking() {
            Some(Dialect::V1) => self.send_frame(&ClientFrame::History(request)),
            // Such a server keeps nothing.
            Some(Dialect::Classic) => {
                self.questions.history = None;
                self.answer_history(request);
            }
            // Whoever jumped to a place that the copy has, and reads on from there, is told at once that the copy ends.
            None if self.remembers && request.after.is_some() => {
                self.questions.history = None;
                self.tell_nothing(request, true);
            }
            // It waits for the link.
            None => {}
        }
    }

    /// The copy has answered.
    pub(super) fn on_recalled(
        &mut self,
        request: HistoryRequest,
        log: &LogId,
        found: Option<(Page, Vec<Gap>)>,
    ) {
        let asked = self.questions.history.as_mut().filter(|q| q.here && q.request == request);
        // The answer to a question that was replaced meanwhile interests nobody.
        let Some(question) = asked else { return };
        question.here = false;
        match found.filter(|_| self.timeline.log() == Some(log)) {
            Some((page, mut gaps)) => {
                self.questions.history = None;
                // At the oldest entry the copy knows that the host has no older one, and need not have been told a gap.
                let before = no_longer_kept(&page).filter(|gap| page.after.is_none() && !gaps.contains(gap));
                gaps.extend(before);
                self.tell(RoomUpdate::Older { page, gaps });
            }
            None => self.ask_host(request),
        }
    }

    /// The host knows all that the room keeps. Where it cannot be asked, the copy is searched.
    pub(super) fn ask_search(&mut self, request: SearchRequest) {
        if self.speaking() == Some(Dialect::V1) {
            self.questions.search = Some(Question::new(request.clone()));
            self.send_frame(&ClientFrame::Search(request));
        } else {
            self.search_here(request);
        }
    }

    fn search_here(&mut self, request: SearchRequest) {
        match self.timeline.log().cloned() {
            Some(log) if self.remembers => {
                self.questions.search = Some(Question { here: true, ..Question::new(request.clone()) });
                self.effects.push(Effect::Ask(keep::Question::Search { request, log }));
            }
            _ => self.answer_search(request),
        }
    }

    /// The link is lost, and may be for long: a search that the host has not answered is made in the copy.
    pub(super) fn search_here_instead(&mut self) {
        if self.remembers
            && let Some(question) = self.questions.search.take_if(|question| !question.here)
        {
            self.search_here(question.request);
        }
    }

    /// The copy was searched.
    pub(super) fn on_searched(&mut self, found: Found) {
        if self.questions.search.take_if(|q| q.here && is_answer(q, &found)).is_some() {
            self.tell(RoomUpdate::Found { found, whole: false });
        }
    }

    /// Asks again for what was held back at the host's wish, once its time has come.
    pub(super) fn ask_what_is_due(&mut self, now: Now) {
        if let Some(request) = self.questions.history.as_mut().and_then(|q| q.take_due(now)) {
            self.send_frame(&ClientFrame::History(request));
        }
        if let Some(request) = self.questions.search.as_mut().and_then(|q| q.take_due(now)) {
            self.send_frame(&ClientFrame::Search(request));
        }
    }

    /// In the room again, over a new link: what was not answered is asked once more.
    pub(super) fn ask_again(&mut self) {
        if let Some(question) = self.questions.history.as_mut().filter(|question| !question.here) {
            question.not_before = None;
            let frame = ClientFrame::History(question.request);
            self.send_frame(&frame);
        }
        if let Some(question) = self.questions.search.as_mut().filter(|question| !question.here) {
            question.not_before = None;
            let frame = ClientFrame::Search(question.request.clone());
            self.send_frame(&frame);
        }
    }

    /// What is asked for counts in a log that is no more, or of a server that keeps none.
    pub(super) fn drop_questions(&mut self) {
        let Questions { history, search } = std::mem::take(&mut self.questions);
        if let Some(question) = history {
            self.answer_history(question.request);
        }
        if let Some(question) = search {
            self.answer_search(question.request);
        }
    }

    pub(super) fn on_page(&mut self, page: Page, now: Now) {
        let asked = |q: &mut Question<HistoryRequest>| {
            !q.here && (q.request.before, q.request.after) == (page.before, page.after)
        };
        let Some(Question { request, .. }) = self.questions.history.take_if(asked) else {
            tracing::debug!("a page that nobody asked for, or no more, is ignored");
            return;
        };
        let page = bounds::page(page, request);
        for id in page.entries.iter().filter_map(|entry| entry.id) {
            self.outbox.confirm(id);
        }
        self.keep(Record::Page(page.clone()));
        let gaps = no_longer_kept(&page).into_iter().collect();
        self.tell(RoomUpdate::Older { page, gaps });
        self.pump(now);
    }

    pub(super) fn on_found(&mut self, found: Found) {
        // The answer to a question that was replaced meanwhile interests nobody.
        let asked = |q: &mut Question<SearchRequest>| !q.here && is_answer(q, &found);
        if let Some(Question { request, .. }) = self.questions.search.take_if(asked) {
            let found = bounds::found(found, &request);
            self.tell(RoomUpdate::Found { found, whole: true });
        }
    }

    pub(super) fn history_refused(&mut self, code: RefusalCode, retry_after: Option<Duration>, now: Now) {
        let Some(question) = self.questions.history.as_mut().filter(|question| !question.here) else {
            return;
        };
        if code == RefusalCode::RateLimited {
            question.not_before = Some(now.elapsed + retry_after.unwrap_or(DEFAULT_PAUSE));
            return;
        }
        // Told as the end, so that nobody waits for it or asks in a loop.
        let request = question.request;
        self.questions.history = None;
        self.answer_history(request);
    }

    pub(super) fn search_refused(&mut self, code: RefusalCode, retry_after: Option<Duration>, now: Now) {
        let Some(question) = self.questions.search.as_mut().filter(|question| !question.here) else { return };
        if code == RefusalCode::RateLimited {
            question.not_before = Some(now.elapsed + retry_after.unwrap_or(DEFAULT_PAUSE));
        } else if let Some(question) = self.questions.search.take_if(|question| !question.here) {
            self.search_here(question.request);
        }
    }

    /// Nothing more is to be had.
    fn answer_history(&mut self, request: HistoryRequest) {
        self.tell_nothing(request, false);
    }

    /// An empty page; `more`: there is more, and not here.
    fn tell_nothing(&mut self, request: HistoryRequest, more: bool) {
        let HistoryRequest { before, after, .. } = request;
        let page = Page { before, after, entries: Vec::new(), more };
        self.tell(RoomUpdate::Older { page, gaps: Vec::new() });
    }

    /// The host cannot be asked.
    fn answer_search(&mut self, request: SearchRequest) {
        let SearchRequest { query, before, .. } = request;
        self.tell(RoomUpdate::Found {
            found: Found { query, before, entries: Vec::new(), more: false, reached: Seq::ZERO },
            whole: false,
        });
    }

    pub(super) fn send_frame(&mut self, frame: &ClientFrame) {
        self.effects.push(Effect::Send(encode(frame)));
    }
}

/// What a host has let go of, as its page shows by where it begins.
fn no_longer_kept(page: &Page) -> Option<Gap> {
    let first = page.entries.first();
    let (after, to) = match page.after {
        Some(after) => (after, first?.prev),
        None if page.more => return None,
        // The oldest that there is.
        None => (Seq::ZERO, first?.prev),
    };
    (to > after).then_some(Gap { after, to })
}

fn is_answer(question: &Question<SearchRequest>, found: &Found) -> bool {
    question.request.query == found.query && question.request.before == found.before
}
