//! The command queue of a room keeps the order in which the page asks for things.

use hearth_client::{Busy, RoomCommand};

use crate::api::error::AppError;
use crate::api::rooms::RoomKey;
use crate::shell::Shell;

/// Asks something of a room. The order of asking is kept.
pub(crate) fn order(shell: &Shell, key: &RoomKey, command: RoomCommand) -> Result<(), AppError> {
    let mut state = shell.state();
    let room = state.room(key).ok_or(AppError::UnknownRoom)?;
    Ok(room.client.order(command)?)
}

/// The computer has slept: the rooms look whether their links still hold.
pub(crate) fn woke(shell: &Shell) {
    for room in &shell.state().rooms {
        room.client.woke();
    }
}

impl From<Busy> for AppError {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}
