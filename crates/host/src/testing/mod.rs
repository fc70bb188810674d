//! Hosts without a room behind them, for conformance suites.

pub mod echo;
