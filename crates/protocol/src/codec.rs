//! JSON text to frames and back.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::act::{Act, VERBS};
use crate::frame::{ClientFrame, ServerFrame};
use crate::half_signs::reading;
use crate::ids::PostId;
use crate::refusal::Asked;

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

/// Reads what a client sent. Half a sign costs one sign (U+FFFD).
pub fn decode_client(text: &str) -> Result<ClientFrame, DecodeError> {
    reading(text, client_frame)
}

/// Reads what a host sent. Half a sign costs one sign (U+FFFD).
pub fn decode_server(text: &str) -> Result<ServerFrame, DecodeError> {
    reading(text, server_frame)
}

/// Reads any JSON that came from outside of this program, where it is no frame. Half a sign costs one sign (U+FFFD).
pub fn decode_json<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    reading(text, |text| serde_json::from_str(text))
}

/// What a refusal names a frame by that could not be read: the id of an act, or what else it asks for. It is looked for as far
/// as the text is JSON, so that a client learns which of its requests comes to nothing.
pub fn named(text: &str) -> (Option<PostId>, Option<Asked>) {
    let name = reading(text, |text| {
        let mut name = Name::default();
        let read = serde_json::Deserializer::from_str(text).deserialize_map(Naming(&mut name));
        read.map(|()| name.clone()).map_err(|_| name)
    });
    let Name { kind, id } = name.unwrap_or_else(|as_far_as_it_goes| as_far_as_it_goes);
    match kind.as_deref() {
        Some("history") => (None, Some(Asked::History)),
        Some("search") => (None, Some(Asked::Search)),
        Some("lines") => (None, Some(Asked::Lines)),
        Some("rename") if id.is_none() => (None, Some(Asked::Rename)),
        _ => (id, None),
    }
}

/// The fields by which a frame is known.
#[derive(Debug, Clone, Default)]
struct Name {
    kind: Option<String>,
    id: Option<PostId>,
}

/// Notes the fields by which a frame is known, one by one: what was read stands, whatever comes behind it.
struct Naming<'a>(&'a mut Name);

impl<'de> Visitor<'de> for Naming<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(field) = fields.next_key::<String>()? {
            match &*field {
                "type" => self.0.kind = fields.next_value::<Value>()?.as_str().map(str::to_owned),
                "id" => self.0.id = serde_json::from_value(fields.next_value()?).ok(),
                _ => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Told apart by hand: a verb is the type of its frame.
fn client_frame(text: &str) -> Result<ClientFrame, DecodeError> {
    check_is_object(text)?;
    Ok(match &*type_of(text)? {
        "hello" => ClientFrame::Hello(serde_json::from_str(text)?),
        "history" => ClientFrame::History(serde_json::from_str(text)?),
        "search" => ClientFrame::Search(serde_json::from_str(text)?),
        "lines" => ClientFrame::Lines(serde_json::from_str(text)?),
        "typing" => ClientFrame::Typing,
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

/// Told apart by hand: a tagged enum would read the fields into a buffer first, and an entry is to keep what it does not know as
/// it is written.
fn server_frame(text: &str) -> Result<ServerFrame, DecodeError> {
    check_is_object(text)?;
    Ok(match &*type_of(text)? {
        "welcome" => ServerFrame::Welcome(serde_json::from_str(text)?),
        "entry" => ServerFrame::Entry(serde_json::from_str(text)?),
        "ack" => ServerFrame::Ack(serde_json::from_str(text)?),
        "refused" => ServerFrame::Refused(serde_json::from_str(text)?),
        "about" => ServerFrame::About(serde_json::from_str(text)?),
        "page" => ServerFrame::Page(serde_json::from_str(text)?),
        "found" => ServerFrame::Found(serde_json::from_str(text)?),
        "lines" => ServerFrame::Lines(serde_json::from_str(text)?),
        "typing" => ServerFrame::Typing(serde_json::from_str(text)?),
        "gap" => ServerFrame::Gap(serde_json::from_str(text)?),
        "roster" => ServerFrame::Roster(serde_json::from_str(text)?),
        "people" => ServerFrame::People(serde_json::from_str(text)?),
        "you" => ServerFrame::You(serde_json::from_str(text)?),
        "rules" => ServerFrame::Rules(serde_json::from_str(text)?),
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

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190a000-0000-7000-8000-00000000c001";

    #[test]
    fn what_cannot_be_read_is_named_as_far_as_it_can_be_read() {
        let id: PostId = serde_json::from_str(&format!("\"{ID}\"")).expect("an id");
        for (text, name) in [
            // Of an act: whatever is wrong with it, and wherever.
            (r#"{"type":"post","id":"ID"}"#, (Some(id), None)),
            (r#"{"type":"post","text":7,"id":"ID"}"#, (Some(id), None)),
            (r#"{"id":"ID","type":"post","text":{"id":"7","type":"search"}}"#, (Some(id), None)),
            (r#"{"type":"dance","id":"ID","step":"\udc00"}"#, (Some(id), None)),
            (r#"{"type":"rename","id":"ID"}"#, (Some(id), None)),
            (r#"{"id":"ID","text":"cut o"#, (Some(id), None)),
            (r#"{"id":"ID"} {"id":"x"}"#, (Some(id), None)),
            // Of what has no id.
            (r#"{"type":"rename"}"#, (None, Some(Asked::Rename))),
            (r#"{"type":"history","before":-1}"#, (None, Some(Asked::History))),
            (r#"{"type":"search","id":"ID"}"#, (None, Some(Asked::Search))),
            (r#"{"\ud800":0,"type":"search"}"#, (None, Some(Asked::Search))),
            // Of nothing that its sender would know.
            (r#"{"type":"post","id":"7"}"#, (None, None)),
            (r#"{"type":7,"id":7}"#, (None, None)),
            (r#"["ID"]"#, (None, None)),
            (r#"{"a":"b","#, (None, None)),
            ("", (None, None)),
        ] {
            assert_eq!(named(&text.replace("ID", ID)), name, "{text}");
        }
    }
}
