//! Randomness from the system, of which ids, tokens and secrets are made.

/// 128 bits from the system.
pub(crate) fn random() -> u128 {
    let mut bytes = [0; 16];
    // Without a source of randomness no secret can be made, and no room kept apart from another.
    getrandom::fill(&mut bytes).expect("the system has a source of randomness");
    u128::from_ne_bytes(bytes)
}
