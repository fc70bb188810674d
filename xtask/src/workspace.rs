//! What the workspace holds, asked from Cargo, so that a new crate or test file is never forgotten.

use std::fs;
use std::path::{Path, PathBuf};

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

/// Where the programs of the integration tests stand, a folder each, named in `tests/Cargo.toml`.
const TESTS: &str = "tests";

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

/// A program of integration tests, or some modules of it, which have a promise each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TestProgram {
    pub(crate) name: String,
    pub(crate) needs: Needs,
    /// None stands for all of them.
    modules: Vec<String>,
}

/// What a test program needs besides what was built, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Needs {
    Sockets,
    /// Sockets, and the machine to itself: its promises are about time.
    Quiet,
    /// A screen.
    Windows,
    /// A screen, and the packages, which it installs on this machine.
    Packages,
}

impl Needs {
    /// The name of a program tells it.
    fn of(program: &str) -> Self {
        match program {
            "resilience" => Self::Quiet,
            "windows" => Self::Windows,
            "packages" => Self::Packages,
            _ => Self::Sockets,
        }
    }
}

impl TestProgram {
    fn new(name: &str, modules: Vec<String>) -> Self {
        Self { name: name.to_owned(), needs: Needs::of(name), modules }
    }

    /// All programs of integration tests in the workspace.
    pub(crate) fn all() -> Result<Vec<Self>> {
        let targets = packages()?.into_iter().flat_map(|package| package.targets);
        let is_test = |target: &Target| target.kind.iter().any(|kind| kind == "test");
        let tests: Vec<Target> = targets.filter(is_test).collect();
        forgets_none_in(Path::new(TESTS), &tests)?;
        Ok(tests.iter().map(|target| Self::new(&target.name, Vec::new())).collect())
    }

    /// What was asked for, such as `delivery` or `windows::room`: each program once.
    pub(crate) fn named(names: &[String]) -> Vec<Self> {
        let mut programs: Vec<Self> = Vec::new();
        for name in names {
            let (name, module) = name.split_once("::").unwrap_or((name, ""));
            let modules = if module.is_empty() { Vec::new() } else { vec![module.to_owned()] };
            match programs.iter_mut().find(|program| program.name == name) {
                Some(program) if modules.is_empty() => program.modules.clear(),
                Some(program) if program.modules.is_empty() => {}
                Some(program) => program.modules.extend(modules),
                None => programs.push(Self::new(name, modules)),
            }
        }
        programs
    }

    /// What narrows it to its modules, as the test program itself takes it.
    pub(crate) fn filters(&self) -> impl Iterator<Item = String> {
        self.modules.iter().map(|module| format!("{module}::"))
    }
}

/// An error if a file in this folder belongs to no test program: Cargo would never run it, and nobody would notice. A
/// program's folder holds its `main.rs`, and the modules that are named there.
fn forgets_none_in(folder: &Path, tests: &[Target]) -> Result<()> {
    if let Some(file) = rust_files(folder)?.first() {
        bail!("{} is no test: it belongs into the folder of a program", file.display());
    }
    for entry in entries(folder)? {
        let main = std::path::absolute(entry.join("main.rs"))?;
        if !main.is_file() {
            continue;
        }
        if !tests.iter().any(|test| test.src_path == main) {
            bail!("{} is no test: give it a [[test]] in tests/Cargo.toml", main.display());
        }
        let contents = fs::read_to_string(&main)?;
        for file in rust_files(&entry)? {
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            if name != "main" && !contents.lines().any(|line| line == format!("mod {name};")) {
                bail!("{} is in no test: give it a `mod {name};` in {}", file.display(), main.display());
            }
        }
    }
    Ok(())
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let is_rust = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "rs");
    Ok(entries(folder)?.into_iter().filter(is_rust).collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_in_no_test_program_is_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let tests = folder.path();
        fs::create_dir_all(tests.join("support")).expect("a folder");
        fs::write(tests.join("support/lib.rs"), "").expect("what they share");
        fs::create_dir(tests.join("delivery")).expect("a folder");
        let main = tests.join("delivery/main.rs");
        fs::write(&main, "mod storm;\n").expect("a program");
        fs::write(tests.join("delivery/storm.rs"), "").expect("a module");
        let target = || {
            [Target { name: "delivery".to_owned(), kind: vec!["test".to_owned()], src_path: main.clone() }]
        };
        assert!(forgets_none_in(tests, &target()).is_ok());
        assert!(forgets_none_in(tests, &[]).is_err(), "a program that is no target");

        fs::write(tests.join("delivery/talk.rs"), "").expect("a file");
        assert!(forgets_none_in(tests, &target()).is_err(), "a file that is no module");
        fs::rename(tests.join("delivery/talk.rs"), tests.join("talk.rs")).expect("moved");
        assert!(forgets_none_in(tests, &target()).is_err(), "a file that is in no program");
    }

    #[test]
    fn a_program_or_some_of_its_modules_can_be_named() {
        let named = |names: &[&str]| {
            let names: Vec<String> = names.iter().copied().map(str::to_owned).collect();
            let programs = TestProgram::named(&names).into_iter();
            programs.map(|program| (program.name.clone(), program.filters().collect())).collect::<Vec<_>>()
        };
        let of = |name: &str, filters: &[&str]| {
            (name.to_owned(), filters.iter().copied().map(str::to_owned).collect::<Vec<_>>())
        };
        assert_eq!(
            named(&["windows::room", "delivery", "windows::tray"]),
            [of("windows", &["room::", "tray::"]), of("delivery", &[])]
        );
        assert_eq!(named(&["http::guest_page", "http"]), [of("http", &[])], "all is more than some");
        assert_eq!(named(&["http", "http::guest_page"]), [of("http", &[])]);
    }

    #[test]
    fn the_name_of_a_test_program_tells_what_it_needs() {
        let names = ["delivery", "resilience", "windows::room", "packages"].map(str::to_owned);
        let needs: Vec<_> = TestProgram::named(&names).iter().map(|program| program.needs).collect();
        assert_eq!(needs, [Needs::Sockets, Needs::Quiet, Needs::Windows, Needs::Packages]);
    }
}
