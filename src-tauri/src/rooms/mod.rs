//! The rooms that the user is in are joined, driven, told to the page, written out and left here.

pub(crate) mod export;
pub(crate) mod identity;
pub(crate) mod join;
pub(crate) mod leave;
pub(crate) mod open;
pub(crate) mod order;
pub(crate) mod updates;
