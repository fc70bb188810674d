//! The app's own files lie in its folders; each is written whole or not at all.

pub(crate) mod folders;
pub(crate) mod logs;
pub(crate) mod private_file;
pub(crate) mod settings_file;
