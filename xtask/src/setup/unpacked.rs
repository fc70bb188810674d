//! Servers that the tests run: unpacked from the system's packages into `.tools/`, not installed, since installing them
//! would start them as services of this machine.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Stamp;
use super::distro::apt_get;
use crate::command::{Run, cmd, is_root};

/// The folder that stands for `/`.
pub(crate) const UNPACKED: &str = ".tools/unpacked";

/// Debian's packages.
const PACKAGES: [&str; 2] = ["nginx", "caddy"];

/// Fetches and unpacks what is missing.
pub(crate) fn unpacked_servers() -> Result<()> {
    let folder = Path::new(UNPACKED);
    let stamp = Stamp::new(folder, PACKAGES.join(" "));
    if stamp.is_fresh() {
        println!("{} are unpacked", PACKAGES.join(", "));
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    // Needs no right to change the system, only its lists of packages, which are old where nobody has installed anything.
    if download(folder).run().is_err() {
        apt_get(&["update"], is_root()?).run()?;
        download(folder).run()?;
    }
    let mut packed = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "deb") {
            packed.push(path);
        }
    }
    if packed.len() < PACKAGES.len() {
        bail!("apt-get has fetched {} of {} packages", packed.len(), PACKAGES.len());
    }
    for package in packed {
        cmd("dpkg-deb", ["--extract"]).arg(&package).arg(folder).run()?;
        fs::remove_file(&package).with_context(|| format!("cannot remove {}", package.display()))?;
    }
    stamp.write()
}

fn download(folder: &Path) -> Command {
    let mut download = cmd("apt-get", ["download"]);
    download.args(PACKAGES).current_dir(folder);
    download
}
