//! The nicknames in use in a room, by their looks: of two that a reader could take for one another the later one gets a number.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use hearth_protocol::{MemberId, Nickname};

/// "阿明 2", "阿明 3", … up to this one; then any number that is free.
const NUMBERS_IN_TURN: u64 = 16;

/// Who has which look.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, MemberId>);

impl Names {
    /// Somebody has this nickname.
    pub(super) fn keep(&mut self, id: &MemberId, nickname: &Nickname) {
        self.0.extend(nickname.looks().into_iter().map(|look| (look, id.clone())));
    }

    /// Gives somebody a nickname that is as near to their wish as it is free.
    pub(super) fn claim(&mut self, id: &MemberId, wish: &Nickname) -> Nickname {
        let numbers = (2..=NUMBERS_IN_TURN).chain(scattered(id, self.0.len()));
        let nickname = wish.distinct(numbers, |look| self.0.contains_key(look));
        self.keep(id, &nickname);
        nickname
    }

    /// Somebody no longer has a nickname.
    pub(super) fn free(&mut self, id: &MemberId, nickname: &Nickname) {
        for look in nickname.looks() {
            // Names of an earlier rule may have shared one.
            if self.0.get(&look) == Some(id) {
                self.0.remove(&look);
            }
        }
    }

    /// Whether nobody but this one has a nickname that looks so.
    pub(super) fn is_free(&self, look: &str, id: &MemberId) -> bool {
        self.0.get(look).is_none_or(|holder| holder == id)
    }

    /// How many looks are taken.
    #[cfg(test)]
    pub(super) fn taken(&self) -> usize {
        self.0.len()
    }
}

/// Numbers in no order, among which more than half are free: trying them in turn would cost a room of namesakes a
/// step for each of them at every join.
fn scattered(id: &MemberId, taken: usize) -> impl Iterator<Item = u64> {
    let range = 4 * taken as u64 + 64;
    let id = id.clone();
    (0u64..).map(move |attempt| {
        let mut hasher = DefaultHasher::new();
        (&id, attempt).hash(&mut hasher);
        NUMBERS_IN_TURN + 1 + hasher.finish() % range
    })
}
