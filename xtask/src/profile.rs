//! Cargo's build profiles: where each leaves the programs.

use std::path::{Path, PathBuf};

use crate::command::program_file;

/// The programs: the app, and the host without a window.
pub(crate) const APP: &str = "hearth";
pub(crate) const HOST: &str = "hearth-host";

/// How the programs are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// To be changed, tested, and built again.
    Dev,
    /// For people: with optimisations, in one piece, which takes a quarter of an hour.
    Release,
}

impl Profile {
    /// Where a program stands once it is built.
    pub(crate) fn program(self, name: &str) -> PathBuf {
        let folder = match self {
            Self::Dev => "target/debug",
            Self::Release => "target/release",
        };
        Path::new(folder).join(program_file(name))
    }
}
