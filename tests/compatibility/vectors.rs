//! The golden vectors, to which the page is held as well (`ui/tests`).

use std::collections::BTreeSet;

use hearth_client::RoomUpdate;
use hearth_log::Query;
use hearth_protocol::classic::{ClassicError, ClassicMessage};
use hearth_protocol::{
    Act, Body, ClientFrame, DecodeError, Entry, MessageText, Nickname, NicknameError, ServerFrame, TextError,
    Verb, decode_client, decode_server, encode,
};
use hearth_tests::tell;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Side {
    Client,
    Server,
}

fn vectors<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let path = format!("{}/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let vectors: Vec<T> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    tell(&format!("{file}: {}", vectors.len()));
    assert!(!vectors.is_empty());
    vectors
}

/// Reads a text as a frame of this side and writes it again.
fn again(side: Side, text: &str) -> Result<String, DecodeError> {
    Ok(match side {
        Side::Client => encode(&decode_client(text)?),
        Side::Server => encode(&decode_server(text)?),
    })
}

#[test]
fn links_begin_and_end_where_they_should() {
    #[derive(Deserialize)]
    struct Vector {
        rule: u8,
        text: String,
        links: Vec<String>,
    }
    for Vector { rule, text, links } in vectors("links.json") {
        let found: Vec<_> = hearth_protocol::links(&text).into_iter().map(|link| link.text).collect();
        assert_eq!(found, links, "by rule {rule}: {text}");
    }
}

#[test]
fn searches_find_what_they_should() {
    #[derive(Deserialize)]
    struct Vector {
        query: String,
        text: String,
        found: bool,
    }
    for Vector { query, text, found } in vectors("searches.json") {
        let sought = Query::new(&query).expect("something to search for");
        assert_eq!(sought.matches(&text), found, "{query} in {text}");
    }
}

#[test]
fn frames_are_read_and_written_as_they_stand() {
    #[derive(Deserialize)]
    struct Vector {
        name: String,
        side: Side,
        frame: Value,
        /// How it is written, where that is not the same: what is not known is left out.
        canonical: Option<Value>,
    }
    for Vector { name, side, frame, canonical } in vectors("frames.json") {
        let written = again(side, &frame.to_string()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let written: Value = serde_json::from_str(&written).expect("JSON");
        assert_eq!(written, *canonical.as_ref().unwrap_or(&frame), "{name}");
        if let Some(canonical) = canonical {
            assert_ne!(frame, canonical, "{name}: says the same twice");
        }
    }
}

#[test]
fn every_kind_of_frame_and_entry_has_a_vector() {
    #[derive(Deserialize)]
    struct Vector {
        side: Side,
        frame: Value,
    }
    let mut seen = BTreeSet::new();
    for Vector { side, frame } in vectors("frames.json") {
        seen.insert(match side {
            Side::Client => client_kind(&decode_client(&frame.to_string()).expect("a frame")),
            Side::Server => server_kind(&decode_server(&frame.to_string()).expect("a frame")),
        });
    }
    let all = [
        "about",
        "ack",
        "addressed",
        "edit",
        "edited",
        "erased",
        "found",
        "gap",
        "hello",
        "history",
        "joined",
        "left",
        "lines",
        "lines asked for",
        "message",
        "page",
        "people",
        "pin",
        "pinned",
        "post",
        "probe",
        "probed",
        "react",
        "reacted",
        "refused",
        "remove",
        "removed",
        "rename",
        "renamed",
        "roster",
        "rules",
        "search",
        "typing",
        "unknown",
        "welcome",
        "writing",
        "you",
    ];
    assert_eq!(seen, BTreeSet::from(all));
}

/// A frame that is added to the protocol does not compile here until it has a name, and then needs a vector.
fn client_kind(frame: &ClientFrame) -> &'static str {
    match frame {
        ClientFrame::Hello(_) => "hello",
        ClientFrame::Act(Act { what, .. }) => match what {
            Verb::Post { .. } => "post",
            Verb::Edit { .. } => "edit",
            Verb::Remove { .. } => "remove",
            Verb::React { .. } => "react",
            Verb::Pin { .. } => "pin",
            Verb::Rename { .. } => "rename",
        },
        ClientFrame::History(_) => "history",
        ClientFrame::Search(_) => "search",
        ClientFrame::Lines(_) => "lines asked for",
        ClientFrame::Typing => "writing",
        ClientFrame::Probed(_) => "probed",
    }
}

fn server_kind(frame: &ServerFrame) -> &'static str {
    match frame {
        ServerFrame::Welcome(_) => "welcome",
        ServerFrame::Entry(Entry { body, .. }) => match body {
            Body::Message { .. } => "message",
            Body::Joined { .. } => "joined",
            Body::Left => "left",
            Body::Renamed { .. } => "renamed",
            Body::Erased => "erased",
            Body::Addressed { .. } => "addressed",
            Body::Edited { .. } => "edited",
            Body::Removed { .. } => "removed",
            Body::Reacted { .. } => "reacted",
            Body::Pinned { .. } => "pinned",
            Body::Unknown(_) => "unknown",
        },
        ServerFrame::Ack(_) => "ack",
        ServerFrame::Refused(_) => "refused",
        ServerFrame::About(_) => "about",
        ServerFrame::Page(_) => "page",
        ServerFrame::Found(_) => "found",
        ServerFrame::Lines(_) => "lines",
        ServerFrame::Typing(_) => "typing",
        ServerFrame::Gap(_) => "gap",
        ServerFrame::Roster(_) => "roster",
        ServerFrame::People(_) => "people",
        ServerFrame::You(_) => "you",
        ServerFrame::Rules(_) => "rules",
        ServerFrame::Probe(_) => "probe",
    }
}

#[test]
fn what_is_no_frame_is_refused_by_name() {
    #[derive(Deserialize)]
    struct Vector {
        name: String,
        side: Side,
        text: String,
        error: String,
    }
    for Vector { name, side, text, error } in vectors("not_frames.json") {
        let found = match again(side, &text) {
            Err(DecodeError::Malformed(_)) => "malformed",
            Err(DecodeError::UnknownType(_)) => "unknown_type",
            Ok(frame) => panic!("{name}: read as {frame}"),
        };
        assert_eq!(found, error, "{name} ({side:?})");
    }
}

#[test]
fn classic_messages_are_read_as_they_come_in_the_wild() {
    #[derive(Deserialize)]
    struct Vector {
        name: String,
        text: String,
        /// How it is written again.
        message: Option<Value>,
        says: Option<String>,
        error: Option<String>,
        field: Option<String>,
    }
    for Vector { name, text, message, says, error, field } in vectors("classic.json") {
        let (found, of) = match ClassicMessage::parse(&text) {
            Ok(read) => {
                let written: Value = serde_json::from_str(&encode(&read)).expect("JSON");
                assert_eq!(Some(written), message, "{name}");
                let said = match (read.is_leave(), read.is_join()) {
                    (true, _) => "leave",
                    (false, true) => "join",
                    (false, false) => "talk",
                };
                assert_eq!(Some(said), says.as_deref(), "{name}");
                (None, None)
            }
            Err(ClassicError::NotJson) => (Some("not_json"), None),
            Err(ClassicError::NotAnObject) => (Some("not_an_object"), None),
            Err(ClassicError::WrongType(field)) => (Some("wrong_type"), Some(field)),
        };
        assert_eq!((found, of), (error.as_deref(), field.as_deref()), "{name}");
    }
}

#[test]
fn nicknames_have_one_normal_form() {
    #[derive(Deserialize)]
    struct Vector {
        raw: String,
        name: Option<String>,
        error: Option<String>,
        chars: Option<usize>,
    }
    for Vector { raw, name, error, chars } in vectors("nicknames.json") {
        match Nickname::new(&raw) {
            Ok(nickname) => {
                assert_eq!((Some(nickname.as_str()), error), (name.as_deref(), None), "{raw:?}");
                assert_eq!(
                    Nickname::new(nickname.as_str()),
                    Ok(nickname),
                    "the normal form is a fixed point"
                );
            }
            Err(NicknameError::Empty) => {
                assert_eq!((name, error.as_deref()), (None, Some("empty")), "{raw:?}");
            }
            Err(NicknameError::TooLong { chars: found, .. }) => {
                assert_eq!((error.as_deref(), Some(found)), (Some("too_long"), chars), "{raw:?}");
            }
        }
    }
}

#[test]
fn texts_are_cleaned_in_one_way() {
    #[derive(Deserialize)]
    struct Vector {
        raw: String,
        text: Option<String>,
        error: Option<String>,
        bytes: Option<usize>,
    }
    for Vector { raw, text, error, bytes } in vectors("texts.json") {
        match MessageText::new(&raw) {
            Ok(found) => assert_eq!((Some(found.as_str()), error), (text.as_deref(), None), "{raw:?}"),
            Err(TextError::Empty) => assert_eq!((text, error.as_deref()), (None, Some("empty")), "{raw:?}"),
            Err(TextError::TooLong { bytes: found, .. }) => {
                assert_eq!((error.as_deref(), Some(found)), (Some("too_long"), bytes));
            }
        }
    }
}

#[test]
fn the_pages_scripts_hold_updates_that_our_client_would_write() {
    #[derive(Deserialize)]
    struct Script {
        name: String,
        updates: Vec<Value>,
    }
    let mut updates = 0;
    for script in vectors::<Script>("timeline.json") {
        for update in script.updates {
            let read: RoomUpdate = serde_json::from_value(update.clone())
                .unwrap_or_else(|error| panic!("{}: {error}: {update}", script.name));
            assert_eq!(serde_json::to_value(&read).expect("JSON"), update, "{}", script.name);
            updates += 1;
        }
    }
    tell(&format!("timeline.json: {updates} updates"));
}
