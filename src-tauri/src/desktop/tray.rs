//! The tray icon stands for the app while hosting goes on without a window. It is made when it is first needed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tauri::async_runtime::spawn_blocking;
use tauri::image::Image;
use tauri::menu::{Menu, MenuBuilder, MenuEvent, MenuItemBuilder};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Wry};
use tokio::sync::oneshot;

use crate::desktop::texts::Tongue;
use crate::desktop::window;
use crate::shell::Shell;

const ID: &str = "hearth";
const OPEN: &str = "open";
const QUIT: &str = "quit";

/// The colour of what is unread, as red, green, blue and alpha.
const DOT: [u8; 4] = [0xd9, 0x2d, 0x20, 0xff];

/// Shows the icon, whose menu calls `on_quit`. `false` when this desktop has no place for it: the window must then stay
/// reachable.
pub(crate) async fn show(shell: &Arc<Shell>, on_quit: impl Fn() + Send + Sync + 'static) -> bool {
    if shell.app.tray_by_id(ID).is_some() {
        return true;
    }
    if !is_available(&shell.app).await {
        tracing::info!("this desktop shows no tray icons");
        return false;
    }
    let (made, answer) = oneshot::channel();
    let for_main = shell.clone();
    let asked = shell.app.run_on_main_thread(move || {
        // The library behind the tray is loaded on first use, and panics when it is not installed.
        let built = catch_unwind(AssertUnwindSafe(|| build(&for_main, on_quit)));
        let _ = made.send(match built {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::warn!(%error, "no tray icon");
                false
            }
            Err(_) => {
                tracing::warn!("no tray icon: its library is missing");
                false
            }
        });
    });
    asked.is_ok() && answer.await.unwrap_or(false)
}

/// Whether this desktop has a place for the icon.
pub(crate) async fn is_available(app: &AppHandle) -> bool {
    app.tray_by_id(ID).is_some() || spawn_blocking(desktop_shows_icons).await.unwrap_or(false)
}

/// Brings the menu up to date, if there is one.
pub(crate) fn refresh(shell: &Shell) {
    let Some(tray) = shell.app.tray_by_id(ID) else {
        return;
    };
    match menu(shell) {
        Ok(menu) => {
            let _ = tray.set_menu(Some(menu));
        }
        Err(error) => tracing::warn!(%error, "the tray's menu stays as it was"),
    }
}

/// Draws the icon anew, if there is one: something is unread, or nothing any more.
pub(crate) fn redraw(shell: &Shell) {
    if let Some(tray) = shell.app.tray_by_id(ID)
        && let Err(error) = tray.set_icon(icon(shell))
    {
        tracing::warn!(%error, "the tray's icon stays as it was");
    }
}

fn build(shell: &Shell, on_quit: impl Fn() + Send + Sync + 'static) -> tauri::Result<()> {
    let mut builder =
        TrayIconBuilder::with_id(ID).tooltip("Hearth").menu(&menu(shell)?).on_menu_event(chosen(on_quit));
    if let Some(icon) = icon(shell) {
        builder = builder.icon(icon);
    }
    builder.build(&shell.app)?;
    Ok(())
}

fn menu(shell: &Shell) -> tauri::Result<Menu<Wry>> {
    let (tongue, hosting, unread) = {
        let state = shell.state();
        let tongue = Tongue::of(state.settings.language);
        let name = state.hosted().and_then(|room| room.name.as_deref());
        let hosting = tongue.hosting(&state.hosting, name.unwrap_or_default());
        (tongue, hosting, state.attention.unread())
    };
    let hosting = MenuItemBuilder::new(hosting).enabled(false).build(&shell.app)?;
    MenuBuilder::new(&shell.app)
        .item(&hosting)
        .separator()
        .text(OPEN, tongue.open_window(unread))
        .text(QUIT, tongue.quit())
        .build()
}

/// The app's icon, with a dot while something is unread.
fn icon(shell: &Shell) -> Option<Image<'static>> {
    let icon = shell.app.default_window_icon()?;
    let mut pixels = icon.rgba().to_vec();
    if shell.state().attention.unread() > 0 {
        dot(&mut pixels, icon.width());
    }
    Some(Image::new_owned(pixels, icon.width(), icon.height()))
}

/// Draws a dot into the upper right corner of a picture of this width.
fn dot(pixels: &mut [u8], width: u32) {
    let radius = i64::from(width) / 5;
    for (at, pixel) in (0_i64..).zip(pixels.chunks_exact_mut(4)) {
        let (x, y) = (at % i64::from(width), at / i64::from(width));
        let (across, down) = (x - (i64::from(width) - radius - 1), y - radius);
        if across * across + down * down <= radius * radius {
            pixel.copy_from_slice(&DOT);
        }
    }
}

fn chosen(on_quit: impl Fn() + Send + Sync + 'static) -> impl Fn(&AppHandle, MenuEvent) + Send + Sync {
    move |app, event| match event.id().as_ref() {
        OPEN => window::bring_up(app, &[]),
        QUIT => on_quit(),
        _ => {}
    }
}

/// On Linux icons are shown by whoever owns this name on the session bus, and by nobody on a desktop without it: an
/// icon could be made there, but a hidden window would be lost.
#[cfg(target_os = "linux")]
fn desktop_shows_icons() -> bool {
    let asked = || -> zbus::Result<bool> {
        let bus = zbus::blocking::Connection::session()?;
        let names = zbus::blocking::fdo::DBusProxy::new(&bus)?;
        Ok(names.name_has_owner("org.kde.StatusNotifierWatcher".try_into()?)?)
    };
    asked().unwrap_or_else(|error| {
        tracing::debug!(%error, "the session bus does not answer");
        false
    })
}

#[cfg(not(target_os = "linux"))]
fn desktop_shows_icons() -> bool {
    true
}
