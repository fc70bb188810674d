//! What is decided: who is here, under which nickname, and what follows from what they do (presence, moderation). Pure.

mod acts;
pub(crate) mod batch;
pub(crate) mod entering;
mod journal;
pub(crate) mod lines;
pub(crate) mod members;
mod permissions;
pub(crate) mod room;
pub(crate) mod roster;
pub(crate) mod settle;
mod wants;
