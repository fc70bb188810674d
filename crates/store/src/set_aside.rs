//! Quarantine: a file that is damaged gets another name, so that nothing of it is lost when another takes its place.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::open::beside;

/// Gives a file and what stands beside it (its name with these endings) a name that nothing has yet, such as
/// `room.db.damaged`, in this order. Gives the new name. The caller has the file's lock.
pub fn set_aside(file: &Path, endings: &[&str]) -> io::Result<PathBuf> {
    let numbered = (2..).map(|n: u32| format!(".damaged-{n}"));
    let mut names = std::iter::once(".damaged".to_owned()).chain(numbered).map(|more| beside(file, &more));
    let is_free = |name: &PathBuf| endings.iter().all(|ending| !beside(name, ending).exists());
    let aside = names.find(is_free).unwrap_or_else(|| beside(file, ".damaged"));
    for ending in endings {
        match fs::rename(beside(file, ending), beside(&aside, ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(aside)
}
