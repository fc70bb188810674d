//! The shell is the handle that everything in the app holds: the state behind its lock, the window system, the folders.
//! It does nothing by itself: what is done with it are functions of the floors above.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hearth_client::Nearby;
use hearth_protocol::{Nickname, NicknameError};
use tauri::AppHandle;
use tokio::sync::{Notify, watch};

use crate::api::settings::Settings;
use crate::files::folders::Folders;
use crate::files::settings_file;
use crate::state::app::State;
use crate::state::remembered;

/// What everything in the app holds a handle of.
pub(crate) struct Shell {
    pub(crate) app: AppHandle,
    pub(crate) folders: Folders,
    /// Listens to the rooms on this network while the user wants that.
    pub(crate) listening: watch::Sender<Option<Nearby>>,
    /// Held while a file is written: whoever writes last has also looked at the state last.
    pub(crate) saving: Mutex<()>,
    /// The page has handed over what waited to be saved.
    pub(crate) flushed: Notify,
    state: Mutex<State>,
}

impl Shell {
    /// Reads the files of the last start.
    pub(crate) fn new(app: AppHandle, folders: Folders) -> Self {
        let settings = settings_file::read(&folders.settings_file());
        let remembered = remembered::read(&folders.rooms_file());
        let state = Mutex::new(State::new(settings, remembered));
        Self {
            app,
            folders,
            listening: watch::Sender::new(None),
            saving: Mutex::default(),
            flushed: Notify::new(),
            state,
        }
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
    pub(crate) fn nickname(&self) -> Result<Nickname, NicknameError> {
        Nickname::new(&self.state().settings.nickname)
    }
}
