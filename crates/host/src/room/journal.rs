//! The journal of a batch: an inverse for each change of the members, so that what could not be stored is rolled back (an undo
//! log). That somebody has left has none: they are gone, whatever the disk says.

use hearth_protocol::{MemberId, Nickname};

use crate::access::grant::Grant;

/// What undoes a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Undo {
    /// Somebody is new: they are forgotten, and the invitation that they came by is as good as before.
    New { member: MemberId },
    /// Somebody came in: they are gone again.
    Came { member: MemberId },
    /// Somebody may do more: they may not, and the invitation that gave it is as good as before.
    Raised { member: MemberId, before: Grant },
    /// Somebody has another nickname: they have the old one, unless it has changed once more.
    Renamed { member: MemberId, old: Nickname, new: Nickname },
}
