//! `cargo xtask picture`: the picture in the README, taken anew.

use anyhow::{Result, ensure};

use crate::command::{Run, cmd, installed};
use crate::network::at_home;
use crate::profile::Profile;
use crate::screen::on_a_screen;
use crate::setup;
use crate::test;

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
    let mut take = cmd("cargo", ["test", "--workspace", "--test", "windows", "--", "--ignored", "picture::"]);
    take.envs(test::environment(Profile::Dev)?);
    at_home(&on_a_screen(&take))?.run()?;
    println!("it is screenshots/e2e/picture-room.png: look at it, then copy it to docs/pictures/room.png");
    Ok(())
}
