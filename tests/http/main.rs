//! What the room's port is to a browser, and to strangers.

/// Somebody without the app talks in a real browser.
mod guest_page;
/// Health, the guest page, and nothing that a stranger could make of it.
mod http;
/// Those who speak HTTP in a way that no browser does get nowhere.
mod strangers;
