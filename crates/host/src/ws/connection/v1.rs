//! What a v1 client says, within its rate (rate limiting).

use std::sync::Arc;

use hearth_log::{Hits, LogError, Query};
use hearth_protocol::{
    Act, Asked, ClientFrame, CloseCode, DecodeError, Entry, Found, HistoryRequest, Page, PostId, QUERY_CHARS,
    RefusalCode, Refused, SearchRequest, Seq, ServerFrame, decode_client, named,
};

use super::{Connection, Next};
use crate::hub::request::Request;
use crate::hub::resume::reads_on;
use crate::room::batch::JoinRequest;

/// A client that only ever gets refusals does not listen to them.
const REFUSALS_IN_A_ROW: u32 = 500;

/// Entries of one history page.
const PAGE_ENTRIES: u32 = 100;

/// Text bytes of one history page: with its names and escapes it stays within a frame.
const PAGE_TEXT_BYTES: usize = 16 * 1024;

/// Lines of one answer to a search: more than a person looks through before they type another word.
const FOUND_LINES: u32 = 50;

/// What a refusal is about.
#[derive(Clone, Copy)]
pub(super) enum About {
    Act(PostId),
    Asked(Asked),
    /// Nothing that the client would know by a name.
    Frame,
}

impl About {
    /// By what a frame is known that cannot be read.
    fn named(text: &str) -> Self {
        let (id, asked) = named(text);
        id.map(Self::Act).or(asked.map(Self::Asked)).unwrap_or(Self::Frame)
    }

    fn of(act: &Act) -> Self {
        let by_kind = || act.asked().map_or(Self::Frame, Self::Asked);
        act.id.map_or_else(by_kind, Self::Act)
    }
}

impl Connection {
    pub(super) async fn hear_v1(&mut self, text: &str) -> Next {
        let frame = match decode_client(text) {
            Ok(frame) => frame,
            Err(error) => {
                let code = match error {
                    DecodeError::UnknownType(_) => RefusalCode::UnknownType,
                    DecodeError::Malformed(_) => RefusalCode::Malformed,
                };
                self.refuse(About::named(text), code, &error.to_string(), None);
                return Next::Read;
            }
        };
        match frame {
            ClientFrame::Hello(hello) if !self.greeted => {
                self.greeted = true;
                let after = reads_on(&hello, &**self.context.fanout.log()).await;
                let join = JoinRequest { conn: self.conn(), hello: Box::new(hello), after, from: self.from };
                self.ask(Request::Hello { outbound: self.outbound.clone(), join }).await;
            }
            ClientFrame::Hello(_) => {
                self.refuse(About::Frame, RefusalCode::HelloExpected, "one hello is enough", None);
            }
            _ if !self.greeted => self.outbound.end(CloseCode::HelloExpected, "a hello comes first"),
            ClientFrame::Act(act) => self.act(act).await,
            ClientFrame::History(request) if self.within_rate(About::Asked(Asked::History)) => {
                self.history(request).await;
            }
            ClientFrame::Search(request) if self.within_rate(About::Asked(Asked::Search)) => {
                self.search(request).await;
            }
            ClientFrame::History(_) | ClientFrame::Search(_) => {}
            ClientFrame::Probed(probed) => self.context.reach.prober.reported(self.conn(), probed),
        }
        Next::Read
    }

    async fn act(&mut self, act: Act) {
        let about = About::of(&act);
        match act.check() {
            Ok(act) if self.within_rate(about) => self.ask(Request::Act { conn: self.conn(), act }).await,
            Ok(_) => {}
            Err(error) => self.refuse(about, error.code(), &error.to_string(), None),
        }
    }

    async fn history(&mut self, HistoryRequest { before, after, limit }: HistoryRequest) {
        let limit = limit.clamp(1, PAGE_ENTRIES) as usize;
        let log = self.context.fanout.log();
        let read = match after {
            Some(after) => log.read_after(after, limit).await,
            None => log.read_before(before, limit).await,
        };
        let mut slice = match read {
            Ok(slice) => slice,
            Err(error) => return self.cannot_read(Asked::History, &error),
        };
        if after.is_some() {
            let read = slice.entries.len();
            slice.entries.retain(|entry| entry.seq < before);
            slice.more &= slice.entries.len() == read;
        }
        // In the direction of reading.
        let near_first: Box<dyn Iterator<Item = &Arc<Entry>>> = match after {
            Some(_) => Box::new(slice.entries.iter()),
            None => Box::new(slice.entries.iter().rev()),
        };
        let mut entries = as_fits(near_first);
        if after.is_none() {
            entries.reverse();
        }
        let more = slice.more || entries.len() < slice.entries.len();
        self.send(&ServerFrame::Page(Page { before, after, entries, more }));
    }

    async fn search(&mut self, SearchRequest { query, before, limit }: SearchRequest) {
        let limit = limit.clamp(1, FOUND_LINES) as usize;
        let from = before.unwrap_or(Seq::MAX);
        let hits = match Query::new(&query) {
            Some(sought) => self.context.fanout.log().search(sought, from, limit).await,
            None => Ok(Hits::default()),
        };
        let hits = match hits {
            Ok(hits) => hits,
            Err(error) => return self.cannot_read(Asked::Search, &error),
        };
        let entries = as_fits(hits.entries.iter());
        let whole = entries.len() == hits.entries.len();
        let reached = if whole { hits.reached } else { entries.last().map_or(from, |entry| entry.seq) };
        let query = query.chars().take(QUERY_CHARS).collect();
        self.send(&ServerFrame::Found(Found { query, before, entries, more: hits.more || !whole, reached }));
    }

    fn cannot_read(&mut self, asked: Asked, error: &LogError) {
        tracing::error!(%error, "the log cannot be read");
        self.refuse(About::Asked(asked), RefusalCode::Storage, &error.to_string(), None);
    }

    fn within_rate(&mut self, about: About) -> bool {
        let now = self.context.clock.since_start();
        let Some(Err(wait)) = self.rate.as_mut().map(|rate| rate.take(now)) else {
            self.refusals = 0;
            return true;
        };
        let wait = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX).max(1);
        self.refuse(about, RefusalCode::RateLimited, "too many messages in a short time", Some(wait));
        false
    }

    pub(super) fn refuse(&mut self, about: About, code: RefusalCode, why: &str, retry_after_ms: Option<u32>) {
        self.refusals += 1;
        if self.refusals > REFUSALS_IN_A_ROW {
            self.outbound.end(CloseCode::Policy, "too many refusals");
            return;
        }
        let (id, of) = match about {
            About::Act(id) => (Some(id), None),
            About::Asked(asked) => (None, Some(asked)),
            About::Frame => (None, None),
        };
        self.send(&ServerFrame::Refused(Refused { id, of, code, message: why.to_owned(), retry_after_ms }));
    }

    fn send(&self, frame: &ServerFrame) {
        self.outbound.push_frame(frame);
        self.outbound.flush();
    }
}

/// As many of these entries as fit in a frame, and at least one.
fn as_fits<'a>(entries: impl Iterator<Item = &'a Arc<Entry>>) -> Vec<Entry> {
    let mut room = PAGE_TEXT_BYTES;
    let fitting = entries.take_while(|entry| {
        let size = text_bytes(entry);
        let fits = size <= room || room == PAGE_TEXT_BYTES;
        room = room.saturating_sub(size);
        fits
    });
    fitting.map(|entry| Entry::clone(entry)).collect()
}

fn text_bytes(entry: &Entry) -> usize {
    /// Names, ids and punctuation of an entry in JSON.
    const FRAME: usize = 300;
    FRAME + entry.body.heap_bytes()
}
