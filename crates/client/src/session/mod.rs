//! The session: what a room is to one member, over as many connections as it takes. Pure: events come in, effects go
//! out; time and randomness are arguments.

pub(crate) mod event;

mod backoff;
mod echoes;
mod outbox;
mod sanitize;
mod timeline;
mod told_roster;

mod classic;
mod commands;
mod marks;
mod persistence;
mod phase;
mod probe;
mod requests;
mod v1;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::time::Duration;

use hearth_protocol::{KeyHash, Limits, MemberId, MemberToken, Nickname, Role, Rules, Seq, You};
use rand::Rng;

use crate::{
    credentials::Credentials,
    error::ConnectError,
    record::Marks,
    timing::Timing,
    update::{Cursor, KeepTrouble, RoomSnapshot, RoomUpdate},
};
use backoff::Backoff;
use echoes::Echoes;
use event::{Effect, Event, Now, Setup};
use outbox::Outbox;
use phase::Phase;
use probe::Probes;
use requests::Requests;
use timeline::Timeline;
use told_roster::ToldRoster;

/// One member's room.
///
/// ```text
///                  Begin
///                    │          fails, and was never joined (unless `keep_trying`), or is final
///                    ▼        ┌──────────────────────────────────────────────────────────────▶ Over(error)
///   ┌──────────▶ Connecting ──┤                                                                  │
///   │                │        └─ fails ──────────────┐                                           │
///   │    LinkUp(v1): │ hello                         │                                           │
///   │                ▼                               │                                           │
///   │            Greeting ──── refused, too late ────┤                                           │
///   │                │                               │                                           │
///   │        welcome │  (LinkUp(classic): at once)   │                                           │
///   │                ▼                               ▼                                           │
///   │             Joined ── lost, silent, hole ─▶ Waiting(backoff)                               │
///   │                                                │                                           │
///   └──── its time has come, Reconnect or Sighted ───┴─────────────── Reconnect ─────────────────┘
///
///   Leave leads from everywhere to Over(no error), which is the end.
/// ```
///
/// Invariants: the page is told every change, in order, so that applying the updates to a snapshot gives the next
/// snapshot. An entry is told only if it follows on the one before it, a repeat never. A line stays in the outbox until
/// its entry was told. Whatever must outlive the app is told to the disk before anything that relies on it is sent.
#[derive(Debug)]
pub(crate) struct Session {
    url: String,
    host: String,
    port: u16,
    keep_trying: bool,
    timing: Timing,
    /// The nickname that the user wishes; the room may know them by a distinct form of it.
    nickname: Nickname,
    token: Option<MemberToken>,
    /// What lets in whoever is no member yet.
    credentials: Credentials,

    phase: Phase,
    /// Whether the room was ever reached.
    was_joined: bool,
    /// Attempts since the link was lost.
    attempt: u32,
    /// Why the link was lost, or why the last attempt failed.
    trouble: Option<ConnectError>,
    backoff: Backoff,
    /// Where a hole was found, and how often in a row.
    hole: Option<(Seq, u32)>,

    name: Option<String>,
    you: Option<You>,
    role: Role,
    rules: Rules,
    host_knows: HostKnows,
    owner: Option<MemberId>,
    /// The key by which the host is known, as it told.
    key: Option<KeyHash>,
    limits: Limits,
    roster: ToldRoster,
    timeline: Timeline,
    outbox: Outbox,
    /// Lines wait until the log is read so far.
    hold: Option<ResendHold>,
    /// What the user has read and typed: of the log, or, while there is none, of the one at the last start.
    marks: Option<Marks>,
    /// The nickname in the hello that was sent last, until it is answered.
    greeted_as: Option<Nickname>,
    /// The nickname to go back to if the rename under way is refused.
    renaming_from: Option<Nickname>,
    /// What was asked for and has not come.
    requests: Requests,
    /// What the host asked to be dialled.
    probes: Probes,
    /// What is special to the classic dialect.
    echoes: Echoes,
    /// Whether there is a file that keeps the room.
    remembers: bool,
    /// What is wrong with it.
    keep_trouble: Option<KeepTrouble>,

    effects: Vec<Effect>,
}

/// What the host that was met last knows (forward compatibility).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum HostKnows {
    /// What is said about lines, too.
    #[default]
    Talk,
    /// It is of before that ([`hearth_protocol::Welcome::talk`]).
    LinesAlone,
}

/// After a loss the log is read up to where it stood at the welcome before lines are sent again: one of them may be in
/// it. A host knows a line that comes twice by member and id; but one that has lost its members, as when it was started
/// anew, does not.
#[derive(Debug, Clone, Copy)]
struct ResendHold {
    head: Seq,
    /// So long after the last entry that came, and no longer: the newest one might be one that we do not get to see.
    until: Duration,
}

impl Session {
    pub(crate) fn new(setup: Setup) -> Self {
        let Setup { address, nickname, token, credentials, keep_trying, timing, kept, trouble } = setup;
        let session = Self {
            url: address.to_string(),
            host: address.host,
            port: address.port,
            keep_trying,
            timing,
            nickname,
            token,
            credentials,
            phase: Phase::Connecting { until: timing.connect },
            was_joined: false,
            attempt: 0,
            trouble: None,
            backoff: Backoff::new(&timing),
            hole: None,
            name: None,
            you: None,
            role: Role::default(),
            rules: Rules::default(),
            host_knows: HostKnows::default(),
            owner: None,
            key: None,
            limits: Limits::V1,
            roster: ToldRoster::default(),
            timeline: Timeline::default(),
            outbox: Outbox::default(),
            hold: None,
            marks: None,
            greeted_as: None,
            renaming_from: None,
            requests: Requests::default(),
            probes: Probes::default(),
            echoes: Echoes::default(),
            remembers: false,
            keep_trouble: trouble,
            effects: Vec::new(),
        };
        match kept {
            Some(kept) => session.restored(kept),
            None => session,
        }
    }

    /// Takes an event and gives what is to be done.
    pub(crate) fn handle(&mut self, event: Event<'_>, now: Now, rng: &mut dyn Rng) -> Vec<Effect> {
        match event {
            Event::Begin => self.connect(now),
            Event::LinkUp(dialect) => self.link_up(dialect, now, rng),
            Event::LinkLost(error) => self.lost(error, now, rng),
            Event::Text(text) => self.hear(text, now, rng),
            Event::Heard(at) => self.heard(at),
            Event::Tick => self.tick(now, rng),
            Event::Command(command) => self.obey(command, now),
            Event::Enter(credentials) => self.enter_by(credentials, now),
            Event::Recalled { request, log, found, about } => self.on_recalled(request, &log, found, about),
            Event::Searched { found, about } => self.on_searched(found, about),
            Event::Looked { request, lines, about } => self.on_looked(&request, lines, about),
            Event::Probed(probed) => self.probed(probed),
            Event::Keeping(trouble) => self.keeping(trouble),
            Event::Woke => self.woke(now),
            Event::Sighted => self.sighted(now),
            Event::Leave => self.leave(now),
        }
        std::mem::take(&mut self.effects)
    }

    /// The room as it stands, for a reader who knows it up to `after`.
    pub(crate) fn snapshot(&self, after: Option<&Cursor>, now: Duration) -> RoomSnapshot {
        let since = self.timeline.since(after);
        let (read, draft, strip, joins) = self.marks_of_log();
        let room = RoomSnapshot {
            url: self.url.clone(),
            name: self.name.clone(),
            status: self.status(now),
            you: self.you.clone(),
            role: self.role,
            rules: self.rules,
            plain: self.host_knows == HostKnows::LinesAlone,
            owner: self.owner.clone(),
            people: self.roster.people(),
            online: self.roster.online(),
            roster_at: self.roster.at(),
            roster_changes: self.roster.changes(),
            roster_entries: self.roster.entries(),
            log: self.timeline.log().cloned(),
            resumed: since.is_some(),
            entries: since.unwrap_or_else(|| self.timeline.all()),
            more: self.timeline.more(),
            gaps: self.timeline.gaps().to_vec(),
            own: self.outbox.shown(),
            limits: self.limits,
            trouble: self.keep_trouble,
            read,
            draft,
            strip,
            joins,
        };
        room.for_page()
    }

    /// The newest place in the log that was told.
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        self.timeline.cursor()
    }

    /// What proves to the host that the user is the same member again.
    pub(crate) fn token(&self) -> Option<&MemberToken> {
        self.token.as_ref()
    }

    /// The key by which the host is known, once it has told it.
    pub(crate) fn key(&self) -> Option<&KeyHash> {
        self.key.as_ref()
    }

    fn tell(&mut self, update: RoomUpdate) {
        self.effects.push(Effect::Tell(update.for_page()));
    }
}
