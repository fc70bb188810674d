//! The dialect of the tutorial chat room: no welcome, no ids, no acks. Entries and their order are made here.

use hearth_protocol::classic::{ClassicMessage, JOIN_TEXT, format_time};
use hearth_protocol::{
    Author, Body, Dialect, Entry, Limits, LogId, MemberId, MessageText, Nickname, PostId, Seq, TextError,
    You, encode,
};
use rand::{Rng, RngExt};

use super::{
    HostKnows, Session,
    echoes::Expected,
    event::{Effect, Now},
};
use crate::{record::Record, update::RoomUpdate};

/// What people are called who give no nickname, as on a Hearth host.
const NAMELESS: &str = "访客";

/// Words for the time are kept up to this length, in characters.
pub(super) const TIME_CHARS: usize = 64;

impl Session {
    pub(super) fn enter_classic(&mut self, now: Now, rng: &mut dyn Rng) {
        // The timeline goes on over a new link, but not over a Hearth host's log, or after it.
        if self.echoes.log.is_none() || self.timeline.log() != self.echoes.log.as_ref() {
            let log = LogId::from_random(rng.random());
            self.echoes.log = Some(log.clone());
            self.leave_log(None);
            self.start_log(log, Dialect::Classic, Seq::ZERO);
            self.you = None;
        }
        self.limits = Limits::V1;
        self.host_knows = HostKnows::default();
        self.hold = None;
        self.renaming_from = None;
        self.outbox.drop_renames();
        self.drop_requests();
        // One's own id is random, not derived from the nickname: somebody of the same nickname is somebody else.
        let member = self.you.take().map_or_else(|| MemberId::from_random(rng.random()), |you| you.member);
        self.welcome_as(None, You { member, nickname: self.nickname.clone() });
        let nobody = self.roster.set(Vec::new(), 0, None);
        self.tell(nobody);
        self.joined(Dialect::Classic, now);
        let announcement = self.send_classic(JOIN_TEXT, None, now);
        self.effects.push(Effect::Greet(announcement));
        self.pump(now);
    }

    /// The message for an own line, which is waited for from now on.
    pub(super) fn say_classic(&mut self, text: &str, id: PostId, now: Now) -> String {
        self.send_classic(text, Some(id), now)
    }

    fn send_classic(&mut self, text: &str, line: Option<PostId>, now: Now) -> String {
        let message = ClassicMessage {
            nickname: self.nickname.as_str().to_owned(),
            message: text.to_owned(),
            time: format_time(now.local),
            status: None,
        };
        let json = encode(&message);
        self.echoes.expect(message, line, now.elapsed + self.timing.echo);
        json
    }

    pub(super) fn hear_classic(&mut self, text: &str, now: Now) {
        let message = match ClassicMessage::parse(text) {
            Ok(message) => message,
            Err(reason) => {
                tracing::debug!(bytes = text.len(), %reason, "a message is ignored");
                return;
            }
        };
        let echo = if message.is_leave() { None } else { self.echoes.take(&message) };
        let message = match &echo {
            Some(echo) => as_sent(echo, &message),
            None => message,
        };
        let Some(body) = body_of(&message, echo.as_ref()) else { return };
        let own = self.you.as_ref().filter(|_| echo.is_some()).map(|you| you.member.clone());
        let Some(from) = author(&message.nickname, own) else { return };
        // A line that the user sent a second time, since it seemed lost, may come back twice: the second is a message
        // of its own.
        let id = echo.and_then(|echo| echo.line).filter(|&id| self.outbox.contains(id));
        let prev = self.timeline.head();
        let entry = Entry { seq: prev.next(), prev, at: now.at, from, id, body };
        self.timeline.accept(&entry);
        if let Some(id) = id {
            self.outbox.confirm(id);
        }
        self.keep(Record::Entry(entry.clone()));
        self.tell(RoomUpdate::Entries { entries: vec![entry] });
        self.pump(now);
    }

    /// Lines that did not come back in time: nobody knows whether they arrived.
    pub(super) fn give_up_echoes(&mut self, now: Now) {
        for (id, why) in self.echoes.overdue(now.elapsed) {
            if let Some(line) = self.outbox.give_up(id, why) {
                self.tell_act(line);
            }
        }
    }
}

/// An own line that came back, in the user's own words, whatever the server made of them. The time is the server's.
fn as_sent(echo: &Expected, heard: &ClassicMessage) -> ClassicMessage {
    let time = if heard.time.trim().is_empty() { &echo.message.time } else { &heard.time };
    ClassicMessage { time: time.clone(), status: heard.status, ..echo.message.clone() }
}

/// What a message says; `None`, with the reason in the log, when it is nothing to show.
fn body_of(message: &ClassicMessage, echo: Option<&Expected>) -> Option<Body> {
    if message.is_leave() {
        // The tutorial's server tells a leave without a name when somebody goes who has never written.
        let named = !message.nickname.trim().is_empty();
        return named.then_some(Body::Left);
    }
    let is_own_line = echo.is_some_and(|echo| echo.line.is_some());
    if message.is_join() && !is_own_line {
        return Some(Body::Joined { dialect: Dialect::Classic });
    }
    let text = match MessageText::new(&message.message) {
        Ok(text) => text,
        Err(TextError::TooLong { limit, .. }) => MessageText::new(clip(&message.message, limit)).ok()?,
        Err(TextError::Empty) => {
            tracing::debug!("a message without text is ignored");
            return None;
        }
    };
    let time = message.time.chars().take(TIME_CHARS).collect::<String>();
    Some(Body::Message { text: text.into_string(), time: (!time.is_empty()).then_some(time) })
}

/// The author by what a message tells of them: their nickname, which is all that makes them the same.
fn author(nickname: &str, own: Option<MemberId>) -> Option<Author> {
    let nickname = Nickname::truncated(nickname).or_else(|_| Nickname::new(NAMELESS)).ok()?;
    let member = own.unwrap_or_else(|| MemberId::from_random(fnv1a(nickname.as_str())));
    Some(Author { member, nickname })
}

/// FNV-1a with 128 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>): the same nickname gives the same id in every
/// session and version. It need not withstand an attack, as anybody may take any nickname here.
fn fnv1a(text: &str) -> u128 {
    text.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash: u128, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}

/// The beginning of a text, up to so many bytes.
pub(super) fn clip(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default();
    &text[..end]
}
