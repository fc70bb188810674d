//! What the room's port is to a browser, and to strangers.

/// The sign at the door says where one is, and no more than a stranger may know.
mod door;
/// Somebody without the app talks in a real browser.
mod guest_page;
/// Health, the guest page, and nothing that a stranger could make of it.
mod http;
/// Those who speak HTTP in a way that no browser does get nowhere.
mod strangers;
