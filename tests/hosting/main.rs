//! A host that runs for long: how it is set up, what stands before it, and what nobody can take from it.

/// The host without a window: what it says, how it is set up, how it ends.
mod hearth_host;
/// Nobody can take more than their share: of places, of bytes, of frames, of talk.
mod limits;
/// The files for nginx and Caddy work in front of a real host.
mod reverse_proxy;
/// Whoever does not go on is not waited for.
mod timeouts;
