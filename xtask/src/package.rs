//! `cargo xtask package`: what people install, built into `dist/`.

mod host_deb;

use std::env::consts::{ARCH, OS};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::{Run, cmd, program_file};
use crate::setup;

/// Where the packages end up.
pub(crate) const OUTPUT: &str = "dist";

/// What the app is packed as on this system: the folders that Tauri makes, named after kinds of packages, and the endings of the
/// files in them. Which it makes, its configuration says: `tauri.conf.json`, and beside it that of the system.
const PACKAGES_OF_THE_APP: &[(&str, &str)] = if cfg!(windows) {
    &[("nsis", "exe"), ("msi", "msi")]
} else if cfg!(target_os = "macos") {
    &[("dmg", "dmg")]
} else {
    &[("deb", "deb"), ("rpm", "rpm")]
};

/// Where the app is built for, unless it is this machine: one app for both kinds of Mac.
const TARGET_OF_THE_APP: Option<&str> =
    if cfg!(target_os = "macos") { Some("universal-apple-darwin") } else { None };

/// Every package of the workspace has the same version.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the machine ready, then makes the packages.
pub(crate) fn set_up_and_package() -> Result<()> {
    setup::require_node()?;
    setup::install(&[setup::BUILD_ANY, setup::BUILD_APP, setup::PACKAGE])?;
    setup::page_packages()?;
    // The guest's as well, which the host takes in.
    setup::build_page()?;
    package()
}

/// The app and the headless host, as they are given away for this system: on Linux the app as .deb and .rpm and the host as .deb,
/// on Windows the app as an installer and as .msi, on macOS as .dmg; and the host as a plain binary.
pub(crate) fn package() -> Result<()> {
    empty(Path::new(OUTPUT))?;
    package_app()?;
    package_host()?;
    print_sizes()
}

/// An error if the headless host needs anything of a desktop.
pub(crate) fn host_links_no_window_system() -> Result<()> {
    let libraries = cmd("ldd", [release_host()]).read()?;
    print!("{libraries}");
    let unwanted = ["gtk", "gdk", "webkit", "javascriptcore", "libsoup", "libX11", "wayland"];
    match libraries.lines().find(|line| unwanted.iter().any(|name| line.contains(name))) {
        Some(line) => bail!("hearth-host links {}", line.trim()),
        None => Ok(()),
    }
}

/// Tauri's own bundler; it builds the page and the release binary first.
fn package_app() -> Result<()> {
    let bundles = Path::new("target").join(TARGET_OF_THE_APP.unwrap_or_default()).join("release/bundle");
    empty(&bundles)?;
    let mut tauri = cmd("node", ["ui/node_modules/@tauri-apps/cli/tauri.js", "build"]);
    tauri.args(TARGET_OF_THE_APP.iter().flat_map(|target| ["--target", target])).run()?;
    for &(kind, ending) in PACKAGES_OF_THE_APP {
        let built = only_file_in(&bundles.join(kind), ending)?;
        let name = built.file_name().context("a package has a name")?.to_string_lossy().to_lowercase();
        let place = Path::new(OUTPUT).join(name);
        if kind == "deb" {
            repack(&built, &place)?;
        } else {
            fs::copy(&built, place)?;
        }
    }
    Ok(())
}

/// The bundler packs with gzip.
fn repack(deb: &Path, place: &Path) -> Result<()> {
    let content = deb.with_extension("content");
    cmd("dpkg-deb", ["--raw-extract".as_ref(), deb.as_os_str(), content.as_os_str()]).run()?;
    pack(&content, place)
}

/// Makes a .deb of a folder: with xz, which everybody's `dpkg` reads, and as small as it can. Several threads would each pack
/// a part by itself.
fn pack(folder: &Path, deb: &Path) -> Result<()> {
    let small = ["-Zxz", "-z9", "-Sextreme", "--root-owner-group", "--build"].map(AsRef::<OsStr>::as_ref);
    cmd("dpkg-deb", small).env("DPKG_DEB_THREADS_MAX", "1").args([folder, deb]).run()
}

fn package_host() -> Result<()> {
    cmd("cargo", ["build", "--release", "--bin", "hearth-host"]).run()?;
    if cfg!(target_os = "linux") {
        host_deb::build(&release_host(), Path::new(OUTPUT))?;
    }
    let plain = program_file(&format!("hearth-host-{VERSION}-{ARCH}-{OS}"));
    fs::copy(release_host(), Path::new(OUTPUT).join(plain))?;
    Ok(())
}

fn release_host() -> PathBuf {
    Path::new("target/release").join(program_file("hearth-host"))
}

/// The names and sizes of all packages.
pub(crate) fn print_sizes() -> Result<()> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(OUTPUT)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.sort();
    for file in files {
        let kilobytes = file.metadata()?.len().div_ceil(1000);
        println!("{:>5}.{} MB  {}", kilobytes / 1000, kilobytes % 1000 / 100, file.display());
    }
    Ok(())
}

/// The package that the bundler has made. It puts the folder that it packed beside it.
fn only_file_in(folder: &Path, extension: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("Tauri made no {}", folder.display()))?;
    let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files = files.filter(|path| path.is_file() && path.extension().is_some_and(|e| e == extension));
    match (files.next(), files.next()) {
        (Some(file), None) => Ok(file),
        _ => bail!("expected one .{extension} in {}", folder.display()),
    }
}

/// An empty folder, whatever was in it before.
fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}
