//! The room that is hosted here, and the user's own rooms, are served and kept here.

pub(crate) mod access;
pub(crate) mod control;
pub(crate) mod own_rooms;
pub(crate) mod ports;
pub(crate) mod reading;
pub(crate) mod serve;
pub(crate) mod status;
pub(crate) mod task;
