//! A room is brought up to be served: its file is opened, a port is found, and its owner enters it over loopback.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::sync::Arc;

use hearth_client::{Credentials, JoinAddress, RoomClient, RoomOptions};
use hearth_host::{AllowOrigin, Host, HostAddress, HostConfig, HostHandle, HostStatus, StartError};
use hearth_log::{Log, SqliteLog};
use hearth_protocol::{MemberToken, Nickname, Seq, is_refused_by_browsers};
use tauri::async_runtime::spawn_blocking;
use tokio::sync::watch;

use crate::api::error::{AppError, system};
use crate::api::hosting::{HostChoice, Reach};
use crate::api::rooms::{RoomId, RoomKey};
use crate::desktop::texts::Tongue;
use crate::hosting::own_rooms::OwnRooms;
use crate::hosting::ports;
use crate::rooms::open::{self, NewRoom};
use crate::shell::Shell;

/// The room that is hosted.
pub(crate) struct Served {
    pub(crate) handle: HostHandle,
    pub(crate) log: Arc<SqliteLog>,
    pub(crate) id: RoomId,
    pub(crate) room: RoomKey,
    pub(crate) choice: HostChoice,
    pub(crate) status: watch::Receiver<HostStatus>,
    /// The newest entry when its file was looked at last.
    looked_at: Seq,
}

impl Served {
    /// Whether something was said since this was last asked.
    pub(crate) fn has_grown(&mut self) -> bool {
        let head = *self.log.head().borrow();
        std::mem::replace(&mut self.looked_at, head) != head
    }
}

/// Opens the room that was chosen, or a new one, listens, and enters it as its owner. `before`: the port that it had until now.
pub(crate) async fn serve(
    shell: &Arc<Shell>,
    mut choice: HostChoice,
    nickname: Nickname,
    before: Option<u16>,
) -> Result<Served, AppError> {
    let language = shell.settings().language;
    let wish = match choice.name.as_str() {
        "" => Tongue::of(language).room_of(nickname.as_str()),
        name => name.to_owned(),
    };
    let id = choice.room.clone().unwrap_or_else(OwnRooms::new_id);
    choice.room = Some(id.clone());
    let log = open_log(shell, id.clone(), wish).await?;
    match serve_log(shell, choice, nickname, id, Arc::clone(&log), before).await {
        Ok(served) => Ok(served),
        Err(error) => {
            // So that its file can be opened again.
            log.close().await;
            Err(error)
        }
    }
}

/// Opens the room under this name.
async fn open_log(shell: &Arc<Shell>, id: RoomId, name: String) -> Result<Arc<SqliteLog>, AppError> {
    let rooms = OwnRooms::of(shell);
    let wish = name.clone();
    let log = spawn_blocking(move || rooms.open(&id, &wish)).await.map_err(system)??;
    if log.name().await? != name {
        log.rename(&name).await?;
    }
    Ok(Arc::new(log))
}

async fn serve_log(
    shell: &Arc<Shell>,
    choice: HostChoice,
    nickname: Nickname,
    id: RoomId,
    log: Arc<SqliteLog>,
    before: Option<u16>,
) -> Result<Served, AppError> {
    let name = log.name().await?;
    let owner = log.owner().await?;
    let config = HostConfig {
        name: name.clone(),
        announce: is_announced(shell, &choice),
        allow_origins: if choice.foreign_pages { vec![AllowOrigin::Any] } else { Vec::new() },
        ..HostConfig::default()
    };
    let handle = listen(config, &choice, before, &log).await.map_err(|host| AppError::Host { host })?;
    tracing::info!(address = %handle.addr(), "hosting");
    handle.set_outside(choice.outside);
    let lines = OwnRooms::of(shell).lines_file(&id)?;
    match enter(&handle, nickname, owner.clone(), lines).await {
        Ok(client) => {
            let token = client.identity().await;
            if let Some(token) = token.filter(|token| owner.as_ref() != Some(token))
                && let Err(error) = log.set_owner(token).await
            {
                tracing::warn!(%error, "the owner will be somebody new the next time");
            }
            let file = Some(log.file().to_owned());
            let key = Some(id.key());
            let new = NewRoom { key, name: Some(name), hosted: true, file, ..NewRoom::default() };
            let room = open::add(shell, &mut shell.state(), client, new);
            let status = handle.status();
            let looked_at = *log.head().borrow();
            Ok(Served { handle, log, id, room, choice, status, looked_at })
        }
        Err(error) => {
            handle.stop().await;
            Err(error)
        }
    }
}

/// Listens where the user wants it, or on the next port that is free.
async fn listen(
    config: HostConfig,
    choice: &HostChoice,
    before: Option<u16>,
    log: &Arc<SqliteLog>,
) -> Result<HostHandle, StartError> {
    // Most guests have nothing but a browser, and what it says of such a port explains nothing.
    if is_refused_by_browsers(choice.port) {
        return Err(StartError::PortRefusedByBrowsers { port: choice.port });
    }
    let mut last = StartError::PortTaken { port: choice.port };
    for port in ports::to_try(choice.port, before) {
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
    Err(match last {
        // Of the others that were tried the user knows nothing.
        StartError::PortTaken { .. } => StartError::PortTaken { port: choice.port },
        other => other,
    })
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
        credentials: Credentials { secret: Some(handle.pass()), password: None },
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

/// Whether the local network is told of a room.
pub(crate) fn is_announced(shell: &Shell, choice: &HostChoice) -> bool {
    choice.reach == Reach::Network && shell.settings().nearby
}
