//! Hosting a room. One task owns the host: it starts and stops it, one order after the other, and tells the page where
//! the room can be reached whenever that changes.

use std::sync::Arc;
use std::time::Duration;

use hearth_client::fragment;
use hearth_host::{AddressKind, HostAddress, Outside, Report};
use hearth_log::{Log as _, SqliteLog};
use hearth_protocol::InviteId;
use jiff::Timestamp;
use tauri::async_runtime::{spawn, spawn_blocking};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval};

use crate::api::error::AppError;
use crate::api::hosting::{HostChoice, Hosting, Retention, RoomId, ShareAddress, Storage};
use crate::api::settings::Settings;
use crate::desktop::stay_awake::Awake;
use crate::desktop::tray;
use crate::hosting::access::{self, DoorOrder};
use crate::hosting::own_rooms::{in_bytes, room_problem};
use crate::hosting::serve::{Served, is_announced, log_problem, serve};
use crate::shell::{Shell, system};

/// How often it is looked at whether the computer is to stay awake: that changes rarely, and looking is cheap.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Orders come from a person's clicks, and each waits for its answer.
const ORDERS: usize = 8;

enum HostOrder {
    Start(HostChoice, oneshot::Sender<Result<(), AppError>>),
    Stop(oneshot::Sender<()>),
    CountOthers(oneshot::Sender<u32>),
    SetRetention(RoomId, Retention, oneshot::Sender<Result<(), AppError>>),
    Doors(DoorOrder, oneshot::Sender<Result<Option<InviteId>, AppError>>),
    SetOutside(bool, oneshot::Sender<Result<(), AppError>>),
    Examine(oneshot::Sender<Result<Report, AppError>>),
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

    /// Changes who may come into the hosted room. Gives the invitation that was made, if one was.
    pub(crate) async fn doors(&self, order: DoorOrder) -> Result<Option<InviteId>, AppError> {
        self.ask(|answer| HostOrder::Doors(order, answer)).await.unwrap_or(Err(AppError::UnknownRoom))
    }

    /// Sets whether the hosted room is to be reachable from the internet.
    pub(crate) async fn set_outside(&self, wished: bool) -> Result<(), AppError> {
        self.ask(|answer| HostOrder::SetOutside(wished, answer)).await.unwrap_or(Err(AppError::UnknownRoom))
    }

    /// Finds out who can get into the hosted room, which may take half a minute.
    pub(crate) async fn examine(&self) -> Result<Report, AppError> {
        self.ask(HostOrder::Examine).await.unwrap_or(Err(AppError::UnknownRoom))
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
                Some(HostOrder::Doors(order, answer)) => {
                    let _ = answer.send(match &served {
                        Some(served) => access::carry_out(&served.handle, order).await,
                        None => Err(AppError::UnknownRoom),
                    });
                }
                Some(HostOrder::SetOutside(wished, answer)) => {
                    let _ = answer.send(set_outside(&shell, served.as_mut(), wished).await);
                }
                Some(HostOrder::Examine(answer)) => match &served {
                    Some(served) => {
                        let examination = served.handle.examine();
                        // Others want something of this task meanwhile.
                        spawn(async move { answer.send(Ok(examination.await)) });
                    }
                    None => drop(answer),
                },
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

/// Tells the page where the room can be reached now.
fn tell(shell: &Shell, served: &Served) {
    let addresses = shared_addresses(&served.addresses.borrow(), *served.outside.borrow());
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

/// The addresses of this computer and the one that the router leads here, the best one first.
fn shared_addresses(own: &[HostAddress], outside: Outside) -> Vec<ShareAddress> {
    let mapped = outside.address().map(|at| HostAddress { kind: AddressKind::Public, at });
    let mut addresses: Vec<_> = own.iter().copied().chain(mapped).collect();
    addresses.sort_by_key(|address| address.kind);
    let shown = |a: &HostAddress| ShareAddress { url: a.url(), page: a.page(), kind: a.kind };
    addresses.iter().map(shown).collect()
}

fn on(served: &Served, name: String, addresses: Vec<ShareAddress>) -> Hosting {
    let (doors, key) = (served.doors.borrow().clone(), served.handle.key());
    Hosting::On {
        name,
        port: served.handle.addr().port(),
        asked_port: served.choice.port,
        reach: served.choice.reach,
        foreign_pages: served.choice.foreign_pages,
        access: access::access(&doors),
        invites: access::listed(&doors, &key, Timestamp::now()),
        fragment: fragment(None, Some(&key)),
        addresses,
        outside: *served.outside.borrow(),
        room: served.room.clone(),
        id: served.id.clone(),
        storage: match *served.handle.storage().borrow() {
            hearth_host::Storage::Fine => Storage::Fine,
            hearth_host::Storage::Full => Storage::Full,
            hearth_host::Storage::Damaged => Storage::Damaged,
        },
    }
}

/// Waits until it has changed whether what is said can be stored, who may come in, or where the room can be reached.
async fn changed(served: Option<&mut Served>) {
    if let Some(Served { storage, addresses, doors, outside, .. }) = served {
        // What changes no more wakes nobody, and hides nothing of the rest: the addresses of a room for this computer alone.
        tokio::select! {
            Ok(()) = storage.changed() => return,
            Ok(()) = doors.changed() => return,
            Ok(()) = addresses.changed() => return,
            Ok(()) = outside.changed() => return,
            else => {}
        }
    }
    std::future::pending::<()>().await;
}

/// Sets whether the hosted room is to be reachable from the internet, now and the next time.
async fn set_outside(shell: &Arc<Shell>, served: Option<&mut Served>, wished: bool) -> Result<(), AppError> {
    let served = served.ok_or(AppError::UnknownRoom)?;
    served.choice.outside = wished;
    served.handle.set_outside(wished);
    remember(shell, &served.choice).await;
    Ok(())
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
