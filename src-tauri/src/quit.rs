//! Closing the window may mean to go on in the tray; quitting is a graceful shutdown, so that nobody is left in the
//! dark.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use tauri::async_runtime::spawn;
use tauri::process::current_binary;
use tauri::{AppHandle, Manager};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::api::app::{AppUpdate, CloseAnswer};
use crate::api::error::AppError;
use crate::api::hosting::Hosting;
use crate::api::settings::{Closing, Settings};
use crate::desktop::{placement, tray, window};
use crate::hosting::control::HostControl;
use crate::rooms::join;
use crate::settings;
use crate::shell::Shell;
use crate::state::open_room::OpenRoom;

/// A host closes all links within 5 s; a little more than that is waited for.
const HOST_STOP: Duration = Duration::from_secs(6);

/// How long the page may take to hand over what was typed a moment ago.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How long all farewells together may take.
const FAREWELLS: Duration = Duration::from_secs(2);

/// The user wants to close the window: what that means depends on whether others are being hosted.
pub(crate) async fn close_requested(shell: &Arc<Shell>, host: &HostControl) {
    let (hosting, closing, can_ask) = {
        let state = shell.state();
        (state.hosting.clone(), state.settings.closing, state.has_page())
    };
    match closing {
        _ if hosting == Hosting::Off => quit(shell, host).await,
        Closing::Keep => keep_in_tray(shell, host).await,
        Closing::Ask if can_ask => {
            let others = host.others().await;
            let tray = tray::is_available(&shell.app).await;
            shell.state().tell(AppUpdate::CloseAsked { others, tray });
        }
        Closing::Ask | Closing::Stop => quit(shell, host).await,
    }
}

/// The user has decided.
pub(crate) async fn close_answered(
    shell: &Arc<Shell>,
    host: &HostControl,
    answer: CloseAnswer,
    remember: bool,
) -> Result<(), AppError> {
    let closing = match answer {
        CloseAnswer::Keep => Closing::Keep,
        CloseAnswer::Stop => Closing::Stop,
        CloseAnswer::Cancel => return Ok(()),
    };
    if remember {
        settings::set_settings(shell, host, Settings { closing, ..shell.settings() }).await?;
    }
    match closing {
        Closing::Stop => quit(shell, host).await,
        Closing::Keep | Closing::Ask => keep_in_tray(shell, host).await,
    }
    Ok(())
}

/// Puts the window out of sight, but never out of reach: where no tray shows icons, it is minimised.
async fn keep_in_tray(shell: &Arc<Shell>, host: &HostControl) {
    let (for_quit, its_host) = (shell.clone(), host.clone());
    let in_tray = tray::show(shell, move || begin(&for_quit, &its_host)).await;
    let Some(window) = shell.app.get_webview_window(window::LABEL) else {
        return;
    };
    placement::keep(shell).await;
    let gone = if in_tray { window.hide() } else { window.minimize() };
    if let Err(error) = gone {
        tracing::warn!(%error, "the window stays");
    }
}

/// Begins to quit, beside whoever asks for it.
pub(crate) fn begin(shell: &Arc<Shell>, host: &HostControl) {
    let (shell, host) = (shell.clone(), host.clone());
    spawn(async move { quit(&shell, &host).await });
}

/// Stops hosting, leaves all rooms, and ends the app.
async fn quit(shell: &Arc<Shell>, host: &HostControl) {
    if shell.state().quitting.begin() {
        return;
    }
    tracing::info!("quitting");
    placement::keep(shell).await;
    // For the user it is over now; the farewells need no window.
    if let Some(window) = shell.app.get_webview_window(window::LABEL) {
        let _ = window.hide();
    }
    hear_last_words(shell).await;
    join::cancel(shell).await;
    if timeout(HOST_STOP, host.stop()).await.is_err() {
        tracing::warn!("the host did not stop in time");
    }
    let rooms = std::mem::take(&mut shell.state().rooms);
    let mut farewells: JoinSet<()> = rooms.into_iter().map(OpenRoom::leave).collect();
    let all = async { while farewells.join_next().await.is_some() {} };
    let _ = timeout(FAREWELLS, all).await;
    // From here on whoever starts the app is the first one again. Before, they were told that it runs.
    tauri_plugin_single_instance::destroy(&shell.app);
    if let Some(arguments) = shell.state().quitting.again() {
        start_again(&shell.app, &arguments);
    }
    shell.app.exit(0);
}

/// Starts the app for somebody who wanted it while this one quit.
fn start_again(app: &AppHandle, arguments: &[String]) {
    let started =
        current_binary(&app.env()).and_then(|program| Command::new(program).args(arguments).spawn());
    match started {
        Ok(_) => tracing::info!("started again"),
        Err(error) => tracing::error!(%error, "not started again"),
    }
}

/// The page saves what is typed a moment later; that moment may be now. A page that does not answer is not waited for.
async fn hear_last_words(shell: &Shell) {
    {
        let state = shell.state();
        if !state.has_page() {
            return;
        }
        state.tell(AppUpdate::Quitting);
    }
    if timeout(LAST_WORDS, shell.flushed.notified()).await.is_err() {
        tracing::warn!("the page did not say that all is saved");
    }
}

/// Quits as politely when the system or a terminal ends the app.
#[cfg(unix)]
pub(crate) async fn on_signals(shell: Arc<Shell>, host: HostControl) {
    match hearth_host::EndSignals::listen() {
        Ok(mut signals) => {
            let signal = signals.wait().await;
            tracing::info!(signal, "asked to end");
            quit(&shell, &host).await;
        }
        Err(error) => tracing::warn!(%error, "signals cannot be heard"),
    }
}
