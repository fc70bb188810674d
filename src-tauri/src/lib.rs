//! The desktop shell: a window around the page, and the page's way to rooms, host, files and tray. It decides nothing
//! about chat.
//!
//! The modules are in the order of their floors: each imports only from those above it in this list.

/// The contract with the page: the types that cross between it and the shell.
pub mod api;

/// The app's own files: where they lie, and how one is written whole or not at all.
mod files;

/// What the app knows while it runs, and tells the page of.
mod state;

/// The handle that everything holds: state, window system, folders.
mod shell;

/// Persistence: settings and the list of rooms are written.
mod save;

/// The desktop: window, tray, links from elsewhere, sleep, the web view.
mod desktop;

/// Rooms on this network, heard of by multicast DNS.
mod nearby;

/// The rooms that the user is in: joined, driven, told to the page, written out, left.
mod rooms;

/// The room that is hosted here, and all rooms of the user's own.
mod hosting;

/// The settings, and what follows from a change of them.
mod settings;

/// Closing the window, and the graceful shutdown.
mod quit;

/// What the page may ask for.
mod commands;

/// All of it put together.
mod app;

pub use app::run;
pub use desktop::failed_start::{FailedStart, UNAVAILABLE};
