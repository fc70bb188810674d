//! The .deb of the headless host: a tree of files as they will stand on the machine, packed as the app's is.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{VERSION, empty, pack};
use crate::command::{Run, cmd};
use crate::profile::Profile;

const STAGE: &str = "target/xtask/hearth-host-deb";

/// What goes where, with its mode. `install` sets it whatever the umask is.
const FILES: [(&str, &str, &str); 7] = [
    ("packaging/hearth-host.service", "usr/lib/systemd/system/hearth-host.service", "644"),
    ("packaging/hearth-host.default", "etc/default/hearth-host", "644"),
    ("LICENSE", "usr/share/doc/hearth-host/copyright", "644"),
    ("packaging/deb/conffiles", "DEBIAN/conffiles", "644"),
    ("packaging/deb/postinst", "DEBIAN/postinst", "755"),
    ("packaging/deb/prerm", "DEBIAN/prerm", "755"),
    ("packaging/deb/postrm", "DEBIAN/postrm", "755"),
];

/// Packs `binary` into a .deb in the folder `output`, and returns its path.
pub(super) fn build(binary: &Path, output: &Path, profile: Profile) -> Result<PathBuf> {
    empty(Path::new(STAGE))?;
    install(binary, "usr/bin/hearth-host", "755")?;
    for (from, to, mode) in FILES {
        install(Path::new(from), to, mode)?;
    }
    let architecture = cmd("dpkg", ["--print-architecture"]).read()?.trim().to_owned();
    let control = control(&architecture, &dependencies(binary)?, installed_kilobytes()?);
    fs::write(Path::new(STAGE).join("DEBIAN/control"), control)?;

    let deb = output.join(format!("hearth-host_{VERSION}_{architecture}.deb"));
    pack(Path::new(STAGE), &deb, profile)?;
    Ok(deb)
}

fn install(from: &Path, to: &str, mode: &str) -> Result<()> {
    cmd("install", ["-D", "--mode", mode]).arg(from).arg(Path::new(STAGE).join(to)).run()
}

/// The packages whose libraries the binary links, with the oldest versions that have all that it uses.
fn dependencies(binary: &Path) -> Result<String> {
    let binary = std::path::absolute(binary)?;
    // dpkg-shlibdeps runs only beside a debian/control, of which it reads no more than this.
    let folder = Path::new("target/xtask/shlibdeps");
    fs::create_dir_all(folder.join("debian"))?;
    fs::write(folder.join("debian/control"), "Source: hearth\n\nPackage: hearth-host\nArchitecture: any\n")?;
    let found = cmd("dpkg-shlibdeps", ["-O"]).arg(binary).current_dir(folder).read()?;
    let dependencies = found.lines().find_map(|line| line.strip_prefix("shlibs:Depends="));
    dependencies.map(str::to_owned).with_context(|| format!("dpkg-shlibdeps named no packages: {found}"))
}

fn installed_kilobytes() -> Result<u64> {
    let sizes =
        cmd("du", ["--summarize", "--apparent-size", "--block-size=1K", "--exclude=DEBIAN", STAGE]).read()?;
    let kilobytes = sizes.split_whitespace().next().unwrap_or_default();
    kilobytes.parse().with_context(|| format!("du said {sizes:?}"))
}

fn control(architecture: &str, dependencies: &str, kilobytes: u64) -> String {
    format!(
        "\
Package: hearth-host
Version: {VERSION}
Architecture: {architecture}
Maintainer: The Hearth authors <authors@hearth.invalid>
Installed-Size: {kilobytes}
Depends: {dependencies}
Section: net
Priority: optional
Description: chat room that you host yourself, without a window
 Serves a Hearth room over WebSocket from a machine without a desktop. People
 join it by its URL, from the app or from a web page.
 .
 The service hearth-host is installed but neither enabled nor started.
"
    )
}
