use std::sync::Arc;

use hearth_log::Slice;
use hearth_protocol::{
    Ack, Author, Body, Dialect, Entry, MemberId, Nickname, PostId, ServerFrame, decode_server,
};
use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::fanout::frame;
use crate::fanout::tape::Frames;

const SCHEDULES: u64 = 500;
const STEPS: usize = 150;

/// A dozen frames, so that the reader is left behind now and then.
const TAPE_BYTES: usize = 2500;

const NOW: Duration = Duration::from_secs(100);
const MINUTE: Duration = Duration::from_mins(1);

/// Dice that fall the same way for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound as u64).expect("below a bound")
    }
}

/// A socket that takes what the dice say.
#[derive(Default)]
struct Socket {
    tls: bool,
    sent: Vec<u8>,
    /// What TLS has taken and the kernel has not.
    held: Vec<u8>,
}

impl Socket {
    fn write(&mut self, first: &[u8], second: &[u8], dice: &mut Dice) -> Written {
        let gone = dice.below(self.held.len() + 1);
        self.sent.extend(self.held.drain(..gone));
        if !self.held.is_empty() {
            return Written { taken: 0, moved: gone > 0, held: true };
        }
        let all = [first, second].concat();
        let taken = if dice.below(3) == 0 { all.len() } else { dice.below(all.len() + 1) };
        let through = if self.tls { dice.below(taken + 1) } else { taken };
        self.sent.extend(&all[..through]);
        self.held.extend(&all[through..taken]);
        Written { taken, moved: gone + through > 0, held: !self.held.is_empty() }
    }
}

/// One reader of a room, with all that may come between two of its steps.
struct World {
    log: Vec<Arc<Entry>>,
    /// So many of them are no longer kept.
    trimmed: usize,
    tape: Tape,
    on_tape: usize,
    /// How far the writer has read, and what it is about to deliver.
    writer_pos: u64,
    walk: Option<Chunk>,
    cursor: Cursor,
    socket: Socket,
    /// The connection's task was woken, or waits for the socket.
    awake: bool,
    reading: Option<Replay>,
    acks: u64,
    began: Seq,
    dice: Dice,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let socket = Socket { tls: dice.below(2) == 0, ..Socket::default() };
        let mut world = Self {
            log: Vec::new(),
            trimmed: 0,
            tape: Tape::new(Seq::ZERO, TAPE_BYTES),
            on_tape: 0,
            writer_pos: 0,
            walk: None,
            cursor: Cursor::new(usize::MAX, false),
            socket,
            awake: true,
            reading: None,
            acks: 0,
            began: Seq::ZERO,
            dice,
        };
        for _ in 0..world.dice.below(30) {
            world.store();
        }
        world.publish();
        world.began = seq(world.dice.below(world.log.len() + 1));
        world.cursor.begin(world.began, world.tape.after(world.began));
        world
    }

    fn step(&mut self) {
        match self.dice.below(16) {
            0..4 => self.store(),
            4..6 => self.publish(),
            6 => self.push(),
            7..10 => self.write(),
            10 if self.dice.below(8) == 0 => {
                self.trimmed += self.dice.below(self.log.len() + 1 - self.trimmed);
            }
            _ => self.drive(),
        }
    }

    fn store(&mut self) {
        let n = self.log.len() + 1;
        let nickname = Nickname::new("阿明").expect("a nickname");
        let text = "长".repeat(self.dice.below(60));
        self.log.push(Arc::new(Entry {
            seq: seq(n),
            prev: seq(n - 1),
            at: Timestamp::UNIX_EPOCH,
            from: Author { member: MemberId::from_random(1), nickname },
            id: None,
            body: Body::Message { text, time: None },
        }));
    }

    /// What is stored comes to the tape.
    fn publish(&mut self) {
        let mut frames = Frames::default();
        for entry in &self.log[self.on_tape..] {
            frames.add(entry.seq, |out| frame::entry(Dialect::V1, entry, None, out));
        }
        self.on_tape = self.log.len();
        self.tape.append(frames, seq(self.on_tape));
    }

    /// A frame for this connection alone.
    fn push(&mut self) {
        self.acks += 1;
        let ack = Ack { id: PostId::new(Uuid::nil()), seq: Seq::try_from(self.acks).expect("in range") };
        let mut bytes = Vec::new();
        frame::v1(&ServerFrame::Ack(ack), &mut bytes);
        self.cursor.push(&bytes).expect("there is room for it");
        if self.cursor.is_live() {
            self.send(None);
        }
        self.awake |= !self.cursor.is_live();
    }

    /// The writer reads the tape, and some time later comes to this reader.
    fn write(&mut self) {
        let Some(chunk) = self.walk.take() else {
            let chunk = self.tape.since(self.writer_pos);
            self.writer_pos = chunk.end();
            self.walk = Some(chunk).filter(|chunk| !chunk.is_empty());
            return;
        };
        if self.cursor.is_live() {
            if self.cursor.meets(&chunk) {
                self.send(Some(&chunk));
            }
            self.awake |= !self.cursor.is_live();
        }
    }

    fn send(&mut self, chunk: Option<&Chunk>) {
        let Some((own, shared)) = self.cursor.outgoing(chunk) else { return };
        let written = self.socket.write(own, shared, &mut self.dice);
        self.cursor.wrote(written, chunk, || NOW);
    }

    /// The connection's task has one turn.
    fn drive(&mut self) {
        if !std::mem::take(&mut self.awake) {
            return;
        }
        if let Some(replay) = self.reading.take() {
            self.cursor.caught_up(&replay);
            self.awake = true;
            return;
        }
        match self.cursor.next(&self.tape) {
            Step::Rest => return,
            Step::BackOnTape => {}
            Step::Send(chunk) => self.send(chunk.as_ref()),
            Step::CatchUp(after) => self.reading = Some(Replay::of(Dialect::V1, after, &self.read(after))),
        }
        self.awake = true;
    }

    /// What the log has behind an entry.
    fn read(&mut self, after: Seq) -> Slice {
        let after = usize::try_from(after.get()).expect("a small number");
        let from = after.max(self.trimmed);
        let to = (from + 1 + self.dice.below(9)).min(self.log.len());
        let entries = self.log[from..to].to_vec();
        Slice { trimmed_to: (from > after).then(|| seq(from)), entries, more: to < self.log.len() }
    }

    /// Whatever can move, moves.
    fn settle(&mut self) {
        self.publish();
        loop {
            while self.awake {
                self.drive();
            }
            self.write();
            if self.walk.is_none() && !self.awake && self.writer_pos == self.tape.end().pos {
                return;
            }
        }
    }

    /// All frames are whole; those of the log follow on each other, and so do those for this reader alone.
    fn reckon(&self) {
        assert!(self.cursor.is_live() && self.socket.held.is_empty(), "it is left behind");
        let (mut reached, mut acked) = (self.began, 0);
        for text in texts(&self.socket.sent) {
            match decode_server(text).expect("a whole frame") {
                ServerFrame::Entry(entry) => {
                    assert_eq!(entry.prev, reached);
                    reached = entry.seq;
                }
                ServerFrame::Gap(gap) => {
                    assert_eq!(gap.after, reached);
                    reached = gap.to;
                }
                ServerFrame::Ack(ack) => {
                    acked += 1;
                    assert_eq!(ack.seq.get(), acked);
                }
                other => panic!("nobody sent {other:?}"),
            }
        }
        assert_eq!((reached, acked), (seq(self.log.len()), self.acks), "all of it");
    }
}

fn seq(n: usize) -> Seq {
    Seq::try_from(n as u64).expect("in range")
}

/// The texts of frames, one behind the other (RFC 6455, section 5.2).
fn texts(mut bytes: &[u8]) -> Vec<&str> {
    let mut texts = Vec::new();
    while let [0x81, length, rest @ ..] = bytes {
        let (length, rest) = match (length, rest) {
            (126, [high, low, rest @ ..]) => (u16::from_be_bytes([*high, *low]).into(), rest),
            (length, rest) => (usize::from(*length), rest),
        };
        let (text, rest) = rest.split_at(length);
        texts.push(std::str::from_utf8(text).expect("UTF-8"));
        bytes = rest;
    }
    assert_eq!(bytes, [0_u8; 0], "no frame begins here");
    texts
}

#[test]
fn whatever_the_socket_takes_all_frames_arrive_whole_once_and_in_order() {
    for seed in 0..SCHEDULES {
        let run = || {
            let mut world = World::new(seed);
            for _ in 0..STEPS {
                world.step();
            }
            world.settle();
            world.reckon();
        };
        assert!(std::panic::catch_unwind(run).is_ok(), "with the seed {seed}");
    }
}

fn took(taken: usize) -> Written {
    Written { taken, moved: taken > 0, held: false }
}

/// A tape of entries 1.. as frames of 10 bytes in one chunk, and a live cursor before them.
fn live_before(entries: usize) -> (Cursor, Tape) {
    let mut tape = Tape::new(Seq::ZERO, 1000);
    let mut cursor = Cursor::new(100, false);
    cursor.begin(Seq::ZERO, tape.after(Seq::ZERO));
    assert!(matches!(cursor.next(&tape), Step::Rest));
    let mut frames = Frames::default();
    for n in 1..=entries {
        frames.add(seq(n), |out| out.extend_from_slice(format!("{n:010}").as_bytes()));
    }
    tape.append(frames, seq(entries));
    (cursor, tape)
}

#[test]
fn the_rest_of_a_frame_goes_out_before_anything_else() {
    let (mut cursor, tape) = live_before(3);
    let chunk = tape.since(0);
    assert!(cursor.meets(&chunk));
    assert!(!cursor.wrote(took(14), Some(&chunk), || NOW), "not all of it");
    cursor.push(b"own").expect("there is room for it");
    assert!(!cursor.is_live());
    assert_eq!(cursor.outgoing(None), Some((&b"000002own"[..], &b""[..])));
    assert!(matches!(cursor.next(&tape), Step::Send(None)));
    assert!(cursor.wrote(took(9), None, || NOW));
    let Step::Send(Some(chunk)) = cursor.next(&tape) else { panic!("the third is missing") };
    assert_eq!(cursor.outgoing(Some(&chunk)), Some((&b""[..], &b"0000000003"[..])));
    assert!(cursor.wrote(took(10), Some(&chunk), || NOW));
    assert!(matches!(cursor.next(&tape), Step::Rest) && cursor.is_live());
}

#[test]
fn who_is_not_met_where_it_stands_is_driven() {
    let (mut cursor, mut tape) = live_before(1);
    let mut frames = Frames::default();
    frames.add(seq(2), |out| out.extend_from_slice(b"0000000002"));
    tape.append(frames, seq(2));
    assert!(!cursor.meets(&tape.since(10)), "the first was never delivered");
    assert!(!cursor.is_live());
    assert!(matches!(cursor.next(&tape), Step::Send(Some(chunk)) if chunk.start() == 0));
}

#[test]
fn nothing_goes_out_before_the_greeting_or_behind_the_end() {
    let tape = Tape::new(Seq::ZERO, 1000);
    let mut cursor = Cursor::new(100, false);
    assert!(matches!(cursor.next(&tape), Step::Rest) && !cursor.is_live());
    cursor.begin(Seq::ZERO, None);
    cursor.push_last(b"close", CloseCode::Policy).expect("there is room for it");
    cursor.push_last(b"again", CloseCode::Normal).expect("it is not even looked at");
    let slice = Slice { trimmed_to: Some(seq(7)), ..Slice::default() };
    cursor.caught_up(&Replay::of(Dialect::V1, Seq::ZERO, &slice));
    assert_eq!(cursor.outgoing(None), Some((&b"close"[..], &b""[..])));
    assert!(cursor.wrote(took(5), None, || NOW));
    assert!(matches!(cursor.next(&tape), Step::Rest));
    assert_eq!((cursor.ended(), cursor.is_cut(), cursor.is_live()), (Some(CloseCode::Policy), false, false));
}

#[test]
fn who_asks_and_does_not_read_is_cut() {
    let mut cursor = Cursor::new(100, false);
    cursor.push(&[0; 100]).expect("there is room for it");
    assert_eq!(cursor.push(&[0]), Err(Cut));
    assert!(cursor.is_cut() && cursor.ended() == Some(CloseCode::Policy));
    assert_eq!(cursor.outgoing(None), None, "nobody would hear it");
}

#[test]
fn a_socket_that_takes_nothing_is_stalled_until_it_takes_something() {
    let mut cursor = Cursor::new(100, false);
    cursor.push(b"frame").expect("there is room for it");
    assert!(!cursor.is_stalled(NOW, Duration::ZERO));
    assert!(!cursor.wrote(took(0), None, || NOW));
    assert!(!cursor.wrote(took(0), None, || NOW + MINUTE));
    assert!(cursor.is_stalled(NOW + MINUTE + MINUTE, MINUTE), "since the first time");
    assert!(!cursor.wrote(took(2), None, || NOW + MINUTE));
    assert!(!cursor.is_stalled(NOW + MINUTE + MINUTE, MINUTE));
    assert!(cursor.wrote(took(3), None, || NOW));
    assert!(!cursor.is_stalled(NOW * 10, MINUTE));
}

#[test]
fn what_the_socket_holds_goes_out_before_it_goes_live() {
    let (mut cursor, _) = live_before(0);
    cursor.push(b"frame").expect("there is room for it");
    assert!(!cursor.wrote(Written { taken: 5, moved: true, held: true }, None, || NOW));
    assert_eq!(cursor.outgoing(None), Some((&b""[..], &b""[..])), "to be written, though nothing is new");
    assert!(cursor.wrote(Written { taken: 0, moved: true, held: false }, None, || NOW));
    assert_eq!(cursor.outgoing(None), None);
}

/// Entries up to this one are no longer kept.
fn gone(to: usize) -> Replay {
    Replay::of(Dialect::Classic, Seq::ZERO, &Slice { trimmed_to: Some(seq(to)), ..Slice::default() })
}

#[test]
fn who_is_back_on_the_tape_may_have_missed_changes_of_the_roster() {
    let mut tape = Tape::new(seq(9), 1000);
    let mut cursor = Cursor::new(1000, false);
    cursor.begin(Seq::ZERO, None);
    assert!(matches!(cursor.next(&tape), Step::CatchUp(Seq::ZERO)));
    cursor.caught_up(&gone(8));
    assert!(matches!(cursor.next(&tape), Step::CatchUp(after) if after == seq(8)), "the log goes on");
    cursor.caught_up(&gone(10));
    assert!(matches!(cursor.next(&tape), Step::CatchUp(after) if after == seq(10)), "further than the tape");
    tape.append(Frames::default(), seq(10));
    assert!(matches!(cursor.next(&tape), Step::BackOnTape));
    assert!(matches!(cursor.next(&tape), Step::Rest) && cursor.is_live(), "told once");
}

#[test]
fn changes_of_the_roster_that_the_tape_has_dropped_are_missed() {
    let mut tape = Tape::new(seq(9), 30);
    let mut cursor = Cursor::new(1000, false);
    cursor.begin(seq(9), tape.after(seq(9)));
    for _ in 0..5 {
        let mut change = Frames::default();
        change.add(seq(9), |out| out.extend_from_slice(b"0123456789"));
        tape.append(change, seq(9));
    }
    assert!(matches!(cursor.next(&tape), Step::BackOnTape), "it has read all entries, and not all frames");
}
