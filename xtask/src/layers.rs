//! Proof that imports point down only, and that nothing under `crates/` sees the window system.

use anyhow::{Context, Result, bail};

use crate::command::{Run, cmd};
use crate::workspace;

/// Which crates of ours each crate may use, its tests included. `host` and `client` never see each other: what needs
/// both stands in `tests/`.
const MAY_USE: [(&str, &[&str]); 5] = [
    ("hearth-protocol", &[]),
    ("hearth-log", &["hearth-protocol"]),
    ("hearth-host", &["hearth-log", "hearth-protocol"]),
    ("hearth-client", &["hearth-log", "hearth-protocol"]),
    ("hearth-bench", &["hearth-client", "hearth-host", "hearth-log", "hearth-protocol"]),
];

/// Asks Cargo for the tree of every crate, on all platforms and with all features.
pub(crate) fn check() -> Result<()> {
    let mut wrong = Vec::new();
    for krate in workspace::crates()? {
        let (_, may_use) = MAY_USE.iter().find(|(name, _)| *name == krate).with_context(|| {
            format!("{krate} has no place yet: say in xtask/src/layers.rs what it may use")
        })?;
        let tree =
            ["tree", "--package", &krate, "--edges", "normal,build,dev", "--target", "all", "--all-features"];
        let tree = cmd("cargo", tree).args(["--prefix", "none", "--format", "{p}"]).read()?;
        let trespasses = trespasses(&krate, may_use, &tree);
        println!("{krate}: {} packages, {} that it must not use", tree.lines().count(), trespasses.len());
        wrong.extend(trespasses.into_iter().map(|other| format!("{krate} uses {other}")));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("imports point down only, see ARCHITECTURE.md: {}", wrong.join(", "))
}

/// The packages in the tree of a crate that it must not use. A line of the tree begins with the name of a package.
fn trespasses(krate: &str, may_use: &[&str], tree: &str) -> Vec<String> {
    let mut found: Vec<String> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != krate && !may_use.contains(name))
        .filter(|name| is_ours(name) || is_window_system(name))
        .map(str::to_owned)
        .collect();
    found.sort();
    found.dedup();
    found
}

fn is_ours(package: &str) -> bool {
    package == "hearth" || package.starts_with("hearth-")
}

fn is_window_system(package: &str) -> bool {
    ["tauri", "wry", "tao", "gtk", "webkit2gtk"].contains(&package) || package.starts_with("tauri-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_may_use_what_is_below_it_and_nothing_else_of_ours() {
        let tree = "hearth-host v0.1.0 (/src)\nhearth-log v0.1.0 (/src)\nserde v1.0.0\nhearth-client v0.1.0 (/src) (*)\n";
        assert_eq!(trespasses("hearth-host", &["hearth-log"], tree), ["hearth-client"]);
    }

    #[test]
    fn the_window_system_is_out_of_bounds() {
        let tree = "hearth-log v0.1.0\ntauri-utils v2.0.0\ntauri v2.0.0\ntauri v2.0.0 (*)\ntauriel v1.0.0\n";
        assert_eq!(trespasses("hearth-log", &[], tree), ["tauri", "tauri-utils"]);
    }
}
