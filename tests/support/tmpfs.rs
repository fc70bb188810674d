//! A disk of a size that a test can fill.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A small disk in memory. It is gone when it is dropped.
#[derive(Debug)]
pub struct Tmpfs(TempDir);

impl Tmpfs {
    /// Mounts one of so many bytes; `None` where the tests have no right to.
    pub fn mount(bytes: usize) -> Option<Self> {
        Self::mounted(&format!("size={bytes}"))
    }

    /// Mounts one that is full: there is no room for a file or a folder in it.
    pub fn mount_full() -> Option<Self> {
        // The one is the disk's own folder.
        Self::mounted("nr_inodes=1")
    }

    fn mounted(limit: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("{limit},mode=0700"), "tmpfs"]).arg(folder.path());
        let mounted = mount.status().is_ok_and(|status| status.success());
        mounted.then_some(Self(folder))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}
