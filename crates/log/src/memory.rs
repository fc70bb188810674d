//! A log in memory: gone with the process, and bounded.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use hearth_protocol::{Body, Entry, InviteId, LogId, MemberId, PostId, Seq, pinned, standing};
use hearth_store::error::LogError;
use hearth_store::hits::Hits;
use hearth_store::query::Query;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::log::{Appended, Draft, Enrolment, KNOWN_AFTER_TRIM, KnownMember, Log, Slice, behind, take_back};

/// How much a memory log keeps unless told otherwise: some 300,000 short lines.
pub const MEMORY_LOG_BYTES: usize = 64 * 1024 * 1024;

/// Lines looked at for one search: it holds the lock, and some milliseconds are what others may wait for it.
const LOOKED_AT: usize = 2_000;

/// What an entry costs beside its texts: itself, its place in the queue and in the index.
const ENTRY_OVERHEAD: usize = size_of::<Entry>() + 128;

/// A log in memory. When it is full, the oldest entries go.
#[derive(Debug)]
pub struct MemoryLog {
    id: LogId,
    head: watch::Sender<Seq>,
    kept: Mutex<Contents>,
    max_bytes: usize,
}

#[derive(Debug, Default)]
struct Contents {
    entries: VecDeque<Arc<Entry>>,
    posts: HashMap<(MemberId, PostId), Seq>,
    /// The keys in `posts` whose entries are gone, the longest gone first.
    trimmed: VecDeque<(MemberId, PostId)>,
    /// The places of what was said about each entry, oldest first.
    about: HashMap<Seq, Vec<Seq>>,
    trimmed_to: Seq,
    bytes: usize,
    settings: HashMap<&'static str, String>,
    admitted: HashMap<InviteId, u64>,
}

impl MemoryLog {
    /// Makes an empty log that keeps about `max_bytes`.
    pub fn new(id: LogId, max_bytes: usize) -> Self {
        Self { id, head: watch::Sender::new(Seq::ZERO), kept: Mutex::default(), max_bytes }
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        // Every change below is complete before anything can panic, so a poisoned lock holds sound data.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append_now(&self, drafts: Vec<Draft>, enrolled: Vec<Enrolment>) -> Vec<Appended> {
        let mut contents = self.contents();
        for invite in enrolled.into_iter().filter_map(|enrolment| enrolment.invite) {
            *contents.admitted.entry(invite).or_default() += 1;
        }
        let mut head = *self.head.borrow();
        let mut appended = Vec::new();
        for draft in drafts {
            let one = contents.append(draft, appended.last(), &mut head);
            if let Appended::Stored(entry) = &one
                && let Some(line) = entry.body.removes()
            {
                contents.erase(line);
                take_back(&mut appended, line);
            }
            appended.push(one);
        }
        contents.trim(self.max_bytes);
        // Under the lock: the next append takes its first number from the head.
        self.head.send_if_modified(|seq| std::mem::replace(seq, head) != head);
        appended
    }

    fn after(&self, after: Seq, limit: usize) -> Slice {
        let contents = self.contents();
        let start = contents.entries.partition_point(|entry| entry.seq <= after);
        let entries: Vec<_> = contents.entries.iter().skip(start).take(limit).cloned().collect();
        let more = start + entries.len() < contents.entries.len();
        let trimmed_to = (after < contents.trimmed_to).then_some(contents.trimmed_to);
        Slice { trimmed_to, entries, more }
    }

    fn before(&self, before: Seq, limit: usize) -> Slice {
        let contents = self.contents();
        let end = contents.entries.partition_point(|entry| entry.seq < before);
        let start = end.saturating_sub(limit);
        let entries = contents.entries.range(start..end).cloned().collect();
        let trimmed_to = (start == 0 && contents.trimmed_to > Seq::ZERO).then_some(contents.trimmed_to);
        Slice { trimmed_to, entries, more: start > 0 }
    }

    fn matching(&self, query: &Query, before: Seq, limit: usize) -> Hits {
        let contents = self.contents();
        let end = contents.entries.partition_point(|entry| entry.seq < before);
        let mut hits = Hits { reached: before, ..Hits::default() };
        for (looked, entry) in contents.entries.range(..end).rev().enumerate() {
            if hits.entries.len() == limit || looked == LOOKED_AT {
                hits.more = true;
                break;
            }
            hits.reached = entry.seq;
            if contents.text_now(entry).is_some_and(|text| query.matches(text)) {
                hits.entries.push(Arc::clone(entry));
            }
        }
        hits
    }
}

impl Contents {
    fn at(&self, seq: Seq) -> Option<&Arc<Entry>> {
        let at = self.entries.binary_search_by_key(&seq, |entry| entry.seq).ok()?;
        Some(&self.entries[at])
    }

    fn about(&self, seqs: &[Seq]) -> Vec<Arc<Entry>> {
        let about = seqs.iter().flat_map(|seq| self.about.get(seq).into_iter().flatten());
        let mut entries: Vec<_> = about.filter_map(|seq| self.at(*seq)).cloned().collect();
        entries.sort_by_key(|entry| entry.seq);
        entries.dedup_by_key(|entry| entry.seq);
        entries
    }

    /// What a line says after all edits.
    fn text_now<'a>(&'a self, entry: &'a Entry) -> Option<&'a str> {
        let Body::Message { text, .. } = &entry.body else { return None };
        let about = self.about.get(&entry.seq).into_iter().flatten().rev().filter_map(|seq| self.at(*seq));
        let edit = about.map(|entry| &entry.body).find(|body| matches!(body, Body::Edited { .. }));
        edit.and_then(Body::text).or(Some(text))
    }

    /// Takes away an entry, and what was said about it.
    fn erase(&mut self, seq: Seq) -> bool {
        let about = self.about.get(&seq).cloned().unwrap_or_default();
        let said =
            about.into_iter().filter(|seq| self.at(*seq).is_some_and(|entry| entry.body.removes().is_none()));
        let mut erased = false;
        for seq in said.chain([seq]).collect::<Vec<_>>() {
            erased |= self.erase_one(seq);
        }
        erased
    }

    fn erase_one(&mut self, seq: Seq) -> bool {
        let Ok(at) = self.entries.binary_search_by_key(&seq, |entry| entry.seq) else { return false };
        let entry = &self.entries[at];
        if entry.body == Body::Erased {
            return false;
        }
        if let Some(about) = entry.body.about().and_then(|line| self.about.get_mut(&line)) {
            about.retain(|said| *said != seq);
        }
        let erased = Entry { body: Body::Erased, from: entry.from.clone(), ..**entry };
        self.bytes -= entry.body.heap_bytes();
        self.entries[at] = Arc::new(erased);
        true
    }

    fn append(&mut self, draft: Draft, before: Option<&Appended>, head: &mut Seq) -> Appended {
        let key = draft.id.map(|id| (draft.from.member.clone(), id));
        if let Some(seq) = key.as_ref().and_then(|key| self.posts.get(key)) {
            return Appended::Repeat(*seq);
        }
        let Draft { at, from, id, body } = draft;
        if body.about() == Some(Seq::ZERO)
            && let Some(Appended::Repeat(seq)) = before
        {
            return Appended::Repeat(*seq);
        }
        let body = behind(body, before.map(Appended::seq));
        let prev = *head;
        *head = head.next();
        if let Some(line) = body.about() {
            self.about.entry(line).or_default().push(*head);
        }
        let entry = Arc::new(Entry { seq: *head, prev, at, from, id, body });
        self.bytes += size(&entry);
        self.entries.push_back(Arc::clone(&entry));
        if let Some(key) = key {
            self.posts.insert(key, entry.seq);
        }
        Appended::Stored(entry)
    }

    fn trim(&mut self, max_bytes: usize) {
        while self.bytes > max_bytes && self.entries.len() > 1 {
            let Some(oldest) = self.entries.pop_front() else {
                return;
            };
            self.bytes -= size(&oldest);
            self.trimmed_to = oldest.seq;
            self.about.remove(&oldest.seq);
            if let Some(id) = oldest.id {
                self.trimmed.push_back((oldest.from.member.clone(), id));
            }
            if self.trimmed.len() > KNOWN_AFTER_TRIM
                && let Some(key) = self.trimmed.pop_front()
            {
                self.posts.remove(&key);
            }
        }
    }
}

fn size(entry: &Entry) -> usize {
    ENTRY_OVERHEAD
        + entry.body.heap_bytes()
        + entry.from.nickname.as_str().len()
        + 2 * entry.from.member.as_str().len()
}

impl Log for MemoryLog {
    fn id(&self) -> LogId {
        self.id.clone()
    }

    fn append(
        &self,
        drafts: Vec<Draft>,
        enrolled: Vec<Enrolment>,
    ) -> BoxFuture<'_, Result<Vec<Appended>, LogError>> {
        ready(Ok(self.append_now(drafts, enrolled))).boxed()
    }

    fn members(&self, _: usize) -> BoxFuture<'_, Result<Vec<KnownMember>, LogError>> {
        // Whoever was here when the program ended went with the log itself.
        ready(Ok(Vec::new())).boxed()
    }

    fn admitted(&self) -> BoxFuture<'_, Result<Vec<(InviteId, u64)>, LogError>> {
        let admitted =
            self.contents().admitted.iter().map(|(invite, count)| (invite.clone(), *count)).collect();
        ready(Ok(admitted)).boxed()
    }

    fn find(&self, member: MemberId, id: PostId) -> BoxFuture<'_, Result<Option<Arc<Entry>>, LogError>> {
        let contents = self.contents();
        let find = |seq: &Seq| contents.entries.binary_search_by_key(seq, |entry| entry.seq).ok();
        let found =
            contents.posts.get(&(member, id)).and_then(find).map(|at| Arc::clone(&contents.entries[at]));
        ready(Ok(found)).boxed()
    }

    fn read_after(&self, after: Seq, limit: usize) -> BoxFuture<'_, Result<Slice, LogError>> {
        ready(Ok(self.after(after, limit))).boxed()
    }

    fn read_before(&self, before: Seq, limit: usize) -> BoxFuture<'_, Result<Slice, LogError>> {
        ready(Ok(self.before(before, limit))).boxed()
    }

    fn search(&self, query: Query, before: Seq, limit: usize) -> BoxFuture<'_, Result<Hits, LogError>> {
        ready(Ok(self.matching(&query, before, limit))).boxed()
    }

    fn lines(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<Arc<Entry>>, LogError>> {
        let contents = self.contents();
        let mut entries: Vec<_> = seqs.iter().filter_map(|seq| contents.at(*seq)).cloned().collect();
        entries.sort_by_key(|entry| entry.seq);
        entries.dedup_by_key(|entry| entry.seq);
        ready(Ok(entries)).boxed()
    }

    fn about(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<Arc<Entry>>, LogError>> {
        ready(Ok(standing(self.contents().about(&seqs)))).boxed()
    }

    fn said_about(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<(Seq, usize)>, LogError>> {
        let contents = self.contents();
        let count = |seq: Seq| (seq, contents.about.get(&seq).map_or(0, Vec::len));
        ready(Ok(seqs.into_iter().map(count).collect())).boxed()
    }

    fn pins(&self) -> BoxFuture<'_, Result<Vec<Seq>, LogError>> {
        let contents = self.contents();
        let kept = |line: &Seq| contents.at(*line).is_some();
        let pins = pinned(contents.entries.iter().map(|entry| &**entry)).into_iter().filter(kept).collect();
        ready(Ok(pins)).boxed()
    }

    fn erase(&self, seq: Seq) -> BoxFuture<'_, Result<bool, LogError>> {
        ready(Ok(self.contents().erase(seq))).boxed()
    }

    fn head(&self) -> watch::Receiver<Seq> {
        self.head.subscribe()
    }

    fn setting(&self, name: &'static str) -> BoxFuture<'_, Result<Option<String>, LogError>> {
        ready(Ok(self.contents().settings.get(name).cloned())).boxed()
    }

    fn set_setting(&self, name: &'static str, value: String) -> BoxFuture<'_, Result<(), LogError>> {
        self.contents().settings.insert(name, value);
        ready(Ok(())).boxed()
    }

    fn tidy(&self, _: Timestamp) -> BoxFuture<'_, Result<(), LogError>> {
        ready(Ok(())).boxed()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        ready(()).boxed()
    }
}
