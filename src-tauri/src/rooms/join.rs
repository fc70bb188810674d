//! A room is joined by a link, an address, or the list of those that were left. One attempt at a time.

use std::sync::Arc;

use hearth_client::{
    ConnectError, Credentials, Invitation, JoinAddress, RoomClient, RoomCommand, RoomOptions, Status,
};
use hearth_protocol::{RefusalCode, Secret};
use tauri::async_runtime::spawn;
use uuid::Uuid;

use crate::api::error::AppError;
use crate::api::rooms::{RecentId, RoomKey};
use crate::rooms::leave::forget;
use crate::rooms::open::{self, NewRoom};
use crate::shell::Shell;
use crate::state::app::State;
use crate::state::open_room::Attempt;
use crate::state::remembered::RememberedRoom;
use crate::{nearby, save};

/// Enters a room by a link or an address. One that is open already is returned as it is.
pub(crate) async fn join(
    shell: &Arc<Shell>,
    typed: &str,
    password: Option<&str>,
) -> Result<RoomKey, AppError> {
    let Invitation { address, key, secret } =
        Invitation::parse(typed).map_err(|address| AppError::Address { address })?;
    enter(shell, address, NewRoom { pin: key, secret, ..NewRoom::default() }, password).await
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
    enter(shell, address, NewRoom { name, token, pin: key, secret, ..NewRoom::default() }, password).await
}

/// Waits until the first attempt has succeeded or failed.
async fn enter(
    shell: &Arc<Shell>,
    address: JoinAddress,
    known: NewRoom,
    password: Option<&str>,
) -> Result<RoomKey, AppError> {
    // What cannot be a password is not this room's either.
    let wrong = ConnectError::HelloRefused { reason: RefusalCode::PasswordWrong };
    let password = password.map(Secret::new).transpose();
    let password = password.map_err(|_| AppError::Connect { connect: wrong })?;
    let nickname = shell.nickname()?;
    if let Some(key) = open_at(&mut shell.state(), &address) {
        return Ok(key);
    }
    let kept = Uuid::now_v7();
    let file = shell.folders.joined_room(kept);
    let options = RoomOptions {
        address,
        nickname,
        token: known.token.clone(),
        key: known.pin.clone(),
        credentials: Credentials { secret: known.secret.clone(), password },
        keep_trying: false,
        keep: Some(file.clone()),
        only_lines: false,
    };
    let client = RoomClient::join_with(options, nearby::tuning(shell));
    let number = begin_attempt(shell, client.clone());
    let outcome = client.joined().await;
    let new = NewRoom { file: Some(file.clone()), kept: Some(kept), ..known };
    match end_attempt(shell, number, &client, outcome, new) {
        Ok(key) => {
            // The room is entered all the same; the next change of the list saves it too.
            if let Err(error) = save::rooms(shell).await {
                tracing::warn!(%error, "the list of rooms was not saved");
            }
            Ok(key)
        }
        Err(connect) => {
            client.leave().await;
            forget(file).await;
            Err(AppError::Connect { connect })
        }
    }
}

/// Calls off the attempt to join that is under way.
pub(crate) async fn cancel(shell: &Shell) {
    let attempt = shell.state().attempt.take();
    if let Some(attempt) = attempt {
        attempt.client.leave().await;
    }
}

fn begin_attempt(shell: &Shell, client: RoomClient) -> u64 {
    let mut state = shell.state();
    let number = state.number();
    if let Some(earlier) = state.attempt.replace(Attempt { number, client }) {
        spawn(async move { earlier.client.leave().await });
    }
    number
}

/// Adds the room if it was entered and nobody has called the attempt off meanwhile.
fn end_attempt(
    shell: &Arc<Shell>,
    number: u64,
    client: &RoomClient,
    outcome: Result<(), ConnectError>,
    new: NewRoom,
) -> Result<RoomKey, ConnectError> {
    let mut state = shell.state();
    let current = state.attempt.take_if(|attempt| attempt.number == number).is_some();
    if !current {
        return Err(ConnectError::Cancelled);
    }
    outcome?;
    state.change_recent(|recent| recent.entered(client.address(), client.key().as_ref()));
    Ok(open::add(shell, &mut state, client.clone(), new))
}

/// The room at an address, if it is open. One that has given up tries again.
fn open_at(state: &mut State, address: &JoinAddress) -> Option<RoomKey> {
    let room = state.room_at(address)?;
    let idle = matches!(*room.client.status().borrow(), Status::Disconnected { .. });
    if idle {
        // A full queue only means that there is more to do before.
        let _ = room.client.order(RoomCommand::Reconnect);
    }
    Some(room.key.clone())
}
