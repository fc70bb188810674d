//! The one task that ties these: it has the room decide, the log commit, and only then lets anybody know.

pub(crate) mod hub;
pub(crate) mod owner;
pub(crate) mod request;
pub(crate) mod retention_date;
