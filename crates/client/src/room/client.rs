//! The client of a room: the handle by which the rest of a program is in it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use hearth_protocol::{KeyHash, MemberToken, Nickname, PostId, Seq};
use rustls::pki_types::CertificateDer;
use tokio::{
    sync::{
        mpsc::{self, error::TrySendError},
        oneshot, watch,
    },
    time::Instant,
};

use super::{
    driver::Driver,
    request::Request,
    watches::{FirstOutcome, Watches},
};
use crate::{
    address::JoinAddress,
    cache::{self, disk::Disk, open::Opened},
    command::{Busy, RoomCommand},
    credentials::Credentials,
    error::ConnectError,
    link::{connect::Dialer, tls::Trust},
    locate::{locator::Locator, nearby::Nearby},
    session::{Session, event::Setup},
    timing::Timing,
    update::{Cursor, KeepTrouble, RoomUpdate, Status},
};

/// Requests on their way to the task, which takes them one after the other without waiting for the network: far more than a
/// person makes in the moment that it needs.
const REQUESTS: usize = 1024;

/// How to join a room.
#[derive(Debug, Clone)]
pub struct RoomOptions {
    /// Where it is.
    pub address: JoinAddress,
    /// The wished nickname; the room may make it distinct.
    pub nickname: Nickname,
    /// The token of an earlier stay, to be the same member again. Where [`Self::keep`] has one, that counts.
    pub token: Option<MemberToken>,
    /// The key by which the host is known: a host without it is none. The link is TLS then, whatever `address` says.
    pub key: Option<KeyHash>,
    /// What lets in somebody new.
    pub credentials: Credentials,
    /// Go on trying even if the room was never reached, as for rooms of an earlier start. Otherwise the first failure
    /// ends the session.
    pub keep_trying: bool,
    /// Where the room is kept on this computer: its entries, lines that are not sent, the token. The file is made if it is
    /// missing; its folder must be there. `None` keeps nothing.
    pub keep: Option<PathBuf>,
    /// Keep no entries there, since the log itself is on this computer, as in a room that is hosted here.
    pub only_lines: bool,
}

/// What the app, tests, and networks with an authority of their own may set.
#[derive(Debug, Clone, Default)]
pub struct Tuning {
    /// How long things may take.
    pub timing: Timing,
    /// Certificates to trust besides the system's.
    pub roots: Vec<CertificateDer<'static>>,
    /// Where a host is found again that has another address now, provided that its key is known.
    pub nearby: Option<Nearby>,
}

/// A room that the user is in, or wants to be in. Cheap to clone. When the last clone is dropped, the user leaves.
#[derive(Debug, Clone)]
pub struct RoomClient {
    address: Arc<JoinAddress>,
    kept_at: Option<Arc<Path>>,
    requests: mpsc::Sender<Request>,
    status: watch::Receiver<Status>,
    outcome: watch::Receiver<FirstOutcome>,
    token: watch::Receiver<Option<MemberToken>>,
    key: watch::Receiver<Option<KeyHash>>,
    address_now: watch::Receiver<JoinAddress>,
    read_mark: watch::Receiver<Option<Seq>>,
}

impl RoomClient {
    /// Starts to join, in a task on the current tokio runtime, and returns at once. Panics outside of a runtime.
    pub fn join(options: RoomOptions) -> Self {
        Self::join_with(options, Tuning::default())
    }

    /// As [`Self::join`], with other settings than the product's.
    #[expect(clippy::disallowed_methods, reason = "the session's time counts from here")]
    pub fn join_with(options: RoomOptions, tuning: Tuning) -> Self {
        let RoomOptions { mut address, nickname, token, key, credentials, keep_trying, keep, only_lines } =
            options;
        let Tuning { timing, roots, nearby } = tuning;
        address.secure |= key.is_some();
        let origin = Instant::now();
        let (requests, receiver) = mpsc::channel(REQUESTS);
        let (status_sender, status) = watch::channel(Status::Connecting);
        let (outcome_sender, outcome) = watch::channel(None);
        let (token_sender, token_watch) = watch::channel(token.clone());
        let watches = Watches {
            status: status_sender,
            outcome: outcome_sender,
            token: token_sender,
            key: watch::Sender::new(key.clone()),
            address: watch::Sender::new(address.clone()),
            read_mark: watch::Sender::new(None),
        };
        let key_watch = watches.key.subscribe();
        let address_now = watches.address.subscribe();
        let read_mark = watches.read_mark.subscribe();
        let locator = Locator::new(nearby.as_ref(), key.clone(), &address);
        let trust = key.map_or_else(|| Trust::with(roots), Trust::Key);
        let dialer = Dialer::new(address.clone(), timing, trust, origin);
        let kept_at = keep.clone().map(Arc::from);
        let setup = Setup {
            address: address.clone(),
            nickname,
            token,
            credentials,
            keep_trying,
            timing,
            kept: None,
            trouble: None,
        };
        tokio::spawn(async move {
            let Opened { file, kept, trouble } = open(keep, only_lines).await;
            let setup = Setup { kept: file.is_some().then_some(kept), trouble, ..setup };
            let session = Session::new(setup);
            watches.set_token(session.token());
            let disk = Disk::new(file, timing.keep_again);
            let found = (dialer, locator);
            Driver::new(session, disk, found, origin, receiver, watches, timing.leave).run().await;
        });
        Self {
            address: Arc::new(address),
            kept_at,
            requests,
            status,
            outcome,
            token: token_watch,
            key: key_watch,
            address_now,
            read_mark,
        }
    }

    /// Waits until the room is reached for the first time, or the first attempt has failed. The outcome stays what it
    /// was then; [`Self::status`] tells how things go on.
    pub async fn joined(&self) -> Result<(), ConnectError> {
        let mut outcome = self.outcome.clone();
        match outcome.wait_for(Option::is_some).await {
            Ok(first) => first.clone().unwrap_or(Ok(())),
            Err(_) => Err(ConnectError::Cancelled),
        }
    }

    /// Comes with another link to the same room, or with its password: where it is and by which key its host is known, unless the
    /// user is in it, and what opens its door or gives more rights. Waits for what comes of it. When the future is dropped, the room goes on trying by itself
    /// or not as before.
    pub async fn enter(
        &self,
        address: JoinAddress,
        key: Option<KeyHash>,
        credentials: Credentials,
    ) -> Result<(), ConnectError> {
        let (answer, outcome) = oneshot::channel();
        self.ask(Request::Enter { address, key, credentials, answer }).await;
        outcome.await.unwrap_or(Err(ConnectError::Cancelled))
    }

    /// Tells what happens in the room: first a [`RoomUpdate::Snapshot`], which goes on from `after` where it can, then
    /// each change. There may be several subscribers. One that is too slow gets a fresh snapshot, from where it was if
    /// possible, instead of the changes that it has no room for; it never holds up the session. The channel ends when
    /// the user has left.
    pub async fn subscribe(&self, after: Option<Cursor>) -> mpsc::Receiver<Vec<RoomUpdate>> {
        let (answer, receiver) = oneshot::channel();
        self.ask(Request::Subscribe { after, answer }).await;
        // After leaving there is nobody to tell anything: a channel that has ended.
        receiver.await.unwrap_or_else(|_| mpsc::channel(1).1)
    }

    /// How things stand with the link.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Where the room was when it was joined.
    pub fn address(&self) -> &JoinAddress {
        &self.address
    }

    /// Where the room was reached last, to be kept for the next start: another address where its host was found again by
    /// its key ([`Tuning::nearby`]).
    pub fn address_now(&self) -> watch::Receiver<JoinAddress> {
        self.address_now.clone()
    }

    /// The file that the room is kept in, to be exported like a log's; `None` when nothing is to be kept.
    pub fn kept_at(&self) -> Option<&Path> {
        self.kept_at.as_deref()
    }

    /// Asks something of the room, at once and in the order of asking. After leaving it has no meaning, and is dropped.
    pub fn order(&self, command: RoomCommand) -> Result<(), Busy> {
        match self.requests.try_send(Request::Command(command)) {
            Err(TrySendError::Full(_)) => Err(Busy),
            Ok(()) | Err(TrySendError::Closed(_)) => Ok(()),
        }
    }

    /// As [`Self::order`]; where more is asked of the room than it gets to, it waits.
    pub async fn send(&self, command: RoomCommand) {
        self.ask(Request::Command(command)).await;
    }

    /// Says a line.
    pub async fn post(&self, id: PostId, text: String) {
        self.send(RoomCommand::post(id, text)).await;
    }

    /// Up to where the user has read the room's log, for what counts the unread; `None` where that is not known.
    pub fn read_mark(&self) -> watch::Receiver<Option<Seq>> {
        self.read_mark.clone()
    }

    /// The computer has slept: a link that does not answer at once is given up, and the room is reached again without
    /// waiting any longer.
    pub fn woke(&self) {
        // A room that does not keep up looks later, by itself.
        let _ = self.requests.try_send(Request::Woke);
    }

    /// Leaves the room, and waits until the goodbye is sent (close code 1000), at most [`Timing::leave`]. The task ends.
    pub async fn leave(&self) {
        self.ask(Request::Leave).await;
        self.requests.closed().await;
    }

    /// The member's token, to be kept for the next start.
    #[expect(clippy::unused_async, reason = "an answer from the task may take a moment one day")]
    pub async fn identity(&self) -> Option<MemberToken> {
        self.token.borrow().clone()
    }

    /// The key by which the host is known, as the link said or the host told, to find it again by.
    pub fn key(&self) -> Option<KeyHash> {
        self.key.borrow().clone()
    }

    /// After leaving, requests have no meaning and are dropped.
    async fn ask(&self, request: Request) {
        if self.requests.send(request).await.is_err() {
            tracing::debug!("a command after leaving");
        }
    }
}

/// The file is opened beside the runtime's own threads: the disk may be slow.
async fn open(file: Option<PathBuf>, only_lines: bool) -> Opened {
    let Some(file) = file else { return Opened::default() };
    let opened = tokio::task::spawn_blocking(move || cache::open::open(&file, only_lines)).await;
    opened.unwrap_or_else(|_| Opened { trouble: Some(KeepTrouble::Damaged), ..Opened::default() })
}
