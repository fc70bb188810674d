//! The shell: the state that commands, tray and window share, and the files that outlive it.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hearth_client::{Cursor, Nearby, Tuning};
use hearth_protocol::{MemberToken, Nickname, NicknameError};
use tauri::AppHandle;
use tauri::async_runtime::{spawn, spawn_blocking};
use tauri::ipc::Channel;
use tokio::sync::watch;

use crate::api::error::AppError;
use crate::api::hosting::RoomId;
use crate::api::rooms::RoomKey;
use crate::api::settings::Settings;
use crate::desktop::{tray, window};
use crate::files::folders::Folders;
use crate::files::settings_file;
use crate::hosting::own_rooms::OwnRooms;
use crate::hosting::task::HostControl;
use crate::rooms::order::RoomOrder;
use crate::rooms::updates::forward;
use crate::state::app::State;
use crate::state::remembered;
use crate::{nearby, quit};

/// What everything in the app holds a handle of.
pub(crate) struct Shell {
    pub(crate) app: AppHandle,
    pub(crate) host: HostControl,
    pub(crate) own_rooms: OwnRooms,
    /// Listens to the rooms on this network while the user wants that.
    pub(crate) listening: watch::Sender<Option<Nearby>>,
    folders: Folders,
    state: Mutex<State>,
    /// Held while a file is written: whoever writes last has also looked at the state last.
    saving: Mutex<()>,
}

impl Shell {
    /// Reads the files of the last start.
    pub(crate) fn new(app: AppHandle, folders: Folders, host: HostControl) -> Self {
        let settings = settings_file::read(&folders.settings_file());
        let remembered = remembered::read(&folders.rooms_file());
        let state = Mutex::new(State::new(settings, remembered));
        let own_rooms = OwnRooms::new(folders.own_rooms());
        let listening = watch::Sender::new(None);
        Self { app, host, own_rooms, listening, folders, state, saving: Mutex::default() }
    }

    /// The state. Whoever holds it must neither wait nor call into the window system, whose thread takes it too.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // Changes are small and complete: after a panic the state still holds.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn settings(&self) -> Settings {
        self.state().settings.clone()
    }

    /// The user's nickname, which every room asks for.
    pub(crate) fn nickname(&self) -> Result<Nickname, AppError> {
        Nickname::new(&self.state().settings.nickname).map_err(nickname_refused)
    }

    /// Takes a nickname, keeps it, and takes it to all rooms.
    pub(crate) async fn set_nickname(self: &Arc<Self>, raw: &str) -> Result<(), AppError> {
        let nickname = Nickname::new(raw).map_err(nickname_refused)?;
        {
            let mut state = self.state();
            let settings = Settings { nickname: nickname.to_string(), ..state.settings.clone() };
            state.set_settings(settings);
            for room in &state.rooms {
                order(&room.orders, RoomOrder::Rename(nickname.clone()))?;
            }
        }
        self.open_remembered();
        self.save_settings().await
    }

    /// Takes what the user has chosen, all but the nickname: that one goes to the rooms too.
    pub(crate) async fn set_settings(self: &Arc<Self>, chosen: Settings) -> Result<(), AppError> {
        let before = {
            let mut state = self.state();
            let before = state.settings.clone();
            state.set_settings(Settings { nickname: before.nickname.clone(), ..chosen.clone() });
            before
        };
        if before.theme != chosen.theme {
            window::apply_theme(&self.app, chosen.theme);
        }
        if before.language != chosen.language {
            tray::refresh(self);
        }
        if before.nearby != chosen.nearby {
            self.listen();
        }
        if before.keep_awake != chosen.keep_awake || before.nearby != chosen.nearby {
            self.host.look_again().await;
        }
        self.save_settings().await
    }

    /// Listens to the rooms on this network if the user wants that. Wants a runtime around it.
    pub(crate) fn listen(&self) {
        nearby::listen(&self.listening, self.settings().nearby);
    }

    /// How rooms are entered: a host that moves is found again by its key.
    pub(crate) fn tuning(&self) -> Tuning {
        Tuning { nearby: self.listening.borrow().clone(), ..Tuning::default() }
    }

    /// The computer has slept: the rooms look whether their links still hold, and the host whether it has other addresses.
    pub(crate) async fn woke(&self) {
        for room in &self.state().rooms {
            // A room that does not keep up looks later, by itself.
            let _ = order(&room.orders, RoomOrder::Woke);
        }
        self.host.look_again().await;
    }

    /// Asks something of a room. The order of asking is kept.
    pub(crate) fn order(&self, key: &RoomKey, asked: RoomOrder) -> Result<(), AppError> {
        let mut state = self.state();
        let room = state.room(key).ok_or(AppError::UnknownRoom)?;
        order(&room.orders, asked)
    }

    /// Passes a room's updates to the page, in place of an earlier subscription.
    pub(crate) fn subscribe_room(
        self: &Arc<Self>,
        key: &RoomKey,
        after: Option<Cursor>,
        page: Channel,
    ) -> Result<(), AppError> {
        let mut state = self.state();
        let room = state.room(key).ok_or(AppError::UnknownRoom)?;
        let forwarder = spawn(forward(self.clone(), key.clone(), room.client.clone(), after, page));
        if let Some(earlier) = room.forwarder.replace(forwarder) {
            earlier.abort();
        }
        Ok(())
    }

    /// Looks which rooms of one's own there are, and tells the page.
    pub(crate) async fn list_own_rooms(self: &Arc<Self>) {
        let rooms = self.own_rooms.clone();
        match spawn_blocking(move || rooms.list()).await {
            Ok(listed) => self.state().set_own_rooms(listed),
            Err(error) => tracing::error!(%error, "the rooms cannot be listed"),
        }
    }

    /// Deletes a room of one's own, which is not hosted.
    pub(crate) async fn delete_own_room(self: &Arc<Self>, id: RoomId) -> Result<(), AppError> {
        self.with_own_rooms(move |rooms| rooms.delete(&id)).await
    }

    /// Sets a damaged room of one's own aside: it is kept under another name, and no longer listed.
    pub(crate) async fn set_aside_own_room(self: &Arc<Self>, id: RoomId) -> Result<(), AppError> {
        self.with_own_rooms(move |rooms| rooms.set_aside(&id)).await
    }

    async fn with_own_rooms(
        self: &Arc<Self>,
        act: impl FnOnce(&OwnRooms) -> Result<(), AppError> + Send + 'static,
    ) -> Result<(), AppError> {
        let rooms = self.own_rooms.clone();
        let outcome = spawn_blocking(move || act(&rooms)).await.map_err(system)?;
        self.list_own_rooms().await;
        outcome
    }

    /// Keeps what makes a room's host know the user again, and where it was reached.
    pub(crate) async fn keep_identity(self: &Arc<Self>, key: &RoomKey, token: Option<MemberToken>) {
        let news = {
            let mut state = self.state();
            match state.room(key) {
                Some(room) if !room.hosted => {
                    let moved = room.follow();
                    let news = std::mem::replace(&mut room.token, token.clone()) != token;
                    if moved {
                        state.tell_rooms();
                    }
                    moved || news
                }
                _ => false,
            }
        };
        if news && let Err(error) = self.save_rooms().await {
            tracing::warn!(%error, "the rooms were not saved");
        }
    }

    /// Keeps a room's name as its host tells it.
    pub(crate) async fn name_room(self: &Arc<Self>, key: &RoomKey, name: &str) {
        {
            let mut state = self.state();
            match state.room(key) {
                Some(room) if room.name.as_deref() != Some(name) => room.name = Some(name.to_owned()),
                _ => return,
            }
            state.tell_rooms();
        }
        if let Err(error) = self.save_rooms().await {
            tracing::warn!(%error, "the rooms were not saved");
        }
    }

    pub(crate) async fn save_settings(self: &Arc<Self>) -> Result<(), AppError> {
        self.save(|shell| {
            let settings = shell.settings();
            settings_file::write(&shell.folders.settings_file(), &settings)
        })
        .await
    }

    pub(crate) async fn save_rooms(self: &Arc<Self>) -> Result<(), AppError> {
        self.save(|shell| {
            let remembered = {
                let state = shell.state();
                // Then the rooms are left, and still remembered.
                if quit::is_quitting() {
                    return Ok(());
                }
                state.remembered()
            };
            remembered::write(&shell.folders.rooms_file(), &remembered)
        })
        .await
    }

    async fn save(
        self: &Arc<Self>,
        write: impl FnOnce(&Self) -> io::Result<()> + Send + 'static,
    ) -> Result<(), AppError> {
        let shell = self.clone();
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

    pub(crate) fn folders(&self) -> &Folders {
        &self.folders
    }
}

fn order(orders: &tokio::sync::mpsc::Sender<RoomOrder>, asked: RoomOrder) -> Result<(), AppError> {
    orders.try_send(asked).map_err(|_| AppError::System { message: "the room does not keep up".to_owned() })
}

fn nickname_refused(error: NicknameError) -> AppError {
    match error {
        NicknameError::Empty => AppError::NicknameEmpty,
        NicknameError::TooLong { limit, .. } => {
            AppError::NicknameTooLong { limit: u32::try_from(limit).unwrap_or(u32::MAX) }
        }
    }
}

/// A failure of this computer, in its own words.
#[allow(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub(crate) fn system(error: impl ToString) -> AppError {
    AppError::System { message: error.to_string() }
}
