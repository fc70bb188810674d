//! Versions that are said in more than one place agree: the least Rust (the MSRV), the least Node, and Hearth's own.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::setup::OLDEST_NODE;

/// The least Rust: `rust-version` of the workspace.
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");

/// Hearth's version: `version` of the workspace.
const HEARTH: &str = env!("CARGO_PKG_VERSION");

/// A place that says a version, directly after some words.
struct Place {
    file: &'static str,
    words: &'static str,
}

const fn place(file: &'static str, words: &'static str) -> Place {
    Place { file, words }
}

/// What builds with the least Rust proves that it is enough, so the toolchain and the images are of that version and no newer.
const OF_RUST: [Place; 7] = [
    place("rust-toolchain.toml", "channel = \""),
    place("packaging/Dockerfile", "FROM rust:"),
    place(".devcontainer/devcontainer.json", "\"image\": \"rust:"),
    place(".github/workflows/check.yml", "image: rust:"),
    place(".github/workflows/release.yml", "container: rust:"),
    place("README.md", "[Rust](https://rustup.rs) "),
    place("CONTRIBUTING.md", "[Rust](https://rustup.rs) "),
];

const OF_NODE: [Place; 3] = [
    place("ui/package.json", "\"node\": \">="),
    place("README.md", "[Node](https://nodejs.org) "),
    place("CONTRIBUTING.md", "[Node](https://nodejs.org) "),
];

const OF_HEARTH: [Place; 5] = [
    place("ui/package.json", "\"version\": \""),
    place("packaging/aur/PKGBUILD", "pkgver="),
    place("packaging/aur/.SRCINFO", "pkgver = "),
    place("packaging/flatpak/invalid.hearth.Hearth.yml", "tag: v"),
    place("packaging/flatpak/invalid.hearth.Hearth.metainfo.xml", "<release version=\""),
];

/// An error that names every place that says something else.
pub(crate) fn check() -> Result<()> {
    let (major, minor) = OLDEST_NODE;
    let node = format!("{major}.{minor}");
    let mut wrong = Vec::new();
    for (what, version, places) in
        [("Rust", RUST, &OF_RUST[..]), ("Node", &node, &OF_NODE), ("Hearth", HEARTH, &OF_HEARTH)]
    {
        println!("{what} {version}: said in {} more places", places.len());
        for Place { file, words } in places {
            let text = fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
            wrong.extend(disagreement(&text, words, version).map(|why| format!("{file} {why}")));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("Cargo.toml has Rust {RUST} and Hearth {HEARTH}, xtask has Node {node}, but {}", wrong.join(", "))
}

/// What a text says instead of this version; `None` when they agree. Where three numbers stand for two, the third is free.
fn disagreement(text: &str, words: &str, version: &str) -> Option<String> {
    let Some((_, rest)) = text.split_once(words) else {
        return Some(format!("has no version after `{words}`"));
    };
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let said = rest[..end].trim_end_matches('.');
    let agrees = said.strip_prefix(version).is_some_and(|patch| patch.is_empty() || patch.starts_with('.'));
    (!agrees).then(|| format!("says `{words}{said}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_agrees_with_or_without_a_third_number() {
        for said in ["1.95", "1.95.0", "1.95-bookworm", "1.95 or newer", "1.95."] {
            assert_eq!(disagreement(&format!("\nFROM rust:{said}\n"), "FROM rust:", "1.95"), None, "{said}");
        }
    }

    #[test]
    fn another_version_none_and_a_lost_place_are_named() {
        let disagreement = |text: &str| disagreement(text, "FROM rust:", "1.95");
        for said in ["1.9", "1.950", "1.96.0", "2.1.95"] {
            let words = format!("FROM rust:{said}");
            assert_eq!(disagreement(&format!("{words}-bookworm")), Some(format!("says `{words}`")));
        }
        assert_eq!(disagreement("FROM rust:1-bookworm"), Some("says `FROM rust:1`".to_owned()));
        assert_eq!(disagreement("FROM rust:latest"), Some("says `FROM rust:`".to_owned()));
        assert_eq!(disagreement("FROM debian"), Some("has no version after `FROM rust:`".to_owned()));
    }

    #[test]
    fn the_versions_are_of_two_and_of_three_numbers() {
        assert_eq!((RUST.split('.').count(), HEARTH.split('.').count()), (2, 3));
    }
}
