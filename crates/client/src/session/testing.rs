//! Small things that tests are made of.

use hearth_protocol::{Author, Body, Dialect, Entry, LogId, MemberId, Nickname, Person, PostId, Seq};
use jiff::Timestamp;
use uuid::Uuid;

pub(crate) fn seq(n: u64) -> Seq {
    Seq::try_from(n).expect("a small number")
}

pub(crate) fn log(name: &str) -> LogId {
    LogId::new(name).expect("a log id")
}

pub(crate) fn post_id(n: u128) -> PostId {
    PostId::new(Uuid::from_u128(n))
}

pub(crate) fn nickname(name: &str) -> Nickname {
    Nickname::new(name).expect("a nickname")
}

pub(crate) fn member(name: &str) -> MemberId {
    MemberId::new(name).expect("a member id")
}

pub(crate) fn person(name: &str) -> Person {
    Person { member: member(name), nickname: nickname(name), dialect: Dialect::V1 }
}

pub(crate) fn entry(prev: u64, at: u64, from: &str, body: Body) -> Entry {
    Entry {
        seq: seq(at),
        prev: seq(prev),
        at: Timestamp::UNIX_EPOCH,
        from: Author { member: member(from), nickname: nickname(from) },
        id: None,
        body,
    }
}

pub(crate) fn message(prev: u64, at: u64) -> Entry {
    entry(prev, at, "ming", Body::Message { text: format!("line {at}"), time: None })
}
