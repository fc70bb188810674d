//! WebSocket: what a client sends, within bounds (flood protection), and the task of each connection.

pub(crate) mod connection;
pub(crate) mod context;
pub(crate) mod frame_scanner;
pub(crate) mod guarded;
pub(crate) mod read_budget;
