//! `cargo xtask package`: what people install, built into `dist/`.

mod host_deb;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::{Run, cmd};
use crate::setup;

/// Where the packages end up.
pub(crate) const OUTPUT: &str = "dist";

const RELEASE_HOST: &str = "target/release/hearth-host";

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

/// The app as .deb and .rpm, the headless host as .deb and as a plain binary.
pub(crate) fn package() -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("packages are made on Linux only so far; `cargo xtask run --release` builds the app here");
    }
    empty(Path::new(OUTPUT))?;
    package_app()?;
    package_host()?;
    print_sizes()
}

/// An error if the headless host needs anything of a desktop.
pub(crate) fn host_links_no_window_system() -> Result<()> {
    let libraries = cmd("ldd", [RELEASE_HOST]).read()?;
    print!("{libraries}");
    let unwanted = ["gtk", "gdk", "webkit", "javascriptcore", "libsoup", "libX11", "wayland"];
    match libraries.lines().find(|line| unwanted.iter().any(|name| line.contains(name))) {
        Some(line) => bail!("hearth-host links {}", line.trim()),
        None => Ok(()),
    }
}

/// Tauri's own bundler; it builds the page and the release binary first.
fn package_app() -> Result<()> {
    let bundles = Path::new("target/release/bundle");
    empty(bundles)?;
    cmd("ui/node_modules/.bin/tauri", ["build", "--bundles", "deb,rpm"]).run()?;
    for kind in ["deb", "rpm"] {
        let built = only_file_in(&bundles.join(kind), kind)?;
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
    host_deb::build(Path::new(RELEASE_HOST), Path::new(OUTPUT))?;
    let plain = format!("hearth-host-{VERSION}-{}-linux", std::env::consts::ARCH);
    fs::copy(RELEASE_HOST, Path::new(OUTPUT).join(plain))?;
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
