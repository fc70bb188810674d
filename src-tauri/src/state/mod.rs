//! The state is what the app knows while it runs.

pub(crate) mod app;
pub(crate) mod attention;
pub(crate) mod open_room;
pub(crate) mod quitting;
pub(crate) mod recent;
pub(crate) mod remembered;
