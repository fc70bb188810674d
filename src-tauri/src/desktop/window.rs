//! The window has the page in it: this file says how it looks before the page has painted, and where it may navigate.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use tauri::utils::config::Color;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use crate::api::settings::{Settings, Theme};
#[cfg(target_os = "linux")]
use crate::desktop::input_method;
use crate::desktop::placement::Keeper;
use crate::desktop::texts::system_language;
use crate::shell::Shell;

/// Names the one window there is.
pub(crate) const LABEL: &str = "main";

/// The page's background in light and dark, so that the window has it before the page does.
const LIGHT: Color = Color(0xfc, 0xfb, 0xf9, 0xff);
const DARK: Color = Color(0x1a, 0x18, 0x16, 0xff);

/// What the page may know before it paints for the first time.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Boot<'a> {
    settings: &'a Settings,
    system_language: String,
}

/// Makes the window.
pub(crate) fn open(shell: &Arc<Shell>) -> tauri::Result<WebviewWindow> {
    let settings = shell.settings();
    let window = WebviewWindowBuilder::new(&shell.app, LABEL, WebviewUrl::default())
        .title("围炉 Hearth")
        // Shown below: the page's own process is started before the desktop's part of the window is made, so that both are
        // made at once.
        .visible(false)
        .inner_size(1240.0, 800.0)
        .min_inner_size(640.0, 480.0)
        .center()
        .data_directory(shell.folders.webview())
        .theme(native(settings.theme))
        .background_color(if settings.theme == Theme::Dark { DARK } else { LIGHT })
        .initialization_script(boot_script(&settings)?)
        // The page's own menu of a text box pastes; an engine's menu, with its Back and Reload, never shows.
        .enable_clipboard_access()
        // Links go to the system's browser through a command that checks them. Nothing else leads out of the page.
        .on_navigation(is_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        // The page says where one is, and how much is unread.
        .on_document_title_changed(|window, title| {
            let _ = window.set_title(&title);
        })
        .build()?;
    #[cfg(target_os = "linux")]
    input_method::compose_in_place(&window)?;
    shell.app.manage(Keeper::begin(&window, &shell.folders.window_file()));
    apply_theme(&shell.app, settings.theme);
    apply_zoom(&shell.app, settings.zoom);
    window.show()?;
    Ok(window)
}

/// Somebody wants the app, by these arguments: shows the window and gives it the focus, wherever it was. An app that quits
/// already is started again instead.
pub(crate) fn bring_up(app: &AppHandle, arguments: &[String]) {
    if app.try_state::<Arc<Shell>>().is_some_and(|shell| shell.state().quitting.wanted(arguments)) {
        return;
    }
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    let up = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    if let Err(error) = up {
        tracing::warn!(%error, "the window does not come up");
    }
}

/// Shows the page in this size, in percent.
pub(crate) fn apply_zoom(app: &AppHandle, percent: u16) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    if let Err(error) = window.set_zoom(f64::from(percent) / 100.0) {
        tracing::warn!(%error, "the page keeps its size");
    }
}

/// Gives the window's frame and its background the colours that the page will have.
pub(crate) fn apply_theme(app: &AppHandle, theme: Theme) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    let _ = window.set_theme(native(theme));
    let dark = window.theme().is_ok_and(|shown| shown == tauri::Theme::Dark);
    if theme == Theme::System && dark && cfg!(target_os = "linux") {
        // "As the system" means light to GTK until it is told what the system has.
        let _ = window.set_theme(Some(tauri::Theme::Dark));
    }
    let _ = window.set_background_color(Some(if dark { DARK } else { LIGHT }));
}

/// The system's colours changed. What the user has chosen stays.
pub(crate) fn system_theme_changed(shell: &Shell, now: tauri::Theme) {
    let theme = shell.settings().theme;
    match native(theme) {
        Some(chosen) if chosen != now => apply_theme(&shell.app, theme),
        Some(_) => {}
        None => {
            if let Some(window) = shell.app.get_webview_window(LABEL) {
                let dark = now == tauri::Theme::Dark;
                let _ = window.set_background_color(Some(if dark { DARK } else { LIGHT }));
            }
        }
    }
}

fn native(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

fn boot_script(settings: &Settings) -> tauri::Result<String> {
    let boot = serde_json::to_string(&Boot { settings, system_language: system_language() })?;
    Ok(format!("window.__HEARTH__ = {boot};"))
}

/// What of the things that were dropped on the window is text: addresses of pages, which come as if they were paths.
pub(crate) fn dropped_text(dropped: &[PathBuf]) -> Option<String> {
    let address = |one: &PathBuf| {
        let text = one.to_str()?;
        matches!(text.split_once("://")?.0, "http" | "https" | "hearth" | "ws" | "wss")
            .then(|| text.to_owned())
    };
    let addresses: Vec<String> = dropped.iter().map(address).collect::<Option<_>>()?;
    (!addresses.is_empty()).then(|| addresses.join("\n"))
}

/// The page's own address: the one that it is embedded under, or Vite's while developing.
fn is_page(url: &Url) -> bool {
    let embedded = (url.scheme() == "tauri" && url.host_str() == Some("localhost"))
        || (matches!(url.scheme(), "http" | "https") && url.host_str() == Some("tauri.localhost"));
    let developing = cfg!(dev)
        && url.scheme() == "http"
        && url.host_str() == Some("localhost")
        && url.port() == Some(1420);
    embedded || developing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_shows_the_page_and_nothing_else() {
        let is_page = |url: &str| is_page(&url.parse().expect("a URL"));
        assert!(is_page("tauri://localhost"));
        assert!(is_page("http://tauri.localhost/index.html"));
        for other in [
            "https://example.org/",
            "http://localhost:8080/",
            "http://tauri.localhost.example.org/",
            "file:///etc/passwd",
            "tauri://elsewhere/",
            "about:blank",
            "data:text/html,hello",
        ] {
            assert!(!is_page(other), "{other}");
        }
    }

    #[test]
    fn addresses_of_pages_are_text_and_files_are_none() {
        let dropped = |paths: &[&str]| dropped_text(&paths.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(dropped(&["https://example.org/a b"]), Some("https://example.org/a b".to_owned()));
        let two = dropped(&["http://example.org/", "hearth://192.168.1.23:8080"]);
        assert_eq!(two, Some("http://example.org/\nhearth://192.168.1.23:8080".to_owned()));
        for files in
            [&["/home/ming/a.png"][..], &["https://example.org/", "/home/ming/a.png"], &["file:///a"], &[]]
        {
            assert_eq!(dropped(files), None, "{files:?}");
        }
    }

    #[test]
    fn the_page_knows_the_settings_before_it_paints() {
        let settings = Settings { nickname: "</script>\u{2028}".to_owned(), ..Settings::default() };
        let script = boot_script(&settings).expect("a script");
        let json = script.strip_prefix("window.__HEARTH__ = ").and_then(|rest| rest.strip_suffix(';'));
        let boot: serde_json::Value = serde_json::from_str(json.expect("an assignment")).expect("JSON");
        assert_eq!(boot["settings"]["theme"], "system");
        assert!(boot["systemLanguage"].is_string());
    }
}
