//! `cargo xtask picture`: the picture in the README, taken anew.

use anyhow::{Result, ensure};

use crate::command::{Run, cmd, installed};
use crate::screen::on_a_screen;
use crate::setup;
use crate::test;

/// The network that is to be seen in the picture, with the only computer on it in two places. Nobody else is there, so that
/// the usual port is free and no address of whoever takes the picture gets into it.
const AT_HOME: &str = r#"
ip link set lo up &&
ip link add eth0 type veth peer name cable &&
ip address add 192.168.1.23/24 dev eth0 &&
ip address add 192.168.1.40/24 dev eth0 &&
ip link set cable up && ip link set eth0 up &&
ip route add default dev eth0 &&
exec "$0" "$@""#;

/// Builds what is in the picture, and takes it.
pub(crate) fn take() -> Result<()> {
    setup::require_node()?;
    setup::install(&[setup::BUILD_ANY, setup::BUILD_APP, setup::TEST])?;
    ensure!(
        installed("ip") && installed("unshare"),
        "a network of its own needs `ip` and `unshare`: install iproute2 and util-linux"
    );
    setup::page_packages()?;
    setup::build_page()?;
    setup::tauri_driver()?;
    test::build()?;
    // Whoever is not root becomes it within the new network, and nowhere else.
    let screen = on_a_screen();
    let mut command = cmd("unshare", ["--map-root-user", "--net", "--", "sh", "-c", AT_HOME]);
    command.arg(screen.get_program()).args(screen.get_args());
    command.args(["cargo", "test", "--workspace", "--test", "windows", "--", "--ignored", "picture::"]);
    command.envs(test::environment()?).run()?;
    println!("it is screenshots/e2e/picture-room.png: look at it, then copy it to docs/pictures/room.png");
    Ok(())
}
