//! What is decided: who is here, under which nickname, and what follows from what they do (presence, moderation). Pure.

pub(crate) mod batch;
pub(crate) mod entering;
pub(crate) mod members;
pub(crate) mod room;
pub(crate) mod roster;
pub(crate) mod settle;
