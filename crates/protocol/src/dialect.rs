//! Dialects: which protocol a connection speaks.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The dialect that a connection speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Dialect {
    /// `hearth.v1`.
    #[default]
    V1,
    /// The tutorial chat room's.
    Classic,
}

impl Dialect {
    /// Whether it is `hearth.v1`.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
    pub(crate) fn is_v1(&self) -> bool {
        *self == Self::V1
    }
}
