//! Requests to the host that have one answer: entries from the past, and searches. The newest of a kind takes the place of
//! the one before; a request outlives the link that it was made on.

use std::time::Duration;

use hearth_protocol::{
    ClientFrame, Dialect, Entry, Found, Gap, HistoryRequest, Lines, LinesRequest, LogId, Page, RefusalCode,
    SearchRequest, Seq, encode,
};

use super::{
    HostKnows, Session,
    event::{Effect, Now},
    sanitize,
};
use crate::{
    record::{CacheQuery, Record},
    update::RoomUpdate,
};

/// How long to wait when the host does not say.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);

/// A request under way.
#[derive(Debug, Clone)]
pub(super) struct Pending<T> {
    request: T,
    /// When it may go out again, if the host said to wait.
    not_before: Option<Duration>,
    /// The copy that is kept here is looked at.
    here: bool,
}

impl<T: Clone> Pending<T> {
    fn new(request: T) -> Self {
        Self { request, not_before: None, here: false }
    }

    /// What was held back and may go out now.
    fn take_due(&mut self, now: Now) -> Option<T> {
        self.not_before.take_if(|at| *at <= now.elapsed).map(|_| self.request.clone())
    }
}

/// The requests under way.
#[derive(Debug, Default)]
pub(super) struct Requests {
    history: Option<Pending<HistoryRequest>>,
    search: Option<Pending<SearchRequest>>,
    lines: Option<Pending<LinesRequest>>,
}

impl Requests {
    /// When a request is to be asked again.
    pub(super) fn due(&self) -> Option<Duration> {
        let history = self.history.as_ref().and_then(|pending| pending.not_before);
        let search = self.search.as_ref().and_then(|pending| pending.not_before);
        let lines = self.lines.as_ref().and_then(|pending| pending.not_before);
        history.into_iter().chain(search).chain(lines).min()
    }

    /// Whether the host is to answer something that has lines.
    fn asks_host(&self) -> bool {
        self.history.as_ref().is_some_and(|pending| !pending.here)
            || self.search.as_ref().is_some_and(|pending| !pending.here)
            || self.lines.as_ref().is_some_and(|pending| !pending.here)
    }
}

impl Session {
    /// What is kept here is here at once; only what is not is asked of the host.
    pub(super) fn ask_history(&mut self, request: HistoryRequest) {
        let head = self.timeline.head();
        let pending = self.requests.history.insert(Pending::new(request));
        match self.timeline.log().cloned() {
            Some(log) if self.remembers => {
                pending.here = true;
                self.effects.push(Effect::Ask(CacheQuery::History { request, log, head }));
            }
            _ => self.ask_host(request),
        }
    }

    fn ask_host(&mut self, request: HistoryRequest) {
        match self.speaking() {
            Some(Dialect::V1) => self.send_frame(&ClientFrame::History(request)),
            // Such a server keeps nothing.
            Some(Dialect::Classic) => {
                self.requests.history = None;
                self.answer_history(request);
            }
            // Whoever jumped to a place that the copy has, and reads on from there, is told at once that the copy ends.
            None if self.remembers && request.after.is_some() => {
                self.requests.history = None;
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
        about: Vec<Entry>,
    ) {
        let asked = self.requests.history.as_mut().filter(|q| q.here && q.request == request);
        // The answer to a request that was replaced meanwhile interests nobody.
        let Some(pending) = asked else { return };
        pending.here = false;
        match found.filter(|_| self.timeline.log() == Some(log)) {
            Some((page, mut gaps)) => {
                self.requests.history = None;
                // At the oldest entry the copy knows that the host has no older one, and need not have been told a gap.
                let before = no_longer_kept(&page).filter(|gap| page.after.is_none() && !gaps.contains(gap));
                gaps.extend(before);
                self.tell_about(about);
                self.tell(RoomUpdate::Older { page, gaps });
            }
            None => self.ask_host(request),
        }
    }

    /// The host knows all that the room keeps. Where it cannot be asked, the copy is searched.
    pub(super) fn ask_search(&mut self, request: SearchRequest) {
        if self.speaking() == Some(Dialect::V1) {
            self.requests.search = Some(Pending::new(request.clone()));
            self.send_frame(&ClientFrame::Search(request));
        } else {
            self.search_here(request);
        }
    }

    fn search_here(&mut self, request: SearchRequest) {
        match self.timeline.log().cloned() {
            Some(log) if self.remembers => {
                self.requests.search = Some(Pending { here: true, ..Pending::new(request.clone()) });
                self.effects.push(Effect::Ask(CacheQuery::Search { request, log }));
            }
            _ => self.answer_search(request),
        }
    }

    /// The link is lost, and may be for long: a search that the host has not answered is made in the copy.
    pub(super) fn search_here_instead(&mut self) {
        if self.remembers
            && let Some(pending) = self.requests.search.take_if(|pending| !pending.here)
        {
            self.search_here(pending.request);
        }
    }

    /// The copy was searched.
    pub(super) fn on_searched(&mut self, found: Found, about: Vec<Entry>) {
        if self.requests.search.take_if(|q| q.here && is_answer(q, &found)).is_some() {
            self.tell_about(about);
            self.tell(RoomUpdate::Found { found, whole: false });
        }
    }

    /// Asks again for what was held back at the host's wish, once its time has come.
    pub(super) fn ask_what_is_due(&mut self, now: Now) {
        if let Some(request) = self.requests.history.as_mut().and_then(|q| q.take_due(now)) {
            self.send_frame(&ClientFrame::History(request));
        }
        if let Some(request) = self.requests.search.as_mut().and_then(|q| q.take_due(now)) {
            self.send_frame(&ClientFrame::Search(request));
        }
        if let Some(request) = self.requests.lines.as_mut().and_then(|q| q.take_due(now)) {
            self.send_frame(&ClientFrame::Lines(request));
        }
    }

    /// In the room again, over a new link: what was not answered is asked once more.
    pub(super) fn ask_again(&mut self) {
        if let Some(pending) = self.requests.history.as_mut().filter(|pending| !pending.here) {
            pending.not_before = None;
            let frame = ClientFrame::History(pending.request);
            self.send_frame(&frame);
        }
        if let Some(pending) = self.requests.search.as_mut().filter(|pending| !pending.here) {
            pending.not_before = None;
            let frame = ClientFrame::Search(pending.request.clone());
            self.send_frame(&frame);
        }
        if let Some(pending) = self.requests.lines.take_if(|pending| !pending.here) {
            self.ask_lines(pending.request);
        }
    }

    /// What is asked for counts in a log that is no more, or of a server that keeps none.
    pub(super) fn drop_requests(&mut self) {
        let Requests { history, search, lines } = std::mem::take(&mut self.requests);
        if let Some(pending) = history {
            self.answer_history(pending.request);
        }
        if let Some(pending) = search {
            self.answer_search(pending.request);
        }
        if let Some(pending) = lines {
            self.answer_lines(&pending.request);
        }
    }

    /// The host knows how they stand; where it cannot be asked, the copy is looked at.
    pub(super) fn ask_lines(&mut self, request: LinesRequest) {
        if self.speaking() == Some(Dialect::V1) && self.host_knows == HostKnows::Talk {
            self.requests.lines = Some(Pending::new(request.clone()));
            self.send_frame(&ClientFrame::Lines(request));
        } else {
            self.look_here(request);
        }
    }

    fn look_here(&mut self, request: LinesRequest) {
        match self.timeline.log().cloned() {
            Some(log) if self.remembers => {
                self.requests.lines = Some(Pending { here: true, ..Pending::new(request.clone()) });
                self.effects.push(Effect::Ask(CacheQuery::Lines { request, log }));
            }
            _ => self.answer_lines(&request),
        }
    }

    /// The copy was looked at.
    pub(super) fn on_looked(&mut self, request: &LinesRequest, lines: Lines, about: Vec<Entry>) {
        if self.requests.lines.take_if(|q| q.here && q.request == *request).is_some() {
            self.tell_about(about);
            self.tell(RoomUpdate::Lines { lines });
        }
    }

    pub(super) fn on_lines(&mut self, lines: Lines) {
        let is_asked = |q: &mut Pending<LinesRequest>| {
            !q.here && q.request.pinned == lines.pinned && (lines.pinned || q.request.lines == lines.lines)
        };
        if self.requests.lines.take_if(is_asked).is_none() {
            return;
        }
        let lines = sanitize::lines(lines);
        self.keep(Record::Single(lines.entries.clone()));
        self.tell(RoomUpdate::Lines { lines });
    }

    pub(super) fn lines_refused(&mut self, code: RefusalCode, retry_after: Option<Duration>, now: Now) {
        let Some(pending) = self.requests.lines.as_mut().filter(|pending| !pending.here) else { return };
        if code == RefusalCode::RateLimited {
            pending.not_before = Some(now.elapsed + retry_after.unwrap_or(DEFAULT_PAUSE));
        } else if let Some(pending) = self.requests.lines.take() {
            self.look_here(pending.request);
        }
    }

    /// None of them is to be had.
    fn answer_lines(&mut self, LinesRequest { lines, pinned }: &LinesRequest) {
        let lines = if *pinned { Vec::new() } else { lines.clone() };
        self.tell(RoomUpdate::Lines {
            lines: Lines { lines, pinned: *pinned, entries: Vec::new(), rest: Vec::new() },
        });
    }

    /// What was said about lines of an answer that is to come.
    pub(super) fn on_about(&mut self, entries: Vec<Entry>) {
        if !self.requests.asks_host() {
            tracing::debug!("nobody asked about any line");
            return;
        }
        let entries = sanitize::about(entries);
        self.keep(Record::Single(entries.clone()));
        self.tell_about(entries);
    }

    fn tell_about(&mut self, entries: Vec<Entry>) {
        if !entries.is_empty() {
            self.tell(RoomUpdate::About { entries });
        }
    }

    pub(super) fn on_page(&mut self, page: Page, now: Now) {
        let asked = |q: &mut Pending<HistoryRequest>| {
            !q.here && (q.request.before, q.request.after) == (page.before, page.after)
        };
        let Some(Pending { request, .. }) = self.requests.history.take_if(asked) else {
            tracing::debug!("a page that nobody asked for, or no more, is ignored");
            return;
        };
        let page = sanitize::page(page, request);
        for id in page.entries.iter().filter_map(|entry| entry.id) {
            self.outbox.confirm(id);
        }
        self.keep(Record::Page(page.clone()));
        let gaps = no_longer_kept(&page).into_iter().collect();
        self.tell(RoomUpdate::Older { page, gaps });
        self.pump(now);
    }

    pub(super) fn on_found(&mut self, found: Found) {
        // The answer to a request that was replaced meanwhile interests nobody.
        let asked = |q: &mut Pending<SearchRequest>| !q.here && is_answer(q, &found);
        if let Some(Pending { request, .. }) = self.requests.search.take_if(asked) {
            let found = sanitize::found(found, &request);
            self.tell(RoomUpdate::Found { found, whole: true });
        }
    }

    pub(super) fn history_refused(&mut self, code: RefusalCode, retry_after: Option<Duration>, now: Now) {
        let Some(pending) = self.requests.history.as_mut().filter(|pending| !pending.here) else {
            return;
        };
        if code == RefusalCode::RateLimited {
            pending.not_before = Some(now.elapsed + retry_after.unwrap_or(DEFAULT_PAUSE));
            return;
        }
        // Told as the end, so that nobody waits for it or asks in a loop.
        let request = pending.request;
        self.requests.history = None;
        self.answer_history(request);
    }

    pub(super) fn search_refused(&mut self, code: RefusalCode, retry_after: Option<Duration>, now: Now) {
        let Some(pending) = self.requests.search.as_mut().filter(|pending| !pending.here) else { return };
        if code == RefusalCode::RateLimited {
            pending.not_before = Some(now.elapsed + retry_after.unwrap_or(DEFAULT_PAUSE));
        } else if let Some(pending) = self.requests.search.take_if(|pending| !pending.here) {
            self.search_here(pending.request);
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

fn is_answer(pending: &Pending<SearchRequest>, found: &Found) -> bool {
    pending.request.query == found.query && pending.request.before == found.before
}
