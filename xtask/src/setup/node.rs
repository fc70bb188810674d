//! Node, its packages, and the page that it builds.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use super::Stamp;
use crate::command::{Run, cmd};

/// The oldest Node on which the page's tools run: major and minor version.
pub(crate) const OLDEST_NODE: (u32, u32) = (20, 19);

/// An error that says what to do, unless a Node that is new enough is there.
pub(crate) fn require_node() -> Result<()> {
    let (major, minor) = OLDEST_NODE;
    let advice = format!("install Node {major}.{minor} or newer, with npm, and try again");
    let version = cmd("node", ["--version"]).read().with_context(|| advice.clone())?;
    match parse_version(&version) {
        Some(found) if found >= OLDEST_NODE => Ok(()),
        _ => bail!("Node is {}, which is too old: {advice}", version.trim()),
    }
}

/// The packages of the page.
pub(crate) fn page_packages() -> Result<()> {
    npm_ci("ui")
}

/// The packages of the Node servers that the tests talk to.
pub(crate) fn test_server_packages() -> Result<()> {
    npm_ci("tests/node")
}

/// Builds the page twice: into `ui/dist`, from where the app embeds it, and for guests in a browser into `ui/dist-guest`, from
/// where the host does.
pub(crate) fn build_page() -> Result<()> {
    for script in ["build", "build:guest"] {
        cmd("npm", ["run", script]).current_dir("ui").run()?;
    }
    Ok(())
}

/// Builds the page unless nothing has changed since: a new page makes Cargo build the app anew.
pub(crate) fn build_page_if_stale() -> Result<()> {
    let built = ["ui/dist/index.html", "ui/dist-guest/index.html"].map(|page| modified(Path::new(page)));
    match (built, newest_source()) {
        ([Some(app), Some(guest)], Some(changed)) if app.min(guest) >= changed => {
            println!("page: built, and nothing has changed since");
            Ok(())
        }
        _ => build_page(),
    }
}

/// `npm ci`, only when the lock file is not the one that the packages were installed from.
fn npm_ci(folder: &str) -> Result<()> {
    let lock = Path::new(folder).join("package-lock.json");
    let lock = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let stamp = Stamp::new(Path::new(folder).join("node_modules"), lock);
    if stamp.is_fresh() {
        println!("{folder}: its packages are installed");
        return Ok(());
    }
    cmd("npm", ["ci", "--no-audit", "--no-fund"]).current_dir(folder).run()?;
    stamp.write()
}

/// When the newest of the page's sources changed: of the files that git tracks, or would if they were added. `None` in
/// a copy without git.
fn newest_source() -> Option<SystemTime> {
    let mut list = cmd("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z", "ui"]);
    let sources = String::from_utf8(list.output().ok()?.stdout).ok()?;
    sources.split_terminator('\0').filter_map(|path| modified(Path::new(path))).max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|metadata| metadata.modified()).ok()
}

/// Major and minor of a version like `v20.19.4`.
fn parse_version(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(parse_version("v20.9.0\n"), Some((20, 9)));
        assert!(parse_version("v20.9.0") < Some(OLDEST_NODE));
        assert!(parse_version("v22.1.0") > Some(OLDEST_NODE));
        assert_eq!(parse_version("no node"), None);
    }
}
