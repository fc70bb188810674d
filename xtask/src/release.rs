//! `cargo xtask release-notes`: what a tag is released with, from CHANGELOG.md.

use std::fs;

use anyhow::{Context, Result, bail};

/// Every package of the workspace has the same version.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Prints the notes of a tag. An error unless the tag is that of this version, and the changelog has something to say of it.
pub(crate) fn print_notes(tag: &str) -> Result<()> {
    if tag.strip_prefix('v') != Some(VERSION) {
        bail!("the tag is {tag}, but Cargo.toml has version {VERSION}: its tag is v{VERSION}");
    }
    let changelog = fs::read_to_string("CHANGELOG.md").context("cannot read CHANGELOG.md")?;
    println!("{}", notes(&changelog, VERSION)?);
    Ok(())
}

/// The section of a version: what follows its heading, `## 1.2.3` and perhaps a date, up to the next one.
fn notes(changelog: &str, version: &str) -> Result<String> {
    let heading = |line: &str| line.strip_prefix("## ").map(|title| title.split(' ').next() == Some(version));
    let from = changelog.lines().skip_while(|line| heading(line) != Some(true)).skip(1);
    let section: Vec<&str> = from.take_while(|line| heading(line).is_none()).collect();
    let section = section.join("\n").trim().to_owned();
    if section.is_empty() {
        bail!("CHANGELOG.md says nothing under `## {version}`");
    }
    Ok(section)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGELOG: &str = "\
# Changelog

## Unreleased

- Soon.

## 1.10.0 – 2027-03-01

### Added

- Files.

## 1.1.0

- First.
";

    #[test]
    fn a_section_ends_where_the_next_begins() {
        assert_eq!(notes(CHANGELOG, "1.10.0").expect("notes"), "### Added\n\n- Files.");
        assert_eq!(notes(CHANGELOG, "1.1.0").expect("notes"), "- First.");
    }

    #[test]
    fn a_version_without_a_section_is_not_released() {
        assert!(notes(CHANGELOG, "1.1").is_err());
        assert!(notes("## 2.0.0\n\n## 1.0.0\n- x\n", "2.0.0").is_err());
    }

    #[test]
    fn a_tag_is_that_of_the_version_in_cargo_toml() {
        for tag in [VERSION, "v0.0.0", "v"] {
            assert!(print_notes(tag).is_err(), "{tag}");
        }
    }
}
