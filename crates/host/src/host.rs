//! Starting and stopping a host, and what its parts share.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hearth_log::{Log, LogError};
use hearth_protocol::{Dialect, KeyHash, Secret, Seq};
use jiff::Timestamp;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::access::password;
use crate::access::policy::{AccessChange, AccessPolicy};
use crate::base::conn_id::ConnId;
use crate::base::random::random;
use crate::base::storage::Storage;
use crate::config::HostConfig;
use crate::error::StartError;
use crate::fanout::tape::Tape;
use crate::fanout::writer::{self, Shard};
use crate::http::listener::{self, Serve};
use crate::hub::hub::{Hub, REQUESTS};
use crate::hub::owner::AccessState;
use crate::hub::request::Request;
use crate::net::connection_limits::ConnectionLimits;
use crate::net::room_key::RoomKey;
use crate::reach::addresses::{self, HostAddress};
use crate::reach::doctor::{self, Report, Try};
use crate::reach::mdns::{self, Announcement};
use crate::reach::port_mapping::{self, Outside};
use crate::reach::probes::Prober;
use crate::room::members::REMEMBERED;

/// Connections that the kernel may hold until we accept them: a class that joins at once.
const ACCEPT_QUEUE: i32 = 2048;

/// How long a stopping host waits for its guests to take their leave.
const FAREWELL: Duration = Duration::from_secs(3);

/// The entry to this crate.
#[derive(Debug)]
pub struct Host;

/// A running host. Dropping it stops the host at once; [`HostHandle::stop`] does it politely.
#[derive(Debug)]
pub struct HostHandle {
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
    addresses: watch::Receiver<Vec<HostAddress>>,
    look_again: Arc<Notify>,
    announcement: watch::Sender<Announcement>,
    /// A task of its own: it takes its leave of the network even if the host is dropped.
    announcer: JoinHandle<()>,
    outside: JoinHandle<()>,
}

/// What the parts of a host share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: HostConfig,
    pub(crate) addr: SocketAddr,
    pub(crate) started: Instant,
    pub(crate) log: Arc<dyn Log>,
    pub(crate) room_key: RoomKey,
    pub(crate) hub: mpsc::Sender<Request>,
    pub(crate) shard: Shard,
    /// Turns true once, when the host stops.
    pub(crate) stopping: watch::Sender<bool>,
    pub(crate) serve: Serve,
    pub(crate) admissions: Arc<ConnectionLimits>,
    pub(crate) storage: watch::Sender<Storage>,
    pub(crate) doors: watch::Sender<Arc<AccessState>>,
    pub(crate) pass: Secret,
    /// Passwords are looked at under this.
    pub(crate) looking: Semaphore,
    /// Whether the owner wants it to be reachable from the internet,
    pub(crate) outside_wished: watch::Sender<bool>,
    /// and what has come of that.
    pub(crate) outside: watch::Sender<Outside>,
    pub(crate) reach: Prober,
    tries: Mutex<Vec<Try>>,
    examinations: AtomicU64,
    v1_tape: Mutex<Tape>,
    classic_tape: Mutex<Tape>,
    online: AtomicUsize,
    next_conn: AtomicU64,
}

impl Host {
    /// Listens and serves in background tasks of the current runtime. The log is the host's from here on:
    /// [`HostHandle::stop`] closes it.
    pub async fn start(config: HostConfig, log: Arc<dyn Log>) -> Result<HostHandle, StartError> {
        Self::start_with(config, log, crate::ws::connection::serve).await
    }

    pub(crate) async fn start_with(
        config: HostConfig,
        log: Arc<dyn Log>,
        serve: Serve,
    ) -> Result<HostHandle, StartError> {
        let unreadable = |error: LogError| StartError::Unreadable { message: error.to_string() };
        let known = log.members(REMEMBERED).await.map_err(unreadable)?;
        let newest = log.read_before(Seq::MAX, 1).await.map_err(unreadable)?;
        let last_sign = newest.entries.last().map(|entry| entry.at);
        let room_key = RoomKey::of(&*log).await;
        let room_key = room_key.map_err(|error| StartError::System { message: error.to_string() })?;
        let policy = policy(&config, &*log).await.map_err(unreadable)?;
        let listener = listen(&config).map_err(|error| start_error(&error, &config))?;
        let addr = listener.local_addr().map_err(|error| start_error(&error, &config))?;
        let (hub, requests) = mpsc::channel(REQUESTS);
        let head = *log.head().borrow();
        let tape = || Mutex::new(Tape::new(head, config.limits.tape_bytes));
        let shared = Arc::new(Shared {
            v1_tape: tape(),
            classic_tape: tape(),
            admissions: ConnectionLimits::new(config.limits.max_clients, config.limits.max_per_address),
            config,
            addr,
            started: Instant::now(),
            log,
            room_key,
            hub,
            shard: Shard::default(),
            stopping: watch::Sender::new(false),
            serve,
            storage: watch::Sender::new(Storage::Fine),
            doors: watch::Sender::new(Arc::new(AccessState::of(&policy))),
            pass: Secret::from_random(random()),
            looking: Semaphore::new(password::AT_ONCE),
            outside_wished: watch::Sender::new(false),
            outside: watch::Sender::new(Outside::Off),
            reach: Prober::default(),
            tries: Mutex::default(),
            examinations: AtomicU64::new(1),
            online: AtomicUsize::new(0),
            next_conn: AtomicU64::new(1),
        });
        let mut tasks = JoinSet::new();
        let (board, addresses) = watch::channel(addresses::of_host(addr));
        let look_again = Arc::new(Notify::new());
        tasks.spawn(addresses::watch(addr, board, Arc::clone(&look_again)));
        let announcement = watch::Sender::new(Announcement {
            on: shared.config.announce,
            name: shared.config.name.clone(),
            key: Some(shared.room_key.hash.clone()),
            invite: shared.doors.borrow().access.closed,
        });
        tasks.spawn(follow_access(shared.doors.subscribe(), announcement.clone()));
        let stopping = shared.stopping.subscribe();
        let announcer = tokio::spawn(mdns::run(announcement.subscribe(), addresses.clone(), stopping));
        tasks.spawn(Hub::new(Arc::clone(&shared), policy, known, last_sign).run(requests));
        tasks.spawn(writer::run(Arc::clone(&shared)));
        tasks.spawn(listener::run(listener, Arc::clone(&shared)));
        // Not among the tasks: it has something to give back at the end, and ends by itself.
        let outside = tokio::spawn(port_mapping::run(Arc::clone(&shared)));
        tracing::info!(%addr, "hosting");
        Ok(HostHandle { shared, tasks, addresses, look_again, announcement, announcer, outside })
    }
}

impl HostHandle {
    /// Where it listens, with the true port.
    pub fn addr(&self) -> SocketAddr {
        self.shared.addr
    }

    /// The key by which those who have a link know the room.
    pub fn key(&self) -> KeyHash {
        self.shared.room_key.hash.clone()
    }

    /// Where others can reach it, the best address first, and a wake-up when that changes. Never empty.
    pub fn addresses(&self) -> watch::Receiver<Vec<HostAddress>> {
        self.addresses.clone()
    }

    /// Looks now whether the addresses have changed, as after a sleep.
    pub fn look_again(&self) {
        self.look_again.notify_one();
    }

    /// Changes what the local network is told of the room.
    pub fn announce(&self, change: impl FnOnce(&mut Announcement)) {
        self.announcement.send_if_modified(|announced| {
            let before = announced.clone();
            change(announced);
            *announced != before
        });
    }

    /// How many people are in the room.
    pub fn online(&self) -> usize {
        self.shared.online.load(Ordering::Relaxed)
    }

    /// Whether what is said can be stored, and a wake-up when that changes.
    pub fn storage(&self) -> watch::Receiver<Storage> {
        self.shared.storage.subscribe()
    }

    /// Whether it is to be reachable from the internet: then the router is asked for a port.
    pub fn set_outside(&self, wished: bool) {
        self.shared.outside_wished.send_replace(wished);
    }

    /// What has come of that, and a wake-up when it changes.
    pub fn outside(&self) -> watch::Receiver<Outside> {
        self.shared.outside.subscribe()
    }

    /// Finds out who can get in. It asks members, which may take half a minute where none of them answers.
    pub fn examine(&self) -> impl Future<Output = Report> + Send + use<> {
        let shared = Arc::clone(&self.shared);
        async move { doctor::examine(&shared).await }
    }

    /// The room's log.
    pub fn log(&self) -> &Arc<dyn Log> {
        &self.shared.log
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Takes in no one any more, tells everybody (close 1001), and returns when they are gone, within seconds, and
    /// the log is closed.
    pub async fn stop(mut self) {
        self.shared.stopping.send_replace(true);
        let farewell = tokio::time::timeout(FAREWELL, self.shared.admissions.empty());
        let unmapped = tokio::time::timeout(port_mapping::UNMAP, &mut self.outside);
        // The network is told meanwhile; that takes a bounded time too.
        if let (Err(_), _, _) = tokio::join!(farewell, unmapped, &mut self.announcer) {
            tracing::info!("some guests did not take their leave in time");
        }
        self.tasks.shutdown().await;
        self.shared.log.close().await;
    }
}

impl Drop for HostHandle {
    fn drop(&mut self) {
        self.shared.stopping.send_replace(true);
    }
}

impl Shared {
    /// What probes have shown so far.
    pub(crate) fn tries(&self) -> MutexGuard<'_, Vec<Try>> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of an examination.
    pub(crate) fn next_round(&self) -> u64 {
        self.examinations.fetch_add(1, Ordering::Relaxed)
    }

    /// Tells how the host is reached from the internet, when that changes.
    pub(crate) fn tell_outside(&self, now: Outside) {
        if self.outside.send_if_modified(|outside| std::mem::replace(outside, now) != now) {
            tracing::info!(outside = ?now, "the way from the internet");
        }
    }

    /// Returns when the host stops.
    pub(crate) async fn stopped(&self) {
        // The sender lives as long as `self`.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }

    /// A dialect's tape. Held for moments only, and never together with another tape.
    pub(crate) fn tape(&self, dialect: Dialect) -> MutexGuard<'_, Tape> {
        let tape = match dialect {
            Dialect::V1 => &self.v1_tape,
            Dialect::Classic => &self.classic_tape,
        };
        tape.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn since_start(&self) -> Duration {
        self.started.elapsed()
    }

    pub(crate) fn set_online(&self, people: usize) {
        self.online.store(people, Ordering::Relaxed);
    }

    pub(crate) fn next_conn(&self) -> ConnId {
        ConnId(self.next_conn.fetch_add(1, Ordering::Relaxed))
    }
}

/// The local network is told whether a room needs an invitation.
async fn follow_access(
    mut doors: watch::Receiver<Arc<AccessState>>,
    announcement: watch::Sender<Announcement>,
) {
    while doors.changed().await.is_ok() {
        let closed = doors.borrow_and_update().access.closed;
        announcement.send_if_modified(|announced| std::mem::replace(&mut announced.invite, closed) != closed);
    }
}

/// Who may come in, before anybody does.
async fn policy(config: &HostConfig, log: &dyn Log) -> Result<AccessPolicy, LogError> {
    let mut policy = AccessPolicy::of(log).await?;
    let Some(closed) = config.closed.filter(|closed| *closed != policy.locks.closed) else {
        return Ok(policy);
    };
    let kept = policy.follow(AccessChange::Close(closed), log, Timestamp::now(), random).await;
    if let Err(error) = kept {
        // Whoever says that it is closed means it, also where that cannot be kept.
        tracing::warn!(%error, "who may come in is not kept");
        policy.locks.closed |= closed;
    }
    Ok(policy)
}

fn listen(config: &HostConfig) -> io::Result<TcpListener> {
    let socket = |bind: IpAddr| {
        let addr = SocketAddr::new(bind, config.port);
        let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
        if bind.is_ipv6() {
            socket.set_only_v6(false)?;
        }
        // On Windows the same option would let two programs share a port.
        #[cfg(not(windows))]
        socket.set_reuse_address(true)?;
        // Accepted sockets inherit it. Without it the kernel holds up to 4 MiB for each slow client.
        socket.set_send_buffer_size(config.limits.send_buffer as usize)?;
        socket.set_nonblocking(true)?;
        socket.bind(&addr.into())?;
        socket.listen(ACCEPT_QUEUE)?;
        TcpListener::from_std(socket.into())
    };
    let everywhere = config.bind.is_unspecified() && config.bind.is_ipv6();
    socket(config.bind).or_else(|error| match error.raw_os_error() {
        // A machine without IPv6 still has all of its IPv4 addresses.
        Some(_) if everywhere && is_no_ipv6(&error) => socket(IpAddr::from([0, 0, 0, 0])),
        _ => Err(error),
    })
}

fn is_no_ipv6(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
        || error.kind() == io::ErrorKind::AddrNotAvailable
        || error.raw_os_error() == Some(libc_eafnosupport())
}

const fn libc_eafnosupport() -> i32 {
    if cfg!(windows) {
        10047
    } else if cfg!(target_os = "macos") {
        47
    } else {
        97
    }
}

fn start_error(error: &io::Error, config: &HostConfig) -> StartError {
    match error.kind() {
        io::ErrorKind::AddrInUse => StartError::PortTaken { port: config.port },
        io::ErrorKind::PermissionDenied => StartError::PortForbidden { port: config.port },
        io::ErrorKind::AddrNotAvailable => StartError::AddressNotLocal { address: config.bind.to_string() },
        _ => StartError::System { message: error.to_string() },
    }
}
