//! Hosting a room. One task owns the host: it starts and stops it, one order after the other, and tells the page where
//! the room can be reached whenever that changes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hearth_client::{JoinAddress, Pass, RoomClient, RoomOptions, fragment};
use hearth_host::{AllowOrigin, Doors, Host, HostAddress, HostConfig, HostHandle, StartError};
use hearth_log::{Log, LogError, SqliteLog};
use hearth_protocol::{InviteId, MemberToken, Nickname};
use jiff::Timestamp;
use tauri::async_runtime::{spawn, spawn_blocking};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{MissedTickBehavior, interval};

use crate::api::{
    AppError, HostChoice, Hosting, InviteWish, PasswordChange, Reach, Retention, RoomId, RoomKey,
    RoomProblem, Settings, ShareAddress, Storage,
};
use crate::awake::Awake;
use crate::joining::NewRoom;
use crate::own_rooms::{OwnRooms, in_bytes, room_problem};
use crate::shell::{Shell, system};
use crate::words::Tongue;
use crate::{inviting, ports, tray};

/// How often it is looked at whether the computer is to stay awake: that changes rarely, and looking is cheap.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Orders come from a person's clicks, and each waits for its answer.
const ORDERS: usize = 8;

enum HostOrder {
    Start(HostChoice, oneshot::Sender<Result<(), AppError>>),
    Stop(oneshot::Sender<()>),
    CountOthers(oneshot::Sender<u32>),
    SetRetention(RoomId, Retention, oneshot::Sender<Result<(), AppError>>),
    SetAccess(bool, PasswordChange, oneshot::Sender<Result<(), AppError>>),
    MakeInvite(InviteWish, oneshot::Sender<Result<InviteId, AppError>>),
    RevokeInvite(InviteId, bool, oneshot::Sender<Result<(), AppError>>),
    LookAgain,
}

/// A handle of the task that hosts.
#[derive(Clone)]
pub(crate) struct HostControl {
    orders: mpsc::Sender<HostOrder>,
}

/// What the task needs to begin.
pub(crate) struct HostOrders(mpsc::Receiver<HostOrder>);

impl HostControl {
    pub(crate) fn new() -> (Self, HostOrders) {
        let (orders, received) = mpsc::channel(ORDERS);
        (Self { orders }, HostOrders(received))
    }

    /// Hosts a room, in place of the one that may be hosted now.
    pub(crate) async fn start(&self, choice: HostChoice) -> Result<(), AppError> {
        self.ask(|answer| HostOrder::Start(choice, answer)).await.unwrap_or(Err(AppError::UnknownRoom))
    }

    /// Stops hosting. Everybody in the room is told. Does nothing when nothing is hosted.
    pub(crate) async fn stop(&self) {
        self.ask(HostOrder::Stop).await;
    }

    /// How many others are in the hosted room.
    pub(crate) async fn others(&self) -> u32 {
        self.ask(HostOrder::CountOthers).await.unwrap_or(0)
    }

    /// Sets how much of a room of one's own is kept, and lets go of what is too much.
    pub(crate) async fn set_retention(&self, id: RoomId, retention: Retention) -> Result<(), AppError> {
        let done = self.ask(|answer| HostOrder::SetRetention(id, retention, answer)).await;
        done.unwrap_or(Err(AppError::UnknownRoom))
    }

    /// Closes the hosted room or opens it, and changes its password.
    pub(crate) async fn set_access(&self, closed: bool, password: PasswordChange) -> Result<(), AppError> {
        let done = self.ask(|answer| HostOrder::SetAccess(closed, password, answer)).await;
        done.unwrap_or(Err(AppError::UnknownRoom))
    }

    /// Makes an invitation to the hosted room.
    pub(crate) async fn make_invite(&self, wish: InviteWish) -> Result<InviteId, AppError> {
        let made = self.ask(|answer| HostOrder::MakeInvite(wish, answer)).await;
        made.unwrap_or(Err(AppError::UnknownRoom))
    }

    /// Takes an invitation back; its people leave, or stay.
    pub(crate) async fn revoke_invite(&self, id: InviteId, leave: bool) -> Result<(), AppError> {
        let done = self.ask(|answer| HostOrder::RevokeInvite(id, leave, answer)).await;
        done.unwrap_or(Err(AppError::UnknownRoom))
    }

    /// Looks now whether the addresses have changed, as after a sleep, and whether the computer is to stay awake.
    pub(crate) async fn look_again(&self) {
        // A task that has ended has nothing to look at.
        let _ = self.orders.send(HostOrder::LookAgain).await;
    }

    async fn ask<T>(&self, order: impl FnOnce(oneshot::Sender<T>) -> HostOrder) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.orders.send(order(answer)).await.ok()?;
        answered.await.ok()
    }
}

/// The room that is hosted.
struct Served {
    handle: HostHandle,
    log: Arc<SqliteLog>,
    id: RoomId,
    room: RoomKey,
    choice: HostChoice,
    storage: watch::Receiver<hearth_host::Storage>,
    addresses: watch::Receiver<Vec<HostAddress>>,
    doors: watch::Receiver<Arc<Doors>>,
}

/// Hosts rooms for as long as the app lives.
pub(crate) async fn run(shell: Arc<Shell>, HostOrders(mut orders): HostOrders) {
    let mut served: Option<Served> = None;
    let mut look_again = interval(LOOK_AGAIN);
    look_again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let awake = Awake::new();
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                None => break,
                Some(HostOrder::Start(choice, answer)) => {
                    stop(&shell, served.take()).await;
                    let outcome = start(&shell, choice).await;
                    let _ = answer.send(outcome.map(|started| served = Some(started)));
                }
                Some(HostOrder::Stop(answer)) => {
                    stop(&shell, served.take()).await;
                    let _ = answer.send(());
                }
                Some(HostOrder::CountOthers(answer)) => {
                    let _ = answer.send(served.as_ref().map_or(0, others));
                }
                Some(HostOrder::SetRetention(id, retention, answer)) => {
                    let _ = answer.send(set_retention(&shell, served.as_ref(), &id, retention).await);
                }
                Some(HostOrder::SetAccess(closed, password, answer)) => {
                    let _ = answer.send(match &served {
                        Some(served) => inviting::set_access(&served.handle, closed, password).await,
                        None => Err(AppError::UnknownRoom),
                    });
                }
                Some(HostOrder::MakeInvite(wish, answer)) => {
                    let _ = answer.send(match &served {
                        Some(served) => inviting::make(&served.handle, wish).await,
                        None => Err(AppError::UnknownRoom),
                    });
                }
                Some(HostOrder::RevokeInvite(id, leave, answer)) => {
                    let _ = answer.send(match &served {
                        Some(served) => inviting::revoke(&served.handle, id, leave).await,
                        None => Err(AppError::UnknownRoom),
                    });
                }
                Some(HostOrder::LookAgain) => {
                    look_again.reset_immediately();
                    if let Some(served) = &served {
                        served.handle.look_again();
                        let on = is_announced(&shell, &served.choice);
                        served.handle.announce(|announced| announced.on = on);
                    }
                }
            },
            () = changed(served.as_mut()), if served.is_some() => {
                if let Some(served) = &served {
                    tell(&shell, served);
                }
            }
            _ = look_again.tick() => {}
        }
        awake.wish(served.as_ref().is_some_and(others_are_here) && shell.settings().keep_awake);
    }
}

/// Whether the local network is told of a room.
fn is_announced(shell: &Shell, choice: &HostChoice) -> bool {
    choice.reach == Reach::Network && shell.settings().nearby
}

fn others(served: &Served) -> u32 {
    // The user is in the room as well, by the same road as everybody.
    u32::try_from(served.handle.online().saturating_sub(1)).unwrap_or(u32::MAX)
}

fn others_are_here(served: &Served) -> bool {
    others(served) > 0
}

async fn start(shell: &Arc<Shell>, mut choice: HostChoice) -> Result<Served, AppError> {
    let nickname = shell.nickname()?;
    shell.state().set_hosting(Hosting::Starting);
    choice.name = choice.name.trim().to_owned();
    let outcome = serve(shell, choice, nickname).await;
    match &outcome {
        Ok(served) => {
            tell(shell, served);
            remember(shell, &served.choice).await;
            shell.list_own_rooms().await;
        }
        Err(error) => {
            tracing::info!(%error, "not hosted");
            shell.state().set_hosting(Hosting::Off);
        }
    }
    tray::refresh(shell);
    outcome
}

async fn serve(shell: &Arc<Shell>, mut choice: HostChoice, nickname: Nickname) -> Result<Served, AppError> {
    let language = shell.settings().language;
    let wish = match choice.name.as_str() {
        "" => Tongue::of(language).room_of(nickname.as_str()),
        name => name.to_owned(),
    };
    let id = choice.room.clone().unwrap_or_else(OwnRooms::new_id);
    choice.room = Some(id.clone());
    let log = open(shell, id.clone(), wish).await?;
    match serve_log(shell, choice, nickname, id, Arc::clone(&log)).await {
        Ok(served) => Ok(served),
        Err(error) => {
            // So that its file can be opened again.
            log.close().await;
            Err(error)
        }
    }
}

/// Opens the room under this name.
async fn open(shell: &Arc<Shell>, id: RoomId, name: String) -> Result<Arc<SqliteLog>, AppError> {
    let rooms = shell.own_rooms.clone();
    let wish = name.clone();
    let log = spawn_blocking(move || rooms.open(&id, &wish)).await.map_err(system)??;
    if log.name().await.map_err(log_problem)? != name {
        log.rename(&name).await.map_err(log_problem)?;
    }
    Ok(Arc::new(log))
}

async fn serve_log(
    shell: &Arc<Shell>,
    choice: HostChoice,
    nickname: Nickname,
    id: RoomId,
    log: Arc<SqliteLog>,
) -> Result<Served, AppError> {
    let name = log.name().await.map_err(log_problem)?;
    let owner = log.owner().await.map_err(log_problem)?;
    let config = HostConfig {
        name: name.clone(),
        announce: is_announced(shell, &choice),
        allow_origins: if choice.foreign_pages { vec![AllowOrigin::Any] } else { Vec::new() },
        ..HostConfig::default()
    };
    let handle = listen(config, &choice, &log).await.map_err(|host| AppError::Host { host })?;
    tracing::info!(address = %handle.addr(), "hosting");
    let lines = shell.own_rooms.lines_file(&id)?;
    match enter(&handle, nickname, owner.clone(), lines).await {
        Ok(client) => {
            let token = client.identity().await;
            if let Some(token) = token.filter(|token| owner.as_ref() != Some(token))
                && let Err(error) = log.set_owner(token).await
            {
                tracing::warn!(%error, "the owner will be somebody new the next time");
            }
            let file = Some(log.file().to_owned());
            let new = NewRoom { name: Some(name), hosted: true, file, ..NewRoom::default() };
            let room = shell.add_room(&mut shell.state(), client, new);
            let (storage, addresses, doors) = (handle.storage(), handle.addresses(), handle.changes());
            Ok(Served { handle, log, id, room, choice, storage, addresses, doors })
        }
        Err(error) => {
            handle.stop().await;
            Err(error)
        }
    }
}

fn log_problem(error: LogError) -> AppError {
    match error {
        LogError::Full => AppError::Room { problem: RoomProblem::Full },
        error => system(error),
    }
}

/// Listens where the user wants it, or on the next port that is free.
async fn listen(
    config: HostConfig,
    choice: &HostChoice,
    log: &Arc<SqliteLog>,
) -> Result<HostHandle, StartError> {
    let mut last = StartError::PortTaken { port: choice.port };
    for port in ports::to_try(choice.port) {
        for &bind in binds(choice.reach) {
            let attempt = HostConfig { bind, port, ..config.clone() };
            match Host::start(attempt, Arc::clone(log) as Arc<dyn Log>).await {
                Ok(handle) => return Ok(handle),
                Err(error) => last = error,
            }
            // A port that is taken is taken in both families. Anything else can be a system without IPv6.
            if matches!(last, StartError::PortTaken { .. }) {
                break;
            }
        }
        if !matches!(last, StartError::PortTaken { .. }) {
            break;
        }
    }
    Err(last)
}

/// Where to listen: `::` is for IPv4 too.
fn binds(reach: Reach) -> &'static [IpAddr] {
    match reach {
        Reach::Computer => &[IpAddr::V4(Ipv4Addr::LOCALHOST)],
        Reach::Network => &[IpAddr::V6(Ipv6Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::UNSPECIFIED)],
    }
}

/// Enters the hosted room as everybody does, only by the shortest way.
async fn enter(
    handle: &HostHandle,
    nickname: Nickname,
    token: Option<MemberToken>,
    lines: PathBuf,
) -> Result<RoomClient, AppError> {
    let loopback = HostAddress::this_computer(handle.addr().port()).url();
    let address = JoinAddress::parse(&loopback).map_err(|address| AppError::Address { address })?;
    let client = RoomClient::join(RoomOptions {
        address,
        nickname,
        token,
        key: None,
        pass: Pass { secret: Some(handle.pass()), password: None },
        keep_trying: true,
        keep: Some(lines),
        only_lines: true,
    });
    match client.joined().await {
        Ok(()) => Ok(client),
        Err(connect) => {
            client.leave().await;
            Err(AppError::Connect { connect })
        }
    }
}

/// Tells the page where the room can be reached now.
fn tell(shell: &Shell, served: &Served) {
    let addresses: Vec<_> = served.addresses.borrow().iter().map(share).collect();
    let mut state = shell.state();
    let best = addresses.first().map(|best| best.url.clone());
    let mut name = served.choice.name.clone();
    if let Some(room) = state.room(&served.room) {
        name = room.name.clone().unwrap_or(name);
        let changed = best.as_ref().is_some_and(|best| *best != room.url);
        if let Some(best) = best.filter(|_| changed) {
            room.url = best;
            state.tell_rooms();
        }
    }
    state.set_hosting(on(served, name, addresses));
}

fn share(address: &HostAddress) -> ShareAddress {
    ShareAddress { url: address.url(), page: address.page(), kind: address.kind }
}

fn on(served: &Served, name: String, addresses: Vec<ShareAddress>) -> Hosting {
    let (doors, key) = (served.doors.borrow().clone(), served.handle.key());
    Hosting::On {
        name,
        port: served.handle.addr().port(),
        asked_port: served.choice.port,
        reach: served.choice.reach,
        foreign_pages: served.choice.foreign_pages,
        access: inviting::access(&doors),
        invites: inviting::listed(&doors, &key, Timestamp::now()),
        fragment: fragment(None, Some(&key)),
        addresses,
        room: served.room.clone(),
        id: served.id.clone(),
        storage: match *served.handle.storage().borrow() {
            hearth_host::Storage::Fine => Storage::Fine,
            hearth_host::Storage::Full => Storage::Full,
            hearth_host::Storage::Damaged => Storage::Damaged,
        },
    }
}

/// Waits until it has changed whether what is said can be stored, or where the room can be reached.
async fn changed(served: Option<&mut Served>) {
    let goes_on = match served {
        Some(Served { storage, addresses, doors, .. }) => tokio::select! {
            changed = storage.changed() => changed.is_ok(),
            changed = doors.changed() => changed.is_ok(),
            changed = addresses.changed() => changed.is_ok(),
        },
        None => false,
    };
    if !goes_on {
        std::future::pending::<()>().await;
    }
}

/// Sets how much of a room is kept, hosted or not, and lets go of what is too much.
async fn set_retention(
    shell: &Arc<Shell>,
    served: Option<&Served>,
    id: &RoomId,
    retention: Retention,
) -> Result<(), AppError> {
    let hosted = served.filter(|served| served.id == *id).map(|served| Arc::clone(&served.log));
    let log = if let Some(log) = hosted.clone() {
        log
    } else {
        let file = shell.own_rooms.file(id)?;
        let opened = spawn_blocking(move || SqliteLog::open(&file)).await.map_err(system)?;
        Arc::new(opened.map_err(room_problem)?)
    };
    let outcome = log.set_retention(in_bytes(retention)).await.map_err(log_problem);
    let shell = Arc::clone(shell);
    // Of a large room there is much to let go of, and others want something of this task meanwhile.
    spawn(async move {
        if let Err(error) = log.tidy(Timestamp::now()).await {
            tracing::warn!(%error, "what is too much was not let go of");
        }
        if hosted.is_none() {
            log.close().await;
        }
        shell.list_own_rooms().await;
    });
    outcome
}

/// Keeps the choice, so that the next time it is one click.
async fn remember(shell: &Arc<Shell>, choice: &HostChoice) {
    {
        let mut state = shell.state();
        let settings = Settings { host: choice.clone(), ..state.settings.clone() };
        state.set_settings(settings);
    }
    if let Err(error) = shell.save_settings().await {
        tracing::warn!(%error, "the settings were not saved");
    }
}

async fn stop(shell: &Arc<Shell>, served: Option<Served>) {
    let Some(Served { handle, room, .. }) = served else {
        return;
    };
    let room = {
        let mut state = shell.state();
        let room = state.remove(&room);
        state.set_hosting(Hosting::Off);
        room
    };
    tray::refresh(shell);
    // First the host: everybody hears that it stops, and not that its owner left.
    handle.stop().await;
    if let Some(room) = room {
        room.leave().await;
    }
    shell.list_own_rooms().await;
    tracing::info!("no longer hosting");
}
