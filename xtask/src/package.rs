//! `cargo xtask package`: what people install, built into `dist/`.

mod host_deb;

use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{Run, cmd, program_file};
use crate::profile::{APP, HOST, Profile};
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

/// More bytes than the app's .deb may have for people: it is to be small enough to hand around.
const TOO_LARGE: u64 = 8_000_000;

/// Where a debug build's programs wait to be packed: a target folder for Tauri's bundler.
const DEBUG_PROGRAMS: &str = "target/xtask/packages";

/// Every package of the workspace has the same version.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the machine ready, then makes the packages.
pub(crate) fn set_up_and_package() -> Result<()> {
    setup::require_node()?;
    setup::install(&[setup::BUILD_ANY, setup::BUILD_APP, setup::PACKAGE])?;
    setup::page_packages()?;
    // The guest's as well, which the host takes in.
    setup::build_page()?;
    package(Profile::Release)
}

/// The app and the headless host, as they are given away for this system: on Linux the app as .deb and .rpm and the host as .deb,
/// on Windows the app as an installer and as .msi, on macOS as .dmg; and the host as a plain binary. A release is built first. A
/// debug build, which only the tests install, is packed as it is.
pub(crate) fn package(profile: Profile) -> Result<()> {
    empty(Path::new(OUTPUT))?;
    package_app(profile)?;
    package_host(profile)?;
    print_sizes()
}

/// An error if the headless host needs anything of a desktop.
pub(crate) fn host_links_no_window_system(profile: Profile) -> Result<()> {
    let libraries = cmd("ldd", [profile.program(HOST)]).read()?;
    print!("{libraries}");
    let unwanted = ["gtk", "gdk", "webkit", "javascriptcore", "libsoup", "libX11", "wayland"];
    match libraries.lines().find(|line| unwanted.iter().any(|name| line.contains(name))) {
        Some(line) => bail!("hearth-host links {}", line.trim()),
        None => Ok(()),
    }
}

/// Tauri's own bundler packs the app.
fn package_app(profile: Profile) -> Result<()> {
    let bundles = match profile {
        Profile::Dev => bundle_debug_build()?,
        Profile::Release => build_and_bundle()?,
    };
    for &(kind, ending) in PACKAGES_OF_THE_APP {
        let built = only_file_in(&bundles.join(kind), ending)?;
        let name = built.file_name().context("a package has a name")?.to_string_lossy().to_lowercase();
        let place = Path::new(OUTPUT).join(name);
        if kind != "deb" {
            fs::copy(&built, place)?;
            continue;
        }
        repack(&built, &place, profile)?;
        let bytes = place.metadata()?.len();
        if profile == Profile::Release && bytes >= TOO_LARGE {
            bail!("{} has {bytes} bytes, and is to have less than {TOO_LARGE}", place.display());
        }
    }
    Ok(())
}

/// It builds the page and the program first. Returns the folder with all that was made.
fn build_and_bundle() -> Result<PathBuf> {
    let bundles = Path::new("target").join(TARGET_OF_THE_APP.unwrap_or_default()).join("release/bundle");
    empty(&bundles)?;
    tauri("build").args(TARGET_OF_THE_APP.iter().flat_map(|target| ["--target", target])).run()?;
    Ok(bundles)
}

/// It takes the program from where a release build would have left it, and marks in it as what it is packed: it gets a copy.
fn bundle_debug_build() -> Result<PathBuf> {
    let target = std::path::absolute(DEBUG_PROGRAMS)?;
    let release = target.join("release");
    empty(&target)?;
    fs::create_dir(&release)?;
    strip(APP, &release)?;
    tauri("bundle").env("CARGO_TARGET_DIR", target).run()?;
    Ok(release.join("bundle"))
}

fn tauri(command: &str) -> Command {
    cmd("node", ["ui/node_modules/@tauri-apps/cli/tauri.js", command])
}

/// A program of the debug build without what only a debugger wants to know, as a release's are.
fn strip(program: &str, folder: &Path) -> Result<PathBuf> {
    let stripped = folder.join(program);
    cmd("strip", ["-o"]).arg(&stripped).arg(Profile::Dev.program(program)).run()?;
    Ok(stripped)
}

/// The bundler packs with gzip.
fn repack(deb: &Path, place: &Path, profile: Profile) -> Result<()> {
    let content = deb.with_extension("content");
    cmd("dpkg-deb", ["--raw-extract".as_ref(), deb.as_os_str(), content.as_os_str()]).run()?;
    pack(&content, place, profile)
}

/// Makes a .deb of a folder: with xz, which everybody's `dpkg` reads. For people it is as small as it can be, else made soon.
fn pack(folder: &Path, deb: &Path, profile: Profile) -> Result<()> {
    let effort: &[&str] = match profile {
        Profile::Dev => &["-z1"],
        Profile::Release => &["-z9", "-Sextreme"],
    };
    let mut pack = cmd("dpkg-deb", ["-Zxz"]);
    pack.args(effort).args(["--root-owner-group", "--build"]).args([folder, deb]);
    // Several threads would each pack a part by itself.
    pack.env("DPKG_DEB_THREADS_MAX", "1").run()
}

fn package_host(profile: Profile) -> Result<()> {
    let host = match profile {
        Profile::Dev => strip(HOST, Path::new(DEBUG_PROGRAMS))?,
        Profile::Release => {
            cmd("cargo", ["build", "--release", "--bin", HOST]).run()?;
            profile.program(HOST)
        }
    };
    if cfg!(target_os = "linux") {
        host_deb::build(&host, Path::new(OUTPUT), profile)?;
    }
    let plain = program_file(&format!("{HOST}-{VERSION}-{ARCH}-{OS}"));
    fs::copy(host, Path::new(OUTPUT).join(plain))?;
    Ok(())
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
