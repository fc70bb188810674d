//! The hub's handle: what connections, the owner and the doctor may ask of it, and what it lets them see.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hearth_protocol::{MemberId, MemberToken, Nickname, Secret};
use jiff::Timestamp;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};

use crate::access::password;
use crate::access::policy::{AccessPolicy, AccessState};
use crate::base::conn_id::ConnId;
use crate::base::random::random;
use crate::base::storage::Storage;
use crate::hub::request::{Request, Witness};

/// Requests that may wait for the hub. When it is full, connections stop reading from their sockets (backpressure).
const REQUESTS: usize = 1024;

/// Arrivals that may wait for who looks where they come from. What is more is not looked at: one is enough.
const ARRIVALS: usize = 64;

/// Somebody came in.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) conn: ConnId,
    pub(crate) by: Nickname,
    pub(crate) at: Timestamp,
}

/// What the hub is fed by, and what it tells one listener.
#[derive(Debug)]
pub(crate) struct Ends {
    pub(crate) requests: mpsc::Receiver<Request>,
    pub(crate) arrivals: mpsc::Receiver<Arrival>,
}

/// A handle of the hub.
#[derive(Debug)]
pub(crate) struct Handle {
    requests: mpsc::Sender<Request>,
    access: watch::Sender<Arc<AccessState>>,
    storage: watch::Sender<Storage>,
    online: watch::Sender<usize>,
    owner: watch::Sender<Option<Nickname>>,
    arrivals: mpsc::Sender<Arrival>,
    next_conn: AtomicU64,
    /// Lets the owner in, always. It is made anew at each start and kept nowhere.
    pass: Secret,
    /// Passwords are checked under this.
    pub(super) checking: Semaphore,
}

/// The hub has ended.
#[derive(Debug)]
pub(crate) struct Ended;

impl Handle {
    /// A handle, and what is asked by it and told.
    pub(crate) fn new(policy: &AccessPolicy) -> (Arc<Self>, Ends) {
        let (requests, asked) = mpsc::channel(REQUESTS);
        let (arrivals, arrived) = mpsc::channel(ARRIVALS);
        let handle = Self {
            requests,
            access: watch::Sender::new(Arc::new(policy.state())),
            storage: watch::Sender::new(Storage::Fine),
            online: watch::Sender::new(0),
            owner: watch::Sender::new(None),
            arrivals,
            next_conn: AtomicU64::new(1),
            pass: Secret::from_random(random()),
            checking: Semaphore::new(password::AT_ONCE),
        };
        (Arc::new(handle), Ends { requests: asked, arrivals: arrived })
    }

    /// Asks the hub for something, and waits until there is room for it.
    pub(crate) async fn ask(&self, request: Request) -> Result<(), Ended> {
        self.requests.send(request).await.map_err(|_| Ended)
    }

    /// Who is in the room by v1. Nobody, if the hub has ended.
    pub(crate) async fn seated(&self) -> Vec<Witness> {
        let (answer, seated) = oneshot::channel();
        match self.ask(Request::Seated { answer }).await {
            Ok(()) => seated.await.unwrap_or_default(),
            Err(Ended) => Vec::new(),
        }
    }

    /// Who has this token, if anybody does who may come in by it. Nobody, if the hub has ended.
    pub(crate) async fn bearer(&self, token: MemberToken) -> Option<MemberId> {
        let (answer, bearer) = oneshot::channel();
        match self.ask(Request::Bearer { token, answer }).await {
            Ok(()) => bearer.await.unwrap_or_default(),
            Err(Ended) => None,
        }
    }

    /// The number of the next connection.
    pub(crate) fn next_conn(&self) -> ConnId {
        ConnId(self.next_conn.fetch_add(1, Ordering::Relaxed))
    }

    /// The secret that lets the owner in.
    pub(crate) fn pass(&self) -> &Secret {
        &self.pass
    }

    /// Who may come in, and a wake-up when that changes, or when somebody has come by an invitation.
    pub(crate) fn access(&self) -> watch::Receiver<Arc<AccessState>> {
        self.access.subscribe()
    }

    /// Whether the room is closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.access.borrow().access.closed
    }

    /// Whether what is said can be stored, and a wake-up when that changes.
    pub(crate) fn storage(&self) -> watch::Receiver<Storage> {
        self.storage.subscribe()
    }

    /// How many people are in the room, and a wake-up when that changes.
    pub(crate) fn online(&self) -> watch::Receiver<usize> {
        self.online.subscribe()
    }

    /// What the room's owner is called, once they have been in it.
    pub(crate) fn owner(&self) -> Option<Nickname> {
        self.owner.borrow().clone()
    }

    pub(super) fn show_owner(&self, owner: Option<&Nickname>) {
        self.owner.send_if_modified(|shown| {
            let changed = shown.as_ref() != owner;
            if changed {
                *shown = owner.cloned();
            }
            changed
        });
    }

    pub(super) fn arrived(&self, arrival: Arrival) {
        // Nobody may look.
        let _ = self.arrivals.try_send(arrival);
    }

    pub(super) fn show_access(&self, now: AccessState) {
        self.access.send_replace(Arc::new(now));
    }

    pub(super) fn show_online(&self, people: usize) {
        self.online.send_if_modified(|online| std::mem::replace(online, people) != people);
    }

    /// Shows whether what is said can be stored, and says so when that changes: at each line it would fill the logs of a full
    /// disk.
    pub(super) fn show_storage(&self, now: Storage) {
        if !self.storage.send_if_modified(|storage| std::mem::replace(storage, now) != now) {
            return;
        }
        match now {
            Storage::Fine => tracing::info!("what is said is stored again"),
            Storage::Full => tracing::error!("the disk is full: nobody can say anything until there is room"),
            Storage::Damaged => tracing::error!("the room's log cannot be written: nobody can say anything"),
        }
    }
}
