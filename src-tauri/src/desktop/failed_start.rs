//! A start that fails says so in a window of the system's own, for who has clicked on an icon and sees no terminal: what is
//! wrong, with which folder, and what to do.

use std::path::Path;

use thiserror::Error;

use crate::desktop::texts::Tongue;
use crate::files::folders::FolderError;

/// The exit status: `EX_UNAVAILABLE` of sysexits(3).
pub const UNAVAILABLE: u8 = 69;

/// Why the app did not start.
#[derive(Debug, Error)]
#[error("{cause}")]
pub struct FailedStart {
    cause: Cause,
    tongue: Tongue,
}

/// What it fails with.
#[derive(Debug, Error)]
pub(crate) enum Cause {
    /// There is no display.
    #[error("there is no display to open a window on; hearth-host serves a room without one")]
    NoDisplay,
    /// The app's folders cannot be used.
    #[error("the app's folders cannot be used: {0}")]
    Folder(#[from] FolderError),
    /// The window cannot be made, or what is in it.
    #[error("the window cannot be opened: {0}")]
    Window(String),
}

impl FailedStart {
    pub(crate) fn new(cause: impl Into<Cause>, tongue: Tongue) -> Self {
        Self { cause: cause.into(), tongue }
    }

    /// Tells it on the terminal and, where there is a display, in a window. Returns when the user has closed that.
    #[allow(clippy::print_stderr, reason = "the logs may be what cannot be written")]
    pub fn tell(&self) {
        tracing::error!("{self}");
        eprintln!("hearth: {self}");
        let Some(words) = self.words() else { return };
        show(self.tongue.cannot_start(), &words, self.tongue.close());
    }

    /// What is wrong and what to do; nothing where nobody could read it.
    fn words(&self) -> Option<String> {
        match &self.cause {
            Cause::NoDisplay => None,
            Cause::Folder(FolderError::NoHome) => Some(self.tongue.no_home().to_owned()),
            Cause::Folder(FolderError::Unusable { path, source }) => {
                Some(self.tongue.folder_unusable(&shown(path), source))
            }
            Cause::Window(error) => Some(self.tongue.no_window(error)),
        }
    }
}

/// A path without what a window would not show as it is.
fn shown(path: &Path) -> String {
    path.display().to_string().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// GTK's own message, since it can be had before there is an app, and while one is being made.
#[cfg(target_os = "linux")]
fn show(title: &str, words: &str, close: &str) {
    use gtk::prelude::*;

    if !gtk::is_initialized_main_thread() {
        return;
    }
    let dialog = gtk::MessageDialog::new(
        None::<&gtk::Window>,
        gtk::DialogFlags::MODAL,
        gtk::MessageType::Error,
        gtk::ButtonsType::None,
        title,
    );
    dialog.set_title(title);
    dialog.set_secondary_text(Some(words));
    // The folder's path can be copied.
    if let Ok(area) = dialog.message_area().downcast::<gtk::Box>() {
        for label in area.children().into_iter().filter_map(|child| child.downcast::<gtk::Label>().ok()) {
            label.set_selectable(true);
        }
    }
    dialog.add_button(close, gtk::ResponseType::Close).grab_focus();
    dialog.run();
    dialog.close();
}

#[cfg(not(target_os = "linux"))]
fn show(title: &str, words: &str, close: &str) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title(title)
        .set_description(words)
        .set_buttons(rfd::MessageButtons::OkCustom(close.to_owned()))
        .show();
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn each_failure_names_the_folder_and_says_what_to_do() {
        use io::ErrorKind::{
            AlreadyExists, NotADirectory, Other, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem,
            StorageFull,
        };
        for (tongue, again) in [
            (Tongue::Chinese, "再打开围炉"),
            (Tongue::TraditionalChinese, "再開啟圍爐"),
            (Tongue::English, "start Hearth again"),
        ] {
            let mut told = Vec::new();
            for kind in [PermissionDenied, ReadOnlyFilesystem, NotADirectory, StorageFull, Other] {
                let folder = FolderError::Unusable { path: "/home/ming/数据".into(), source: kind.into() };
                let words = FailedStart::new(folder, tongue).words().expect("words");
                assert!(words.contains("/home/ming/数据") && words.contains(again), "{words}");
                told.push(words);
            }
            told.push(FailedStart::new(FolderError::NoHome, tongue).words().expect("words"));
            told.push(FailedStart::new(Cause::Window("no GL".to_owned()), tongue).words().expect("words"));
            told.sort();
            told.dedup();
            assert_eq!(told.len(), 7, "each in words of its own");
            let alike = |kind: io::ErrorKind| tongue.folder_unusable("/x", &kind.into());
            assert_eq!(alike(AlreadyExists), alike(NotADirectory));
            assert_eq!(alike(QuotaExceeded), alike(StorageFull));
        }
        assert_eq!(FailedStart::new(Cause::NoDisplay, Tongue::English).words(), None);
        assert_eq!(shown(Path::new("/a\n/b")), "/a\u{fffd}/b");
    }
}
