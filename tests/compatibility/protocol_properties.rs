//! Whatever can be said can be read again, what is not known is passed over, and nothing that comes makes us fall.

use hearth_protocol::classic::ClassicMessage;
use hearth_protocol::{
    About, Ack, Act, Asked, Author, Body, ClientFrame, ClientInfo, Dialect, Emoji, Entry, Found, Gap, Hello,
    HistoryRequest, KeyHash, Limits, Lines, LinesRequest, LogId, MemberId, MemberToken, Mention, Mentions,
    Nickname, Page, People, Person, PostId, Probe, ProbeNonce, ProbeOutcome, ProbeResult, Probed,
    RefusalCode, Refused, Role, RoomInfo, RosterChange, Rules, SearchRequest, Secret, Seq, ServerFrame,
    Typing, UnknownBody, Verb, Welcome, You, decode_client, decode_server, encode,
};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value};
use uuid::Uuid;

fn seq() -> impl Strategy<Value = Seq> {
    (0..=Seq::MAX.get()).prop_map(|n| Seq::try_from(n).expect("in range"))
}

fn member() -> impl Strategy<Value = MemberId> {
    "[A-Za-z0-9_-]{1,64}".prop_map(|id| MemberId::new(&id).expect("an id"))
}

fn token() -> impl Strategy<Value = MemberToken> {
    any::<u128>().prop_map(MemberToken::from_random)
}

fn log() -> impl Strategy<Value = LogId> {
    any::<u128>().prop_map(LogId::from_random)
}

fn post_id() -> impl Strategy<Value = PostId> {
    any::<u128>().prop_map(|bits| PostId::new(Uuid::from_u128(bits)))
}

fn nickname() -> impl Strategy<Value = Nickname> {
    any::<String>().prop_filter_map("nothing visible in it", |raw| Nickname::truncated(&raw).ok())
}

/// All that the calendar has, to the millisecond, as hosts write it.
fn timestamp() -> impl Strategy<Value = Timestamp> {
    let span = Timestamp::MIN.as_millisecond()..=Timestamp::MAX.as_millisecond();
    span.prop_map(|at| Timestamp::from_millisecond(at).expect("in range"))
}

fn body() -> impl Strategy<Value = Body> {
    prop_oneof![
        (any::<String>(), option::of(any::<String>())).prop_map(|(text, time)| Body::Message { text, time }),
        dialect().prop_map(|dialect| Body::Joined { dialect }),
        Just(Body::Left),
        nickname().prop_map(|old| Body::Renamed { old }),
        Just(Body::Erased),
        (seq(), option::of(seq()), mentions()).prop_map(|(about, reply, mentions)| Body::Addressed {
            about,
            reply,
            mentions
        }),
        (seq(), any::<String>(), mentions()).prop_map(|(about, text, mentions)| Body::Edited {
            about,
            text,
            mentions
        }),
        seq().prop_map(|about| Body::Removed { about }),
        (seq(), emoji(), any::<bool>()).prop_map(|(about, emoji, on)| Body::Reacted { about, emoji, on }),
        (seq(), any::<bool>()).prop_map(|(about, on)| Body::Pinned { about, on }),
        unknown().prop_map(Body::Unknown),
    ]
}

fn emoji() -> impl Strategy<Value = Emoji> {
    let signs = vec!["👍", "❤️", "👍🏽", "👩‍👩‍👧‍👦", "🇨🇳", "1️⃣"];
    prop::sample::select(signs).prop_map(|sign| Emoji::new(sign).expect("an emoji"))
}

fn mentions() -> impl Strategy<Value = Mentions> {
    let mention = (member(), nickname()).prop_map(|(member, nickname)| Mention { member, nickname });
    (vec(mention, 0..3), any::<bool>()).prop_map(|(members, everyone)| Mentions { members, everyone })
}

/// What a later version may say: any fields, written in any way.
fn unknown() -> impl Strategy<Value = UnknownBody> {
    let number = r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,4})?";
    let spaced = (number, "[ \t\r\n]{0,3}").prop_map(|(number, space)| format!("[{space}{number}{space}]"));
    let value =
        prop_oneof![number.prop_map(|number| number), spaced, json().prop_map(|json| json.to_string())];
    vec(("x-[a-z围]{0,5}", value), 0..4).prop_map(|fields| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| format!(",{name:?}:{value}")).collect();
        UnknownBody::from_json(format!(r#"{{"kind":"later"{}}}"#, fields.concat())).expect("a body")
    })
}

fn entry() -> impl Strategy<Value = Entry> {
    (seq(), seq(), timestamp(), member(), nickname(), option::of(post_id()), body()).prop_map(
        |(seq, prev, at, member, nickname, id, body)| Entry {
            seq,
            prev,
            at,
            from: Author { member, nickname },
            id,
            body,
        },
    )
}

fn dialect() -> impl Strategy<Value = Dialect> {
    prop_oneof![Just(Dialect::V1), Just(Dialect::Classic)]
}

fn person() -> impl Strategy<Value = Person> {
    (member(), nickname(), dialect()).prop_map(|(member, nickname, dialect)| Person {
        member,
        nickname,
        dialect,
    })
}

fn you() -> impl Strategy<Value = You> {
    (member(), nickname()).prop_map(|(member, nickname)| You { member, nickname })
}

fn refusal() -> impl Strategy<Value = RefusalCode> {
    use RefusalCode as Code;
    prop::sample::select(vec![
        Code::Malformed,
        Code::UnknownType,
        Code::HelloExpected,
        Code::NicknameEmpty,
        Code::NicknameTooLong,
        Code::TextEmpty,
        Code::TextTooLong,
        Code::RateLimited,
        Code::RoomFull,
        Code::AddressLimit,
        Code::Origin,
        Code::HostName,
        Code::Storage,
        Code::InviteNeeded,
        Code::PasswordNeeded,
        Code::InviteUnknown,
        Code::InviteExpired,
        Code::InviteRevoked,
        Code::InviteUsedUp,
        Code::PasswordWrong,
        Code::TooManyGuesses,
        Code::ReadOnly,
        Code::LineGone,
        Code::NotYours,
        Code::TooMany,
        Code::OwnersOnly,
        Code::Other,
    ])
}

fn secret() -> impl Strategy<Value = Secret> {
    "\\PC{1,60}".prop_map(|text| Secret::new(&text).expect("a secret"))
}

fn role() -> impl Strategy<Value = Role> {
    proptest::sample::select(vec![Role::Owner, Role::Moderator, Role::Member, Role::Reader])
}

fn hello() -> impl Strategy<Value = Hello> {
    let client = (any::<String>(), any::<String>()).prop_map(|(name, version)| ClientInfo { name, version });
    let resume = (option::of(log()), option::of(seq()));
    let proof = (option::of(token()), option::of(secret()), option::of(secret()));
    (any::<String>(), option::of(client), proof, resume).prop_map(
        |(nickname, client, (token, secret, password), (log, after))| Hello {
            nickname,
            client,
            token,
            secret,
            password,
            log,
            after,
        },
    )
}

fn welcome() -> impl Strategy<Value = Welcome> {
    let limits = any::<[u32; 3]>().prop_map(|[text_bytes, nickname_chars, frame_bytes]| Limits {
        text_bytes,
        nickname_chars,
        frame_bytes,
    });
    let here = (vec(person(), 0..4), any::<u32>());
    let key = any::<[u8; 32]>().prop_map(|hash| KeyHash::of_sha256(&hash));
    let room = (any::<String>(), option::of(key));
    let what_fits = (limits, any::<bool>());
    (room, (you(), token(), role(), rules()), here, log(), [seq(), seq()], what_fits).prop_map(
        |((name, key), (you, token, role, rules), (people, online), log, [head, after], (limits, talk))| {
            Welcome {
                room: RoomInfo { name, key, owner: None },
                you,
                token,
                role,
                rules,
                people,
                online,
                log,
                head,
                after,
                limits,
                talk,
            }
        },
    )
}

fn rules() -> impl Strategy<Value = Rules> {
    any::<bool>().prop_map(|members_pin| Rules { members_pin })
}

fn nonce() -> impl Strategy<Value = ProbeNonce> {
    any::<u128>().prop_map(ProbeNonce::from_random)
}

fn probe_result() -> impl Strategy<Value = ProbeResult> {
    use ProbeOutcome as Outcome;
    let outcome = prop::sample::select(vec![
        Outcome::Reached,
        Outcome::Refused,
        Outcome::TimedOut,
        Outcome::Unreachable,
        Outcome::OtherHost,
        Outcome::Unknown,
    ]);
    (any::<String>(), outcome, any::<bool>()).prop_map(|(candidate, outcome, near)| ProbeResult {
        candidate,
        outcome,
        near,
    })
}

fn verb() -> impl Strategy<Value = Verb> {
    prop_oneof![
        (any::<String>(), option::of(seq()), mentions()).prop_map(|(text, reply, mentions)| Verb::Post {
            text,
            reply,
            mentions
        }),
        (seq(), any::<String>(), mentions()).prop_map(|(about, text, mentions)| Verb::Edit {
            about,
            text,
            mentions
        }),
        seq().prop_map(|about| Verb::Remove { about }),
        (seq(), emoji(), any::<bool>()).prop_map(|(about, emoji, on)| Verb::React { about, emoji, on }),
        (seq(), any::<bool>()).prop_map(|(about, on)| Verb::Pin { about, on }),
    ]
}

fn client_frame() -> impl Strategy<Value = ClientFrame> {
    prop_oneof![
        hello().prop_map(ClientFrame::Hello),
        (post_id(), verb()).prop_map(|(id, what)| ClientFrame::Act(Act { what, id: Some(id) })),
        (option::of(post_id()), any::<String>())
            .prop_map(|(id, nickname)| ClientFrame::Act(Act::rename(id, nickname))),
        (seq(), option::of(seq()), any::<u32>()).prop_map(|(before, after, limit)| {
            ClientFrame::History(HistoryRequest { before, after, limit })
        }),
        (any::<String>(), option::of(seq()), any::<u32>()).prop_map(|(query, before, limit)| {
            ClientFrame::Search(SearchRequest { query, before, limit })
        }),
        (vec(seq(), 0..4), any::<bool>())
            .prop_map(|(lines, pinned)| ClientFrame::Lines(LinesRequest { lines, pinned })),
        Just(ClientFrame::Typing),
        (nonce(), vec(probe_result(), 0..4))
            .prop_map(|(nonce, results)| ClientFrame::Probed(Probed { nonce, results })),
    ]
}

fn refused() -> impl Strategy<Value = Refused> {
    let of = option::of(prop_oneof![
        Just(Asked::Rename),
        Just(Asked::History),
        Just(Asked::Search),
        Just(Asked::Lines)
    ]);
    (option::of(post_id()), of, refusal(), any::<String>(), option::of(any::<u32>()))
        .prop_map(|(id, of, code, message, retry_after_ms)| Refused { id, of, code, message, retry_after_ms })
}

fn server_frame() -> impl Strategy<Value = ServerFrame> {
    prop_oneof![
        welcome().prop_map(|welcome| ServerFrame::Welcome(Box::new(welcome))),
        entry().prop_map(ServerFrame::Entry),
        (post_id(), seq()).prop_map(|(id, seq)| ServerFrame::Ack(Ack { id, seq })),
        refused().prop_map(ServerFrame::Refused),
        (seq(), option::of(seq()), vec(entry(), 0..4), any::<bool>()).prop_map(
            |(before, after, entries, more)| ServerFrame::Page(Page { before, after, entries, more })
        ),
        (any::<String>(), option::of(seq()), vec(entry(), 0..4), any::<bool>(), seq()).prop_map(
            |(query, before, entries, more, reached)| {
                ServerFrame::Found(Found { query, before, entries, more, reached })
            }
        ),
        vec(entry(), 0..4).prop_map(|entries| ServerFrame::About(About { entries })),
        (vec(seq(), 0..4), any::<bool>(), vec(entry(), 0..4), vec(seq(), 0..4)).prop_map(
            |(lines, pinned, entries, rest)| ServerFrame::Lines(Lines { lines, pinned, entries, rest })
        ),
        vec(member(), 0..4).prop_map(|members| ServerFrame::Typing(Typing { members })),
        (seq(), seq()).prop_map(|(after, to)| ServerFrame::Gap(Gap { after, to })),
        (vec(person(), 0..4), vec(member(), 0..4), any::<u32>())
            .prop_map(|(joined, left, online)| ServerFrame::Roster(RosterChange { joined, left, online })),
        (vec(person(), 0..4), any::<u32>())
            .prop_map(|(people, online)| ServerFrame::People(People { people, online })),
        you().prop_map(ServerFrame::You),
        rules().prop_map(ServerFrame::Rules),
        (nonce(), vec(any::<String>(), 0..4))
            .prop_map(|(nonce, candidates)| ServerFrame::Probe(Probe { nonce, candidates })),
    ]
}

/// Some JSON.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any::<String>(), inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Adds fields under names that no version has to each object in `value`.
fn with_strange_fields(value: &mut Value, strange: &Map<String, Value>) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| with_strange_fields(field, strange));
            fields.extend(strange.iter().map(|(name, value)| (format!("x-{name}"), value.clone())));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| with_strange_fields(item, strange)),
        _ => {}
    }
}

fn classic_message() -> impl Strategy<Value = ClassicMessage> {
    (any::<[String; 3]>(), option::of(0..=1_u8))
        .prop_map(|([nickname, message, time], status)| ClassicMessage { nickname, message, time, status })
}

fn strangely(frame: &str, strange: &Map<String, Value>) -> String {
    let mut value: Value = serde_json::from_str(frame).expect("JSON");
    with_strange_fields(&mut value, strange);
    value.to_string()
}

/// Whether some of its fields are kept although they are not known.
fn has_unknown(frame: &ServerFrame) -> bool {
    let is_unknown = |entry: &Entry| matches!(entry.body, Body::Unknown(_));
    match frame {
        ServerFrame::Entry(entry) => is_unknown(entry),
        ServerFrame::Page(page) => page.entries.iter().any(is_unknown),
        ServerFrame::Found(found) => found.entries.iter().any(is_unknown),
        ServerFrame::About(about) => about.entries.iter().any(is_unknown),
        ServerFrame::Lines(lines) => lines.entries.iter().any(is_unknown),
        _ => false,
    }
}

fn strange_fields() -> impl Strategy<Value = Map<String, Value>> {
    vec((any::<String>(), json()), 1..4).prop_map(|fields| fields.into_iter().collect())
}

/// Text that is near to a frame: its words, in any order.
fn nearly_a_frame() -> impl Strategy<Value = String> {
    let words = r#"\{|\}|\[|\]|,|:|"type"|"hello"|"post"|"entry"|"kind"|"message"|"seq"|"id"|"from"|"nickname"|"text"|"status"|"time"|-1|0|9007199254740992|1e999|null|"\\ud800"|"\\u0000"|"围""#;
    vec(prop::string::string_regex(words).expect("a pattern"), 0..24).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn what_a_client_says_can_be_read_again(frame in client_frame()) {
        prop_assert_eq!(decode_client(&encode(&frame)).expect("a frame"), frame);
    }

    #[test]
    fn what_a_host_says_can_be_read_again(frame in server_frame()) {
        prop_assert_eq!(decode_server(&encode(&frame)).expect("a frame"), frame);
    }

    #[test]
    fn what_a_classic_peer_says_can_be_read_again_whatever_else_it_says(
        message in classic_message(), strange in strange_fields()
    ) {
        let text = encode(&message);
        prop_assert_eq!(ClassicMessage::parse(&text), Ok(message.clone()));
        // A field of its own is none that is not known.
        let mut strange = strange;
        strange.retain(|name, _| !["nickname", "message", "time", "status"].contains(&name.as_str()));
        prop_assert_eq!(ClassicMessage::parse(&strangely(&text, &strange)), Ok(message));
    }

    #[test]
    fn fields_that_are_not_known_are_passed_over(
        client in client_frame(), server in server_frame(), strange in strange_fields()
    ) {
        prop_assert_eq!(decode_client(&strangely(&encode(&client), &strange)).expect("a frame"), client);
        prop_assume!(!has_unknown(&server));
        prop_assert_eq!(decode_server(&strangely(&encode(&server), &strange)).expect("a frame"), server);
    }

    #[test]
    fn what_a_later_version_says_is_passed_on_byte_for_byte(frame in server_frame()) {
        let text = encode(&frame);
        prop_assert_eq!(encode(&decode_server(&text).expect("a frame")), text);
    }

    #[test]
    fn a_frame_of_one_side_is_none_of_the_other(client in client_frame(), server in server_frame()) {
        prop_assert!(decode_server(&encode(&client)).is_err());
        // An answer that is named like its question has all that this asks for.
        if !matches!(server, ServerFrame::Lines(_) | ServerFrame::Typing(_)) {
            prop_assert!(decode_client(&encode(&server)).is_err());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..512)) {
        read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_json_is_read_or_refused(json in json()) {
        read(&json.to_string());
    }

    #[test]
    fn what_is_nearly_a_frame_is_read_or_refused(text in nearly_a_frame()) {
        read(&text);
    }

    #[test]
    fn half_a_frame_is_refused(frame in server_frame(), part in 0.0..1.0) {
        let text = encode(&frame);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let end = (text.len() as f64 * part) as usize;
        prop_assert!(decode_server(&String::from_utf8_lossy(&text.as_bytes()[..end])).is_err());
    }
}

/// Reads a text in all ways that there are. What is read can be written, and read again.
fn read(text: &str) {
    if let Ok(frame) = decode_client(text) {
        assert_eq!(decode_client(&encode(&frame)).expect("a frame"), frame);
    }
    if let Ok(frame) = decode_server(text) {
        assert_eq!(decode_server(&encode(&frame)).expect("a frame"), frame);
    }
    if let Ok(message) = ClassicMessage::parse(text) {
        assert_eq!(ClassicMessage::parse(&encode(&message)).expect("a message"), message);
    }
}

/// A text may be nested deeper than any stack: the reader has to have a bound of its own.
#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let inner = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let deep = format!(r#"{{"type":"post","id":{inner},"text":"a"}}"#);
        assert!(decode_client(&inner).is_err() && decode_client(&deep).is_err());
        assert!(ClassicMessage::parse(&inner).is_err());
    }
}
