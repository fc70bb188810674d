//! JSON text to frames and back.

use std::borrow::Cow;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
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

const SERVER_TYPES: [&str; 11] =
    ["welcome", "entry", "ack", "refused", "page", "found", "gap", "roster", "people", "you", "probe"];

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

/// Reads what a host sent.
pub fn decode_server(text: &str) -> Result<ServerFrame, DecodeError> {
    decode(text, &SERVER_TYPES)
}

/// Writes a frame or one of its parts.
pub fn encode<T: Serialize>(frame: &T) -> String {
    // Frames have string keys and no foreign Serialize impls: writing one to memory cannot fail.
    serde_json::to_string(frame).unwrap_or_default()
}

fn decode<T: DeserializeOwned>(text: &str, known: &[&str]) -> Result<T, DecodeError> {
    check_is_object(text)?;
    // The usual case first: the type is looked for only where it was not understood.
    serde_json::from_str(text).map_err(|error| match type_of(text) {
        Ok(kind) if !known.contains(&&*kind) => unknown(&kind),
        _ => DecodeError::Malformed(error),
    })
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
