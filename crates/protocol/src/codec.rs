//! JSON text to frames and back.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use thiserror::Error;

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

const CLIENT_TYPES: [&str; 6] = ["hello", "post", "rename", "history", "search", "probed"];
const SERVER_TYPES: [&str; 11] =
    ["welcome", "entry", "ack", "refused", "page", "found", "gap", "roster", "people", "you", "probe"];

/// Reads what a client sent.
pub fn decode_client(text: &str) -> Result<ClientFrame, DecodeError> {
    decode(text, &CLIENT_TYPES)
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
    #[derive(Deserialize)]
    struct Tag {
        #[serde(rename = "type")]
        kind: String,
    }
    // Serde would also read a list of the fields' values; on the wire a frame is an object.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(DecodeError::Malformed(serde::de::Error::custom("a frame is an object")));
    }
    serde_json::from_str(text).map_err(|error| match serde_json::from_str::<Tag>(text) {
        Ok(tag) if !known.contains(&tag.kind.as_str()) => {
            DecodeError::UnknownType(tag.kind.chars().take(64).collect())
        }
        _ => DecodeError::Malformed(error),
    })
}
