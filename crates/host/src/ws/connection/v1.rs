//! What a v1 client says, within its rate (rate limiting).

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use hearth_log::{Hits, Log, LogError, Query};
use hearth_protocol::{
    Act, Asked, Body, ClientFrame, CloseCode, DecodeError, Entry, Found, HistoryRequest, LINES_ASKED, Lines,
    LinesRequest, Page, PostId, QUERY_CHARS, RefusalCode, Refused, SearchRequest, Seq, ServerFrame,
    decode_client, named, retry_after_ms,
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

/// The same of what was said about its lines: one that has more of that comes alone.
const ABOUT_BYTES: usize = 64 * 1024;

/// Lines of one answer to a search: more than a person looks through before they type another word.
const FOUND_LINES: u32 = 50;

/// One connection tells the room so often at most that somebody is writing: others are shown it for seconds.
const TYPING_PERIOD: Duration = Duration::from_secs(1);

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
            ClientFrame::Lines(request) if self.within_rate(About::Asked(Asked::Lines)) => {
                self.lines(request).await;
            }
            ClientFrame::Typing if self.tells_typing() => {
                self.ask(Request::Typing { conn: self.conn() }).await;
            }
            ClientFrame::History(_)
            | ClientFrame::Search(_)
            | ClientFrame::Lines(_)
            | ClientFrame::Typing => {}
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

    /// Whether the room is told that they are writing. Told too soon again it says nothing new, and is no more than a frame.
    fn tells_typing(&mut self) -> bool {
        let now = self.context.clock.since_start();
        let is_due = self.typed.is_none_or(|typed| now.saturating_sub(typed) >= TYPING_PERIOD);
        if is_due {
            self.typed = Some(now);
        }
        is_due
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
        let read = slice.entries.len();
        // In the direction of reading.
        if after.is_none() {
            slice.entries.reverse();
        }
        let answer = match Answer::of(slice.entries, &**self.context.fanout.log()).await {
            Ok(answer) => answer,
            Err(error) => return self.cannot_read(Asked::History, &error),
        };
        let Answer { mut entries, about } = answer;
        if after.is_none() {
            entries.reverse();
        }
        let more = slice.more || entries.len() < read;
        self.send_about(about);
        self.send(&ServerFrame::Page(Page { before, after, entries, more }));
    }

    async fn lines(&mut self, LinesRequest { lines, pinned }: LinesRequest) {
        let log = Arc::clone(self.context.fanout.log());
        let answer = async {
            let lines =
                if pinned { log.pins().await? } else { lines.into_iter().take(LINES_ASKED).collect() };
            let entries = log.lines(lines.clone()).await?;
            let kept: Vec<Seq> = entries.iter().map(|entry| entry.seq).collect();
            Ok((lines, kept, Answer::of(entries, &*log).await?))
        };
        let (lines, kept, Answer { entries, about }) = match answer.await {
            Ok(answer) => answer,
            Err(error) => return self.cannot_read(Asked::Lines, &error),
        };
        let rest = kept.into_iter().skip(entries.len()).collect();
        self.send_about(about);
        self.send(&ServerFrame::Lines(Lines { lines, pinned, entries, rest }));
    }

    /// What was said about lines of the answer that follows, in as many frames as it takes.
    fn send_about(&self, about: Vec<Entry>) {
        let mut rest = about.into_iter().peekable();
        while rest.peek().is_some() {
            let mut room = PAGE_TEXT_BYTES;
            let mut entries: Vec<Entry> = Vec::new();
            while let Some(entry) = rest.next_if(|entry| entries.is_empty() || text_bytes(entry) <= room) {
                room = room.saturating_sub(text_bytes(&entry));
                entries.push(entry);
            }
            self.outbound.push_frame(&ServerFrame::About(hearth_protocol::About { entries }));
        }
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
        let found = hits.entries.len();
        let answer = match Answer::of(hits.entries, &**self.context.fanout.log()).await {
            Ok(answer) => answer,
            Err(error) => return self.cannot_read(Asked::Search, &error),
        };
        let Answer { entries, about } = answer;
        self.send_about(about);
        let whole = entries.len() == found;
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
        self.refuse(
            about,
            RefusalCode::RateLimited,
            "too many messages in a short time",
            Some(retry_after_ms(wait)),
        );
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

/// Entries of an answer, and what was said about them.
struct Answer {
    entries: Vec<Entry>,
    about: Vec<Entry>,
}

impl Answer {
    /// As many of these entries as fit, the first ones, and at least one.
    async fn of(entries: Vec<Arc<Entry>>, log: &dyn Log) -> Result<Self, LogError> {
        let lines = entries.iter().filter(|entry| entry.body.is_line() || entry.body == Body::Erased);
        let others = entries.iter().filter_map(|entry| entry.body.about());
        let seqs: BTreeSet<Seq> = lines.map(|entry| entry.seq).chain(others).collect();
        let about = log.about(seqs.into_iter().collect()).await?;
        let removed: BTreeSet<Seq> = about.iter().filter_map(|entry| entry.body.removes()).collect();
        let mut said: HashMap<Seq, usize> = HashMap::new();
        for entry in &about {
            if let Some(line) = entry.body.about() {
                *said.entry(line).or_default() += text_bytes(entry);
            }
        }
        let (mut room, mut room_about) = (PAGE_TEXT_BYTES, ABOUT_BYTES);
        let mut fitting: Vec<Entry> = Vec::new();
        for entry in entries {
            let entry = unless_removed(entry, &removed);
            let (size, more) = (text_bytes(&entry), said.get(&entry.seq).copied().unwrap_or_default());
            if !fitting.is_empty() && (size > room || more > room_about) {
                break;
            }
            (room, room_about) = (room.saturating_sub(size), room_about.saturating_sub(more));
            fitting.push(Arc::unwrap_or_clone(entry));
        }
        let told = |about: &Arc<Entry>| {
            let line = about.body.about();
            fitting.iter().any(|entry| Some(entry.seq) == line)
        };
        let about = about.into_iter().filter(told).map(Arc::unwrap_or_clone).collect();
        Ok(Self { entries: fitting, about })
    }
}

/// An entry as the log has it by now. It was read before what was said about it, and whoever is here may have heard in between that
/// it was taken away: they would keep what comes behind that.
fn unless_removed(entry: Arc<Entry>, removed: &BTreeSet<Seq>) -> Arc<Entry> {
    let line = if entry.body.removes().is_some() { None } else { entry.body.about() };
    if removed.contains(&entry.seq) || line.is_some_and(|line| removed.contains(&line)) {
        return Arc::new(Entry { body: Body::Erased, ..Arc::unwrap_or_clone(entry) });
    }
    entry
}

fn text_bytes(entry: &Entry) -> usize {
    /// Names, ids and punctuation of an entry in JSON.
    const FRAME: usize = 300;
    FRAME + entry.body.heap_bytes()
}

#[cfg(test)]
mod tests {
    use hearth_log::{Draft, MEMORY_LOG_BYTES, MemoryLog};
    use hearth_protocol::{Author, LogId, MemberId, Mentions, Nickname};
    use jiff::Timestamp;

    use super::*;

    fn said(body: Body) -> Draft {
        let nickname = Nickname::new("阿明").expect("a nickname");
        let from = Author { member: MemberId::from_random(1), nickname };
        Draft { at: Timestamp::UNIX_EPOCH, from, id: None, body }
    }

    fn line(text: &str) -> Body {
        Body::Message { text: text.to_owned(), time: None }
    }

    #[tokio::test]
    async fn an_answer_does_not_say_what_was_removed_since_it_was_read() {
        let log = MemoryLog::new(LogId::from_random(1), MEMORY_LOG_BYTES);
        let about = Seq::ZERO.next();
        let changed = Body::Edited { about, text: "机密".to_owned(), mentions: Mentions::default() };
        let drafts = [line("绝密"), changed, line("别的")].map(said);
        log.append(drafts.into(), Vec::new()).await.expect("stored");
        let read = log.read_before(Seq::MAX, 10).await.expect("read").entries;
        log.append(vec![said(Body::Removed { about })], Vec::new()).await.expect("stored");
        // Also where only what was said about the line fits, and not the line.
        for (skipped, bodies) in
            [(0, vec![Body::Erased, Body::Erased, line("别的")]), (1, vec![Body::Erased, line("别的")])]
        {
            let answer = Answer::of(read[skipped..].to_vec(), &log).await.expect("read");
            assert_eq!(answer.entries.into_iter().map(|entry| entry.body).collect::<Vec<_>>(), bodies);
            let told: Vec<_> = answer.about.into_iter().map(|entry| entry.body).collect();
            assert_eq!(told, if skipped == 0 { vec![Body::Removed { about }] } else { vec![] });
        }
    }
}
