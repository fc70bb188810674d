//! Proving that others can reach a host: it asks a member's client to dial it back, and sees by itself what arrives.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::ProbeNonce;

/// A probe names at most this many candidates: a host has a handful of addresses, and nobody is to look through a network
/// for it.
pub const PROBE_CANDIDATES: usize = 8;

/// Where a candidate is asked for: this, and the nonce behind it.
pub const REACH_PATH: &str = "/reach/";

/// The header of the answer there: the nonce again. By it a client knows the host that it was asked by.
pub const REACH_HEADER: &str = "hearth-reach";

/// Please dial these addresses, which I take for mine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Probe {
    /// What is to be asked for there.
    pub nonce: ProbeNonce,
    /// Addresses of numbers with a port, such as `192.168.1.23:8080`; at most [`PROBE_CANDIDATES`].
    pub candidates: Vec<String>,
}

/// What came of a probe, as far as its candidates were dialled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Probed {
    /// The probe's.
    pub nonce: ProbeNonce,
    /// One for each candidate that was dialled.
    pub results: Vec<ProbeResult>,
}

/// What came of dialling one candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProbeResult {
    /// As it stood in the probe.
    pub candidate: String,
    /// What came of it.
    pub outcome: ProbeOutcome,
    /// Whether it is an address of a network that the client's computer is in itself, so that no router stands between.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub near: bool,
}

/// What comes of dialling a candidate. Told for the reasons of a failure; what proves a success is what the host sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ProbeOutcome {
    /// The host answered.
    Reached,
    /// A computer answered, and nothing listens there.
    Refused,
    /// Nobody answered at all.
    TimedOut,
    /// No way leads there.
    Unreachable,
    /// Somebody else answered.
    OtherHost,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}
