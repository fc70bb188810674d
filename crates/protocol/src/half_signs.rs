//! Repair of JSON in which a sign is cut in two: an escape that is half of a surrogate pair, as a program writes it that cuts
//! texts by UTF-16 units. JSON allows it (RFC 8259, section 8.2), and no text can hold it.

/// Reads JSON. What half a sign keeps from being read is read again with U+FFFD in its place, so that it costs one sign and
/// not the message. All other texts are read once, and as they stand.
pub(crate) fn reading<T, E>(json: &str, read: impl Fn(&str) -> Result<T, E>) -> Result<T, E> {
    read(json).or_else(|error| mended(json).map_or(Err(error), |whole| read(&whole)))
}

/// The same JSON with U+FFFD for each half of a sign; `None` when there is none.
fn mended(json: &str) -> Option<String> {
    let mut whole = String::new();
    // Up to here it has been copied, and from here on it is looked at.
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = json[at..].find('\\') {
        let from = at + found;
        at = match unit(json, from) {
            None => {
                // Some other escape: of two characters, or the end.
                let next = json[from + 1..].chars().next().map_or(0, char::len_utf8);
                from + 1 + next
            }
            Some(0xd800..=0xdbff) if matches!(unit(json, from + ESCAPE), Some(0xdc00..=0xdfff)) => {
                from + 2 * ESCAPE
            }
            Some(0xd800..=0xdfff) => {
                whole.push_str(&json[copied..from]);
                whole.push_str("\\ufffd");
                copied = from + ESCAPE;
                copied
            }
            Some(_) => from + ESCAPE,
        };
    }
    (copied > 0).then(|| whole + &json[copied..])
}

/// The length of `\u` and four digits.
const ESCAPE: usize = 6;

/// The UTF-16 unit that is escaped here, if one is.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + ESCAPE)?.strip_prefix("\\u")?;
    let are_digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if are_digits { u16::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use std::fmt::Write as _;

    use super::*;

    fn string(json: &str) -> serde_json::Result<String> {
        reading(json, |json| serde_json::from_str(json))
    }

    #[test]
    fn half_a_sign_is_one_sign_wherever_it_stands() {
        for (broken, whole) in [
            (r#""hi \ud83d""#, Some(r#""hi \ufffd""#)),
            (r#""\uDE00\uD83D x""#, Some(r#""\ufffd\ufffd x""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#"{"\udfff":[{"a":"\ud800"}]}"#, Some(r#"{"\ufffd":[{"a":"\ufffd"}]}"#)),
            // A backslash, and then letters.
            (r#""\\ud83d""#, None),
            (r#""\\\ud83d""#, Some(r#""\\\ufffd""#)),
            (r#""\ud83d\ude00 \u4f60 \n""#, None),
            (r#""\ud83d\\ude00""#, Some(r#""\ufffd\\ude00""#)),
            ("\"\\", None),
            ("\"\\ud8", None),
            ("\"\\ud83围", None),
            ("\"\\围", None),
        ] {
            assert_eq!(mended(broken).as_deref(), whole, "{broken}");
        }
    }

    #[test]
    fn only_what_cannot_be_read_otherwise_is_mended() {
        let kept = reading(r#"{"a":1}"#, |json| Ok::<_, ()>(json.to_owned()));
        assert_eq!(kept.as_deref(), Ok(r#"{"a":1}"#));
        assert_eq!(string(r#""\ud83d""#).expect("a text"), "\u{fffd}");
        assert!(string(r#""\ud83d"#).is_err(), "cut off");
    }

    /// Any UTF-16 written as JSON escapes, some of its signs cut in two.
    fn escaped(units: &[u16]) -> String {
        let mut json = String::from("\"");
        for unit in units {
            write!(json, "\\u{unit:04x}").expect("a string takes it");
        }
        json + "\""
    }

    proptest! {
        #[test]
        fn any_utf16_is_read_as_a_browser_makes_it_whole(
            units in proptest::collection::vec(prop_oneof![0xd7f0u16..0xe010, any::<u16>()], 0..24),
        ) {
            let read = string(&escaped(&units)).expect("a text");
            prop_assert_eq!(read, String::from_utf16_lossy(&units));
        }

        #[test]
        fn what_serde_reads_is_left_as_it_is(text in any::<String>()) {
            let json = Value::String(text).to_string();
            prop_assert_eq!(mended(&json), None);
        }

        #[test]
        fn no_text_is_too_odd(text in "(\\\\|u|d8|[0-9a-f]|\"|围){0,40}") {
            mended(&text);
        }
    }
}
