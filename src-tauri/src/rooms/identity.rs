//! The identity of the user in a room is what makes its host know them again. It is saved, with the room's name and
//! place, whenever the host says something new.

use std::sync::Arc;

use hearth_client::{RoomClient, Status};
use hearth_protocol::MemberToken;

use crate::api::rooms::RoomKey;
use crate::save;
use crate::shell::Shell;

/// Watches a room until it is left: each time that it is entered, the host may call the user something new.
pub(crate) async fn watch(shell: Arc<Shell>, key: RoomKey, client: RoomClient) {
    let mut status = client.status();
    // It may be connected already.
    status.mark_changed();
    while status.changed().await.is_ok() {
        let connected = matches!(*status.borrow_and_update(), Status::Connected { .. });
        if connected {
            keep(&shell, &key, client.identity().await).await;
        }
    }
}

/// Keeps what makes a room's host know the user again, and where it was reached.
async fn keep(shell: &Arc<Shell>, key: &RoomKey, token: Option<MemberToken>) {
    let news = {
        let mut state = shell.state();
        match state.room(key) {
            Some(room) if !room.hosted => {
                let moved = room.follow();
                let news = std::mem::replace(&mut room.token, token.clone()) != token;
                if moved {
                    state.tell_rooms();
                } else {
                    // Only now its key may be known.
                    state.tell_nearby();
                }
                moved || news
            }
            _ => false,
        }
    };
    if news && let Err(error) = save::rooms(shell).await {
        tracing::warn!(%error, "the rooms were not saved");
    }
}

/// Keeps a room's name as its host tells it.
pub(crate) async fn set_name(shell: &Arc<Shell>, key: &RoomKey, name: &str) {
    {
        let mut state = shell.state();
        match state.room(key) {
            Some(room) if room.name.as_deref() != Some(name) => room.name = Some(name.to_owned()),
            _ => return,
        }
        state.tell_rooms();
    }
    if let Err(error) = save::rooms(shell).await {
        tracing::warn!(%error, "the rooms were not saved");
    }
}
