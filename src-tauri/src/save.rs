//! Persistence writes what outlives the app, the settings and the list of rooms, one file at a time.

use std::io;
use std::sync::{Arc, PoisonError};

use tauri::async_runtime::spawn_blocking;

use crate::api::error::{AppError, system};
use crate::files::settings_file;
use crate::shell::Shell;
use crate::state::remembered;

pub(crate) async fn settings(shell: &Arc<Shell>) -> Result<(), AppError> {
    write(shell, |shell| {
        let settings = shell.settings();
        settings_file::write(&shell.folders.settings_file(), &settings)
    })
    .await
}

pub(crate) async fn rooms(shell: &Arc<Shell>) -> Result<(), AppError> {
    write(shell, |shell| {
        let remembered = {
            let state = shell.state();
            // Then the rooms are left, and still remembered.
            if state.quitting.has_begun() {
                return Ok(());
            }
            state.remembered()
        };
        remembered::write(&shell.folders.rooms_file(), &remembered)
    })
    .await
}

async fn write(
    shell: &Arc<Shell>,
    write: impl FnOnce(&Shell) -> io::Result<()> + Send + 'static,
) -> Result<(), AppError> {
    let shell = shell.clone();
    let written = spawn_blocking(move || {
        let _saving = shell.saving.lock().unwrap_or_else(PoisonError::into_inner);
        write(&shell)
    });
    match written.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(system(error)),
        Err(error) => Err(system(error)),
    }
}
