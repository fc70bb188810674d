//! Plain HTTP.

pub(crate) mod answer;
