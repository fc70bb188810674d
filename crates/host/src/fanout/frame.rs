//! The encoding of WebSocket frames, from server to client: never masked, never fragmented (RFC 6455, section 5.2).

use hearth_protocol::classic::ClassicMessage;
use hearth_protocol::{CloseCode, Dialect, Entry, ServerFrame};
use jiff::tz::TimeZone;
use serde::Serialize;

const FIN_TEXT: u8 = 0x81;
const FIN_CLOSE: u8 = 0x88;
const FIN_PING: u8 = 0x89;

/// A frame of `hearth.v1`.
pub fn v1(frame: &ServerFrame, out: &mut Vec<u8>) {
    text(&hearth_protocol::encode(frame), out);
}

/// An entry in a dialect. Writes nothing for what the dialect has no words for. `beside` is what [`ClassicMessage::from_entry`] wants to know.
pub(crate) fn entry(dialect: Dialect, entry: &Entry, beside: Option<&str>, out: &mut Vec<u8>) {
    /// The same as [`ServerFrame::Entry`], without owning the entry.
    #[derive(Serialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Frame<'a> {
        Entry(&'a Entry),
    }
    match dialect {
        Dialect::V1 => text(&hearth_protocol::encode(&Frame::Entry(entry)), out),
        Dialect::Classic => {
            let local = entry.at.to_zoned(TimeZone::system()).datetime();
            if let Some(message) = ClassicMessage::from_entry(entry, local, beside) {
                text(&hearth_protocol::encode(&message), out);
            }
        }
    }
}

/// A ping without a payload.
pub(crate) const PING: &[u8] = &[FIN_PING, 0];

/// A close frame with a reason in English.
pub(crate) fn close(code: CloseCode, reason: &str) -> Vec<u8> {
    // A control frame carries at most 125 bytes (section 5.5); reasons here are short ASCII.
    let reason = &reason.as_bytes()[..reason.len().min(123)];
    let mut out = Vec::with_capacity(4 + reason.len());
    header(FIN_CLOSE, 2 + reason.len(), &mut out);
    out.extend_from_slice(&code.get().to_be_bytes());
    out.extend_from_slice(reason);
    out
}

fn text(json: &str, out: &mut Vec<u8>) {
    header(FIN_TEXT, json.len(), out);
    out.extend_from_slice(json.as_bytes());
}

fn header(first: u8, len: usize, out: &mut Vec<u8>) {
    out.push(first);
    if let Ok(short) = u8::try_from(len)
        && short < 126
    {
        out.push(short);
    } else if let Ok(medium) = u16::try_from(len) {
        out.push(126);
        out.extend_from_slice(&medium.to_be_bytes());
    } else {
        out.push(127);
        out.extend_from_slice(&(len as u64).to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_take_the_shortest_of_three_forms() {
        let framed = |len: usize| {
            let mut out = Vec::new();
            text(&"x".repeat(len), &mut out);
            assert_eq!(
                out.len() - len,
                if len < 126 {
                    2
                } else if len < 65_536 {
                    4
                } else {
                    10
                }
            );
            out
        };
        assert_eq!(framed(125)[..2], [0x81, 125]);
        assert_eq!(framed(126)[..4], [0x81, 126, 0, 126]);
        assert_eq!(framed(65_535)[..4], [0x81, 126, 0xff, 0xff]);
        assert_eq!(framed(65_536)[..10], [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn a_close_frame_holds_its_code() {
        assert_eq!(close(CloseCode::GoingAway, "bye"), [0x88, 5, 0x03, 0xe9, b'b', b'y', b'e']);
    }
}
