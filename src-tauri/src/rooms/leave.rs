//! A room that the user has joined is left: all of it is forgotten but the way back.

use std::path::PathBuf;
use std::sync::Arc;

use tauri::async_runtime::spawn_blocking;

use crate::api::error::AppError;
use crate::api::rooms::{RecentId, RoomKey};
use crate::save;
use crate::shell::Shell;

/// Leaves a room, and forgets all of it but the way back.
pub(crate) async fn leave(shell: &Arc<Shell>, key: &RoomKey) -> Result<(), AppError> {
    let room = {
        let mut state = shell.state();
        let room = state.remove(key).ok_or(AppError::UnknownRoom)?;
        state.change_recent(|recent| {
            recent.left(room.remembered());
            true
        });
        room
    };
    let file = room.file.clone();
    // Before the farewell, which may take until the app is quit.
    let saved = save::rooms(shell).await;
    room.leave().await;
    if let Some(file) = file {
        forget(file).await;
    }
    saved
}

/// Forgets the way back into a room that was left.
pub(crate) async fn forget_recent(shell: &Arc<Shell>, id: RecentId) -> Result<(), AppError> {
    shell.state().change_recent(|recent| recent.forget(id));
    save::rooms(shell).await
}

/// Lets go of what was kept of a room that nobody wants any more.
pub(crate) async fn forget(file: PathBuf) {
    let forgotten = spawn_blocking(move || hearth_client::forget_room(&file)).await;
    if !matches!(forgotten, Ok(Ok(()))) {
        tracing::warn!(?forgotten, "what was kept of a room is still there");
    }
}
