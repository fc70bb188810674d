//! A room is opened: it is put in the list, and what runs for it is started. So are those of the last time (session
//! restore).

use std::path::PathBuf;
use std::sync::Arc;

use hearth_client::{Credentials, JoinAddress, RoomClient, RoomOptions};
use hearth_protocol::{KeyHash, MemberToken, Nickname, Secret};
use tauri::async_runtime::spawn;
use uuid::Uuid;

use crate::api::rooms::RoomKey;
use crate::rooms::identity;
use crate::shell::Shell;
use crate::state::app::State;
use crate::state::open_room::OpenRoom;
use crate::state::remembered::RememberedRoom;
use crate::{nearby, save};

/// What is known about a room that is new in the list.
#[derive(Default)]
pub(crate) struct NewRoom {
    /// Its key; one that no room had, if it has none of its own.
    pub(crate) key: Option<RoomKey>,
    pub(crate) name: Option<String>,
    pub(crate) hosted: bool,
    pub(crate) file: Option<PathBuf>,
    pub(crate) kept: Option<Uuid>,
    pub(crate) token: Option<MemberToken>,
    pub(crate) pin: Option<KeyHash>,
    pub(crate) secret: Option<Secret>,
}

/// Puts a room in the list and starts what drives it.
pub(crate) fn add(shell: &Arc<Shell>, state: &mut State, client: RoomClient, new: NewRoom) -> RoomKey {
    let key = new.key.unwrap_or_else(|| RoomKey(format!("room-{}", state.number())));
    let watcher = spawn(identity::watch(shell.clone(), key.clone(), client.clone()));
    let address = client.address().clone();
    state.add(OpenRoom {
        key: key.clone(),
        address,
        best: None,
        name: new.name,
        hosted: new.hosted,
        file: new.file,
        kept: new.kept,
        token: new.token,
        pin: new.pin,
        secret: new.secret,
        client,
        watcher,
        forwarder: None,
    });
    key
}

/// Opens the rooms of the last time, once there is a nickname to enter them with. They are tried until they are
/// reached.
pub(crate) fn open_remembered(shell: &Arc<Shell>) {
    let Ok(nickname) = shell.nickname() else {
        return;
    };
    let shell = shell.clone();
    // The client wants a runtime around it, which the window system's thread is not.
    spawn(async move {
        if open_unopened(&shell, &nickname)
            && let Err(error) = save::rooms(&shell).await
        {
            tracing::warn!(%error, "the rooms were not saved");
        }
    });
}

/// Whether something about them is to be saved.
fn open_unopened(shell: &Arc<Shell>, nickname: &Nickname) -> bool {
    let mut news = false;
    let mut state = shell.state();
    for RememberedRoom { url, name, token, key, secret, kept } in std::mem::take(&mut state.unopened) {
        let address = match JoinAddress::parse(&url) {
            Ok(address) => address,
            Err(error) => {
                tracing::warn!(%error, "a remembered room has no address");
                continue;
            }
        };
        // The file of a room must be found again at the next start.
        news |= kept.is_none();
        let kept = kept.unwrap_or_else(Uuid::now_v7);
        let file = shell.folders.joined_room(kept);
        let options = RoomOptions {
            address,
            nickname: nickname.clone(),
            token: token.clone(),
            key: key.clone(),
            credentials: Credentials { secret: secret.clone(), password: None },
            keep_trying: true,
            keep: Some(file.clone()),
            only_lines: false,
        };
        let new = NewRoom {
            name,
            token,
            pin: key,
            secret,
            file: Some(file),
            kept: Some(kept),
            ..NewRoom::default()
        };
        let client = RoomClient::join_with(options, nearby::tuning(shell));
        add(shell, &mut state, client, new);
    }
    news
}
