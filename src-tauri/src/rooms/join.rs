//! A room is joined by a link, an address, or the list of those that were left. One attempt at a time.
//!
//! A room is known by its key, wherever it is: the same one is entered once, and whatever a link to it brings is used.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hearth_client::{
    ConnectError, Credentials, Invitation, JoinAddress, RoomClient, RoomCommand, RoomOptions, Status, key_at,
};
use hearth_protocol::{RefusalCode, Secret};
use tauri::async_runtime::spawn;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::api::error::AppError;
use crate::api::rooms::{RecentId, RoomKey};
use crate::rooms::leave::forget;
use crate::rooms::open::{self, NewRoom};
use crate::shell::Shell;
use crate::state::app::{Known, State};
use crate::state::open_room::{Attempt, Attempted};
use crate::state::remembered::RememberedRoom;
use crate::{nearby, save};

/// How long somebody at an address may take to prove a key before they are asked to let us in without one.
const PROOF: Duration = Duration::from_secs(1);

/// Enters a room by a link or an address. One that is open already is entered by what the link brings. `renewed`: the user
/// knows that another key answers at the address than before.
pub(crate) async fn join(
    shell: &Arc<Shell>,
    typed: &str,
    password: Option<&str>,
    renewed: bool,
) -> Result<RoomKey, AppError> {
    let Invitation { address, key, secret } =
        Invitation::parse(typed).map_err(|address| AppError::Address { address })?;
    let new = NewRoom { pin: key, secret, ..NewRoom::default() };
    enter(shell, address, new, password, renewed).await
}

/// Enters a room again that was left, as the same member.
pub(crate) async fn rejoin(
    shell: &Arc<Shell>,
    id: RecentId,
    password: Option<&str>,
) -> Result<RoomKey, AppError> {
    let left = shell.state().recent().find(id).cloned();
    let RememberedRoom { url, name, token, key, secret, kept: _ } = left.ok_or(AppError::UnknownRoom)?;
    let address = JoinAddress::parse(&url).map_err(|address| AppError::Address { address })?;
    let known = NewRoom { name, token, pin: key, secret, ..NewRoom::default() };
    enter(shell, address, known, password, true).await
}

/// Enters a room that is open, or a new one.
async fn enter(
    shell: &Arc<Shell>,
    address: JoinAddress,
    new: NewRoom,
    password: Option<&str>,
    renewed: bool,
) -> Result<RoomKey, AppError> {
    // What cannot be a password is not this room's either.
    let wrong = ConnectError::HelloRefused { reason: RefusalCode::PasswordWrong };
    let password = password.map(Secret::new).transpose();
    let password = password.map_err(|_| AppError::Connect { connect: wrong })?;
    let credentials = Credentials { secret: new.secret.clone(), password };
    let mut known = shell.state().known(&address, new.pin.as_ref());
    if matches!(known, Known::No) && new.pin.is_none() && shell.state().knows_keys() {
        known = proven_at(shell, &address).await?.map_or(Known::No, Known::Open);
    }
    match known {
        Known::Open(key) => enter_open(shell, key, address, new, credentials).await,
        Known::OtherKey if !renewed => Err(AppError::OtherKey { address: address.to_string() }),
        Known::OtherKey | Known::No => enter_new(shell, address, new, credentials).await,
    }
}

/// The open room whose host proves its key at this address, which alone does not say whose room is there.
async fn proven_at(shell: &Shell, address: &JoinAddress) -> Result<Option<RoomKey>, AppError> {
    let (call_off, called_off) = oneshot::channel();
    begin_attempt(&mut shell.state(), Attempted::Other(call_off));
    tokio::select! {
        key = key_at(address, PROOF) => Ok(key.and_then(|key| shell.state().of_key(&key))),
        _ = called_off => Err(AppError::Connect { connect: ConnectError::Cancelled }),
    }
}

/// Enters a room that is in the list by another link. Waits until the first attempt has succeeded or failed.
async fn enter_open(
    shell: &Arc<Shell>,
    key: RoomKey,
    address: JoinAddress,
    link: NewRoom,
    credentials: Credentials,
) -> Result<RoomKey, AppError> {
    let (client, number, called_off) = {
        let mut state = shell.state();
        let room = state.room(&key).ok_or(AppError::UnknownRoom)?;
        // Whoever hosts it is in it.
        if room.hosted {
            return Ok(key);
        }
        let client = room.client.clone();
        let (call_off, called_off) = oneshot::channel();
        let number = begin_attempt(&mut state, Attempted::Other(call_off));
        (client, number, called_off)
    };
    let outcome = tokio::select! {
        outcome = client.enter(address, link.pin.clone(), credentials) => outcome,
        _ = called_off => Err(ConnectError::Cancelled),
    };
    let news = {
        let mut state = shell.state();
        state.attempt.take_if(|attempt| attempt.number == number);
        outcome.map_err(|connect| AppError::Connect { connect })?;
        state.room(&key).is_some_and(|room| room.learn(link.pin, link.secret))
    };
    if news {
        keep(shell).await;
    }
    Ok(key)
}

/// Waits until the first attempt has succeeded or failed.
async fn enter_new(
    shell: &Arc<Shell>,
    address: JoinAddress,
    known: NewRoom,
    credentials: Credentials,
) -> Result<RoomKey, AppError> {
    let nickname = shell.nickname()?;
    let kept = Uuid::now_v7();
    let file = shell.folders.joined_room(kept);
    let options = RoomOptions {
        address,
        nickname,
        token: known.token.clone(),
        key: known.pin.clone(),
        credentials,
        keep_trying: false,
        keep: Some(file.clone()),
        only_lines: false,
    };
    let client = RoomClient::join_with(options, nearby::tuning(shell));
    let number = begin_attempt(&mut shell.state(), Attempted::New(client.clone()));
    let outcome = client.joined().await;
    let new = NewRoom { file: Some(file.clone()), kept: Some(kept), ..known };
    match end_attempt(shell, number, &client, outcome, new) {
        Ok(Entered::Now(key)) => {
            keep(shell).await;
            Ok(key)
        }
        Ok(Entered::Before(key)) => {
            abandon(client, file).await;
            Ok(key)
        }
        Err(connect) => {
            abandon(client, file).await;
            Err(AppError::Connect { connect })
        }
    }
}

async fn abandon(client: RoomClient, file: PathBuf) {
    client.leave().await;
    forget(file).await;
}

/// The room is entered whether or not the list can be saved; its next change saves it too.
async fn keep(shell: &Arc<Shell>) {
    if let Err(error) = save::rooms(shell).await {
        tracing::warn!(%error, "the list of rooms was not saved");
    }
}

/// Calls off the attempt to join that is under way.
pub(crate) async fn cancel(shell: &Shell) {
    let attempt = shell.state().attempt.take();
    if let Some(Attempt { attempted: Attempted::New(client), .. }) = attempt {
        client.leave().await;
    }
}

fn begin_attempt(state: &mut State, attempted: Attempted) -> u64 {
    let number = state.number();
    if let Some(Attempt { attempted: Attempted::New(earlier), .. }) =
        state.attempt.replace(Attempt { number, attempted })
    {
        spawn(async move { earlier.leave().await });
    }
    number
}

/// What an attempt to enter a new room has led to.
enum Entered {
    Now(RoomKey),
    /// It is one that is open: its host told its key.
    Before(RoomKey),
}

/// Adds the room if it was entered and nobody has called the attempt off meanwhile.
fn end_attempt(
    shell: &Arc<Shell>,
    number: u64,
    client: &RoomClient,
    outcome: Result<(), ConnectError>,
    new: NewRoom,
) -> Result<Entered, ConnectError> {
    let mut state = shell.state();
    let current = state.attempt.take_if(|attempt| attempt.number == number).is_some();
    if !current {
        return Err(ConnectError::Cancelled);
    }
    outcome?;
    let key = client.key();
    if let Some(open) = key.as_ref().and_then(|key| state.of_key(key)) {
        if let Some(room) = state.room(&open)
            && matches!(
                *room.client.status().borrow(),
                Status::Disconnected { .. } | Status::Reconnecting { .. }
            )
        {
            // A full queue only means that there is more to do before.
            let _ = room.client.order(RoomCommand::Reconnect);
        }
        return Ok(Entered::Before(open));
    }
    state.change_recent(|recent| recent.entered(client.address(), key.as_ref()));
    Ok(Entered::Now(open::add(shell, &mut state, client.clone(), new)))
}
