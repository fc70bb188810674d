//! The app's own files.

pub(crate) mod folders;
pub(crate) mod logs;
pub(crate) mod private_file;
pub(crate) mod settings_file;
