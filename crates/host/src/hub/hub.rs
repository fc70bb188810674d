//! The hub: the one task that owns the room. It takes what connections ask for in groups, lets the room decide and
//! commit, and only then tells anybody.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use hearth_log::KnownMember;
use hearth_protocol::{
    CloseCode, Dialect, MemberId, MemberToken, RefusalCode, Refused, RoomInfo, Seq, ServerFrame,
};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::access::gate::Gate;
use crate::access::invites::Aftermath;
use crate::access::policy::{AccessChange, AccessPolicy};
use crate::base::clock::Now;
use crate::base::conn_id::ConnId;
use crate::base::fresh::Fresh;
use crate::base::random::random;
use crate::base::storage::Storage;
use crate::fanout::frame;
use crate::fanout::outbound::Outbound;
use crate::fanout::tape::Frames;
use crate::host::Shared;
use crate::hub::owner::AccessState;
use crate::hub::request::{OwnerReply, Request, Witness};
use crate::hub::retention_date::RetentionDate;
use crate::room::entering::{PasswordCheck, PasswordChecked};
use crate::room::room::{Batch, Replies, Reply, Room};

/// Requests that may wait for the hub. When it is full, connections stop reading from their sockets.
pub(crate) const REQUESTS: usize = 1024;

/// Requests that are decided and committed together.
const GROUP: usize = 256;

/// Roster changes of a large room are told this often: four times a second.
const ROSTER_PERIOD: Duration = Duration::from_millis(250);

/// How often the log lets go of what is not to be kept any longer. Retention counts in days.
const TIDY_PERIOD: Duration = Duration::from_hours(1);

/// The hub.
pub(crate) struct Hub {
    shared: Arc<Shared>,
    room: Room,
    outbounds: HashMap<ConnId, Arc<Outbound>>,
    /// What the owner wants, until what came before it is done.
    changes: Vec<(AccessChange, OwnerReply)>,
    roster_told: Instant,
    tidied: Option<Instant>,
    calendar: RetentionDate,
}

impl Hub {
    /// A hub over a room that the log knows already: who may come in, its members, and when it last told anything.
    pub(crate) fn new(
        shared: Arc<Shared>,
        policy: AccessPolicy,
        known: Vec<KnownMember>,
        last_sign: Option<Timestamp>,
    ) -> Self {
        let told = RoomInfo { name: shared.config.name.clone(), key: Some(shared.room_key.hash.clone()) };
        let gate = Gate::new(policy, shared.pass.clone());
        let grace = shared.config.limits.grace;
        let room = Room::new(told, grace, gate, known, last_sign, fresh, now(&shared));
        Self {
            shared,
            room,
            outbounds: HashMap::new(),
            changes: Vec::new(),
            roster_told: Instant::now(),
            tidied: None,
            calendar: RetentionDate::default(),
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
            let batch = self.decide(group.drain(..));
            self.commit(batch).await;
            for (change, reply) in std::mem::take(&mut self.changes) {
                self.obey(change, reply).await;
            }
            if self.room.uses_have_moved() {
                self.show_doors();
            }
            self.tell_roster();
            self.tidy();
            self.shared.set_online(self.room.online());
        }
    }

    fn next_due(&self) -> Option<Instant> {
        let started = Instant::from_std(self.shared.started);
        let fading = self.room.next_due().map(|due| started + due);
        let roster = self.room.has_roster_change().then(|| self.roster_told + ROSTER_PERIOD);
        let tidy = self.tidied.map_or_else(Instant::now, |tidied| tidied + TIDY_PERIOD);
        fading.into_iter().chain(roster).chain([tidy]).min()
    }

    fn decide(&mut self, requests: impl Iterator<Item = Request>) -> Batch {
        let now = now(&self.shared);
        let mut batch = self.room.expire(now);
        for request in requests {
            self.decide_one(request, now, &mut batch);
        }
        batch
    }

    fn decide_one(&mut self, request: Request, now: Now, batch: &mut Batch) {
        match request {
            Request::Hello { outbound, join } => {
                self.outbounds.insert(outbound.id, outbound);
                self.room.hello(join, fresh, now, batch);
            }
            Request::PasswordChecked(checked) => {
                let here = self.outbounds.contains_key(&checked.join.conn);
                self.room.checked(checked, here, fresh, now, batch);
            }
            Request::Owner { change, reply } => self.changes.push((change, reply)),
            Request::Classic { outbound, message } => {
                let conn = outbound.id;
                self.outbounds.entry(conn).or_insert(outbound);
                self.room.classic(conn, &message, fresh, now, batch);
            }
            Request::Post { conn, id, text } => self.room.post(conn, id, text, now, batch),
            Request::Rename { conn, nickname } => self.room.rename(conn, &nickname, now, batch),
            Request::Roster { conn } => batch.rosters.push(conn),
            Request::Seated { answer } => {
                // Who asked may have gone.
                let _ = answer.send(self.seated());
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
        self.tell(std::mem::take(&mut batch.replies));
        for look in std::mem::take(&mut batch.password_checks) {
            self.look(look);
        }
        let welcomes = std::mem::take(&mut batch.welcomes);
        let shared = Arc::clone(&self.shared);
        let committed = self.room.commit(batch, &*shared.log, || now(&shared)).await;
        if let Some(storage) = committed.storage {
            self.note_storage(storage);
        }
        if let Some(head) = committed.head() {
            for dialect in [Dialect::V1, Dialect::Classic] {
                let frames = committed.frames(dialect);
                self.shared.tape(dialect).append(frames, head);
            }
        }
        self.tell(committed.replies);
        for (conn, after) in welcomes {
            self.welcome(conn, after);
        }
        self.shared.shard.wake();
    }

    /// Does what the owner wants. Whoever has to leave by that is gone when the owner hears that it is done.
    async fn obey(&mut self, change: AccessChange, reply: OwnerReply) {
        let expelled = match &change {
            AccessChange::Revoke(id, Aftermath::Leave) => Some(id.clone()),
            _ => None,
        };
        let log = Arc::clone(&self.shared.log);
        let time = now(&self.shared);
        let done = self.room.gate().policy.follow(change, &*log, time.clock, random).await;
        if let (Ok(_), Some(id)) = (&done, expelled) {
            let batch = self.room.expel(&id, now(&self.shared));
            self.commit(batch).await;
        }
        self.show_doors();
        let _ = reply.send(done);
    }

    fn show_doors(&mut self) {
        self.shared.doors.send_replace(Arc::new(AccessState::of(&self.room.gate().policy)));
    }

    /// Has a password looked at, beside the work of the room. There are never more of them than guesses that are looked at.
    fn look(&self, PasswordCheck { join, password, hash }: PasswordCheck) {
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            let (right, hash) = shared.looks_right(password, hash).await;
            let _ = shared.hub.send(Request::PasswordChecked(PasswordChecked { join, hash, right })).await;
        });
    }

    fn tell(&self, replies: Replies) {
        for (conn, reply) in replies {
            let Some(outbound) = self.outbounds.get(&conn) else { continue };
            match (reply, outbound.dialect) {
                (Reply::Frame(frame), Dialect::V1) => {
                    outbound.push_frame(&frame);
                    self.shared.shard.touch(outbound);
                }
                // Classic guests have no words for any of these.
                (Reply::Frame(_), Dialect::Classic) => {}
                (Reply::HelloRefused(code, wait), Dialect::V1) => refuse_hello(outbound, code, wait),
                (Reply::HelloRefused(code, _), Dialect::Classic) => {
                    outbound.end(CloseCode::HelloRefused, code.as_str());
                }
                (Reply::TurnedAway, Dialect::V1) => refuse_hello(outbound, RefusalCode::Storage, None),
                (Reply::TurnedAway, Dialect::Classic) => {
                    outbound.end(CloseCode::Internal, "nothing can be stored");
                }
            }
        }
    }

    /// Tells whether what is said can be stored, when that changes: at each line it would fill the logs of a full disk.
    fn note_storage(&self, now: Storage) {
        if !self.shared.storage.send_if_modified(|storage| std::mem::replace(storage, now) != now) {
            return;
        }
        match now {
            Storage::Fine => tracing::info!("what is said is stored again"),
            Storage::Full => tracing::error!("the disk is full: nobody can say anything until there is room"),
            Storage::Damaged => tracing::error!("the room's log cannot be written: nobody can say anything"),
        }
    }

    fn welcome(&self, conn: ConnId, after: Seq) {
        let Some(welcome) = self.room.welcome(conn, after, &*self.shared.log) else { return };
        let Some(outbound) = self.outbounds.get(&conn).cloned() else { return };
        outbound.push_frame(&ServerFrame::Welcome(welcome));
        // At once, since it is large: a crowd that comes in together would hold as many of them.
        outbound.hurry();
        let place = self.shared.tape(Dialect::V1).after(after);
        outbound.begin(after, place);
        self.shared.shard.join(outbound);
    }

    /// In a large room, joins and leaves are told together and in a bounded rhythm.
    fn tell_roster(&mut self) {
        if self.roster_told.elapsed() < ROSTER_PERIOD || !self.room.has_roster_change() {
            return;
        }
        self.roster_told = Instant::now();
        if let Some(change) = self.room.take_roster_change() {
            let mut tape = self.shared.tape(Dialect::V1);
            let head = tape.end().seq;
            let mut frames = Frames::default();
            frames.add(head, |out| frame::v1(&ServerFrame::Roster(change), out));
            tape.append(frames, head);
            drop(tape);
            self.shared.shard.wake();
        }
    }

    /// Lets the log let go of what is too old, beside the work of the room.
    fn tidy(&mut self) {
        if self.tidied.is_some_and(|tidied| tidied.elapsed() < TIDY_PERIOD) {
            return;
        }
        self.tidied = Some(Instant::now());
        let date = self.calendar.date(now(&self.shared));
        let log = Arc::clone(&self.shared.log);
        tokio::spawn(async move {
            if let Err(error) = log.tidy(date).await {
                tracing::warn!(%error, "the log was not tidied");
            }
        });
    }
}

fn now(shared: &Shared) -> Now {
    let clock = Timestamp::now();
    let whole = Timestamp::from_millisecond(clock.as_millisecond()).unwrap_or(clock);
    Now { clock: whole, since_start: shared.since_start() }
}

fn refuse_hello(outbound: &Outbound, code: RefusalCode, wait: Option<Duration>) {
    let retry_after_ms = wait.map(|wait| u32::try_from(wait.as_millis()).unwrap_or(u32::MAX).max(1));
    let message = "the hello was refused".to_owned();
    outbound.push_frame(&ServerFrame::Refused(Refused { id: None, of: None, code, message, retry_after_ms }));
    outbound.end(CloseCode::HelloRefused, code.as_str());
}

fn fresh() -> Fresh {
    Fresh { member: MemberId::from_random(random()), token: MemberToken::from_random(random()) }
}
