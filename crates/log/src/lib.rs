//! A room's log: the trait, the memory log, and the suite that every log must pass
