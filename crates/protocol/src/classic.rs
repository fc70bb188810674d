//! The dialect of the tutorial chat room: one JSON object each way, no ids, no acks, no history.
//!
//! A client sends `{"nickname","message","time"}`; a server sends the same to everybody with `"status":1`, and with
//! `"status":0` when a client goes. Entering is an ordinary message with the text [`JOIN_TEXT`].

use jiff::civil::DateTime;
use serde::Serialize;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::body::Body;
use crate::codec::decode_json;
use crate::entry::Entry;

/// The message by which a classic client says that it has come.
pub const JOIN_TEXT: &str = "加入聊天";

/// What stands before a line that says an earlier one in another way.
pub const EDITED: &str = "（更正）";

/// `status` of talk.
pub const STATUS_TALK: u8 = 1;
/// `status` of a leave.
pub const STATUS_LEFT: u8 = 0;

/// A classic message, in either direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClassicMessage {
    /// The sender's nickname as they wrote it.
    pub nickname: String,
    /// The text.
    pub message: String,
    /// The sender's own words for the time, usually `M-D H:m:s`.
    pub time: String,
    /// 1 talk, 0 leave; absent from client to server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u8>,
}

/// Why a text is no classic message. It is ignored, with this reason in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClassicError {
    /// Not JSON: some clients send a bare [`JOIN_TEXT`].
    #[error("not JSON")]
    NotJson,
    /// JSON, but no object.
    #[error("not an object")]
    NotAnObject,
    /// A field is neither text nor a number.
    #[error("the field {0} is not text")]
    WrongType(&'static str),
}

impl ClassicMessage {
    /// Reads a classic message. Numbers pass for text, missing fields for empty ones, and half a sign for U+FFFD, as in the
    /// wild.
    pub fn parse(text: &str) -> Result<Self, ClassicError> {
        let value: Value = decode_json(text).map_err(|_| ClassicError::NotJson)?;
        let Value::Object(fields) = value else {
            return Err(ClassicError::NotAnObject);
        };
        Ok(Self {
            nickname: text_field(&fields, "nickname")?,
            message: text_field(&fields, "message")?,
            time: text_field(&fields, "time")?,
            status: fields.get("status").and_then(Value::as_u64).map(|s| u8::from(s != 0)),
        })
    }

    /// Whether the server says that the sender has gone.
    pub fn is_leave(&self) -> bool {
        self.status == Some(STATUS_LEFT)
    }

    /// Whether the sender says that they have come.
    pub fn is_join(&self) -> bool {
        !self.is_leave() && self.message.trim() == JOIN_TEXT
    }

    /// What classic readers get for an entry; `None` for what this dialect has no words for. `local` is the entry's
    /// time where the host stands, `beside` the last text of who left, or how the line begins that is answered, when that is
    /// known.
    pub fn from_entry(entry: &Entry, local: DateTime, beside: Option<&str>) -> Option<Self> {
        let beside = beside.unwrap_or_default();
        let (message, status) = match &entry.body {
            Body::Message { text, .. } => (format!("{beside}{text}"), STATUS_TALK),
            Body::Edited { text, .. } => (format!("{EDITED}{text}"), STATUS_TALK),
            Body::Joined { .. } => (JOIN_TEXT.to_owned(), STATUS_TALK),
            Body::Left => (beside.to_owned(), STATUS_LEFT),
            _ => return None,
        };
        let time = match &entry.body {
            Body::Message { time: Some(time), .. } => time.clone(),
            _ => format_time(local),
        };
        Some(Self { nickname: entry.from.nickname.as_str().to_owned(), message, time, status: Some(status) })
    }
}

/// A time as classic clients write it, without leading zeros; months count from 1 here.
pub fn format_time(at: DateTime) -> String {
    format!("{}-{} {}:{}:{}", at.month(), at.day(), at.hour(), at.minute(), at.second())
}

fn text_field(fields: &Map<String, Value>, name: &'static str) -> Result<String, ClassicError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(_) => Err(ClassicError::WrongType(name)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn missing_fields_pass_and_wrong_types_are_named() {
        let message = ClassicMessage::parse(r#"{"nickname":7,"status":1}"#).expect("a message");
        assert_eq!((message.nickname.as_str(), message.message.as_str()), ("7", ""));
        assert_eq!(ClassicMessage::parse(JOIN_TEXT), Err(ClassicError::NotJson));
        assert_eq!(ClassicMessage::parse("[1]"), Err(ClassicError::NotAnObject));
        assert_eq!(ClassicMessage::parse(r#"{"message":{"a":1}}"#), Err(ClassicError::WrongType("message")));
    }

    #[test]
    fn times_have_no_leading_zeros_and_months_count_from_one() {
        assert_eq!(format_time(date(2026, 1, 5).at(9, 4, 0, 0)), "1-5 9:4:0");
    }
}
