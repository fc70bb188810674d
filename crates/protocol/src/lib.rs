//! Hearth's wire protocol: ids, entries, frames, limits, and both dialects.
//!
//! Everything here is pure: no socket, no clock, no runtime. `docs/protocol.md` is the reference that this crate
//! implements; `tests/vectors/` holds the examples that the crate and the page are both held to.

mod act;
mod body;
mod browser_ports;
mod close;
mod codec;
mod dialect;
mod emoji;
mod entry;
mod frame;
mod half_signs;
mod ids;
mod invite;
mod limits;
mod links;
mod mentions;
mod nickname;
mod person;
mod probe;
mod refusal;
mod standing;
mod text;
mod unknown;
mod visible;

pub mod classic;
pub mod markdown;

pub use act::{Act, ActError, Verb};
pub use body::{Body, Weight};
pub use browser_ports::is_refused_by_browsers;
pub use close::CloseCode;
pub use codec::{DecodeError, decode_client, decode_json, decode_server, encode, named};
pub use dialect::Dialect;
pub use emoji::{Emoji, EmojiError};
pub use entry::{Author, Entry};
pub use frame::{
    About, Ack, ClientFrame, ClientInfo, Found, Gap, Hello, HistoryRequest, LINES_ASKED, Lines, LinesRequest,
    Page, People, Refused, RoomInfo, RosterChange, Rules, SearchRequest, ServerFrame, Typing, Welcome, You,
};
pub use ids::{IdError, InviteId, LogId, MemberId, MemberToken, PostId, ProbeNonce, Seq};
pub use invite::{KeyHash, Secret};
pub use limits::{JOIN_LINES_UP_TO, Limits, QUERY_CHARS, ROSTER_LISTED, UNKNOWN_BYTES};
pub use links::{Link, LinkKind, bare_addresses, links};
pub use mentions::{MENTIONED, Mention, Mentions};
pub use nickname::{Nickname, NicknameError, room_name, visible_name};
pub use person::{InviteRole, Person, Role};
pub use probe::{PROBE_CANDIDATES, Probe, ProbeOutcome, ProbeResult, Probed, REACH_HEADER, REACH_PATH};
pub use refusal::{Asked, RefusalCode, retry_after_ms};
pub use standing::{EDITS, PINS, REACTION_KINDS, REACTIONS, SAID_ABOUT, Standing, pinned, standing};
pub use text::{MessageText, TextError};
pub use unknown::UnknownBody;
pub use visible::is_invisible;

/// The subprotocol that a v1 client offers and a Hearth host chooses (RFC 6455, section 1.9).
pub const SUBPROTOCOL: &str = "hearth.v1";

/// The response header that tells a native client that it truly met a Hearth host. The subprotocol alone proves
/// nothing: the Node server `ws` echoes whatever is offered first.
pub const PROTOCOL_HEADER: &str = "hearth-protocol";

/// The value of [`PROTOCOL_HEADER`] for this version.
pub const PROTOCOL_VERSION: &str = "1";

/// The response header that says in a word why a host refused the upgrade: a [`RefusalCode`] in its wire form.
pub const REFUSAL_HEADER: &str = "hearth-refusal";

/// The name that a client asks for by TLS (RFC 6066, section 3) when a link has told it the room's key. The host then shows
/// that key, whatever certificate it has for browsers. `invalid` is nobody's name (RFC 2606).
pub const ROOM_SERVER_NAME: &str = "room.hearth.invalid";

/// The port that a room is served on unless told otherwise.
pub const DEFAULT_PORT: u16 = 8080;
