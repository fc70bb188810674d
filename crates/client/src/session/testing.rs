//! Small things that the session's tests are made of.

use hearth_protocol::{Author, Body, Dialect, Entry, MemberId, Nickname, Person, PostId, Seq};
use jiff::Timestamp;
use uuid::Uuid;

pub(super) fn seq(n: u64) -> Seq {
    Seq::try_from(n).expect("a small number")
}

pub(super) fn post_id(n: u128) -> PostId {
    PostId::new(Uuid::from_u128(n))
}

pub(super) fn nickname(name: &str) -> Nickname {
    Nickname::new(name).expect("a nickname")
}

pub(super) fn member(name: &str) -> MemberId {
    MemberId::new(name).expect("a member id")
}

pub(super) fn person(name: &str) -> Person {
    Person { member: member(name), nickname: nickname(name), dialect: Dialect::V1 }
}

pub(super) fn entry(prev: u64, at: u64, from: &str, body: Body) -> Entry {
    Entry {
        seq: seq(at),
        prev: seq(prev),
        at: Timestamp::UNIX_EPOCH,
        from: Author { member: member(from), nickname: nickname(from) },
        id: None,
        body,
    }
}

pub(super) fn message(prev: u64, at: u64) -> Entry {
    entry(prev, at, "ming", Body::Message { text: format!("line {at}"), time: None })
}
