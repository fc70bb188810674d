//! Load generator, and the peers that the host is measured beside
