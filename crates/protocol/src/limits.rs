//! The limits of the wire: what fits, and from where on a room is "large".

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The limits that a host announces in its welcome and enforces; a client holds to them before it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Limits {
    /// A message's text, in bytes of UTF-8.
    pub text_bytes: u32,
    /// A nickname after normalisation, in Unicode scalar values.
    pub nickname_chars: u32,
    /// A WebSocket message in either direction, in bytes.
    pub frame_bytes: u32,
}

impl Limits {
    /// The limits of version 1. A text of 16 KiB takes at most 32 KiB as JSON, since control characters are no part
    /// of a text; so every entry fits in a frame.
    pub const V1: Self = Self { text_bytes: 16 * 1024, nickname_chars: 32, frame_bytes: 64 * 1024 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::V1
    }
}

/// What is not known of an entry has at most so many bytes of JSON: with all that every entry has, it fits in a frame.
pub const UNKNOWN_BYTES: usize = Limits::V1.frame_bytes as usize - 1024;

/// Joins and leaves are entries while a room has up to this many people; above it only the roster tells.
pub const JOIN_LINES_UP_TO: usize = 200;

/// A roster names at most this many people; its `online` count is always whole.
pub const ROSTER_LISTED: usize = 500;

/// A search looks at this many characters of what was typed: more than anybody means, few enough to be cheap.
pub const QUERY_CHARS: usize = 200;
