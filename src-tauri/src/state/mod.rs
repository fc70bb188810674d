//! What the app knows while it runs.

pub(crate) mod app;
pub(crate) mod recent;
pub(crate) mod remembered;
