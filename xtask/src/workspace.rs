//! What the workspace holds, asked from Cargo, so that a new crate or test file is never forgotten.

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::command::{Run, cmd};

/// A package of this workspace.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    src_path: PathBuf,
}

/// Where the files stand that are test targets each, named in `tests/Cargo.toml`. What they share is in `tests/support`.
const TEST_FILES: [&str; 2] = ["tests", "tests/e2e"];

/// All packages of the workspace.
pub(crate) fn packages() -> Result<Vec<Package>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let json = cmd("cargo", ["metadata", "--no-deps", "--format-version", "1"]).read()?;
    let metadata: Metadata = serde_json::from_str(&json).context("`cargo metadata` cannot be read")?;
    Ok(metadata.packages)
}

/// The packages under `crates/`, by name.
pub(crate) fn crates() -> Result<Vec<String>> {
    let folder = std::path::absolute("crates")?;
    let inside = |package: &Package| package.manifest_path.starts_with(&folder);
    Ok(packages()?.into_iter().filter(inside).map(|package| package.name).collect())
}

/// The integration tests of all packages, by name of their target.
pub(crate) struct TestTargets {
    /// Need sockets and files only.
    pub(crate) plain: Vec<String>,
    /// Need a screen, or install a package on this machine.
    pub(crate) windows: Vec<String>,
}

impl TestTargets {
    pub(crate) fn find() -> Result<Self> {
        let targets = packages()?.into_iter().flat_map(|package| package.targets);
        let is_test = |target: &Target| target.kind.iter().any(|kind| kind == "test");
        let tests: Vec<Target> = targets.filter(is_test).collect();
        for folder in TEST_FILES {
            forgets_none_in(Path::new(folder), &tests)?;
        }
        Ok(Self::split(tests.into_iter().map(|target| target.name)))
    }

    /// By their names: `e2e_…` opens windows, `package_…` installs one of the packages.
    pub(crate) fn split(names: impl Iterator<Item = String>) -> Self {
        let (windows, plain) =
            names.partition(|name| name.starts_with("e2e_") || name.starts_with("package_"));
        Self { plain, windows }
    }
}

/// An error if a file in this folder is no test target: Cargo would never run it, and nobody would notice.
fn forgets_none_in(folder: &Path, tests: &[Target]) -> Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.with_context(|| format!("cannot read {}", folder.display()))?,
    };
    for entry in entries {
        let file = std::path::absolute(entry?.path())?;
        let is_rust = file.extension().is_some_and(|extension| extension == "rs");
        if is_rust && !tests.iter().any(|test| test.src_path == file) {
            bail!("{} is no test: give it a [[test]] in tests/Cargo.toml", file.display());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_target_is_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("delivery.rs");
        fs::write(&file, "").expect("a file");
        fs::write(folder.path().join("Cargo.toml"), "").expect("no test");
        let target =
            |src_path| Target { name: "delivery".to_owned(), kind: vec!["test".to_owned()], src_path };
        assert!(forgets_none_in(folder.path(), &[target(file)]).is_ok());
        assert!(forgets_none_in(folder.path(), &[]).is_err());
        assert!(forgets_none_in(&folder.path().join("no-such-folder"), &[]).is_ok());
    }

    #[test]
    fn the_name_of_a_test_target_tells_what_it_needs() {
        let names = ["delivery", "e2e_room", "package_install", "classic"].map(str::to_owned);
        let targets = TestTargets::split(names.into_iter());
        assert_eq!(targets.plain, ["delivery", "classic"]);
        assert_eq!(targets.windows, ["e2e_room", "package_install"]);
    }
}
