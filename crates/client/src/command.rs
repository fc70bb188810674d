//! Room commands: what the user asks of a room, in one list from the page to the session.

use hearth_protocol::{Act, HistoryRequest, LinesRequest, LogId, PostId, SearchRequest, Seq};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

use crate::joins_shown::JoinsShown;
use crate::strip::Strip;

/// A room command is made by the page, passed on by the shell, and taken by the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum RoomCommand {
    /// Sends a failed act again.
    Retry {
        /// Which.
        id: PostId,
    },
    /// Gives up an act that is queued or has failed. One that is on its way cannot be called back.
    Discard {
        /// Which.
        id: PostId,
    },
    /// Asks for entries from the past. They come as [`crate::RoomUpdate::Older`]; a newer request takes the place of one under
    /// way, and while there is no link the newest one waits for it.
    History(HistoryRequest),
    /// Searches. What is found comes as [`crate::RoomUpdate::Found`]; a newer search takes the place of one under way.
    Search(SearchRequest),
    /// Asks for single lines. They come as [`crate::RoomUpdate::Lines`]; a newer request takes the place of one under way.
    Lines(LinesRequest),
    /// Tells the others that the user is writing, where that can be told.
    Typing,
    /// Remembers how far the user has read a log. The greatest mark counts; one of another log than the room's is ignored.
    SetReadMark {
        /// The log.
        log: LogId,
        /// The newest entry that was read.
        seq: Seq,
    },
    /// Remembers what the user has typed for a log and not sent. One of another log than the room's is ignored.
    SetDraft {
        /// The log.
        log: LogId,
        /// All of it; empty when there is nothing.
        text: String,
        /// What it is to be, if that is no line by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        strip: Option<Strip>,
    },
    /// Remembers how much the list shows of who comes and goes. One of another log than the room's is ignored.
    SetJoinsShown {
        /// The log.
        log: LogId,
        /// How much.
        joins: JoinsShown,
    },
    /// Tries to connect now: does not wait for the next attempt, and starts again after an error that ended them.
    Reconnect,
    /// Does something in the room. It waits for the link if there is none. What is not by the protocol's limits fails, and an id
    /// that waits already is ignored.
    #[serde(untagged)]
    Act(Act),
}

/// The room does not keep up: more is asked of it than a person can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the room does not keep up")]
pub struct Busy;

impl RoomCommand {
    /// Says a line.
    pub fn post(id: PostId, text: impl Into<String>) -> Self {
        Self::Act(Act::post(id, text))
    }

    /// Takes another nickname. The room tells when it knows it ([`crate::RoomUpdate::You`]) or why not
    /// ([`crate::RoomUpdate::RenameRefused`]).
    pub fn rename(id: PostId, nickname: impl Into<String>) -> Self {
        Self::Act(Act::rename(Some(id), nickname))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_written_as_its_verb() {
        let id = "0190a000-0000-7000-8000-00000000c001";
        for json in [
            format!(r#"{{"type":"post","text":"大家好","id":"{id}"}}"#),
            format!(r#"{{"type":"rename","nickname":"阿明","id":"{id}"}}"#),
            format!(r#"{{"type":"retry","id":"{id}"}}"#),
            r#"{"type":"history","before":9,"limit":50}"#.to_owned(),
            format!(r#"{{"type":"react","about":7,"emoji":"👍","on":true,"id":"{id}"}}"#),
            r#"{"type":"lines","lines":[7,9]}"#.to_owned(),
            r#"{"type":"typing"}"#.to_owned(),
            r#"{"type":"set_read_mark","log":"a","seq":9}"#.to_owned(),
            r#"{"type":"set_draft","log":"a","text":""}"#.to_owned(),
            r#"{"type":"set_draft","log":"a","text":"好","strip":{"kind":"reply","seq":7}}"#.to_owned(),
            r#"{"type":"set_draft","log":"a","text":"","strip":{"kind":"edit","seq":7,"text":"好"}}"#
                .to_owned(),
            r#"{"type":"set_joins_shown","log":"a","joins":"none"}"#.to_owned(),
            r#"{"type":"reconnect"}"#.to_owned(),
        ] {
            let command: RoomCommand = serde_json::from_str(&json).expect("a command");
            assert_eq!(serde_json::to_string(&command).expect("JSON"), json);
        }
        assert!(serde_json::from_str::<RoomCommand>(r#"{"type":"post"}"#).is_err(), "no text");
        assert!(serde_json::from_str::<RoomCommand>(r#"{"type":"shout","text":"!"}"#).is_err(), "no verb");
    }
}
