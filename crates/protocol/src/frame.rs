//! The frames of `hearth.v1`: JSON objects told apart by `type`, one per WebSocket text message.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::act::Act;
use crate::entry::Entry;
use crate::ids::{LogId, MemberId, MemberToken, PostId, Seq};
use crate::invite::{KeyHash, Secret};
use crate::limits::Limits;
use crate::nickname::Nickname;
use crate::person::{Person, Role, told_role};
use crate::probe::{Probe, Probed};
use crate::refusal::{Asked, RefusalCode};

/// What a client sends. It is read by [`crate::decode_client`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum ClientFrame {
    /// The first frame of a connection.
    Hello(Hello),
    /// Asks for older entries, or for those around a place.
    History(HistoryRequest),
    /// Searches all that the room keeps.
    Search(SearchRequest),
    /// Asks for single lines.
    Lines(LinesRequest),
    /// Tells that a line is being written.
    Typing,
    /// The answer to a probe.
    Probed(Probed),
    /// Something that a member does. The type of its frame is the verb.
    #[serde(untagged)]
    Act(Act),
}

/// What a host sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum ServerFrame {
    /// The answer to a hello.
    Welcome(Box<Welcome>),
    /// One entry of the log.
    Entry(Entry),
    /// A post is stored.
    Ack(Ack),
    /// Something was refused.
    Refused(Refused),
    /// What was said about lines of the answer that follows.
    About(About),
    /// The answer to a history request.
    Page(Page),
    /// The answer to a search.
    Found(Found),
    /// The answer to a question for single lines.
    Lines(Lines),
    /// Some are writing.
    Typing(Typing),
    /// Entries that were asked for are no longer kept.
    Gap(Gap),
    /// People came or went in a large room, where that is no entry.
    Roster(RosterChange),
    /// The whole roster again, for a reader who may have missed changes of it.
    People(People),
    /// The sender's own nickname, after a rename that the host had to make distinct or when it was taken back.
    You(You),
    /// What members may do, after its owner has changed that.
    Rules(Rules),
    /// Asks the client to dial the host's own addresses, so that the host knows by which it is reached. Not every client
    /// does it: a page in a browser cannot.
    Probe(Probe),
}

/// Who knocks, and from where on they want to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Hello {
    /// The wished nickname; the host normalises it and makes it distinct.
    pub nickname: String,
    /// The program that knocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub client: Option<ClientInfo>,
    /// The token of an earlier welcome, to be the same member again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub token: Option<MemberToken>,
    /// The secret of an invitation, where the room needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub secret: Option<Secret>,
    /// The room's password, where it has one. It is as good as an invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub password: Option<Secret>,
    /// The log that `after` counts in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub log: Option<LogId>,
    /// Resume after this entry. Without it, or with another log, the host starts with the last few entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub after: Option<Seq>,
}

impl Hello {
    /// The hello of somebody new, in an open room.
    pub fn new(nickname: impl Into<String>) -> Self {
        Self {
            nickname: nickname.into(),
            client: None,
            token: None,
            secret: None,
            password: None,
            log: None,
            after: None,
        }
    }
}

/// A program's name and version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ClientInfo {
    /// Such as `hearth`.
    pub name: String,
    /// Such as `0.1.0`.
    pub version: String,
}

/// The room, the reader, and where the entries start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Welcome {
    /// The room.
    pub room: RoomInfo,
    /// The reader.
    pub you: You,
    /// The reader's token: a secret to keep for the next hello.
    pub token: MemberToken,
    /// What the reader may do.
    #[serde(default, deserialize_with = "told_role", skip_serializing_if = "Role::is_member")]
    #[ts(optional, as = "Option<Role>")]
    pub role: Role,
    /// What members may do here.
    #[serde(default, skip_serializing_if = "Rules::is_usual")]
    #[ts(optional, as = "Option<Rules>")]
    pub rules: Rules,
    /// Who is here as of `head`, at most [`crate::ROSTER_LISTED`]. Entries after `head` change it.
    pub people: Vec<Person>,
    /// How many are here.
    pub online: u32,
    /// The log's id.
    pub log: LogId,
    /// The newest entry when this was written.
    pub head: Seq,
    /// Entries follow from here: the `prev` of the first one, unless a gap is told before it.
    pub after: Seq,
    /// What fits.
    pub limits: Limits,
    /// Whether the host knows what is said about lines: the acts, answers and mentions, `lines` and `typing`. Hosts of before these
    /// do not tell, and pass over what of them stands in a `post`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub talk: bool,
}

/// A room as its guests see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RoomInfo {
    /// Its name.
    pub name: String,
    /// The key by which its host is known, so that it can be found again at another address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub key: Option<KeyHash>,
    /// Who hosts it, once they have been in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub owner: Option<MemberId>,
}

/// What the owner lets members do, beyond what is usual. What a later version adds is off where it is not said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Rules {
    /// Whether members pin lines, as the owner and moderators do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub members_pin: bool,
}

impl Rules {
    /// Whether they are those of a room whose owner has said nothing of them.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// The reader as the room knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct You {
    /// Their id.
    pub member: MemberId,
    /// Their nickname, made distinct.
    pub nickname: Nickname,
}

/// An act is committed to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Ack {
    /// The sender's id.
    pub id: PostId,
    /// Its place in the log; 0 for what changes nothing and so has none, such as a rename to the nickname that one has.
    pub seq: Seq,
}

/// A refusal. The connection goes on, unless it was the hello that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Refused {
    /// The act that it is about, if that has an id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub id: Option<PostId>,
    /// What else it is about, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub of: Option<Asked>,
    /// Why.
    pub code: RefusalCode,
    /// The same in English, for a log.
    pub message: String,
    /// When to try again, in milliseconds from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_after_ms: Option<u32>,
}

/// Entries from the room's past, please.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HistoryRequest {
    /// Entries before this one: the newest of them, unless `after` is given.
    pub before: Seq,
    /// Only entries after this one: the oldest of them. To read on from a place that was jumped to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub after: Option<Seq>,
    /// At most this many; the host may send fewer.
    pub limit: u32,
}

/// Entries from the room's past, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Page {
    /// The `before` of the request,
    pub before: Seq,
    /// and its `after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub after: Option<Seq>,
    /// The entries.
    pub entries: Vec<Entry>,
    /// Whether the log keeps more in the direction of reading: still older ones, or with `after` still newer ones that
    /// come before `before`.
    pub more: bool,
}

/// Lines with these words, please.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SearchRequest {
    /// What the person typed. All words must be in a line: Latin ones at the start of a word, others anywhere.
    pub query: String,
    /// Only lines before this one, to go on where an earlier answer ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub before: Option<Seq>,
    /// At most this many; the host may send fewer.
    pub limit: u32,
}

/// Lines that were found, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Found {
    /// The `query` of the request,
    pub query: String,
    /// and its `before`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub before: Option<Seq>,
    /// The lines.
    pub entries: Vec<Entry>,
    /// Whether there may be older ones,
    pub more: bool,
    /// before this one, where the next question goes on: one answer does not look through a log of any size.
    pub reached: Seq,
}

/// So many lines are asked for at a time, at most.
pub const LINES_ASKED: usize = 50;

/// Single lines, please: those that others answer, or that are pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LinesRequest {
    /// Which, at most [`LINES_ASKED`].
    pub lines: Vec<Seq>,
    /// Those that are pinned, in place of `lines`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub pinned: bool,
}

/// Single lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Lines {
    /// Those that were asked for; or those that are pinned, in the order in which they were.
    pub lines: Vec<Seq>,
    /// Whether those that are pinned were asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub pinned: bool,
    /// The entries that stand there, oldest first.
    pub entries: Vec<Entry>,
    /// Those that did not fit, and are to be asked for again. What is neither here nor among `entries` is not kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Seq>>", optional)]
    pub rest: Vec<Seq>,
}

/// Entries about lines of the answer that follows, as far as they still count: what an edit, a reaction or a pin was undone by
/// is not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct About {
    /// The entries, oldest first. There may be more of them in a frame of the same kind.
    pub entries: Vec<Entry>,
}

/// Some are writing, and were just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Typing {
    /// Who.
    pub members: Vec<MemberId>,
}

/// Entries that are no longer kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Gap {
    /// The reader's cursor: what comes after it is gone,
    pub after: Seq,
    /// up to and with this one, which is the cursor now.
    pub to: Seq,
}

/// Changes of the roster of a large room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RosterChange {
    /// Who came; not always all of them, see [`crate::ROSTER_LISTED`].
    pub joined: Vec<Person>,
    /// Who went.
    pub left: Vec<MemberId>,
    /// How many are here now.
    pub online: u32,
}

/// The whole roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct People {
    /// Who is here, at most [`crate::ROSTER_LISTED`].
    pub people: Vec<Person>,
    /// How many are here.
    pub online: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_of_a_later_version_is_no_more_than_a_members() {
        let welcome = |role: &str| {
            format!(
                r#"{{"room":{{"name":"r"}},"you":{{"member":"m","nickname":"n"}},"token":"t",{role}"people":[],"online":0,
                "log":"l","head":0,"after":0,"limits":{{"text_bytes":1,"nickname_chars":1,"frame_bytes":1}}}}"#
            )
        };
        for (told, role) in [
            ("", Role::Member),
            (r#""role":"reader","#, Role::Reader),
            (r#""role":"owner","#, Role::Owner),
            (r#""role":"janitor","#, Role::Member),
        ] {
            let welcome: Welcome = serde_json::from_str(&welcome(told)).expect("a welcome");
            assert_eq!(welcome.role, role, "{told}");
        }
    }
}
