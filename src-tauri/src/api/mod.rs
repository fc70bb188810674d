//! The contract with the page (IPC) is these types: all that crosses between it and the shell, beside the updates of a
//! room.

pub mod access;
pub mod app;
pub mod error;
pub mod hosting;
pub mod rooms;
pub mod settings;
