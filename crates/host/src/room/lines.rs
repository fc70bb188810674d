//! The lines that the acts of a group are about, as they stand: read from the log before the group is decided on, and changed with
//! each decision, so that two acts about one line see each other.

use std::collections::HashMap;
use std::sync::Arc;

use hearth_protocol::{Entry, SAID_ABOUT, Seq, Standing, Verb};

/// What is known of lines while a group is decided on.
#[derive(Debug, Default)]
pub struct Lines {
    known: HashMap<Seq, Standing>,
    /// How many entries are about each, whether or not they still count.
    said: HashMap<Seq, usize>,
    /// They could not be read: nothing about a line can be decided.
    pub(super) unreadable: bool,
    /// How many lines are pinned by this group, and how many taken down.
    pub(super) pinned: usize,
    pub(super) unpinned: usize,
}

impl Lines {
    /// What stands of these entries, by what was said about them.
    pub(crate) fn of(lines: &[Arc<Entry>], about: &[Arc<Entry>], said: Vec<(Seq, usize)>) -> Self {
        let standing = |line: &Arc<Entry>| {
            let about = about.iter().map(|entry| &**entry);
            Some((line.seq, Standing::of(line, about)?))
        };
        let known = lines.iter().filter_map(standing).collect();
        Self { known, said: said.into_iter().collect(), ..Self::default() }
    }

    /// They cannot be read.
    pub(crate) fn unreadable() -> Self {
        Self { unreadable: true, ..Self::default() }
    }

    /// A line that something can be said about; `None` once it was taken away.
    pub(super) fn line(&self, seq: Seq) -> Option<&Standing> {
        self.known.get(&seq).filter(|line| line.text.is_some())
    }

    /// A line that was there, whether or not it was taken away.
    pub(super) fn known(&self, seq: Seq) -> Option<&Standing> {
        self.known.get(&seq)
    }

    /// Whether more was said about a line than may be, so that nothing is put to it any more.
    pub(super) fn is_worn(&self, seq: Seq) -> bool {
        self.said.get(&seq).is_some_and(|said| *said >= SAID_ABOUT)
    }

    /// Something is said about a line.
    pub(super) fn take(&mut self, entry: &Entry) {
        let Some(seq) = entry.body.about() else { return };
        let Some(line) = self.known.get_mut(&seq) else { return };
        *self.said.entry(seq).or_default() += 1;
        let was = line.pinned;
        line.take(entry);
        match (was, line.pinned) {
            (false, true) => self.pinned += 1,
            (true, false) => self.unpinned += 1,
            _ => {}
        }
    }
}

/// The line that an act says something about, or answers.
pub(crate) fn line_of(what: &Verb) -> Option<Seq> {
    match what {
        Verb::Post { reply, .. } => *reply,
        what => what.about(),
    }
}
