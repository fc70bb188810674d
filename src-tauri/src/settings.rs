//! A change of the settings is kept, and everything that depends on it follows.

use std::sync::Arc;

use hearth_client::RoomCommand;
use hearth_protocol::{Nickname, PostId};
use uuid::Uuid;

use crate::api::error::AppError;
use crate::api::settings::{Settings, ZOOM};
use crate::desktop::{tray, window};
use crate::hosting::control::HostControl;
use crate::rooms::open;
use crate::shell::Shell;
use crate::{nearby, save};

/// Takes a nickname, keeps it, and takes it to all rooms.
pub(crate) async fn set_nickname(shell: &Arc<Shell>, raw: &str) -> Result<(), AppError> {
    let nickname = Nickname::new(raw)?;
    {
        let mut state = shell.state();
        let settings = Settings { nickname: nickname.to_string(), ..state.settings.clone() };
        state.set_settings(settings);
        for room in &state.rooms {
            let id = PostId::new(Uuid::now_v7());
            room.client.order(RoomCommand::rename(id, nickname.clone()))?;
        }
    }
    open::open_remembered(shell);
    save::settings(shell).await
}

/// Takes what the user has chosen, all but the nickname: that one goes to the rooms too.
pub(crate) async fn set_settings(
    shell: &Arc<Shell>,
    host: &HostControl,
    chosen: Settings,
) -> Result<(), AppError> {
    let chosen = Settings { zoom: chosen.zoom.clamp(*ZOOM.start(), *ZOOM.end()), ..chosen };
    let before = {
        let mut state = shell.state();
        let before = state.settings.clone();
        state.set_settings(Settings { nickname: before.nickname.clone(), ..chosen.clone() });
        before
    };
    if before.theme != chosen.theme {
        window::apply_theme(&shell.app, chosen.theme);
    }
    if before.zoom != chosen.zoom {
        window::apply_zoom(&shell.app, chosen.zoom);
    }
    if before.language != chosen.language {
        tray::refresh(shell);
    }
    if before.nearby != chosen.nearby {
        nearby::listen(shell);
    }
    if before.keep_awake != chosen.keep_awake || before.nearby != chosen.nearby {
        host.look_again().await;
    }
    save::settings(shell).await
}
