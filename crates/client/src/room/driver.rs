//! The task behind a room: sockets and clocks on one side, the pure session on the other.
//!
//! It owns all of it. Everybody else holds a [`super::client::RoomClient`] and sends requests.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use hearth_protocol::{CloseCode, Probed};
use jiff::{Timestamp, tz::TimeZone};
use rand::{SeedableRng, rngs::StdRng};
use tokio::{
    sync::{mpsc::Receiver, oneshot},
    time::Instant,
};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::{request::Request, subscribers::Subscribers, watches::Watches};
use crate::{
    cache::{
        disk::{Disk, Done},
        write_ahead::Keeping,
    },
    error::ConnectError,
    link::{
        connect::Dialer,
        probe_dial,
        socket::{Incoming, Link},
    },
    locate::locator::{Locator, Reached, reach},
    session::{
        Session,
        event::{Effect, Event, Now},
    },
    update::{KeepTrouble, RoomUpdate, Status},
};

/// Messages handled in one turn if they have come already: they reach the page as one batch. The bound keeps a flood
/// from holding up the user's commands.
const TURN: usize = 256;

/// The host's candidates are dialled.
type Dialling = Pin<Box<dyn Future<Output = Probed> + Send>>;

type Answer = oneshot::Sender<Result<(), ConnectError>>;

type Connecting = Pin<Box<dyn Future<Output = Result<Reached, ConnectError>> + Send>>;

pub(crate) struct Driver {
    session: Session,
    origin: Instant,
    rng: StdRng,
    requests: Receiver<Request>,
    disk: Disk,
    subscribers: Subscribers,
    watches: Watches,
    dialer: Arc<Dialer>,
    locator: Locator,
    /// At most one of these two is there.
    attempt: Option<Connecting>,
    link: Option<Link>,
    /// The newest errand of the host's. It outlives its link, whose end makes it worthless and no trouble.
    dialling: Option<Dialling>,
    /// Who waits for what comes of a link that was given.
    entering: Option<Answer>,
    /// What the subscribers are to be told at the end of the turn.
    news: Vec<RoomUpdate>,
    leave_within: Duration,
}

impl Driver {
    pub(crate) fn new(
        session: Session,
        disk: Disk,
        (dialer, locator): (Dialer, Locator),
        origin: Instant,
        requests: Receiver<Request>,
        watches: Watches,
        leave_within: Duration,
    ) -> Self {
        Self {
            session,
            origin,
            rng: StdRng::from_rng(&mut rand::rng()),
            requests,
            disk,
            subscribers: Subscribers::default(),
            watches,
            dialer: Arc::new(dialer),
            locator,
            attempt: None,
            link: None,
            dialling: None,
            entering: None,
            news: Vec::new(),
            leave_within,
        }
    }

    /// Runs until the user leaves, which the end of the last handle means as well.
    pub(crate) async fn run(mut self) {
        self.handle(Event::Begin);
        self.publish();
        while !self.session.has_left() {
            self.turn().await;
            self.work();
            self.publish();
        }
        // The requests stay open until the end: that they are closed tells `RoomClient::leave` that this is done.
        if tokio::time::timeout(self.leave_within, self.finish_keeping()).await.is_err() {
            tracing::warn!("the disk does not take what is to be kept of a room");
        }
        if let Some(link) = self.link.take() {
            link.close(CloseCode::Normal, self.leave_within).await;
        }
        if tokio::time::timeout(self.leave_within, self.disk.close()).await.is_err() {
            tracing::warn!("the disk does not let go of a room's file");
        }
    }

    /// Until all is kept, and what waited for that is sent; or the disk has failed.
    async fn finish_keeping(&mut self) {
        loop {
            self.disk.hurry(self.origin.elapsed());
            self.work();
            if !self.disk.is_busy() {
                return;
            }
            if let Done::Work(outcome) = self.disk.next().await {
                let has_failed = outcome.is_err();
                self.kept(outcome);
                if has_failed {
                    return;
                }
            }
        }
    }

    /// Waits for one thing to happen. Every branch may lose the race without losing anything.
    async fn turn(&mut self) {
        let deadline = self.session.deadline().map(|at| self.origin + at);
        let work_due = self.disk.deadline().map(|at| self.origin + at);
        tokio::select! {
            request = self.requests.recv() => self.obey(request.unwrap_or(Request::Leave)),
            outcome = some(self.attempt.as_mut()) => {
                self.attempt = None;
                match outcome {
                    Ok(Reached { link, dialect, place }) => {
                        self.link = Some(link);
                        self.locator.reached(place);
                        self.handle(Event::LinkUp(dialect));
                    }
                    Err(error) => self.handle(Event::LinkLost(error)),
                }
            }
            probed = some(self.dialling.as_mut()) => {
                self.dialling = None;
                self.handle(Event::Probed(probed));
            }
            incoming = next(self.link.as_mut()) => self.take(incoming),
            () = self.locator.sighted() => self.sighted(),
            () = some(deadline.map(|at| Box::pin(tokio::time::sleep_until(at)))) => {
                if let Some(link) = &self.link {
                    let heard = link.last_byte();
                    self.handle(Event::Heard(heard));
                }
                self.handle(Event::Tick);
            }
            done = self.disk.next() => match done {
                Done::Work(outcome) => self.kept(outcome),
                Done::Answer(event) => self.handle(event),
            },
            // The work itself is given out at the end of every turn.
            () = some(work_due.map(|at| Box::pin(tokio::time::sleep_until(at)))) => {}
            freed = self.subscribers.freed() => {
                let (session, now) = (&self.session, self.origin.elapsed());
                self.subscribers.catch_up(freed, session.cursor(), |known| session.snapshot(known, now));
            }
        }
    }

    fn obey(&mut self, request: Request) {
        match request {
            Request::Command(command) => self.handle(Event::Command(command)),
            Request::Woke => self.handle(Event::Woke),
            Request::Enter { address, key, credentials, answer } => {
                if self.link.is_none() {
                    self.locator.given(&address);
                    self.dialer = Arc::new(self.dialer.given(address, key));
                }
                self.handle(Event::Enter(credentials));
                // A newer attempt calls off the one before.
                self.entering = Some(answer);
            }
            Request::Leave => self.handle(Event::Leave),
            Request::Subscribe { after, answer } => {
                let room = self.session.snapshot(after.as_ref(), self.origin.elapsed());
                let receiver = self.subscribers.add(room, self.session.cursor().as_ref());
                // Who no longer waits is found gone at the next news.
                let _ = answer.send(receiver);
            }
        }
    }

    /// Takes what came, and what has come behind it.
    fn take(&mut self, first: Incoming) {
        self.take_one(first);
        for _ in 1..TURN {
            let Some(next) = self.link.as_mut().and_then(Link::next_now) else { return };
            self.take_one(next);
        }
    }

    fn take_one(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::Text(text) => self.handle(Event::Text(&text)),
            Incoming::Other => {
                let now = self.origin.elapsed();
                self.handle(Event::Heard(now));
            }
            Incoming::End(error) => {
                self.link = None;
                self.disk.link_lost();
                self.handle(Event::LinkLost(error));
            }
        }
    }

    fn handle(&mut self, event: Event<'_>) {
        let now = self.now();
        for effect in self.session.handle(event, now, &mut self.rng) {
            match effect {
                Effect::Connect => self.attempt(),
                Effect::Keep(record) => self.disk.keep(record, now.elapsed),
                Effect::Ask(query) => self.disk.ask(query, now.elapsed),
                Effect::Greet(text) => self.send(Message::text(text)),
                Effect::Send(text) => {
                    if let Some(text) = self.disk.send(text) {
                        self.send(Message::text(text));
                    }
                }
                Effect::Dial(errand) => self.dialling = Some(Box::pin(probe_dial::run(errand))),
                Effect::Ping => self.send(Message::Ping(Bytes::new())),
                Effect::HangUp(code) => self.hang_up(code),
                Effect::Tell(update) => add(&mut self.news, update),
            }
        }
    }

    fn attempt(&mut self) {
        let dialer = Arc::clone(&self.dialer);
        self.attempt = Some(Box::pin(reach(dialer, self.locator.key(), self.locator.places())));
    }

    /// The host was heard of at a new address.
    fn sighted(&mut self) {
        if self.link.is_none() || !self.locator.is_where_we_are() {
            self.handle(Event::Sighted);
        }
    }

    fn send(&mut self, message: Message) {
        if let Some(link) = &mut self.link {
            link.send(message);
        }
    }

    fn hang_up(&mut self, code: CloseCode) {
        self.attempt = None;
        // When the user leaves, what they wrote is still sent, and the goodbye waits for its answer: see `run`.
        if self.session.has_left() {
            return;
        }
        self.disk.link_lost();
        if let Some(link) = self.link.take() {
            link.abandon(code);
        }
    }

    fn work(&mut self) {
        let session = &self.session;
        self.disk.work(self.origin.elapsed(), || session.to_keep());
    }

    /// The disk has done its work, or has failed: what waited for it goes on.
    fn kept(&mut self, outcome: Result<(), KeepTrouble>) {
        let (frames, keeping) = self.disk.done(outcome, self.origin.elapsed());
        for frame in frames {
            self.send(Message::text(frame));
        }
        match keeping {
            Some(Keeping::Failed(trouble)) => self.handle(Event::Keeping(Some(trouble))),
            Some(Keeping::Works) => self.handle(Event::Keeping(None)),
            None => {}
        }
    }

    fn publish(&mut self) {
        self.publish_news();
        // Whoever waits finds everything as it is now.
        if self.entering.is_some()
            && let Some(outcome) = self.session.status(self.origin.elapsed()).outcome()
            && let Some(entering) = self.entering.take()
        {
            // They may have called it off.
            let _ = entering.send(outcome);
        }
    }

    fn publish_news(&mut self) {
        self.watches.set_read_mark(self.session.read_mark());
        if self.news.is_empty() {
            return;
        }
        let news = std::mem::take(&mut self.news);
        // Whoever sees by the status that the user is in the room looks for the token.
        self.watches.set_token(self.session.token());
        self.watches.set_key(self.session.key());
        self.locator.know(self.session.key());
        for update in &news {
            if let RoomUpdate::Status { status } = update {
                // Only now: who has not let us in may be anybody.
                if matches!(status, Status::Connected { .. }) {
                    self.watches.set_address(&self.locator.address(&self.dialer));
                }
                self.watches.set_status(status);
            }
        }
        self.subscribers.publish(&news, self.session.cursor().as_ref());
    }

    #[expect(clippy::disallowed_methods, reason = "the driver is where the clocks are read")]
    fn now(&self) -> Now {
        let at = Timestamp::now();
        Now { elapsed: self.origin.elapsed(), at, local: at.to_zoned(TimeZone::system()).datetime() }
    }
}

/// Adds news. Entries that follow on each other are told as one list.
fn add(news: &mut Vec<RoomUpdate>, update: RoomUpdate) {
    match (news.last_mut(), update) {
        (Some(RoomUpdate::Entries { entries }), RoomUpdate::Entries { entries: more }) => {
            entries.extend(more);
        }
        (_, update) => news.push(update),
    }
}

async fn next(link: Option<&mut Link>) -> Incoming {
    match link {
        Some(link) => link.next().await,
        None => std::future::pending().await,
    }
}

/// A future that may not be there: then it never ends.
async fn some<F: Future + Unpin>(future: Option<F>) -> F::Output {
    match future {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}
