//! A private file is for this user alone: it is replaced atomically, and never thrown away when it cannot be read.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Makes a folder that only this user may enter, with the folders above it.
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    // One that was there already may be open to others.
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Replaces a file's content. After a crash or a power cut the file holds either the old content or the new one.
pub(crate) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    private_folder(folder)?;
    // Made with mode 0600, and removed again should anything below fail.
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(content)?;
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|failed| failed.error)?;
    // The new name itself must reach the disk too.
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

/// Reads a file. One that is missing gives the default. One that cannot be understood gives the default too, and is set
/// aside under another name so that the next write does not destroy what the user may want to repair.
pub(crate) fn read_or_set_aside<T, E>(path: &Path, parse: impl FnOnce(&str) -> Result<T, E>) -> T
where
    T: Default,
    E: Error,
{
    let problem = match fs::read_to_string(path) {
        Ok(content) => match parse(&content) {
            Ok(value) => return value,
            // The words of a parser may quote the file, which may hold secrets: they stay out of the log.
            Err(_) => "it cannot be understood".to_owned(),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => return T::default(),
        Err(error) => error.to_string(),
    };
    let aside = free_name_beside(path);
    match fs::rename(path, &aside) {
        Ok(()) => {
            tracing::warn!(file = %path.display(), aside = %aside.display(), problem, "damaged, set aside");
        }
        Err(error) => tracing::error!(file = %path.display(), problem, %error, "damaged, and not set aside"),
    }
    T::default()
}

/// `settings.toml.damaged`, `settings.toml.damaged-2`, …
fn free_name_beside(path: &Path) -> PathBuf {
    let named = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let first = named(".damaged");
    if !first.exists() {
        return first;
    }
    (2..1000).map(|n| named(&format!(".damaged-{n}"))).find(|name| !name.exists()).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(content: &str) -> Result<u32, std::num::ParseIntError> {
        content.trim().parse()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .expect("the folder")
            .map(|file| file.expect("a file").file_name().into_string().expect("a name"))
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_was_written_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deeper/number");
        assert_eq!(read_or_set_aside(&path, number), 0, "a missing file gives the default");
        write(&path, b"17").expect("written");
        write(&path, b"18").expect("written again");
        assert_eq!(read_or_set_aside(&path, number), 18);
        assert_eq!(names(path.parent().expect("a folder")), ["number"], "no temporary file is left");
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_content_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        // A folder stands where the file should go, so that the last step fails.
        let path = folder.path().join("taken");
        fs::create_dir_all(path.join("inside")).expect("a folder in the way");
        assert!(write(&path, b"17").is_err());
        assert_eq!(names(folder.path()), ["taken"]);
    }

    #[test]
    fn a_damaged_file_is_set_aside_each_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("number");
        for content in [&b"many"[..], b"\xff\xfe"] {
            fs::write(&path, content).expect("written");
            assert_eq!(read_or_set_aside(&path, number), 0);
        }
        assert_eq!(names(folder.path()), ["number.damaged", "number.damaged-2"]);
        assert_eq!(fs::read(folder.path().join("number.damaged")).expect("kept"), b"many");
    }

    #[cfg(unix)]
    #[test]
    fn only_this_user_may_read() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("private/secret");
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, "old, open to all").expect("written");
        write(&path, b"new").expect("written");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().expect("a folder")), 0o700);
    }
}
