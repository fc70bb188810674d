//! How the world reaches the host: its addresses, the router's port (port mapping), mDNS, and the doctor, who finds out
//! who can get in, and who has.

pub(crate) mod addresses;
pub(crate) mod doctor;
pub(crate) mod firewall;
pub(crate) mod mdns;
pub(crate) mod outside;
pub(crate) mod port_mapping;
pub(crate) mod probes;
pub(crate) mod reachability;
pub(crate) mod tries;
pub(crate) mod visits;
pub(crate) mod way_in;
