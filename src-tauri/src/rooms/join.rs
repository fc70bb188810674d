//! Entering rooms, leaving them, and entering them again at the next start.

use std::path::PathBuf;
use std::sync::Arc;

use hearth_client::{ConnectError, Invitation, JoinAddress, Pass, RoomClient, RoomOptions, Status};
use hearth_protocol::{KeyHash, MemberToken, Nickname, RefusalCode, Secret};
use tauri::async_runtime::{spawn, spawn_blocking};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::api::error::AppError;
use crate::api::rooms::{RecentId, RoomKey};
use crate::rooms::order::{self, ORDERS, RoomOrder};
use crate::shell::Shell;
use crate::state::app::{Attempt, OpenRoom, State};
use crate::state::remembered::RememberedRoom;

impl Shell {
    /// Enters a room by a link or an address. One that is open already is returned as it is.
    pub(crate) async fn join(
        self: &Arc<Self>,
        typed: &str,
        password: Option<&str>,
    ) -> Result<RoomKey, AppError> {
        let Invitation { address, key, secret } =
            Invitation::parse(typed).map_err(|address| AppError::Address { address })?;
        self.enter(address, NewRoom { pin: key, secret, ..NewRoom::default() }, password).await
    }

    /// Enters a room again that was left, as the same member.
    pub(crate) async fn rejoin(
        self: &Arc<Self>,
        id: RecentId,
        password: Option<&str>,
    ) -> Result<RoomKey, AppError> {
        let left = self.state().recent().find(id).cloned();
        let RememberedRoom { url, name, token, key, secret, kept: _ } = left.ok_or(AppError::UnknownRoom)?;
        let address = JoinAddress::parse(&url).map_err(|address| AppError::Address { address })?;
        self.enter(address, NewRoom { name, token, pin: key, secret, ..NewRoom::default() }, password).await
    }

    /// Waits until the first attempt has succeeded or failed.
    async fn enter(
        self: &Arc<Self>,
        address: JoinAddress,
        known: NewRoom,
        password: Option<&str>,
    ) -> Result<RoomKey, AppError> {
        // What cannot be a password is not this room's either.
        let wrong = ConnectError::HelloRefused { reason: RefusalCode::PasswordWrong };
        let password = password.map(Secret::new).transpose();
        let password = password.map_err(|_| AppError::Connect { connect: wrong })?;
        let nickname = self.nickname()?;
        if let Some(key) = open_at(&mut self.state(), &address) {
            return Ok(key);
        }
        let kept = Uuid::now_v7();
        let file = self.folders().joined_room(kept);
        let options = RoomOptions {
            address,
            nickname,
            token: known.token.clone(),
            key: known.pin.clone(),
            pass: Pass { secret: known.secret.clone(), password },
            keep_trying: false,
            keep: Some(file.clone()),
            only_lines: false,
        };
        let client = RoomClient::join_with(options, self.tuning());
        let number = self.begin_attempt(client.clone());
        let outcome = client.joined().await;
        let new = NewRoom { file: Some(file.clone()), kept: Some(kept), ..known };
        match self.end_attempt(number, &client, outcome, new) {
            Ok(key) => {
                // The room is entered all the same; the next change of the list saves it too.
                if let Err(error) = self.save_rooms().await {
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
    pub(crate) async fn cancel_join(&self) {
        let attempt = self.state().attempt.take();
        if let Some(attempt) = attempt {
            attempt.client.leave().await;
        }
    }

    fn begin_attempt(&self, client: RoomClient) -> u64 {
        let mut state = self.state();
        let number = state.number();
        if let Some(earlier) = state.attempt.replace(Attempt { number, client }) {
            spawn(async move { earlier.client.leave().await });
        }
        number
    }

    /// Adds the room if it was entered and nobody has called the attempt off meanwhile.
    fn end_attempt(
        self: &Arc<Self>,
        number: u64,
        client: &RoomClient,
        outcome: Result<(), ConnectError>,
        new: NewRoom,
    ) -> Result<RoomKey, ConnectError> {
        let mut state = self.state();
        let current = state.attempt.take_if(|attempt| attempt.number == number).is_some();
        if !current {
            return Err(ConnectError::Cancelled);
        }
        outcome?;
        state.change_recent(|recent| recent.entered(client.address(), client.key().as_ref()));
        Ok(self.add_room(&mut state, client.clone(), new))
    }

    /// Puts a room in the list and starts what drives it.
    pub(crate) fn add_room(self: &Arc<Self>, state: &mut State, client: RoomClient, new: NewRoom) -> RoomKey {
        let key = RoomKey(format!("room-{}", state.number()));
        let (orders, asked) = mpsc::channel(ORDERS);
        let driver = spawn(order::drive(self.clone(), key.clone(), client.clone(), asked));
        let address = client.address().clone();
        let url = new.url.unwrap_or_else(|| address.to_string());
        state.add(OpenRoom {
            key: key.clone(),
            address,
            url,
            name: new.name,
            hosted: new.hosted,
            file: new.file,
            kept: new.kept,
            token: new.token,
            pin: new.pin,
            secret: new.secret,
            client,
            orders,
            driver,
            forwarder: None,
        });
        key
    }

    /// Leaves a room, and forgets all of it but the way back. Leaving one's own stops hosting it.
    pub(crate) async fn leave(self: &Arc<Self>, key: &RoomKey) -> Result<(), AppError> {
        let hosted = self.state().room(key).ok_or(AppError::UnknownRoom)?.hosted;
        if hosted {
            self.host.stop().await;
            return Ok(());
        }
        let room = {
            let mut state = self.state();
            let room = state.remove(key).ok_or(AppError::UnknownRoom)?;
            state.change_recent(|recent| {
                recent.left(room.remembered());
                true
            });
            room
        };
        let file = room.file.clone();
        // Before the farewell, which may take until the app is quit.
        let saved = self.save_rooms().await;
        room.leave().await;
        if let Some(file) = file {
            forget(file).await;
        }
        saved
    }

    /// Forgets the way back into a room that was left.
    pub(crate) async fn forget_recent(self: &Arc<Self>, id: RecentId) -> Result<(), AppError> {
        self.state().change_recent(|recent| recent.forget(id));
        self.save_rooms().await
    }

    /// Opens the rooms of the last time, once there is a nickname to enter them with. They are tried until they are
    /// reached.
    pub(crate) fn open_remembered(self: &Arc<Self>) {
        let Ok(nickname) = self.nickname() else {
            return;
        };
        let shell = self.clone();
        // The client wants a runtime around it, which the window system's thread is not.
        spawn(async move {
            if shell.open_unopened(&nickname)
                && let Err(error) = shell.save_rooms().await
            {
                tracing::warn!(%error, "the rooms were not saved");
            }
        });
    }

    /// Whether something about them is to be saved.
    fn open_unopened(self: &Arc<Self>, nickname: &Nickname) -> bool {
        let mut news = false;
        let mut state = self.state();
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
            let file = self.folders().joined_room(kept);
            let options = RoomOptions {
                address,
                nickname: nickname.clone(),
                token: token.clone(),
                key: key.clone(),
                pass: Pass { secret: secret.clone(), password: None },
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
            self.add_room(&mut state, RoomClient::join_with(options, self.tuning()), new);
        }
        news
    }
}

/// What is known about a room that is new in the list.
#[derive(Default)]
pub(crate) struct NewRoom {
    /// The address to show, if it is not the one that the link goes to.
    pub(crate) url: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) hosted: bool,
    pub(crate) file: Option<PathBuf>,
    pub(crate) kept: Option<Uuid>,
    pub(crate) token: Option<MemberToken>,
    pub(crate) pin: Option<KeyHash>,
    pub(crate) secret: Option<Secret>,
}

/// Lets go of what was kept of a room that nobody wants any more.
async fn forget(file: PathBuf) {
    let forgotten = spawn_blocking(move || hearth_client::forget_room(&file)).await;
    if !matches!(forgotten, Ok(Ok(()))) {
        tracing::warn!(?forgotten, "what was kept of a room is still there");
    }
}

/// The room at an address, if it is open. One that has given up tries again.
fn open_at(state: &mut State, address: &JoinAddress) -> Option<RoomKey> {
    let room = state.room_at(address)?;
    let idle = matches!(*room.client.status().borrow(), Status::Disconnected { .. });
    if idle {
        // A full queue only means that there is more to do before.
        let _ = room.orders.try_send(RoomOrder::Reconnect);
    }
    Some(room.key.clone())
}
