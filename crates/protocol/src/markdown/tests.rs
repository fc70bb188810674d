use std::fmt::Write as _;

use serde::Deserialize;

use super::*;

const VECTORS: &str = include_str!("../../../../tests/vectors/markdown.json");

#[derive(Deserialize)]
struct Vector {
    rule: String,
    text: String,
    html: String,
}
