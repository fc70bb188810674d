//! The app is put together here (the composition root): its plugins, its single instance, its one window, the tasks
//! that run beside it, and what it does when the system asks.

use std::sync::Arc;

use tauri::async_runtime::spawn;
use tauri::{App, AppHandle, DragDropEvent, Manager, RunEvent, WindowEvent};

use crate::api::app::AppUpdate;
use crate::api::settings::Language;
use crate::commands;
use crate::desktop::failed_start::{Cause, FailedStart, UNAVAILABLE};
use crate::desktop::placement::{self, Keeper};
use crate::desktop::texts::Tongue;
use crate::desktop::{deep_links, first_paint, sleep, unread, window};
use crate::files::folders::Folders;
use crate::files::{logs, settings_file};
use crate::hosting::control::HostControl;
use crate::hosting::{own_rooms, task};
use crate::rooms::{open, order};
use crate::shell::Shell;
use crate::{nearby, quit};

/// Opens the app, and returns when it is quit.
pub fn run() -> Result<(), FailedStart> {
    first_paint::begin();
    #[cfg(target_os = "linux")]
    crate::desktop::webkit_env::choose();
    let system = Tongue::of(Language::System);
    if !has_display() {
        return Err(FailedStart::new(Cause::NoDisplay, system));
    }
    let folders = Folders::find().map_err(|error| FailedStart::new(error, system))?;
    let tongue = Tongue::of(settings_file::language(&folders.settings_file()));
    let made = folders.make().and_then(|()| logs::begin(&folders.logs));
    let _complete_logs = made.map_err(|error| FailedStart::new(error, tongue))?;
    // Every guest is a file descriptor, and the soft limit is often only 1,024.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
    let mut builder = tauri::Builder::default();
    // Tests open several windows on one desktop.
    if std::env::var_os("HEARTH_MULTI_INSTANCE").is_none_or(|value| value != "1") {
        // First of all plugins: a second start ends here, before it touches anything.
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, arguments, _| {
            window::bring_up(app, arguments.get(1..).unwrap_or_default());
        }));
    }
    builder
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_dialog::init())
        .setup(move |app| {
            if let Err(error) = set_up(app, folders) {
                FailedStart::new(Cause::Window(error.to_string()), tongue).tell();
                app.cleanup_before_exit();
                std::process::exit(UNAVAILABLE.into());
            }
            Ok(())
        })
        .invoke_handler(commands::handler())
        .build(tauri::generate_context!())
        .map_err(|error| FailedStart::new(Cause::Window(error.to_string()), tongue))?
        .run(react);
    Ok(())
}

/// Without one, or with one that does not answer, Tauri would panic.
#[cfg(target_os = "linux")]
fn has_display() -> bool {
    gtk::init().is_ok()
}

#[cfg(not(target_os = "linux"))]
fn has_display() -> bool {
    true
}

fn set_up(app: &App, folders: Folders) -> tauri::Result<()> {
    let shell = Arc::new(Shell::new(app.handle().clone(), folders));
    let (host, orders) = HostControl::new();
    // Before any window: a page may ask as soon as it is there.
    app.manage(shell.clone());
    app.manage(host.clone());
    let listening = shell.clone();
    tauri::async_runtime::block_on(async move { nearby::listen(&listening) });
    spawn(nearby::run(shell.clone()));
    spawn(task::run(shell.clone(), orders));
    let (sleeper, its_host) = (shell.clone(), host.clone());
    spawn(sleep::run(async move || {
        order::woke(&sleeper);
        its_host.look_again().await;
    }));
    #[cfg(unix)]
    spawn(quit::on_signals(shell.clone(), host));
    deep_links::begin(app, &shell);
    open::open_remembered(&shell);
    let listing = shell.clone();
    spawn(async move { own_rooms::list(&listing).await });
    window::open(&shell)?;
    spawn(placement::run(shell));
    Ok(())
}

fn react(app: &AppHandle, event: RunEvent) {
    // Not before it is needed: until the app is set up, neither is there.
    let shell = || app.state::<Arc<Shell>>().inner();
    let host = || app.state::<HostControl>().inner();
    match event {
        RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. } => {
            api.prevent_close();
            let (shell, host) = (shell().clone(), host().clone());
            spawn(async move { quit::close_requested(&shell, &host).await });
        }
        RunEvent::WindowEvent { event: WindowEvent::Moved(_) | WindowEvent::Resized(_), .. } => {
            // Not before the window stands where it stood.
            if let Some(keeper) = app.try_state::<Keeper>() {
                keeper.moved();
            }
        }
        RunEvent::WindowEvent { event: WindowEvent::Focused(true), .. } => unread::seen(shell()),
        RunEvent::WindowEvent { event: WindowEvent::ThemeChanged(now), .. } => {
            window::system_theme_changed(shell(), now);
        }
        RunEvent::WindowEvent { event: WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }), .. } => {
            shell().state().tell(AppUpdate::Dropped { text: window::dropped_text(&paths) });
        }
        // Such as "Quit" in a dock: the rooms are left first.
        RunEvent::ExitRequested { api, .. } if !shell().state().quitting.has_begun() => {
            api.prevent_exit();
            quit::begin(shell(), host());
        }
        _ => {}
    }
}
