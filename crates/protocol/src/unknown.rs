//! Bodies of later versions (forward compatibility): what this version does not know, as it came.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::ser::{Error as _, SerializeMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use ts_rs::TS;

use crate::ids::Seq;

/// The fields of an entry that are not its body's, and that of a frame.
const ENVELOPE: [&str; 6] = ["type", "seq", "prev", "at", "from", "id"];

/// A body of a kind that this version does not know. Its values are kept byte for byte, in their order: whoever reads it
/// later, or gets it from here, has what its sender wrote.
#[derive(Debug, Clone, TS)]
#[ts(type = "{ \"kind\": \"unknown\" }")]
pub struct UnknownBody {
    /// An object of the kind and what belongs to it.
    json: Box<RawValue>,
    about: Option<Seq>,
}

impl UnknownBody {
    /// Takes what belongs to the body from an entry.
    pub(crate) fn of_entry(entry: &RawValue) -> serde_json::Result<Self> {
        let Fields(fields) = serde_json::from_str(entry.get())?;
        let own = fields.into_iter().filter(|(name, _)| !ENVELOPE.contains(&&**name));
        Self::from_json(serde_json::to_string(&Fields(own.collect()))?)
    }

    /// Reads what [`Self::as_json`] gave.
    pub fn from_json(json: String) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct About<'a> {
            #[serde(borrow, default)]
            about: Option<&'a RawValue>,
        }
        if !json.starts_with('{') {
            return Err(de::Error::custom("a body is an object"));
        }
        let About { about } = serde_json::from_str(&json)?;
        let about = about.and_then(|about| serde_json::from_str(about.get()).ok());
        Ok(Self { json: RawValue::from_string(json)?, about })
    }

    /// The kind and what belongs to it, as a JSON object.
    pub fn as_json(&self) -> &str {
        self.json.get()
    }

    /// The entry that it is about. In every kind that field has this meaning.
    pub fn about(&self) -> Option<Seq> {
        self.about
    }
}

/// A body of which nothing is known any more but that it was there.
impl Default for UnknownBody {
    fn default() -> Self {
        let json = RawValue::from_string(r#"{"kind":"unknown"}"#.to_owned()).unwrap_or_default();
        Self { json, about: None }
    }
}

impl PartialEq for UnknownBody {
    fn eq(&self, other: &Self) -> bool {
        self.as_json() == other.as_json()
    }
}

impl Eq for UnknownBody {}

/// Field by field, as it stands among those of an entry.
impl Serialize for UnknownBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields: Fields<'_> = serde_json::from_str(self.as_json()).map_err(S::Error::custom)?;
        fields.serialize(serializer)
    }
}

/// The fields of an object, each value as it is written.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use crate::body::Body;
    use crate::codec::{decode_server, encode};
    use crate::entry::Entry;
    use crate::frame::ServerFrame;
    use crate::ids::Seq;

    /// Fields in which everything would change that is read and written again.
    const ODD: &str = r#""kind":"reacted","z":1.0e5,"a":[ 1E400 , -0,{"b" :"\u56f4\/", "a":null} ],"about":7,"n":123456789012345678901234567890.10"#;

    fn odd_entry(seq: u64) -> String {
        format!(
            r#"{{"seq":{seq},"prev":0,"at":"2026-11-22T04:05:06Z","from":{{"member":"m","nickname":"围"}},{ODD}}}"#
        )
    }

    fn unknown(entry: &Entry) -> &str {
        let Body::Unknown(unknown) = &entry.body else { panic!("{entry:?} is known") };
        assert_eq!(entry.body.about().map(Seq::get), Some(7));
        unknown.as_json()
    }

    #[test]
    fn what_is_not_known_is_kept_byte_for_byte() {
        let entry: Entry = serde_json::from_str(&odd_entry(9)).expect("an entry");
        assert_eq!(unknown(&entry), format!("{{{ODD}}}"));
        assert_eq!(encode(&entry), odd_entry(9));
    }

    #[test]
    fn it_is_kept_in_every_frame_that_has_entries() {
        let list = format!("[{},{}]", odd_entry(8), odd_entry(9));
        for text in [
            format!(r#"{{"type":"entry",{}"#, &odd_entry(9)[1..]),
            format!(r#"{{"type":"page","before":10,"entries":{list},"more":true}}"#),
            format!(r#"{{"type":"found","query":"x","entries":{list},"more":true,"reached":0}}"#),
        ] {
            let frame = decode_server(&text).expect("a frame");
            assert_eq!(encode(&frame), text);
            match &frame {
                ServerFrame::Entry(entry) => assert_eq!(unknown(entry), format!("{{{ODD}}}")),
                ServerFrame::Page(page) => assert_eq!(unknown(&page.entries[1]), format!("{{{ODD}}}")),
                ServerFrame::Found(found) => assert_eq!(unknown(&found.entries[1]), format!("{{{ODD}}}")),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn the_fields_of_an_entry_stand_apart_wherever_they_stood() {
        let scattered = r#"{ "x" : [1,  2], "from":{"member":"m","nickname":"n"}, "seq":2,"kind":"later",
            "at":"2026-11-22T04:05:06Z","about":-1 ,"prev":1, "type":"entry" }"#;
        let Ok(ServerFrame::Entry(entry)) = decode_server(scattered) else { panic!("no entry") };
        let Body::Unknown(unknown) = &entry.body else { panic!("{entry:?} is known") };
        assert_eq!(unknown.as_json(), r#"{"x":[1,  2],"kind":"later","about":-1}"#);
        assert_eq!(entry.body.about(), None, "that is no place in a log");
    }

    #[test]
    fn what_is_no_entry_is_none_of_an_unknown_kind() {
        let good = odd_entry(9);
        for bad in [
            good.replace(r#""seq":9,"#, ""),
            good.replace(r#""kind":"reacted","#, ""),
            good.replace(r#""kind":"reacted""#, r#""kind":7"#),
            good.replace(r#""kind":"reacted""#, r#""kind":"message""#),
            format!("[{good}]"),
        ] {
            assert!(serde_json::from_str::<Entry>(&bad).is_err(), "{bad}");
        }
    }
}
