//! HTTP on the room's port: the guest page and the sign at its door, the owner's API, and the upgrade to WebSocket.

pub(crate) mod answer;
pub(crate) mod asker;
pub(crate) mod body;
pub(crate) mod door;
pub(crate) mod door_sign;
pub(crate) mod error_answers;
pub(crate) mod guest_page;
pub(crate) mod listener;
pub(crate) mod origin;
pub(crate) mod own_names;
pub(crate) mod owner_api;
pub(crate) mod router;
pub(crate) mod routes;
pub(crate) mod routing_table;
pub(crate) mod upgrade;
pub(crate) mod visit;
