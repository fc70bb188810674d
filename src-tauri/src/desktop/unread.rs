//! What is unread is marked where one looks for it while the window is behind others: in the task bar, once (the urgency
//! hint), and in the tray. The window's title follows the page's own.

use tauri::{Manager, UserAttentionType};

use crate::desktop::{tray, window};
use crate::shell::Shell;

/// So much is unread now.
pub(crate) fn mark(shell: &Shell, unread: u32) {
    let focused = shell
        .app
        .get_webview_window(window::LABEL)
        .is_some_and(|window| window.is_focused().unwrap_or_default());
    let (before, draw) = {
        let mut state = shell.state();
        (state.attention.unread(), state.attention.mark(unread, focused))
    };
    ask(shell, draw);
    if before != unread {
        tray::refresh(shell);
    }
    if (before == 0) != (unread == 0) {
        tray::redraw(shell);
    }
}

/// The window has the focus.
pub(crate) fn seen(shell: &Shell) {
    let draw = shell.state().attention.seen();
    ask(shell, draw);
}

fn ask(shell: &Shell, draw: Option<bool>) {
    let (Some(draw), Some(window)) = (draw, shell.app.get_webview_window(window::LABEL)) else {
        return;
    };
    let asked = window.request_user_attention(draw.then_some(UserAttentionType::Informational));
    if let Err(error) = asked {
        tracing::warn!(%error, "the task bar is not told");
    }
}
