//! The model of a log on a disk. What is appended is a tail until the disk has synced it; a crash loses the tail or, when
//! it had reached the disk just in time, keeps it without anybody having been told.

use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use hearth_log::{
    Appended, Draft, Enrolment, Hits, KnownMember, Log, LogError, Query, Slice, behind, take_back,
};
use hearth_protocol::{
    Body, Dialect, Entry, InviteId, LogId, MemberId, MemberToken, Nickname, PostId, Role, Seq, pinned,
    standing,
};
use jiff::Timestamp;
use tokio::sync::watch;

/// A log on a disk. It outlives the host.
#[derive(Debug)]
pub(super) struct DiskLog {
    id: LogId,
    head: watch::Sender<Seq>,
    disk: Mutex<Disk>,
}

#[derive(Debug, Default)]
struct Disk {
    entries: VecDeque<Arc<Entry>>,
    /// Also those whose entries are gone.
    posts: HashMap<(MemberId, PostId), Seq>,
    guests: HashMap<MemberId, Known>,
    trimmed_to: Seq,
    settings: HashMap<&'static str, String>,
    full: bool,
    tail: Option<Tail>,
}

#[derive(Debug, Default)]
struct Known {
    token: Option<MemberToken>,
    nickname: Option<Nickname>,
    dialect: Dialect,
    here: bool,
    seen: Seq,
}

/// An append that is not on the disk yet.
#[derive(Debug)]
struct Tail {
    appended: Vec<Appended>,
    enrolled: Vec<Enrolment>,
    answer: Answer,
}

type Answer = Arc<Mutex<Option<Vec<Appended>>>>;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl DiskLog {
    pub(super) fn new(id: LogId) -> Self {
        Self { id, head: watch::Sender::new(Seq::ZERO), disk: Mutex::default() }
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        locked(&self.disk)
    }

    /// The tail is on the disk. Whether there was one.
    pub(super) fn sync(&self) -> bool {
        let mut disk = self.disk();
        let Some(tail) = disk.tail.take() else { return false };
        self.store(&mut disk, &tail);
        *locked(&tail.answer) = Some(tail.appended);
        true
    }

    /// The host is no more. Its tail was on the disk in time, or it was not.
    pub(super) fn crash(&self, in_time: bool) {
        let mut disk = self.disk();
        disk.full = false;
        if let Some(tail) = disk.tail.take().filter(|_| in_time) {
            self.store(&mut disk, &tail);
        }
    }

    pub(super) fn set_full(&self, full: bool) {
        self.disk().full = full;
    }

    /// Lets go of all entries but the newest.
    pub(super) fn trim(&self, kept: usize) {
        let mut disk = self.disk();
        while disk.entries.len() > kept.max(1) {
            let Some(oldest) = disk.entries.pop_front() else { return };
            disk.trimmed_to = oldest.seq;
        }
    }

    fn store(&self, disk: &mut Disk, tail: &Tail) {
        for Enrolment { member, token, nickname, .. } in &tail.enrolled {
            let known = disk.guests.entry(member.clone()).or_default();
            known.token = Some(token.clone());
            known.nickname.get_or_insert_with(|| nickname.clone());
        }
        for appended in &tail.appended {
            let Appended::Stored(entry) = appended else { continue };
            disk.entries.push_back(Arc::clone(entry));
            if let Some(id) = entry.id {
                disk.posts.insert((entry.from.member.clone(), id), entry.seq);
            }
            disk.follow(entry);
            if let Some(line) = entry.body.removes() {
                disk.erase(line);
            }
            self.head.send_replace(entry.seq);
        }
    }

    fn begin(&self, drafts: Vec<Draft>, enrolled: Vec<Enrolment>) -> Result<Answer, LogError> {
        let mut disk = self.disk();
        assert!(disk.tail.is_none(), "one append at a time");
        if disk.full {
            return Err(LogError::Full);
        }
        let mut head = *self.head.borrow();
        let mut appended: Vec<Appended> = Vec::new();
        for Draft { at, from, id, body } in drafts {
            let known = id.and_then(|id| disk.posts.get(&(from.member.clone(), id)).copied());
            let in_tail = || {
                let same = |appended: &Appended| match appended {
                    Appended::Stored(entry) => {
                        (id.is_some() && entry.id == id && entry.from.member == from.member)
                            .then_some(entry.seq)
                    }
                    Appended::Repeat(_) => None,
                };
                appended.iter().find_map(same)
            };
            if let Some(seq) = known.or_else(in_tail) {
                appended.push(Appended::Repeat(seq));
                continue;
            }
            let before = appended.last();
            if body.about() == Some(Seq::ZERO)
                && let Some(Appended::Repeat(seq)) = before
            {
                appended.push(Appended::Repeat(*seq));
                continue;
            }
            let body = behind(body, before.map(Appended::seq));
            let entry = Entry { seq: head.next(), prev: head, at, from, id, body };
            head = entry.seq;
            if let Some(line) = entry.body.removes() {
                take_back(&mut appended, line);
            }
            appended.push(Appended::Stored(Arc::new(entry)));
        }
        let answer = Answer::default();
        disk.tail = Some(Tail { appended, enrolled, answer: Arc::clone(&answer) });
        Ok(answer)
    }
}

impl Disk {
    /// Keeps what is known of a member in step with what the log tells of them.
    fn follow(&mut self, entry: &Entry) {
        let known = self.guests.entry(entry.from.member.clone()).or_default();
        match &entry.body {
            Body::Joined { dialect } => (known.here, known.dialect) = (true, *dialect),
            Body::Left => known.here = false,
            Body::Renamed { .. } => {}
            _ => return,
        }
        known.nickname = Some(entry.from.nickname.clone());
        known.seen = entry.seq;
    }

    fn erase(&mut self, seq: Seq) -> bool {
        let goes = |entry: &Entry| {
            let is_about = entry.body.about() == Some(seq) && entry.body.removes().is_none();
            (entry.seq == seq || is_about) && entry.body != Body::Erased
        };
        let mut erased = false;
        for entry in self.entries.iter_mut().filter(|entry| goes(entry)) {
            Arc::make_mut(entry).body = Body::Erased;
            erased = true;
        }
        erased
    }

    fn members(&self) -> Vec<KnownMember> {
        let mut known: Vec<_> =
            self.guests.iter().filter(|(_, known)| known.token.is_some() || known.here).collect();
        known.sort_by_key(|(_, known)| (known.here, known.seen));
        let member = |(member, known): (&MemberId, &Known)| {
            let nickname = known.nickname.clone()?;
            let Known { token, dialect, here, .. } = known;
            Some(KnownMember {
                member: member.clone(),
                token: token.clone(),
                nickname,
                dialect: *dialect,
                here: *here,
                role: Role::Member,
                invite: None,
            })
        };
        known.into_iter().filter_map(member).collect()
    }
}

impl Log for DiskLog {
    fn id(&self) -> LogId {
        self.id.clone()
    }

    fn append(
        &self,
        drafts: Vec<Draft>,
        enrolled: Vec<Enrolment>,
    ) -> BoxFuture<'_, Result<Vec<Appended>, LogError>> {
        let begun = self.begin(drafts, enrolled);
        match begun {
            Err(error) => ready(Err(error)).boxed(),
            // Nobody is woken: whoever syncs also polls.
            Ok(answer) => poll_fn(move |_| match locked(&answer).take() {
                Some(appended) => Poll::Ready(Ok(appended)),
                None => Poll::Pending,
            })
            .boxed(),
        }
    }

    fn members(&self, _: usize) -> BoxFuture<'_, Result<Vec<KnownMember>, LogError>> {
        ready(Ok(self.disk().members())).boxed()
    }

    fn admitted(&self) -> BoxFuture<'_, Result<Vec<(InviteId, u64)>, LogError>> {
        ready(Ok(Vec::new())).boxed()
    }

    fn find(&self, member: MemberId, id: PostId) -> BoxFuture<'_, Result<Option<Arc<Entry>>, LogError>> {
        let disk = self.disk();
        let seq = disk.posts.get(&(member, id)).copied();
        ready(Ok(disk.entries.iter().find(|entry| Some(entry.seq) == seq).cloned())).boxed()
    }

    fn read_after(&self, after: Seq, limit: usize) -> BoxFuture<'_, Result<Slice, LogError>> {
        let disk = self.disk();
        let start = disk.entries.partition_point(|entry| entry.seq <= after);
        let entries: Vec<_> = disk.entries.iter().skip(start).take(limit).cloned().collect();
        let more = start + entries.len() < disk.entries.len();
        let trimmed_to = (after < disk.trimmed_to).then_some(disk.trimmed_to);
        ready(Ok(Slice { trimmed_to, entries, more })).boxed()
    }

    fn read_before(&self, before: Seq, limit: usize) -> BoxFuture<'_, Result<Slice, LogError>> {
        let disk = self.disk();
        let end = disk.entries.partition_point(|entry| entry.seq < before);
        let start = end.saturating_sub(limit);
        let entries = disk.entries.range(start..end).cloned().collect();
        let trimmed_to = (start == 0 && disk.trimmed_to > Seq::ZERO).then_some(disk.trimmed_to);
        ready(Ok(Slice { trimmed_to, entries, more: start > 0 })).boxed()
    }

    fn lines(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<Arc<Entry>>, LogError>> {
        let disk = self.disk();
        let entries = disk.entries.iter().filter(|entry| seqs.contains(&entry.seq)).cloned().collect();
        ready(Ok(entries)).boxed()
    }

    fn about(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<Arc<Entry>>, LogError>> {
        let disk = self.disk();
        let is_about = |entry: &&Arc<Entry>| entry.body.about().is_some_and(|line| seqs.contains(&line));
        ready(Ok(standing(disk.entries.iter().filter(is_about).cloned().collect()))).boxed()
    }

    fn said_about(&self, seqs: Vec<Seq>) -> BoxFuture<'_, Result<Vec<(Seq, usize)>, LogError>> {
        let disk = self.disk();
        let count = |seq| disk.entries.iter().filter(|entry| entry.body.about() == Some(seq)).count();
        ready(Ok(seqs.into_iter().map(|seq| (seq, count(seq))).collect())).boxed()
    }

    fn pins(&self) -> BoxFuture<'_, Result<Vec<Seq>, LogError>> {
        ready(Ok(pinned(self.disk().entries.iter().map(|entry| &**entry)))).boxed()
    }

    fn erase(&self, seq: Seq) -> BoxFuture<'_, Result<bool, LogError>> {
        let erased = self.disk().erase(seq);
        ready(Ok(erased)).boxed()
    }

    fn search(&self, _: Query, before: Seq, _: usize) -> BoxFuture<'_, Result<Hits, LogError>> {
        ready(Ok(Hits { reached: before, ..Hits::default() })).boxed()
    }

    fn head(&self) -> watch::Receiver<Seq> {
        self.head.subscribe()
    }

    fn setting(&self, name: &'static str) -> BoxFuture<'_, Result<Option<String>, LogError>> {
        ready(Ok(self.disk().settings.get(name).cloned())).boxed()
    }

    fn set_setting(&self, name: &'static str, value: String) -> BoxFuture<'_, Result<(), LogError>> {
        let mut disk = self.disk();
        if disk.full {
            return ready(Err(LogError::Full)).boxed();
        }
        disk.settings.insert(name, value);
        ready(Ok(())).boxed()
    }

    fn tidy(&self, _: Timestamp) -> BoxFuture<'_, Result<(), LogError>> {
        ready(Ok(())).boxed()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        ready(()).boxed()
    }
}
