use std::num::NonZeroU32;

use hearth_log::{Appended, Draft, LogError};
use hearth_protocol::{
    Act, Author, Body, Entry, Hello, InviteId, InviteRole, KeyHash, MemberId, MemberToken, PostId,
    RefusalCode, Role, Rules, Secret, Seq, ServerFrame, Verb,
};
use uuid::Uuid;

use super::*;
use crate::access::invites::InviteWish;
use crate::access::policy::AccessPolicy;
use crate::room::batch::{JoinRequest, Replies, Reply};

mod acts;

fn at(seconds: u64) -> Now {
    Now { clock: Timestamp::UNIX_EPOCH, since_start: Duration::from_secs(seconds) }
}

fn fresh(n: u128) -> Fresh {
    Fresh { member: MemberId::from_random(n), token: MemberToken::from_random(1000 + n) }
}

/// A room that anybody may enter, and what its log would hold.
struct Talk {
    room: Room,
    entries: Vec<Entry>,
    /// Whether the disk is full.
    full: bool,
}

impl Talk {
    fn new() -> Self {
        Self::with(AccessPolicy::default())
    }

    fn with(policy: AccessPolicy) -> Self {
        let info =
            RoomInfo { name: "读书会".to_owned(), key: Some(KeyHash::of_sha256(&[7; 32])), owner: None };
        let gate = Gate::new(policy, Secret::from_random(1));
        let room = Room::new(info, Duration::from_secs(10), gate, Vec::new(), None, || fresh(0), at(0));
        Self { room, entries: Vec::new(), full: false }
    }

    fn hello(&mut self, n: u64, hello: Hello, batch: &mut Batch) {
        let from = std::net::IpAddr::from([10, 0, 0, 1]);
        let join = JoinRequest { conn: ConnId(n), hello: Box::new(hello), after: Seq::ZERO, from };
        self.room.hello(join, || fresh(n.into()), at(0), batch);
    }

    fn enter(&mut self, n: u64, nickname: &str) -> Replies {
        let mut batch = Batch::default();
        self.hello(n, Hello::new(nickname), &mut batch);
        self.commit(batch)
    }

    fn act(&mut self, n: u64, act: Act) -> Replies {
        let mut batch = Batch::default();
        self.room.act(ConnId(n), act, at(0), &mut batch);
        self.commit(batch)
    }

    /// Stores a batch, as a log does: a member's act is stored once.
    fn commit(&mut self, mut batch: Batch) -> Replies {
        let mut replies = std::mem::take(&mut batch.replies);
        replies.append(&mut batch.refused);
        let (drafts, enrolled, pending) = self.room.prepare(batch);
        let stored = match (self.full, drafts.is_empty() && enrolled.is_empty()) {
            (_, true) => None,
            (true, _) => Some(Err(LogError::Full)),
            (false, _) => Some(Ok(drafts.into_iter().map(|draft| self.append(draft)).collect())),
        };
        replies.extend(self.room.settle(pending, stored, || at(0)).replies);
        replies
    }

    fn append(&mut self, Draft { at, from, id, body }: Draft) -> Appended {
        let is_it = |entry: &&Entry| id.is_some() && entry.id == id && entry.from.member == from.member;
        if let Some(there) = self.entries.iter().find(is_it) {
            return Appended::Repeat(there.seq);
        }
        let prev = self.entries.last().map_or(Seq::ZERO, |last| last.seq);
        let entry = Entry { seq: prev.next(), prev, at, from, id, body };
        self.entries.push(entry.clone());
        Appended::Stored(entry.into())
    }

    fn nickname(&self, n: u64) -> String {
        self.room.nickname(ConnId(n)).expect("here").to_string()
    }

    fn said(&self) -> Vec<String> {
        let word = |Entry { from: Author { nickname, .. }, body, .. }: &Entry| match body {
            Body::Joined { .. } => format!("{nickname} comes"),
            Body::Renamed { old } => format!("{old} is {nickname}"),
            Body::Message { text, .. } => format!("{nickname}: {text}"),
            other => format!("{other:?}"),
        };
        self.entries.iter().map(word).collect()
    }
}

fn id(n: u128) -> PostId {
    PostId::new(Uuid::from_u128(n))
}

fn rename(n: u128, nickname: &str) -> Act {
    Act { what: Verb::Rename { nickname: nickname.to_owned() }, id: Some(id(n)) }
}

fn post(n: u128, text: &str) -> Act {
    Act { what: Verb::post(text), id: Some(id(n)) }
}

/// Replies in short: acks by their place, refusals by their code, nicknames as they are told.
fn short(replies: &Replies) -> Vec<String> {
    let words = replies.iter().map(|(conn, reply)| {
        let word = match reply {
            Reply::Frame(ServerFrame::Ack(ack)) => format!("ack {}", ack.seq),
            Reply::Frame(ServerFrame::Refused(refused)) => {
                format!(
                    "refused {} {}",
                    refused.code.as_str(),
                    if refused.id.is_some() { "by id" } else { "by kind" }
                )
            }
            Reply::Frame(ServerFrame::You(you)) => format!("you are {}", you.nickname),
            Reply::TurnedAway => "turned away".to_owned(),
            other => format!("{other:?}"),
        };
        format!("{}: {word}", conn.0)
    });
    words.collect()
}

#[test]
fn a_rename_is_done_once_however_often_it_comes() {
    let mut talk = Talk::new();
    talk.enter(1, "Wei");
    assert_eq!(short(&talk.act(1, rename(1, "魏"))), ["1: ack 2", "1: you are 魏"]);
    talk.act(1, rename(2, "阿魏"));
    // The first one again, whose ack was lost on the way: the member has taken another nickname since, and keeps it.
    assert_eq!(short(&talk.act(1, rename(1, "魏"))), ["1: ack 2", "1: you are 阿魏"]);
    assert_eq!(talk.nickname(1), "阿魏");
    assert_eq!(talk.said(), ["Wei comes", "Wei is 魏", "魏 is 阿魏"]);
    // And again at once, while it is in force: nothing to undo.
    assert_eq!(short(&talk.act(1, rename(2, "阿魏"))), ["1: ack 0", "1: you are 阿魏"]);
    // Whose nickname was free in between has it.
    talk.enter(2, "Wei");
    assert_eq!(short(&talk.act(1, rename(3, "Wei"))), ["1: ack 5", "1: you are Wei 2"]);
}

#[test]
fn a_rename_without_an_id_is_answered_by_its_kind() {
    let mut talk = Talk::new();
    talk.enter(1, "Wei");
    let by_kind = |nickname: &str| Act { id: None, ..rename(1, nickname) };
    assert_eq!(short(&talk.act(1, by_kind("魏"))), ["1: you are 魏"]);
    assert_eq!(short(&talk.act(1, by_kind("魏"))), ["1: you are 魏"]);
    talk.full = true;
    assert_eq!(short(&talk.act(1, by_kind("阿魏"))), ["1: refused storage by kind", "1: you are 魏"]);
}

#[test]
fn what_could_not_be_stored_is_rolled_back_in_the_opposite_order() {
    let mut talk = Talk::new();
    talk.enter(1, "Wei");
    talk.full = true;
    let mut batch = Batch::default();
    let act = |talk: &mut Talk, act, batch: &mut Batch| talk.room.act(ConnId(1), act, at(0), batch);
    act(&mut talk, rename(1, "魏"), &mut batch);
    // Somebody takes what has become free, and is renamed in turn.
    talk.hello(2, Hello::new("Wei"), &mut batch);
    talk.room.act(ConnId(2), rename(2, "小魏"), at(0), &mut batch);
    act(&mut talk, rename(3, "Wei"), &mut batch);
    act(&mut talk, rename(4, "Wei"), &mut batch);
    act(&mut talk, post(5, "大家好"), &mut batch);
    let replies = short(&talk.commit(batch));
    assert_eq!(talk.nickname(1), "Wei");
    assert_eq!(talk.room.nickname(ConnId(2)), None, "who came with it has not come");
    assert_eq!(talk.room.online(), 1);
    for expected in ["2: turned away", "1: refused storage by id", "1: you are Wei"] {
        assert!(replies.contains(&expected.to_owned()), "{expected} in {replies:?}");
    }
    assert_eq!(replies.iter().filter(|reply| *reply == "1: refused storage by id").count(), 4, "{replies:?}");
    assert!(!replies.iter().any(|reply| reply.contains("ack")), "{replies:?}");
    // The nickname is free again, and so is the room.
    talk.full = false;
    talk.enter(3, "小魏");
    assert_eq!(talk.nickname(3), "小魏");
    assert_eq!(short(&talk.act(1, rename(1, "魏"))), ["1: ack 3", "1: you are 魏"], "it was never done");
}

#[test]
fn who_left_meanwhile_keeps_no_nickname_from_others() {
    let mut talk = Talk::new();
    talk.enter(1, "Wei");
    talk.full = true;
    let mut batch = Batch::default();
    talk.room.act(ConnId(1), rename(1, "魏"), at(0), &mut batch);
    talk.room.gone(ConnId(1), Parting::OnPurpose, at(0), &mut batch);
    talk.commit(batch);
    talk.full = false;
    talk.enter(2, "Wei");
    talk.enter(3, "魏");
    assert_eq!([talk.nickname(2), talk.nickname(3)], ["Wei", "魏"]);
}

#[test]
fn readers_are_refused_and_strangers_not_heard() {
    let mut talk = Talk::new();
    assert!(talk.act(9, post(1, "hello?")).is_empty());
    let known = KnownMember {
        member: MemberId::from_random(5),
        token: Some(fresh(5).token),
        nickname: Nickname::new("读者").expect("a nickname"),
        dialect: hearth_protocol::Dialect::V1,
        here: false,
        role: Role::Reader,
        invite: None,
    };
    talk.room.members.restore(vec![known], None, || fresh(0), at(0));
    let hello = Hello { token: Some(fresh(5).token), ..Hello::new("读者") };
    let mut batch = Batch::default();
    talk.hello(5, hello, &mut batch);
    talk.commit(batch);
    let before = talk.entries.len();
    assert_eq!(
        short(&talk.act(5, post(2, "大家好"))),
        [format!("5: refused {} by id", RefusalCode::ReadOnly.as_str())]
    );
    assert_eq!(talk.entries.len(), before);
    assert_eq!(talk.act(5, rename(3, "看客")).len(), 2);
}

#[test]
fn a_right_that_could_not_be_stored_is_none_and_its_invitation_as_good_as_before() {
    let mut policy = AccessPolicy::default();
    policy.locks.closed = true;
    for (n, role) in [(1, InviteRole::Reader), (2, InviteRole::Member)] {
        let wish = InviteWish { role, uses: NonZeroU32::new(1), ..InviteWish::default() };
        let (id, secret) = (InviteId::from_random(n), Secret::from_random(100 + n));
        policy.invites.make(wish, id, secret, at(0).clock).expect("made");
    }
    let mut talk = Talk::with(policy);
    let by = |secret: u128| Hello { secret: Some(Secret::from_random(secret)), ..Hello::new("读者") };
    let back = || Hello { token: Some(fresh(1).token), ..by(102) };
    let enter = |talk: &mut Talk, hello: Hello| {
        let mut batch = Batch::default();
        talk.hello(1, hello, &mut batch);
        talk.commit(batch);
        talk.room.members.role(ConnId(1))
    };
    assert_eq!(enter(&mut talk, by(101)), Some(Role::Reader));
    talk.room.gone(ConnId(1), Parting::Lost, at(0), &mut Batch::default());
    talk.full = true;
    assert_eq!(enter(&mut talk, back()), Some(Role::Reader));
    assert_eq!(talk.room.gate().policy.invites.newest_first()[0].used, 0);
    talk.room.gone(ConnId(1), Parting::Lost, at(0), &mut Batch::default());
    talk.full = false;
    assert_eq!(enter(&mut talk, back()), Some(Role::Member));
    assert_eq!(talk.room.gate().policy.invites.newest_first()[0].used, 1);
    assert_eq!(short(&talk.act(1, post(1, "大家好"))), ["1: ack 2"]);
}

#[test]
fn who_lagged_so_far_that_they_may_have_missed_it_is_told_who_is_here_and_what_members_may_do() {
    let rules = Rules { members_pin: true };
    let mut talk = Talk::with(AccessPolicy { rules, ..AccessPolicy::default() });
    talk.enter(1, "阿明");
    let replies = talk.commit(Batch { rosters: vec![ConnId(1)], ..Batch::default() });
    let told = replies.into_iter().map(|(conn, reply)| match reply {
        Reply::Frame(ServerFrame::People(people)) => (conn, Err(people.online)),
        Reply::Frame(ServerFrame::Rules(rules)) => (conn, Ok(rules)),
        _ => panic!("nothing else was asked for"),
    });
    assert_eq!(told.collect::<Vec<_>>(), [(ConnId(1), Err(1)), (ConnId(1), Ok(rules))]);
}
