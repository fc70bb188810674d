//! A screen without a monitor, with what a desktop has: a session bus and a window manager.

use std::process::Command;

use crate::command::cmd;

/// Large enough for two windows side by side.
const SCREEN: &str = "-screen 0 1600x900x24";

/// Runs its arguments once the window manager is up. That one writes nowhere, or it would hold our pipe open.
const UNDER_A_WINDOW_MANAGER: &str = r#"
openbox >/dev/null 2>&1 &
timeout 20 sh -c 'until xdotool get_num_desktops >/dev/null 2>&1; do sleep 0.1; done' || exit
exec "$0" "$@""#;

/// A command that runs the command in its further arguments on a screen of its own.
pub(crate) fn on_a_screen() -> Command {
    let mut command = cmd("xvfb-run", ["-a", "-s", SCREEN, "dbus-run-session", "--"]);
    command.args(["sh", "-c", UNDER_A_WINDOW_MANAGER]);
    command
}
