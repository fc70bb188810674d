//! What people install.

/// The packages go in, work from where they put things, and come out again.
mod installed;
