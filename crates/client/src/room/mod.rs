//! A room that the user is in: the handle, and the task behind it.

pub(crate) mod client;
mod driver;
mod request;
mod subscribers;
mod watches;
