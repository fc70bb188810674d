//! JSON text to frames and back.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::act::{Act, VERBS};
use crate::frame::{ClientFrame, ServerFrame};

/// Why a text is no frame.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// Not JSON, or a field is missing or of the wrong type.
    #[error("malformed frame: {0}")]
    Malformed(#[from] serde_json::Error),
    /// An object whose `type` this version does not know.
    #[error("unknown frame type {0:?}")]
    UnknownType(String),
}

/// Reads what a client sent. Told apart by hand: a verb is the type of its frame.
pub fn decode_client(text: &str) -> Result<ClientFrame, DecodeError> {
    check_is_object(text)?;
    Ok(match &*type_of(text)? {
        "hello" => ClientFrame::Hello(serde_json::from_str(text)?),
        "history" => ClientFrame::History(serde_json::from_str(text)?),
        "search" => ClientFrame::Search(serde_json::from_str(text)?),
        "probed" => ClientFrame::Probed(serde_json::from_str(text)?),
        verb if VERBS.contains(&verb) => ClientFrame::Act(act(text)?),
        kind => return Err(unknown(kind)),
    })
}

fn act(text: &str) -> serde_json::Result<Act> {
    let act: Act = serde_json::from_str(text)?;
    if act.id.is_none() && act.what.has_id() {
        return Err(serde::de::Error::missing_field("id"));
    }
    Ok(act)
}

/// Reads what a host sent. Told apart by hand: a tagged enum would read the fields into a buffer first, and an entry is to
/// keep what it does not know as it is written.
pub fn decode_server(text: &str) -> Result<ServerFrame, DecodeError> {
    check_is_object(text)?;
    Ok(match &*type_of(text)? {
        "welcome" => ServerFrame::Welcome(serde_json::from_str(text)?),
        "entry" => ServerFrame::Entry(serde_json::from_str(text)?),
        "ack" => ServerFrame::Ack(serde_json::from_str(text)?),
        "refused" => ServerFrame::Refused(serde_json::from_str(text)?),
        "page" => ServerFrame::Page(serde_json::from_str(text)?),
        "found" => ServerFrame::Found(serde_json::from_str(text)?),
        "gap" => ServerFrame::Gap(serde_json::from_str(text)?),
        "roster" => ServerFrame::Roster(serde_json::from_str(text)?),
        "people" => ServerFrame::People(serde_json::from_str(text)?),
        "you" => ServerFrame::You(serde_json::from_str(text)?),
        "probe" => ServerFrame::Probe(serde_json::from_str(text)?),
        kind => return Err(unknown(kind)),
    })
}

/// Writes a frame or one of its parts.
pub fn encode<T: Serialize>(frame: &T) -> String {
    // Frames have string keys and no foreign Serialize impls: writing one to memory cannot fail.
    serde_json::to_string(frame).unwrap_or_default()
}

/// Serde would also read a list of the fields' values; on the wire a frame is an object.
fn check_is_object(text: &str) -> Result<(), DecodeError> {
    if text.trim_ascii_start().starts_with('{') {
        return Ok(());
    }
    Err(DecodeError::Malformed(serde::de::Error::custom("a frame is an object")))
}

fn type_of(text: &str) -> serde_json::Result<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Tag<'a> {
        #[serde(rename = "type", borrow)]
        kind: Cow<'a, str>,
    }
    Ok(serde_json::from_str::<Tag<'_>>(text)?.kind)
}

fn unknown(kind: &str) -> DecodeError {
    DecodeError::UnknownType(kind.chars().take(64).collect())
}
