//! Making a fresh machine ready. Each part looks first and says what is missing and why, so that doing it again is quick.

mod distro;
mod node;
mod system;
mod tools;
mod unpacked;

pub(crate) use node::{
    OLDEST_NODE, build_page, build_page_if_stale, page_packages, require_node, test_server_packages,
};
pub(crate) use system::{BUILD_ANY, BUILD_APP, PACKAGE, TEST, install};
pub(crate) use tools::{
    CONFORMANCE_SUITE, TAURI_DRIVER, cargo_deny, conformance_suite, find_cargo_deny, tauri_driver,
};

pub(crate) use unpacked::{UNPACKED, unpacked_servers};

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The names under which Chromium is found.
pub(crate) const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Remembers in a file what a folder was filled from. Written last: a set-up that was cut short is done again.
struct Stamp {
    path: PathBuf,
    content: String,
}

impl Stamp {
    fn new(folder: impl AsRef<Path>, content: String) -> Self {
        Self { path: folder.as_ref().join(".hearth-stamp"), content }
    }

    fn is_fresh(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|found| found == self.content)
    }

    fn write(&self) -> Result<()> {
        fs::write(&self.path, &self.content).with_context(|| format!("cannot write {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_fresh_until_its_content_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let stamp = |content: &str| Stamp::new(folder.path(), content.to_owned());
        assert!(!stamp("1").is_fresh());
        stamp("1").write().expect("writes");
        assert!(stamp("1").is_fresh());
        assert!(!stamp("2").is_fresh());
    }
}
