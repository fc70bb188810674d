//! Somebody with the app: the session, its page, and what a disk keeps of them when the app is killed.

use std::time::Duration;

use hearth_client::{
    JoinAddress, RoomUpdate, Status,
    testing::{
        page::Page,
        simulated::{Simulated, Wish},
    },
};
use hearth_protocol::{Body, Entry, MemberId, MemberToken, Nickname, PostId};

use super::at;

/// Somebody with the app.
#[derive(Debug)]
pub(super) struct Guest {
    nickname: Nickname,
    pub(super) session: Simulated,
    pub(super) page: Page,
    /// When the session began.
    began: Duration,
    pub(super) wire: Option<u64>,
    /// An attempt to connect is under way.
    pub(super) knocks: bool,
    /// What the app keeps on its disk: who the user is,
    token: Option<MemberToken>,
    pub(super) member: Option<MemberId>,
    /// and lines that are no entries yet.
    unsent: Vec<(PostId, String)>,
    /// All that they ever wrote, but for what they gave up,
    pub(super) posted: Vec<PostId>,
    /// which is here.
    pub(super) discarded: Vec<PostId>,
}

/// What goes over the wire or to the door.
pub(super) enum Outward {
    Knock,
    Text(String),
    Ping,
    HangUp,
}

impl Guest {
    pub(super) fn new(name: &str, seed: u64) -> Self {
        let nickname = Nickname::new(name).expect("a nickname");
        Self {
            session: session(&nickname, None, seed),
            nickname,
            page: Page::default(),
            began: Duration::ZERO,
            wire: None,
            knocks: false,
            token: None,
            member: None,
            unsent: Vec::new(),
            posted: Vec::new(),
            discarded: Vec::new(),
        }
    }

    /// The app is killed and started again: what was only in memory is gone, and what was not sent is posted again
    /// under the same ids. Gives the calls to be made on the new session.
    pub(super) fn restart(&mut self, seed: u64, now: Duration) -> Vec<(PostId, String)> {
        self.session = session(&self.nickname, self.token.clone(), seed);
        self.page = Page::default();
        self.began = now;
        self.wire = None;
        self.knocks = false;
        self.unsent.clone()
    }

    /// The session's time.
    pub(super) fn elapsed(&self, now: Duration) -> Duration {
        now.saturating_sub(self.began)
    }

    pub(super) fn keep(&mut self, id: PostId, text: &str) {
        self.posted.push(id);
        self.unsent.push((id, text.to_owned()));
    }

    pub(super) fn give_up(&mut self, id: PostId) {
        self.discarded.push(id);
        self.posted.retain(|posted| *posted != id);
    }

    pub(super) fn is_due(&self, now: Duration) -> bool {
        self.session.deadline().is_some_and(|due| due <= self.elapsed(now))
    }

    pub(super) fn is_connected(&self) -> bool {
        matches!(self.page.status, Some(Status::Connected { .. }))
    }

    /// Tells the page, and gives what is for others.
    pub(super) fn take(&mut self, wishes: Vec<Wish>, history: &[Entry]) -> Vec<Outward> {
        let mut outward = Vec::new();
        for wish in wishes {
            match wish {
                Wish::Connect => outward.push(Outward::Knock),
                Wish::Send(text) => outward.push(Outward::Text(text)),
                Wish::Ping => outward.push(Outward::Ping),
                Wish::HangUp => outward.push(Outward::HangUp),
                Wish::Tell(update) => self.show(update, history),
            }
        }
        // The disk has it before anything else happens.
        self.token = self.session.token().cloned();
        outward
    }

    fn show(&mut self, update: RoomUpdate, history: &[Entry]) {
        match &update {
            RoomUpdate::Entries { entries } => {
                for entry in entries {
                    assert!(is_of(history, entry), "what is shown is what the log holds: {entry:?}");
                }
                self.unsent.retain(|(id, _)| entries.iter().all(|entry| entry.id != Some(*id)));
            }
            RoomUpdate::Older { page, .. } => {
                for entry in &page.entries {
                    assert!(is_of(history, entry), "a page of history is history: {entry:?}");
                }
                self.unsent.retain(|(id, _)| page.entries.iter().all(|entry| entry.id != Some(*id)));
            }
            RoomUpdate::Dropped { id } => self.unsent.retain(|(unsent, _)| unsent != id),
            RoomUpdate::Welcomed { you: Some(you), .. } => {
                let known = self.member.get_or_insert_with(|| you.member.clone());
                assert_eq!(*known, you.member, "the host knows them again");
            }
            _ => {}
        }
        self.page.apply(update);
    }
}

/// Whether the log holds an entry, or has held it: what was on its way when it was taken away says yet what it said.
fn is_of(history: &[Entry], entry: &Entry) -> bool {
    let erased = || Entry { body: Body::Erased, ..entry.clone() };
    at(history, entry.seq).is_some_and(|held| held == entry || *held == erased())
}

fn session(nickname: &Nickname, token: Option<MemberToken>, seed: u64) -> Simulated {
    let address = JoinAddress::parse("host:8080").expect("an address");
    Simulated::new(address, nickname.clone(), token, seed)
}
