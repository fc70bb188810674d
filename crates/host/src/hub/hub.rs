//! The hub: the one task that owns the room. It takes what connections ask for in groups, lets the chair decide and
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

use crate::access::gate::Entrance;
use crate::access::invites::Aftermath;
use crate::access::policy::{Order, Rules};
use crate::base::clock::Now;
use crate::base::conn_id::ConnId;
use crate::base::fresh::Fresh;
use crate::base::random::random;
use crate::base::storage::Storage;
use crate::fanout::frame;
use crate::fanout::outbound::Link;
use crate::fanout::tape::Frames;
use crate::host::Shared;
use crate::hub::owner::Doors;
use crate::hub::request::{Reply, Request, Witness};
use crate::hub::retention_date::Calendar;
use crate::room::entering::{Look, Looked};
use crate::room::room::{Chair, Decided, Word, Words};

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
    chair: Chair,
    links: HashMap<ConnId, Arc<Link>>,
    /// What the owner wants, until what came before it is done.
    orders: Vec<(Order, Reply)>,
    roster_told: Instant,
    tidied: Option<Instant>,
    calendar: Calendar,
}

impl Hub {
    /// A hub over a room that the log knows already: who may come in, its members, and when it last told anything.
    pub(crate) fn new(
        shared: Arc<Shared>,
        rules: Rules,
        known: Vec<KnownMember>,
        last_sign: Option<Timestamp>,
    ) -> Self {
        let told = RoomInfo { name: shared.config.name.clone(), key: Some(shared.identity.key.clone()) };
        let entrance = Entrance::new(rules, shared.pass.clone());
        let grace = shared.config.limits.grace;
        let chair = Chair::new(told, grace, entrance, known, last_sign, fresh, now(&shared));
        Self {
            shared,
            chair,
            links: HashMap::new(),
            orders: Vec::new(),
            roster_told: Instant::now(),
            tidied: None,
            calendar: Calendar::default(),
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
            let decided = self.decide(group.drain(..));
            self.commit(decided).await;
            for (order, reply) in std::mem::take(&mut self.orders) {
                self.obey(order, reply).await;
            }
            if self.chair.uses_have_moved() {
                self.show_doors();
            }
            self.tell_roster();
            self.tidy();
            self.shared.set_online(self.chair.online());
        }
    }

    fn next_due(&self) -> Option<Instant> {
        let started = Instant::from_std(self.shared.started);
        let fading = self.chair.next_due().map(|due| started + due);
        let roster = self.chair.has_roster_change().then(|| self.roster_told + ROSTER_PERIOD);
        let tidy = self.tidied.map_or_else(Instant::now, |tidied| tidied + TIDY_PERIOD);
        fading.into_iter().chain(roster).chain([tidy]).min()
    }

    fn decide(&mut self, requests: impl Iterator<Item = Request>) -> Decided {
        let now = now(&self.shared);
        let mut decided = self.chair.expire(now);
        for request in requests {
            self.decide_one(request, now, &mut decided);
        }
        decided
    }

    fn decide_one(&mut self, request: Request, now: Now, decided: &mut Decided) {
        match request {
            Request::Hello { link, knock } => {
                self.links.insert(link.id, link);
                self.chair.hello(knock, fresh, now, decided);
            }
            Request::Looked(looked) => {
                let here = self.links.contains_key(&looked.knock.conn);
                self.chair.looked(looked, here, fresh, now, decided);
            }
            Request::Owner { order, reply } => self.orders.push((order, reply)),
            Request::Classic { link, message } => {
                let conn = link.id;
                self.links.entry(conn).or_insert(link);
                self.chair.classic(conn, &message, fresh, now, decided);
            }
            Request::Post { conn, id, text } => self.chair.post(conn, id, text, now, decided),
            Request::Rename { conn, nickname } => self.chair.rename(conn, &nickname, now, decided),
            Request::Roster { conn } => decided.rosters.push(conn),
            Request::Seated { answer } => {
                // Who asked may have gone.
                let _ = answer.send(self.seated());
            }
            Request::Gone { conn, parting } => {
                self.links.remove(&conn);
                self.chair.gone(conn, parting, now, decided);
            }
        }
    }

    fn seated(&self) -> Vec<Witness> {
        let v1 = self.links.values().filter(|link| link.dialect == Dialect::V1);
        let seated = v1.filter_map(|link| {
            let nickname = self.chair.nickname(link.id)?;
            Some(Witness { link: Arc::clone(link), nickname })
        });
        seated.collect()
    }

    async fn commit(&mut self, mut decided: Decided) {
        self.tell(std::mem::take(&mut decided.words));
        for look in std::mem::take(&mut decided.looks) {
            self.look(look);
        }
        let welcomes = std::mem::take(&mut decided.welcomes);
        let shared = Arc::clone(&self.shared);
        let committed = self.chair.commit(decided, &*shared.log, || now(&shared)).await;
        if let Some(storage) = committed.storage {
            self.note_storage(storage);
        }
        if let Some(head) = committed.head() {
            for dialect in [Dialect::V1, Dialect::Classic] {
                let frames = committed.frames(dialect);
                self.shared.tape(dialect).append(frames, head);
            }
        }
        self.tell(committed.words);
        for (conn, after) in welcomes {
            self.welcome(conn, after);
        }
        self.shared.shard.wake();
    }

    /// Does what the owner wants. Whoever has to leave by that is gone when the owner hears that it is done.
    async fn obey(&mut self, order: Order, reply: Reply) {
        let expelled = match &order {
            Order::Revoke(id, Aftermath::Leave) => Some(id.clone()),
            _ => None,
        };
        let log = Arc::clone(&self.shared.log);
        let time = now(&self.shared);
        let done = self.chair.entrance().rules.follow(order, &*log, time.clock, random).await;
        if let (Ok(_), Some(id)) = (&done, expelled) {
            let decided = self.chair.expel(&id, now(&self.shared));
            self.commit(decided).await;
        }
        self.show_doors();
        let _ = reply.send(done);
    }

    fn show_doors(&mut self) {
        self.shared.doors.send_replace(Arc::new(Doors::of(&self.chair.entrance().rules)));
    }

    /// Has a password looked at, beside the work of the room. There are never more of them than guesses that are looked at.
    fn look(&self, Look { knock, password, hash }: Look) {
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            let (right, hash) = shared.looks_right(password, hash).await;
            let _ = shared.hub.send(Request::Looked(Looked { knock, hash, right })).await;
        });
    }

    fn tell(&self, words: Words) {
        for (conn, word) in words {
            let Some(link) = self.links.get(&conn) else { continue };
            match (word, link.dialect) {
                (Word::Frame(frame), Dialect::V1) => {
                    link.push_frame(&frame);
                    self.shared.shard.touch(link);
                }
                // Classic guests have no words for any of these.
                (Word::Frame(_), Dialect::Classic) => {}
                (Word::HelloRefused(code, wait), Dialect::V1) => refuse_hello(link, code, wait),
                (Word::HelloRefused(code, _), Dialect::Classic) => {
                    link.end(CloseCode::HelloRefused, code.as_str());
                }
                (Word::TurnedAway, Dialect::V1) => refuse_hello(link, RefusalCode::Storage, None),
                (Word::TurnedAway, Dialect::Classic) => {
                    link.end(CloseCode::Internal, "nothing can be stored");
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
        let Some(welcome) = self.chair.welcome(conn, after, &*self.shared.log) else { return };
        let Some(link) = self.links.get(&conn).cloned() else { return };
        link.push_frame(&ServerFrame::Welcome(welcome));
        // At once, since it is large: a crowd that comes in together would hold as many of them.
        link.hurry();
        let place = self.shared.tape(Dialect::V1).after(after);
        link.begin(after, place);
        self.shared.shard.join(link);
    }

    /// In a large room, joins and leaves are told together and in a bounded rhythm.
    fn tell_roster(&mut self) {
        if self.roster_told.elapsed() < ROSTER_PERIOD || !self.chair.has_roster_change() {
            return;
        }
        self.roster_told = Instant::now();
        if let Some(change) = self.chair.take_roster_change() {
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

fn refuse_hello(link: &Link, code: RefusalCode, wait: Option<Duration>) {
    let retry_after_ms = wait.map(|wait| u32::try_from(wait.as_millis()).unwrap_or(u32::MAX).max(1));
    let message = "the hello was refused".to_owned();
    link.push_frame(&ServerFrame::Refused(Refused { id: None, of: None, code, message, retry_after_ms }));
    link.end(CloseCode::HelloRefused, code.as_str());
}

fn fresh() -> Fresh {
    Fresh { member: MemberId::from_random(random()), token: MemberToken::from_random(random()) }
}
