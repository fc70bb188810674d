//! A small host, as the protocol wants it: a log, members by token, acts done once. It can be told to be difficult.

use std::collections::{HashMap, HashSet, VecDeque};

use hearth_protocol::{Author, Gap, Hello, Page, Person};
use rand::RngExt;

use super::*;

/// How difficult things are: how often, out of 1000 chances, the host does something that hurts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trouble {
    pub(super) too_fast: u32,
    pub(super) storage: u32,
    pub(super) repeat: u32,
    pub(super) hole: u32,
    /// Entries go, but for the newest.
    pub(super) trim: u32,
    pub(super) restart: u32,
    /// It starts again and knows nobody any more, nor what they posted. The log is as it was.
    pub(super) amnesia: u32,
    /// A client is killed.
    pub(super) kill: u32,
    /// A client's disk fails.
    pub(super) disk: u32,
}

/// The host's end of a connection, with what is on its way in both directions.
#[derive(Debug, Default)]
pub(super) struct Wire {
    pub(super) up: VecDeque<String>,
    pub(super) down: VecDeque<String>,
    member: Option<MemberId>,
    served: Seq,
}

#[derive(Debug, Default)]
pub(super) struct Host {
    pub(super) log: Vec<Entry>,
    /// Entries up to here are no longer kept.
    pub(super) trimmed: Seq,
    tokens: HashMap<MemberToken, MemberId>,
    nicknames: HashMap<MemberId, Nickname>,
    here: HashMap<MemberId, u32>,
    stored: HashMap<(MemberId, PostId), Seq>,
    /// Holes that were left already: a real fault does not strike twice at the same place.
    holes: HashSet<(MemberId, Seq)>,
}

impl Host {
    pub(super) fn head(&self) -> Seq {
        self.log.last().map_or(Seq::ZERO, |entry| entry.seq)
    }

    pub(super) fn people(&self) -> Vec<Person> {
        let person = |member: &MemberId| Person {
            member: member.clone(),
            nickname: self.nicknames[member].clone(),
            dialect: Dialect::V1,
        };
        self.here.keys().map(person).collect()
    }

    /// Reads a frame that has come up the wire.
    pub(super) fn read(&mut self, wire: &mut Wire, trouble: Trouble, rng: &mut StdRng) {
        let Some(text) = wire.up.pop_front() else { return };
        match decode_client(&text).expect("a frame of the protocol") {
            ClientFrame::Hello(hello) => self.greet(wire, hello, rng),
            ClientFrame::Act(Act { what: Verb::Post { text, .. }, id: Some(id) }) => {
                let member = wire.member.clone().expect("hello comes first");
                let key = (member.clone(), id);
                let known = self.stored.get(&key).copied();
                let mut says_no = |chance| known.is_none() && rng_hits(rng, chance);
                if says_no(trouble.too_fast) {
                    wire.say(&refuse(id, RefusalCode::RateLimited, Some(300)));
                } else if says_no(trouble.storage) {
                    wire.say(&refuse(id, RefusalCode::Storage, None));
                } else {
                    let seq = known.unwrap_or_else(|| {
                        let body = Body::Message { text, time: None };
                        self.append(member, Some(id), body, rng)
                    });
                    self.stored.insert(key, seq);
                    wire.say(&ServerFrame::Ack(Ack { id, seq }));
                }
            }
            ClientFrame::Act(Act { what: Verb::Rename { nickname: wish }, id: Some(id) }) => {
                let member = wire.member.clone().expect("hello comes first");
                let key = (member.clone(), id);
                let seq = self.stored.get(&key).copied().unwrap_or_else(|| {
                    let old = self.nicknames.insert(member.clone(), nickname(&wish)).expect("a member");
                    self.append(member, Some(id), Body::Renamed { old }, rng)
                });
                self.stored.insert(key, seq);
                wire.say(&ServerFrame::Ack(Ack { id, seq }));
            }
            ClientFrame::Act(act) => panic!("an act without an id: {act:?}"),
            ClientFrame::History(request) => {
                let kept =
                    self.log.iter().filter(|entry| entry.seq > self.trimmed && entry.seq < request.before);
                let kept: Vec<_> = kept.cloned().collect();
                let from = kept.len().saturating_sub(request.limit as usize);
                let (entries, more) = (kept[from..].to_vec(), from > 0);
                let HistoryRequest { before, after, .. } = request;
                wire.say(&ServerFrame::Page(Page { before, after, entries, more }));
            }
            ClientFrame::Search(_) | ClientFrame::Lines(_) | ClientFrame::Typing | ClientFrame::Probed(_) => {
            }
        }
    }

    fn greet(&mut self, wire: &mut Wire, hello: Hello, rng: &mut StdRng) {
        let known = hello.token.and_then(|token| Some((self.tokens.get(&token)?.clone(), token)));
        let (member, token) = known.unwrap_or_else(|| {
            let new = (MemberId::from_random(rng.random()), MemberToken::from_random(rng.random()));
            self.tokens.insert(new.1.clone(), new.0.clone());
            new
        });
        wire.member = Some(member.clone());
        self.nicknames.insert(member.clone(), nickname(&hello.nickname));
        let links = self.here.entry(member.clone()).or_default();
        *links += 1;
        if *links == 1 {
            self.append(member.clone(), None, Body::Joined { dialect: Dialect::V1 }, rng);
        }
        let log = LogId::new("the-log").expect("a log id");
        let resumed = hello.after.filter(|_| hello.log.as_ref() == Some(&log));
        wire.served = resumed.unwrap_or_else(|| {
            let tail = self.log.len().saturating_sub(4);
            self.log[tail..].first().map_or(Seq::ZERO, |entry| entry.prev).max(self.trimmed)
        });
        let people = self.people();
        wire.say(&ServerFrame::Welcome(Box::new(Welcome {
            room: RoomInfo { name: "围炉".to_owned(), key: None, owner: None },
            you: You { nickname: self.nicknames[&member].clone(), member },
            role: Role::default(),
            rules: Rules::default(),
            token,
            online: u32::try_from(people.len()).expect("few"),
            people,
            log,
            head: self.head(),
            after: wire.served,
            limits: Limits::V1,
            talk: true,
        })));
    }

    /// Starts again, and notices that nobody is here any more.
    pub(super) fn restart(&mut self, rng: &mut StdRng) {
        let mut gone: Vec<_> = self.here.drain().map(|(member, _)| member).collect();
        gone.sort();
        for member in gone {
            self.append(member, None, Body::Left, rng);
        }
    }

    /// Starts again: the log is as it was, but nobody is known any more.
    pub(super) fn restart_without_memory(&mut self) {
        self.tokens.clear();
        self.stored.clear();
        self.here.clear();
    }

    /// Sends the next entry down the wire, if there is one.
    pub(super) fn serve(&mut self, wire: &mut Wire, trouble: Trouble, rng: &mut StdRng) -> bool {
        let Some(member) = wire.member.clone() else { return false };
        if wire.served < self.trimmed {
            wire.say(&ServerFrame::Gap(Gap { after: wire.served, to: self.trimmed }));
            wire.served = self.trimmed;
            return true;
        }
        let Some(entry) = self.log.iter().find(|entry| entry.seq > wire.served).cloned() else {
            return false;
        };
        wire.served = entry.seq;
        if rng_hits(rng, trouble.hole) && self.holes.insert((member, entry.seq)) {
            return true;
        }
        let frame = ServerFrame::Entry(entry);
        wire.say(&frame);
        if rng_hits(rng, trouble.repeat) {
            wire.say(&frame);
        }
        true
    }

    /// The host notices that a wire is gone.
    pub(super) fn part(&mut self, wire: &Wire, rng: &mut StdRng) {
        let Some(member) = wire.member.clone() else { return };
        let links = self.here.get_mut(&member).expect("it is here");
        *links -= 1;
        if *links == 0 {
            self.here.remove(&member);
            self.append(member, None, Body::Left, rng);
        }
    }

    fn append(&mut self, member: MemberId, id: Option<PostId>, body: Body, rng: &mut StdRng) -> Seq {
        let prev = self.head();
        let at = seq(prev.get() + rng.random_range(1..4));
        let from = Author { nickname: self.nicknames[&member].clone(), member };
        self.log.push(Entry { seq: at, prev, at: Timestamp::UNIX_EPOCH, from, id, body });
        at
    }
}

impl Wire {
    fn say(&mut self, frame: &ServerFrame) {
        self.down.push_back(encode(frame));
    }
}

fn refuse(id: PostId, code: RefusalCode, retry_after_ms: Option<u32>) -> ServerFrame {
    ServerFrame::Refused(Refused { id: Some(id), of: None, code, message: String::new(), retry_after_ms })
}

pub(super) fn rng_hits(rng: &mut StdRng, per_mille: u32) -> bool {
    rng.random_range(0..1000) < per_mille
}
