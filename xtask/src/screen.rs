//! A screen without a monitor, with what a desktop has: a session bus and a window manager.

use std::process::Command;

use crate::command::{behind, cmd};

/// Large enough for two windows side by side.
const SCREEN: &str = "-screen 0 1600x900x24";

/// Runs its arguments once the window manager is up. That one writes nowhere, or it would hold our pipe open.
const UNDER_A_WINDOW_MANAGER: &str = r#"
openbox >/dev/null 2>&1 &
timeout 20 sh -c 'until xdotool get_num_desktops >/dev/null 2>&1; do sleep 0.1; done' || exit
exec "$0" "$@""#;

/// The same command on a screen of its own.
pub(crate) fn on_a_screen(command: &Command) -> Command {
    on_the_nth_screen(0, command)
}

/// The same for one of several at a time. Each looks for a free number in another place: two that look at the same time
/// would find the same.
pub(crate) fn on_the_nth_screen(nth: usize, command: &Command) -> Command {
    let number = format!("--server-num={}", 99 + 100 * nth);
    let mut screen = cmd("xvfb-run", ["-a", &number, "-s", SCREEN, "dbus-run-session", "--"]);
    screen.args(["sh", "-c", UNDER_A_WINDOW_MANAGER]);
    behind(screen, command)
}
