//! Closing the window, and quitting so that nobody is left in the dark.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::Manager;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::api::app::{AppUpdate, CloseAnswer};
use crate::api::error::AppError;
use crate::api::hosting::Hosting;
use crate::api::settings::{Closing, Settings};
use crate::desktop::{tray, window};
use crate::shell::Shell;

/// A host closes all links within 5 s; a little more than that is waited for.
const HOST_STOP: Duration = Duration::from_secs(6);

/// How long all farewells together may take.
const FAREWELLS: Duration = Duration::from_secs(2);

static QUITTING: AtomicBool = AtomicBool::new(false);

impl Shell {
    /// The user wants to close the window: what that means depends on whether others are being hosted.
    pub(crate) async fn close_requested(self: &Arc<Self>) {
        let (hosting, closing, can_ask) = {
            let state = self.state();
            (state.hosting.clone(), state.settings.closing, state.has_page())
        };
        match closing {
            _ if hosting == Hosting::Off => self.quit().await,
            Closing::Keep => self.keep_in_tray().await,
            Closing::Ask if can_ask => {
                let others = self.host.others().await;
                let tray = tray::is_available(&self.app).await;
                self.state().tell(AppUpdate::CloseAsked { others, tray });
            }
            Closing::Ask | Closing::Stop => self.quit().await,
        }
    }

    /// The user has decided.
    pub(crate) async fn close_answered(
        self: &Arc<Self>,
        answer: CloseAnswer,
        remember: bool,
    ) -> Result<(), AppError> {
        let closing = match answer {
            CloseAnswer::Keep => Closing::Keep,
            CloseAnswer::Stop => Closing::Stop,
            CloseAnswer::Cancel => return Ok(()),
        };
        if remember {
            self.set_settings(Settings { closing, ..self.settings() }).await?;
        }
        match closing {
            Closing::Stop => self.quit().await,
            Closing::Keep | Closing::Ask => self.keep_in_tray().await,
        }
        Ok(())
    }

    /// Puts the window out of sight, but never out of reach: where no tray shows icons, it is minimised.
    async fn keep_in_tray(self: &Arc<Self>) {
        let in_tray = tray::show(self).await;
        let Some(window) = self.app.get_webview_window(window::LABEL) else {
            return;
        };
        let gone = if in_tray { window.hide() } else { window.minimize() };
        if let Err(error) = gone {
            tracing::warn!(%error, "the window stays");
        }
    }

    /// Stops hosting, leaves all rooms, and ends the app.
    pub(crate) async fn quit(self: &Arc<Self>) {
        if QUITTING.swap(true, Ordering::SeqCst) {
            return;
        }
        tracing::info!("quitting");
        // For the user it is over now; the farewells need no window.
        if let Some(window) = self.app.get_webview_window(window::LABEL) {
            let _ = window.hide();
        }
        self.cancel_join().await;
        if timeout(HOST_STOP, self.host.stop()).await.is_err() {
            tracing::warn!("the host did not stop in time");
        }
        let rooms = std::mem::take(&mut self.state().rooms);
        let mut farewells: JoinSet<()> = rooms.into_iter().map(crate::state::app::OpenRoom::leave).collect();
        let all = async { while farewells.join_next().await.is_some() {} };
        let _ = timeout(FAREWELLS, all).await;
        self.app.exit(0);
    }
}

/// Whether the app may end by itself now.
pub(crate) fn is_quitting() -> bool {
    QUITTING.load(Ordering::SeqCst)
}

/// Quits as politely when the system or a terminal ends the app.
#[cfg(unix)]
pub(crate) async fn quit_on_signals(shell: Arc<Shell>) {
    use tokio::signal::unix::{SignalKind, signal};

    let signals =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()), signal(SignalKind::hangup()));
    let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)) = signals else {
        tracing::warn!("signals cannot be heard");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hangup.recv() => {}
    }
    shell.quit().await;
}
