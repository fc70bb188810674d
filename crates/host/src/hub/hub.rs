//! The hub: the one task that owns the room. It takes what connections ask for in groups, has the room decide and the log
//! commit, and only then sends anything to anybody (group commit, then fan-out).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use hearth_log::Log;
use hearth_protocol::{Dialect, MemberId, Seq, ServerFrame};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::access::invites::Aftermath;
use crate::access::policy::{AccessChange, AccessState};
use crate::base::clock::{Clock, Now};
use crate::base::conn_id::ConnId;
use crate::base::fresh::Fresh;
use crate::base::random::random;
use crate::fanout::fanout::Fanout;
use crate::fanout::outbound::Outbound;
use crate::hub::commit::commit;
use crate::hub::handle::{Arrival, Handle};
use crate::hub::lines::{kept_pins, read_lines};
use crate::hub::request::{OwnerReply, Request, Witness};
use crate::hub::retention_date::RetentionDate;
use crate::hub::{policy_store, publish};
use crate::room::batch::{Batch, PasswordCheck, PasswordChecked, Replies};
use crate::room::lines::Lines;
use crate::room::room::Room;

/// Requests that are decided and committed together.
const GROUP: usize = 256;

/// Roster changes of a large room are sent this often: four times a second.
const ROSTER_PERIOD: Duration = Duration::from_millis(250);

/// How often the log lets go of what is not to be kept any longer. Retention counts in days.
const TIDY_PERIOD: Duration = Duration::from_hours(1);

/// What the log keeps the owner's member id under.
const OWNER: &str = "owner";

/// Who owned the room when it was hosted last.
pub(crate) async fn known_owner(log: &dyn Log) -> Option<MemberId> {
    log.setting(OWNER).await.ok().flatten().and_then(|owner| MemberId::try_from(owner).ok())
}

/// The hub.
pub(crate) struct Hub {
    handle: Arc<Handle>,
    fanout: Arc<Fanout>,
    clock: Clock,
    room: Room,
    outbounds: HashMap<ConnId, Arc<Outbound>>,
    /// Classic guests who came in with this group.
    comers: Vec<ConnId>,
    /// What the owner wants, until what came before it is done.
    changes: Vec<(AccessChange, OwnerReply)>,
    roster_sent: Instant,
    typing_sent: Instant,
    tidied: Option<Instant>,
    retention: RetentionDate,
}

impl Hub {
    /// A hub over a room.
    pub(crate) fn new(handle: Arc<Handle>, fanout: Arc<Fanout>, clock: Clock, room: Room) -> Self {
        Self {
            handle,
            fanout,
            clock,
            room,
            outbounds: HashMap::new(),
            comers: Vec::new(),
            changes: Vec::new(),
            roster_sent: Instant::now(),
            typing_sent: Instant::now(),
            tidied: None,
            retention: RetentionDate::default(),
        }
    }

    /// Serves until every sender of requests is gone.
    pub(crate) async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut group = Vec::with_capacity(GROUP);
        loop {
            let due = self.next_due();
            tokio::select! {
                taken = requests.recv_many(&mut group, GROUP) => if taken == 0 { return },
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
            }
            let lines = self.read(&group).await;
            let batch = self.decide(group.drain(..), lines);
            self.commit(batch).await;
            for (change, reply) in std::mem::take(&mut self.changes) {
                self.change_access(change, reply).await;
            }
            if self.room.uses_have_moved() {
                self.show_access();
            }
            self.send_roster();
            self.send_typing();
            self.tidy();
            self.keep_owner().await;
            self.handle.show_online(self.room.online());
        }
    }

    /// Reads what a group is about: the lines, and of those that are pinned which are kept.
    async fn read(&mut self, group: &[Request]) -> Lines {
        let log = &**self.fanout.log();
        let acts = || {
            group.iter().filter_map(|request| match request {
                Request::Act { act, .. } => Some(act),
                _ => None,
            })
        };
        if let Some(pins) = kept_pins(acts(), self.room.pins(), log).await {
            self.room.set_pins(pins);
        }
        read_lines(acts(), log).await
    }

    /// Whoever hosts the room is known by their place in it: it is told to those who come in, and kept for the next start.
    async fn keep_owner(&mut self) {
        self.handle.show_owner(self.room.owner_nickname());
        let Some(owner) = self.room.take_new_owner() else { return };
        if let Err(error) = self.fanout.log().set_setting(OWNER, owner.as_str().to_owned()).await {
            tracing::warn!(%error, "who owns the room is not kept");
        }
    }

    fn next_due(&self) -> Option<Instant> {
        let fading = self.room.next_due().map(|due| Instant::from_std(self.clock.moment(due)));
        let roster = self.room.has_roster_change().then(|| self.roster_sent + ROSTER_PERIOD);
        let typing = self.room.has_typing().then(|| self.typing_sent + ROSTER_PERIOD);
        let tidy = self.tidied.map_or_else(Instant::now, |tidied| tidied + TIDY_PERIOD);
        fading.into_iter().chain(roster).chain(typing).chain([tidy]).min()
    }

    fn decide(&mut self, requests: impl Iterator<Item = Request>, lines: Lines) -> Batch {
        let now = self.clock.now();
        let mut batch = self.room.expire(now);
        batch.lines = lines;
        for request in requests {
            self.decide_one(request, now, &mut batch);
        }
        batch
    }

    fn decide_one(&mut self, request: Request, now: Now, batch: &mut Batch) {
        match request {
            Request::Hello { outbound, join } => {
                self.outbounds.insert(outbound.id, outbound);
                self.room.hello(join, Fresh::random, now, batch);
            }
            Request::PasswordChecked(checked) => {
                let here = self.outbounds.contains_key(&checked.join.conn);
                self.room.password_checked(checked, here, Fresh::random, now, batch);
            }
            Request::Owner { change, reply } => self.changes.push((change, reply)),
            Request::Classic { outbound, message } => {
                let conn = outbound.id;
                if let Entry::Vacant(place) = self.outbounds.entry(conn) {
                    place.insert(outbound);
                    self.comers.push(conn);
                }
                self.room.classic(conn, &message, Fresh::random, now, batch);
            }
            Request::Act { conn, act } => self.room.act(conn, act, now, batch),
            Request::Typing { conn } => self.room.typing(conn),
            Request::Roster { conn } => batch.rosters.push(conn),
            Request::Seated { answer } => {
                // Who asked may have gone.
                let _ = answer.send(self.seated());
            }
            Request::Bearer { token, answer } => {
                // Who asked may have gone.
                let _ = answer.send(self.room.bearer(&token));
            }
            Request::Gone { conn, parting } => {
                self.outbounds.remove(&conn);
                self.room.gone(conn, parting, now, batch);
            }
        }
    }

    fn seated(&self) -> Vec<Witness> {
        let v1 = self.outbounds.values().filter(|outbound| outbound.dialect == Dialect::V1);
        let seated = v1.filter_map(|outbound| {
            let nickname = self.room.nickname(outbound.id)?;
            Some(Witness { outbound: Arc::clone(outbound), nickname })
        });
        seated.collect()
    }

    async fn commit(&mut self, mut batch: Batch) {
        self.reply(std::mem::take(&mut batch.replies));
        for check in std::mem::take(&mut batch.password_checks) {
            self.check_password(check);
        }
        let welcomes = std::mem::take(&mut batch.welcomes);
        let clock = self.clock;
        let committed = commit(&mut self.room, batch, &**self.fanout.log(), || clock.now()).await;
        if let Some(storage) = committed.storage {
            self.handle.show_storage(storage);
        }
        for (line, before) in committed.removed() {
            self.forget(line, before);
        }
        if let Some(head) = committed.head() {
            for dialect in [Dialect::V1, Dialect::Classic] {
                let frames = publish::frames(&committed, dialect);
                self.fanout.feed.tape(dialect).append(frames, head);
            }
        }
        self.reply(committed.replies);
        for (conn, after) in welcomes {
            self.welcome(conn, after);
            self.comers.push(conn);
        }
        for conn in std::mem::take(&mut self.comers) {
            // Whoever is gone again, or was not let in, has no name here.
            let Some(by) = self.room.nickname(conn) else { continue };
            self.handle.arrived(Arrival { conn, by, at: self.clock.now().clock });
        }
        self.fanout.shard.wake();
    }

    /// A line was taken away, and so it is in the log: nobody who lags reads it on the tapes, and its traces go, which takes a while.
    fn forget(&self, line: Seq, before: Seq) {
        self.fanout.feed.forget(before);
        let log = Arc::clone(self.fanout.log());
        tokio::spawn(async move {
            if let Err(error) = log.erase(line).await {
                tracing::warn!(%error, "traces of a line that was taken away may be left");
            }
        });
    }

    /// Does what the owner wants. Whoever has to leave by that is gone when the owner hears that it is done.
    async fn change_access(&mut self, change: AccessChange, reply: OwnerReply) {
        let expelled = match &change {
            AccessChange::Revoke(id, Aftermath::Leave) => Some(id.clone()),
            _ => None,
        };
        let now = self.clock.now();
        let policy = &mut self.room.gate().policy;
        let before = policy.rules;
        let done = policy_store::change(policy, change, &**self.fanout.log(), now.clock, random).await;
        if let (Ok(_), Some(id)) = (&done, expelled) {
            let batch = self.room.expel(&id, self.clock.now());
            self.commit(batch).await;
        }
        let rules = self.room.gate().policy.rules;
        if rules != before {
            self.tell_aside(&ServerFrame::Rules(rules));
        }
        self.show_access();
        let _ = reply.send(done);
    }

    fn show_access(&mut self) {
        let comers = self.room.comers();
        self.handle.show_access(AccessState { comers, ..self.room.gate().policy.state() });
    }

    /// Has a password checked, beside the work of the room. There are never more of them than guesses that may be made.
    fn check_password(&self, PasswordCheck { join, password, hash }: PasswordCheck) {
        let handle = Arc::clone(&self.handle);
        tokio::spawn(async move {
            let (right, hash) = handle.check_password(password, hash).await;
            let _ = handle.ask(Request::PasswordChecked(PasswordChecked { join, hash, right })).await;
        });
    }

    fn reply(&self, replies: Replies) {
        for (conn, reply) in replies {
            let Some(outbound) = self.outbounds.get(&conn) else { continue };
            match publish::reply(reply, outbound.dialect) {
                (frames, Some(code)) => outbound.push_last(&frames, code),
                (frames, None) if frames.is_empty() => {}
                (frames, None) => {
                    outbound.push(&frames);
                    self.fanout.shard.touch(outbound);
                }
            }
        }
    }

    fn welcome(&self, conn: ConnId, after: Seq) {
        let log = self.fanout.log();
        let head = *log.head().borrow();
        let Some(welcome) = self.room.welcome(conn, after, log.id(), head) else { return };
        let Some(outbound) = self.outbounds.get(&conn).cloned() else { return };
        outbound.push_frame(&ServerFrame::Welcome(welcome));
        // At once, since it is large: a crowd that comes in together would hold as many of them.
        outbound.hurry();
        let place = self.fanout.feed.tape(Dialect::V1).after(after);
        outbound.begin(after, place);
        self.fanout.shard.join(outbound);
    }

    /// In a large room, joins and leaves are sent together and in a bounded rhythm.
    fn send_roster(&mut self) {
        if self.roster_sent.elapsed() < ROSTER_PERIOD || !self.room.has_roster_change() {
            return;
        }
        self.roster_sent = Instant::now();
        if let Some(change) = self.room.take_roster_change() {
            self.tell_aside(&ServerFrame::Roster(change));
        }
    }

    /// Who is writing is told together and in the same rhythm, to those who are caught up: it is of this moment.
    fn send_typing(&mut self) {
        if self.typing_sent.elapsed() < ROSTER_PERIOD {
            return;
        }
        let Some(typing) = self.room.take_typing() else { return };
        self.typing_sent = Instant::now();
        self.tell_aside(&ServerFrame::Typing(typing));
    }

    /// Tells everybody in the room something that is no entry.
    fn tell_aside(&self, frame: &ServerFrame) {
        let mut tape = self.fanout.feed.tape(Dialect::V1);
        let head = tape.end().seq;
        tape.append(publish::aside(frame, head), head);
        drop(tape);
        self.fanout.shard.wake();
    }

    /// Lets the log let go of what is too old (retention), beside the work of the room.
    fn tidy(&mut self) {
        if self.tidied.is_some_and(|tidied| tidied.elapsed() < TIDY_PERIOD) {
            return;
        }
        self.tidied = Some(Instant::now());
        let date = self.retention.date(self.clock.now());
        let log = Arc::clone(self.fanout.log());
        tokio::spawn(async move {
            if let Err(error) = log.tidy(date).await {
                tracing::warn!(%error, "the log was not tidied");
            }
        });
    }
}
