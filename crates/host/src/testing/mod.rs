//! What the tests drive apart from a whole host: a host without a room behind it, for conformance suites, and what decides,
//! for the simulation.

pub mod echo;
pub mod pure;
