//! The desktop shell: a window around the page, and the page's way to rooms, host, files and tray.
//!
//! It decides nothing about chat. `api` is the contract with the page, `commands` what the page may ask for, `state`
//! what the page is told, `rooms` those that the user is in, `hosting` the one that is hosted here, `nearby` those on this
//! network, `desktop` what the system has: windows, tray, sleep, links.

pub mod api;
mod commands;
mod desktop;
mod files;
mod hosting;
mod nearby;
mod quit;
mod rooms;
mod shell;
mod state;

use std::sync::Arc;

use anyhow::Context as _;
use tauri::async_runtime::spawn;
use tauri::{App, AppHandle, Manager, RunEvent, WindowEvent};
use tauri_plugin_window_state::StateFlags;

use crate::files::folders::Folders;
use crate::hosting::task::HostControl;
use crate::shell::Shell;

/// Opens the app, and returns when it is quit.
pub fn run() -> anyhow::Result<()> {
    desktop::first_paint::begin();
    #[cfg(target_os = "linux")]
    desktop::webkit_env::choose();
    anyhow::ensure!(
        has_display(),
        "there is no display to open a window on; hearth-host serves a room without one"
    );
    let folders = Folders::open().context("the app's folders cannot be made")?;
    let _complete_logs = files::logs::begin(&folders.logs).context("the logs cannot be written")?;
    // Every guest is a file descriptor, and the soft limit is often only 1,024.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
    let window_state = tauri_plugin_window_state::Builder::new()
        .with_filename(folders.window_file().to_string_lossy())
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .build();
    let mut builder = tauri::Builder::default();
    // Tests open several windows on one desktop.
    if std::env::var_os("HEARTH_MULTI_INSTANCE").is_none_or(|value| value != "1") {
        // First of all plugins: a second start ends here, before it touches anything.
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| {
            desktop::window::bring_up(app);
        }));
    }
    builder
        .plugin(window_state)
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_dialog::init())
        .setup(move |app| Ok(set_up(app, folders)?))
        .invoke_handler(tauri::generate_handler![
            commands::app_subscribe,
            commands::room_subscribe,
            commands::host_start,
            commands::host_stop,
            commands::join,
            commands::cancel_join,
            commands::answer_opened,
            commands::qr_code,
            commands::set_access,
            commands::make_invite,
            commands::revoke_invite,
            commands::set_outside,
            commands::examine,
            commands::leave,
            commands::rejoin,
            commands::forget_recent,
            commands::post,
            commands::retry_line,
            commands::discard_line,
            commands::reconnect,
            commands::history,
            commands::search,
            commands::export_room,
            commands::export_own_room,
            commands::import_room,
            commands::delete_own_room,
            commands::set_retention,
            commands::set_aside_own_room,
            commands::reveal_own_room,
            commands::reveal_export,
            commands::set_nickname,
            commands::set_settings,
            commands::open_link,
            commands::copy_text,
            commands::close_answer,
            commands::painted,
        ])
        .build(tauri::generate_context!())?
        .run(react);
    Ok(())
}

/// Without one GTK would panic.
#[cfg(target_os = "linux")]
fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(not(target_os = "linux"))]
fn has_display() -> bool {
    true
}

fn set_up(app: &App, folders: Folders) -> tauri::Result<()> {
    let (host, orders) = HostControl::new();
    let shell = Arc::new(Shell::new(app.handle().clone(), folders, host));
    // Before any window: a page may ask as soon as it is there.
    app.manage(shell.clone());
    let listening = shell.clone();
    tauri::async_runtime::block_on(async move { listening.listen() });
    spawn(nearby::run(shell.clone()));
    spawn(hosting::task::run(shell.clone(), orders));
    spawn(desktop::sleep::run(shell.clone()));
    #[cfg(unix)]
    spawn(quit::quit_on_signals(shell.clone()));
    desktop::deep_links::begin(app, &shell);
    shell.open_remembered();
    let listing = shell.clone();
    spawn(async move { listing.list_own_rooms().await });
    desktop::window::open(&shell)?;
    Ok(())
}

fn react(app: &AppHandle, event: RunEvent) {
    let shell = || app.state::<Arc<Shell>>().inner().clone();
    match event {
        RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. } => {
            api.prevent_close();
            let shell = shell();
            spawn(async move { shell.close_requested().await });
        }
        RunEvent::WindowEvent { event: WindowEvent::ThemeChanged(now), .. } => {
            desktop::window::system_theme_changed(&shell(), now);
        }
        // Such as "Quit" in a dock: the rooms are left first.
        RunEvent::ExitRequested { api, .. } if !quit::is_quitting() => {
            api.prevent_exit();
            let shell = shell();
            spawn(async move { shell.quit().await });
        }
        _ => {}
    }
}
