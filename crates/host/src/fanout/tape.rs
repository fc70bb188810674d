//! A tape is a ring buffer of encoded frames: the newest part of the log as it goes out, one tape per dialect. Pure.
//!
//! Positions are byte offsets since the host started; a reader's position always stands between two frames. What is
//! too old for the tape is read from the log instead.

use std::collections::VecDeque;

use bytes::Bytes;
use hearth_protocol::Seq;

/// A tape.
#[derive(Debug)]
pub struct Tape {
    chunks: VecDeque<Chunk>,
    start: u64,
    end: u64,
    /// The entry that stands before the first frame of the tape.
    before: Seq,
    /// The newest entry on the tape.
    head: Seq,
    max_bytes: usize,
}

/// Frames that were appended together.
#[derive(Debug, Clone)]
pub struct Chunk {
    start: u64,
    bytes: Bytes,
    /// For each frame: where it ends in `bytes`, and the newest entry as of its end.
    ends: Box<[(u32, Seq)]>,
}

/// Frames to be appended together.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
    ends: Vec<(u32, Seq)>,
}

/// A place between two frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The byte offset since the host started.
    pub pos: u64,
    /// The newest entry before it.
    pub seq: Seq,
}

impl Frames {
    /// Adds a frame that `write` writes, if it writes any. `seq` is the newest entry as of its end.
    pub fn add(&mut self, seq: Seq, write: impl FnOnce(&mut Vec<u8>)) {
        let before = self.bytes.len();
        write(&mut self.bytes);
        if self.bytes.len() > before {
            // A group is at most some hundred entries of at most 64 KiB: far below 4 GiB.
            self.ends.push((u32::try_from(self.bytes.len()).unwrap_or(u32::MAX), seq));
        }
    }
}

impl Tape {
    /// An empty tape behind `head`.
    pub fn new(head: Seq, max_bytes: usize) -> Self {
        Self { chunks: VecDeque::new(), start: 0, end: 0, before: head, head, max_bytes }
    }

    /// Adds frames; `head` is the newest entry after them, also when it has no frame in this dialect.
    pub fn append(&mut self, frames: Frames, head: Seq) {
        self.head = head;
        if frames.bytes.is_empty() {
            return;
        }
        let bytes = Bytes::from(frames.bytes);
        let start = self.end;
        self.end += bytes.len() as u64;
        self.chunks.push_back(Chunk { start, bytes, ends: frames.ends.into() });
        while self.end - self.start > self.max_bytes as u64 && self.chunks.len() > 1 {
            self.let_go_of_oldest();
        }
    }

    /// Lets go of an entry whose text was erased, and of all before it: who has not read so far reads on in the log, which has
    /// the text no more. What stands in a reader's socket already is on its way.
    pub fn forget(&mut self, seq: Seq) {
        // What is not here yet will come without its text.
        while seq <= self.head && self.before < seq && !self.chunks.is_empty() {
            self.let_go_of_oldest();
        }
    }

    fn let_go_of_oldest(&mut self) {
        if let Some(oldest) = self.chunks.pop_front() {
            self.start = oldest.end();
            self.before = oldest.last().seq;
        }
    }

    /// The place behind the newest frame.
    pub fn end(&self) -> Place {
        Place { pos: self.end, seq: self.head }
    }

    /// The place behind an entry; `None` when the tape no longer reaches back so far, or does not reach it yet: who has read
    /// in the log what is about to come here would read it twice.
    pub fn after(&self, seq: Seq) -> Option<Place> {
        if seq < self.before || seq > self.head {
            return None;
        }
        if seq == self.head {
            return Some(self.end());
        }
        let at = self.chunks.partition_point(|chunk| chunk.last().seq <= seq);
        let Some(chunk) = self.chunks.get(at) else {
            return Some(self.end());
        };
        let frame = chunk.ends.partition_point(|&(_, s)| s <= seq);
        let offset = if frame == 0 { 0 } else { chunk.ends[frame - 1].0 };
        Some(Place { pos: chunk.start + u64::from(offset), seq })
    }

    /// The chunk that begins at or holds `pos`; `None` when it was dropped. An empty chunk at the end.
    pub fn chunk_at(&self, pos: u64) -> Option<Chunk> {
        if pos < self.start {
            return None;
        }
        let at = self.chunks.partition_point(|chunk| chunk.end() <= pos);
        Some(self.chunks.get(at).cloned().unwrap_or_else(|| Chunk::empty(self.end())))
    }

    /// All from `pos` on as one chunk. `pos` is the caller's last end, which the tape holds unless a single append was
    /// larger than the tape: then all that there is.
    pub fn since(&self, pos: u64) -> Chunk {
        let mut chunks = self.chunks.iter().filter(|chunk| chunk.end() > pos);
        let Some(first) = chunks.next() else {
            return Chunk::empty(self.end());
        };
        let mut all = first.clone();
        let rest: Vec<_> = chunks.collect();
        if !rest.is_empty() {
            let mut bytes = Vec::from(all.bytes);
            let mut ends = all.ends.into_vec();
            for chunk in rest {
                let base = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                ends.extend(chunk.ends.iter().map(|&(end, seq)| (base + end, seq)));
                bytes.extend_from_slice(&chunk.bytes);
            }
            all = Chunk { start: all.start, bytes: bytes.into(), ends: ends.into() };
        }
        all
    }
}

impl Chunk {
    fn empty(at: Place) -> Self {
        Self { start: at.pos, bytes: Bytes::new(), ends: Box::new([(0, at.seq)]) }
    }

    /// Where it begins.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Where it ends.
    pub fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    /// The place behind it.
    pub fn last(&self) -> Place {
        let seq = self.ends.last().map_or(Seq::ZERO, |&(_, seq)| seq);
        Place { pos: self.end(), seq }
    }

    /// Its bytes from `pos` on; none when `pos` is outside of it.
    pub fn from(&self, pos: u64) -> &[u8] {
        let skip = pos.checked_sub(self.start).and_then(|skip| usize::try_from(skip).ok());
        skip.and_then(|skip| self.bytes.get(skip..)).unwrap_or_default()
    }

    /// The first place between two frames at or behind `pos`.
    pub fn boundary(&self, pos: u64) -> Place {
        let at = self.ends.partition_point(|&(end, _)| self.start + u64::from(end) < pos);
        self.ends
            .get(at)
            .map_or_else(|| self.last(), |&(end, seq)| Place { pos: self.start + u64::from(end), seq })
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seq(n: u64) -> Seq {
        Seq::try_from(n).expect("in range")
    }

    /// A tape with entries 1.. as frames of 10 bytes, two in a chunk.
    fn tape(chunks: u64, max_bytes: usize) -> Tape {
        let mut tape = Tape::new(Seq::ZERO, max_bytes);
        for chunk in 0..chunks {
            let mut frames = Frames::default();
            for n in [chunk * 2 + 1, chunk * 2 + 2] {
                frames.add(seq(n), |out| out.extend_from_slice(format!("{n:010}").as_bytes()));
            }
            tape.append(frames, seq(chunk * 2 + 2));
        }
        tape
    }

    #[test]
    fn a_place_is_found_behind_every_entry() {
        let tape = tape(5, 1000);
        for n in 0..=10 {
            assert_eq!(tape.after(seq(n)), Some(Place { pos: n * 10, seq: seq(n) }));
        }
        assert_eq!(tape.after(seq(11)), None, "whoever has read it elsewhere waits until the tape has it");
    }

    #[test]
    fn old_chunks_go_and_their_readers_are_sent_to_the_log() {
        let tape = tape(5, 45);
        assert_eq!(tape.after(seq(5)), None);
        assert_eq!(tape.after(seq(6)), Some(Place { pos: 60, seq: seq(6) }));
        assert!(tape.chunk_at(59).is_none());
        assert!(tape.chunk_at(60).is_some());
    }

    #[test]
    fn what_was_erased_is_on_the_tape_no_more() {
        let mut tape = tape(5, 1000);
        let kept = tape.since(0);
        tape.forget(seq(3));
        assert_eq!(
            tape.after(seq(3)),
            None,
            "it stands in the chunk that is gone, and who is there reads in the log"
        );
        assert_eq!(tape.after(seq(4)), Some(Place { pos: 40, seq: seq(4) }), "the rest of the tape stays");
        assert_eq!(tape.since(0).from(40), kept.from(40));
        tape.forget(seq(3));
        tape.forget(seq(11));
        assert_eq!(
            tape.after(seq(4)),
            Some(Place { pos: 40, seq: seq(4) }),
            "what is not here yet takes nothing along"
        );
        tape.forget(seq(10));
        assert!(tape.since(0).is_empty());
        assert_eq!(tape.end(), Place { pos: 100, seq: seq(10) }, "who is caught up stays so");
        assert_eq!(tape.after(seq(10)), Some(tape.end()));
        assert_eq!((tape.after(seq(9)), tape.chunk_at(99).is_none()), (None, true));
        let mut frames = Frames::default();
        frames.add(seq(11), |out| out.extend_from_slice(b"1234567890"));
        tape.append(frames, seq(11));
        assert_eq!(tape.since(100).from(100), b"1234567890");
    }

    #[test]
    fn reading_chunk_by_chunk_or_all_at_once_gives_the_same_bytes() {
        let tape = tape(5, 1000);
        let mut pos = 30;
        let mut bytes = Vec::new();
        while let Some(chunk) = tape.chunk_at(pos).filter(|chunk| !chunk.is_empty()) {
            bytes.extend_from_slice(chunk.from(pos));
            pos = chunk.end();
        }
        let all = tape.since(30);
        assert_eq!(all.from(30), bytes);
        assert_eq!(bytes.len(), 70);
        assert_eq!(all.last(), tape.end());
        assert!(tape.since(100).is_empty());
    }

    #[test]
    fn a_partial_write_ends_at_the_next_frame() {
        let chunk = tape(5, 1000).since(0);
        assert_eq!(chunk.boundary(0), Place { pos: 10, seq: seq(1) }, "frame ends only");
        assert_eq!(chunk.boundary(31), Place { pos: 40, seq: seq(4) });
        assert_eq!(chunk.boundary(40), Place { pos: 40, seq: seq(4) });
        assert_eq!(chunk.boundary(91), Place { pos: 100, seq: seq(10) });
    }

    #[test]
    fn an_entry_without_words_in_a_dialect_still_moves_its_head() {
        let mut tape = tape(1, 1000);
        tape.append(Frames::default(), seq(3));
        assert_eq!(tape.end(), Place { pos: 20, seq: seq(3) });
        assert_eq!(tape.after(seq(2)), Some(tape.end()));
    }
}
