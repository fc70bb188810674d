//! The TypeScript types of the wire are generated from Rust: proof that those in the page are today's.
//!
//! The tests of the crates write them, a plain `cargo test` straight into the page. `cargo xtask test` has them written
//! to a folder of their own instead and compares, so that it never hides a difference by writing over it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result, bail};

const IN_THE_PAGE: &str = "ui/src/wire/generated";
const FRESH: &str = "target/xtask/wire";

/// The variable that tells ts-rs where to write.
pub(crate) const EXPORT_DIR: &str = "TS_RS_EXPORT_DIR";

/// An empty folder for the types that the tests are about to write.
pub(crate) fn empty_folder() -> Result<PathBuf> {
    if Path::new(FRESH).exists() {
        fs::remove_dir_all(FRESH)?;
    }
    fs::create_dir_all(FRESH)?;
    Ok(std::path::absolute(FRESH)?)
}

/// Compares what the tests have just written with what the page has.
pub(crate) fn check() -> Result<()> {
    let fresh = types_in(Path::new(FRESH))?;
    if fresh.is_empty() {
        bail!("the tests wrote no types");
    }
    let differences = differences(&fresh, &types_in(Path::new(IN_THE_PAGE))?);
    if differences.is_empty() {
        println!("{} types, all as Rust has them", fresh.len());
        return Ok(());
    }
    bail!("in {IN_THE_PAGE}: {}; `cargo test --workspace --lib` writes them anew", differences.join(", "))
}

fn differences(fresh: &BTreeMap<PathBuf, String>, in_the_page: &BTreeMap<PathBuf, String>) -> Vec<String> {
    let changed = fresh.iter().filter_map(|(path, text)| match in_the_page.get(path) {
        None => Some(format!("{} is missing", path.display())),
        Some(old) if !same_types(old, text) => Some(format!("{} has changed", path.display())),
        Some(_) => None,
    });
    let stale = in_the_page.keys().filter(|path| !fresh.contains_key(*path));
    changed.chain(stale.map(|path| format!("{} is of no type any more: delete it", path.display()))).collect()
}

/// Equal but for what a formatter may change.
fn same_types(a: &str, b: &str) -> bool {
    let matters = |c: &char| !c.is_whitespace() && !matches!(c, ';' | ',' | '"' | '\'');
    a.chars().filter(matters).eq(b.chars().filter(matters))
}

/// The TypeScript files under a folder, by their path in it.
fn types_in(folder: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let mut types = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        let entries = match fs::read_dir(&next) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.with_context(|| format!("cannot read {}", next.display()))?,
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "ts") {
                types.insert(path.strip_prefix(folder)?.to_owned(), fs::read_to_string(&path)?);
            }
        }
    }
    Ok(types)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types(files: &[(&str, &str)]) -> BTreeMap<PathBuf, String> {
        files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect()
    }

    #[test]
    fn formatting_is_no_difference() {
        let rust = types(&[("Ack.ts", "export type Ack = { \"id\": string, seq: number, };")]);
        let page = types(&[("Ack.ts", "export type Ack = {\n  id: string;\n  seq: number;\n};\n")]);
        assert_eq!(differences(&rust, &page), [""; 0]);
    }

    #[test]
    fn missing_changed_and_stale_types_are_named() {
        let rust = types(&[("A.ts", "new"), ("B.ts", "same"), ("C.ts", "")]);
        let page = types(&[("A.ts", "old"), ("B.ts", "same"), ("D.ts", "")]);
        let found = differences(&rust, &page);
        assert_eq!(found, ["A.ts has changed", "C.ts is missing", "D.ts is of no type any more: delete it"]);
    }

    #[test]
    fn types_are_found_in_folders_too() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("serde_json")).expect("a folder in it");
        fs::write(folder.path().join("serde_json/Value.ts"), "x").expect("a type");
        fs::write(folder.path().join("README.md"), "x").expect("no type");
        assert_eq!(types_in(folder.path()).expect("reads"), types(&[("serde_json/Value.ts", "x")]));
    }
}
