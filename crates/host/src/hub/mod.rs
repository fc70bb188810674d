//! The one task that ties these: it has the room decide, the log commit, and only then lets anybody know.

pub(crate) mod commit;
pub(crate) mod handle;
pub(crate) mod hub;
pub(crate) mod lines;
pub(crate) mod owner;
pub(crate) mod policy_store;
pub(crate) mod publish;
pub(crate) mod request;
pub(crate) mod resume;
pub(crate) mod retention_date;
