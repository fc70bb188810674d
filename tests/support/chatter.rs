//! People who talk without a pause, whatever happens to the host, and what became of their lines.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use hearth_client::{ActState, RoomUpdate, Tuning};
use hearth_log::{Log, SqliteLog, verify};
use hearth_protocol::{Entry, MemberId, PostId, Seq};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{interval, timeout};

use crate::{Guest, PATIENCE};

/// People who write lines at a steady pace.
#[derive(Debug)]
pub struct Chatter {
    over: watch::Sender<bool>,
    people: Vec<JoinHandle<Told>>,
}

/// How somebody talks.
#[derive(Debug, Clone, Copy)]
pub struct Talk {
    /// A line each.
    pub pace: Duration,
    /// Every so many lines a long one; 0 for never.
    pub long_every: usize,
}

/// A long line: more than a socket takes at once from a host that keeps its buffers small.
const LONG: usize = 12 * 1024;

/// What somebody has done and seen.
#[derive(Debug, Default)]
pub struct Told {
    posted: Vec<PostId>,
    waiting: HashSet<PostId>,
    seen: Vec<(Seq, Option<PostId>)>,
    member: Option<MemberId>,
}

/// What became of all their lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Lines that were written.
    pub lines: usize,
    /// Entries in the log.
    pub entries: usize,
    /// Lines that are not in the log.
    pub lost: usize,
    /// Lines that are there more than once.
    pub doubled: usize,
    /// Entries that somebody saw elsewhere than in the log.
    pub out_of_order: usize,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { lines, entries, lost, doubled, out_of_order } = self;
        write!(
            f,
            "{lines} lines, {entries} entries: {lost} lost, {doubled} doubled, {out_of_order} out of order"
        )
    }
}

impl Chatter {
    /// They come in and begin.
    pub fn begin(url: &str, people: usize, pace: Duration, tuning: &Tuning) -> Self {
        Self::begin_at(vec![url.to_owned(); people], Talk { pace, long_every: 0 }, tuning)
    }

    /// The same, each at an address of their own.
    pub fn begin_at(urls: Vec<String>, talk: Talk, tuning: &Tuning) -> Self {
        let (over, is_over) = watch::channel(false);
        let people = urls
            .into_iter()
            .enumerate()
            .map(|(n, url)| tokio::spawn(take_part(url, n, talk, tuning.clone(), is_over.clone())))
            .collect();
        Self { over, people }
    }

    /// They stop writing, wait until all that they wrote is in the room, and leave.
    pub async fn end(self) -> ToldByAll {
        self.over.send_replace(true);
        let told = join_all(self.people).await;
        ToldByAll(told.into_iter().map(|told| told.expect("no panic")).collect())
    }
}

/// What all of them have done and seen.
#[derive(Debug)]
pub struct ToldByAll(Vec<Told>);

impl ToldByAll {
    /// Of those who were not there by way of [`Chatter`].
    pub fn of(people: Vec<Told>) -> Self {
        Self(people)
    }

    /// Holds it against the log in this file, which must be sound, and no longer in use.
    pub async fn judge(&self, file: &std::path::Path) -> Verdict {
        let log = SqliteLog::open(file).expect("the log");
        let entries = all(&log).await;
        log.close().await;
        let report = verify(file).expect("looked at");
        assert_eq!(report.problems, [""; 0], "the log is sound");
        let mut times: BTreeMap<PostId, usize> = BTreeMap::new();
        for id in entries.iter().filter_map(|entry| entry.id) {
            *times.entry(id).or_default() += 1;
        }
        let posted: Vec<PostId> = self.0.iter().flat_map(|told| told.posted.iter().copied()).collect();
        Verdict {
            lines: posted.len(),
            entries: entries.len(),
            lost: posted.iter().filter(|id| !times.contains_key(id)).count(),
            doubled: times.values().filter(|times| **times > 1).count(),
            out_of_order: self.0.iter().map(|told| out_of_order(told, &entries)).sum(),
        }
    }
}

impl std::ops::AddAssign<&Self> for Verdict {
    fn add_assign(&mut self, more: &Self) {
        self.lines += more.lines;
        self.entries += more.entries;
        self.lost += more.lost;
        self.doubled += more.doubled;
        self.out_of_order += more.out_of_order;
    }
}

impl Verdict {
    /// Fails unless nothing went wrong.
    pub fn is_good(&self, seed: u64) {
        assert_eq!((self.lost, self.doubled, self.out_of_order), (0, 0, 0), "seed {seed}: {self}");
        assert!(self.lines > 0, "somebody wrote something");
    }
}

/// Writes at its pace until it is over, and reads until all of its own lines are in the room.
async fn take_part(
    url: String,
    n: usize,
    talk: Talk,
    tuning: Tuning,
    mut over: watch::Receiver<bool>,
) -> Told {
    let mut guest = Guest::try_join_and_stay(&url, &format!("客人 {n}"), tuning).await;
    let mut told = Told::default();
    let mut pace = interval(talk.pace);
    while !*over.borrow() || !told.waiting.is_empty() {
        tokio::select! {
            _ = pace.tick(), if !*over.borrow() => {
                let nth = told.posted.len() + 1;
                let is_long = nth.checked_rem(talk.long_every) == Some(0);
                let text = format!("{n} 第 {nth} 行{}", "~".repeat(if is_long { LONG } else { 0 }));
                told.post(&guest, &text).await;
            }
            update = guest.update_whenever() => told.take(update),
            _ = over.changed(), if !*over.borrow() => {}
        }
    }
    guest.client().leave().await;
    told
}

impl Told {
    /// Writes a line.
    pub async fn post(&mut self, guest: &Guest, text: &str) {
        let id = guest.post(text).await;
        self.posted.push(id);
        self.waiting.insert(id);
    }

    /// Whether all that somebody has written was seen.
    pub fn has_seen_all_of(&self, other: &Self) -> bool {
        other.posted.iter().all(|id| self.seen.iter().any(|(_, seen)| seen.as_ref() == Some(id)))
    }

    /// Takes an update in.
    pub fn take(&mut self, update: RoomUpdate) {
        let entries = match update {
            RoomUpdate::Entries { entries } => entries,
            // A reader that was behind goes on from where it was.
            RoomUpdate::Snapshot { room } if room.resumed || self.seen.is_empty() => room.entries,
            RoomUpdate::Welcomed { you: Some(you), .. } => {
                let known = self.member.get_or_insert_with(|| you.member.clone());
                assert_eq!(*known, you.member, "the host knows them again");
                return;
            }
            RoomUpdate::Own { act } => {
                assert!(!matches!(act.state, ActState::Failed { .. }), "no line fails: {act:?}");
                return;
            }
            _ => return,
        };
        for entry in entries {
            if let Some(id) = entry.id {
                self.waiting.remove(&id);
            }
            self.seen.push((entry.seq, entry.id));
        }
    }
}

/// What somebody saw that is not the log from some place on, entry by entry.
fn out_of_order(told: &Told, entries: &[Arc<Entry>]) -> usize {
    let Some(&(first, _)) = told.seen.first() else { return 1 };
    let from = entries.partition_point(|entry| entry.seq < first);
    let same =
        told.seen.iter().zip(&entries[from..]).take_while(|(seen, entry)| **seen == (entry.seq, entry.id));
    told.seen.len() - same.count()
}

async fn all(log: &SqliteLog) -> Vec<Arc<Entry>> {
    let mut entries: Vec<Arc<Entry>> = Vec::new();
    loop {
        let after = entries.last().map_or(Seq::ZERO, |entry| entry.seq);
        let slice = timeout(PATIENCE, log.read_after(after, 1000)).await.expect("in time").expect("read");
        entries.extend(slice.entries);
        if !slice.more {
            return entries;
        }
    }
}
