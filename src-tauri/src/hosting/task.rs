//! The task that hosts a room alone owns the host (an actor): it starts and stops it, one order after the other, and
//! tells the page where the room can be reached whenever that changes.

use std::sync::Arc;
use std::time::Duration;

use hearth_log::{Log as _, SqliteLog};
use hearth_protocol::room_name;
use jiff::Timestamp;
use tauri::async_runtime::{spawn, spawn_blocking};
use tokio::sync::mpsc::Receiver;
use tokio::time::{MissedTickBehavior, interval};

use crate::api::error::{AppError, system};
use crate::api::hosting::{HostChoice, Hosting, Retention};
use crate::api::rooms::RoomId;
use crate::api::settings::Settings;
use crate::desktop::stay_awake::Awake;
use crate::desktop::texts::Tongue;
use crate::desktop::tray;
use crate::hosting::control::HostOrder;
use crate::hosting::own_rooms::{self, OwnRooms, in_bytes};
use crate::hosting::serve::{Served, is_announced, serve};
use crate::hosting::{access, reading, status};
use crate::save;
use crate::shell::Shell;

/// How often it is looked at whether the computer is to stay awake, and how large the hosted room has grown: that changes
/// rarely, and looking is cheap.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Hosts rooms for as long as the app lives.
pub(crate) async fn run(shell: Arc<Shell>, mut orders: Receiver<HostOrder>) {
    let mut served: Option<Served> = None;
    // A room that is hosted again comes back where its people look for it.
    let mut last: Option<Place> = None;
    let mut look_again = interval(LOOK_AGAIN);
    look_again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let awake = Awake::new();
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                None => break,
                Some(HostOrder::Start(choice, answer)) => {
                    stop(&shell, served.take()).await;
                    let before = last.as_ref().filter(|last| last.is_of(&choice)).map(|last| last.port);
                    let outcome = start(&shell, choice, before).await;
                    let _ = answer.send(outcome.map(|started| {
                        last = Some(Place::of(&started));
                        served = Some(started);
                    }));
                }
                Some(HostOrder::Stop(answer)) => {
                    stop(&shell, served.take()).await;
                    let _ = answer.send(());
                }
                Some(HostOrder::CountOthers(answer)) => {
                    let _ = answer.send(served.as_ref().map_or(0, status::others));
                }
                Some(HostOrder::SetRetention(id, retention, answer)) => {
                    let _ = answer.send(set_retention(&shell, served.as_ref(), &id, retention).await);
                }
                Some(HostOrder::ChangeAccess(change, answer)) => {
                    let _ = answer.send(match &served {
                        Some(served) => access::carry_out(&served.handle, change).await,
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
                    status::show(&shell, served);
                }
            }
            _ = look_again.tick() => {
                if let Some(served) = served.as_mut() && served.has_grown() {
                    own_rooms::look_again_at(&shell, served.id.clone()).await;
                }
            }
        }
        let settings = shell.settings();
        let wanted = settings.keep_awake && served.as_ref().is_some_and(|served| status::others(served) > 0);
        awake.wish(wanted.then(|| Tongue::of(settings.language).keeps_awake()));
    }
}

/// Where a room was hosted last.
struct Place {
    id: RoomId,
    asked: u16,
    port: u16,
}

impl Place {
    fn of(served: &Served) -> Self {
        Self { id: served.id.clone(), asked: served.choice.port, port: served.handle.addr().port() }
    }

    /// Whether the same is wished again.
    fn is_of(&self, choice: &HostChoice) -> bool {
        choice.room.as_ref() == Some(&self.id) && choice.port == self.asked
    }
}

async fn start(shell: &Arc<Shell>, mut choice: HostChoice, before: Option<u16>) -> Result<Served, AppError> {
    let nickname = shell.nickname()?;
    shell.state().set_hosting(Hosting::Starting);
    choice.name = room_name(&choice.name).unwrap_or_default();
    let outcome = serve(shell, choice, nickname, before).await;
    match &outcome {
        Ok(served) => {
            status::show(shell, served);
            remember(shell, &served.choice).await;
            own_rooms::list(shell).await;
        }
        Err(error) => {
            tracing::info!(%error, "not hosted");
            shell.state().set_hosting(Hosting::Off);
        }
    }
    tray::refresh(shell);
    outcome
}

/// Waits until anything of the host's status has changed.
async fn changed(served: Option<&mut Served>) {
    if let Some(served) = served
        && served.status.changed().await.is_ok()
    {
        return;
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
        let file = OwnRooms::of(shell).file(id)?;
        let opened = spawn_blocking(move || SqliteLog::open(&file)).await.map_err(system)?;
        Arc::new(opened?)
    };
    let outcome = log.set_retention(in_bytes(retention)).await.map_err(AppError::from);
    let shell = Arc::clone(shell);
    // Of a large room there is much to let go of, and others want something of this task meanwhile.
    spawn(async move {
        if let Err(error) = log.tidy(Timestamp::now()).await {
            tracing::warn!(%error, "what is too much was not let go of");
        }
        if hosted.is_none() {
            log.close().await;
        }
        own_rooms::list(&shell).await;
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
    if let Err(error) = save::settings(shell).await {
        tracing::warn!(%error, "the settings were not saved");
    }
}

async fn stop(shell: &Arc<Shell>, served: Option<Served>) {
    let Some(Served { handle, log, id, room, .. }) = served else {
        return;
    };
    // What is said until it has stopped is not among what is read of the room meanwhile.
    let told = *log.head().borrow();
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
    own_rooms::list(shell).await;
    reading::catch_up(shell, &id, told).await;
    tracing::info!("no longer hosting");
}
