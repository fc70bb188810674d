//! What stands of what was said about a line (annotations): the entries that still count, and what they come to. Pure; the page does
//! the same for what it shows (`annotations.ts`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::body::Body;
use crate::emoji::Emoji;
use crate::entry::Entry;
use crate::ids::{MemberId, Seq};

/// Kinds of emoji that one line may have.
pub const REACTION_KINDS: usize = 20;

/// Reactions that one line may have in all: a page of lines with theirs is bounded by that.
pub const REACTIONS: usize = 500;

/// Entries about one line beyond which nobody puts a reaction or a pin to it: what was taken back stays in the log, and each act
/// about a line reads all that was said about it. Four times what may stand is more than people who change their minds need; what
/// stands can be taken back all the same.
pub const SAID_ABOUT: usize = 2_000;

/// How often a line may be changed.
pub const EDITS: usize = 20;

/// Lines that may be pinned at the same time.
pub const PINS: usize = 50;

/// A line, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who said it.
    pub author: MemberId,
    /// What it says now; `None` once it was taken away.
    pub text: Option<String>,
    /// How often it was changed.
    pub edits: usize,
    /// Who put which emoji to it.
    pub reactions: BTreeMap<Emoji, BTreeSet<MemberId>>,
    /// Whether it is pinned.
    pub pinned: bool,
}

impl Standing {
    /// What became of an entry, by the entries about it, in order; `None` if it was never a line.
    pub fn of<'a>(line: &Entry, about: impl IntoIterator<Item = &'a Entry>) -> Option<Self> {
        let text = match &line.body {
            Body::Message { text, .. } => Some(text.clone()),
            Body::Erased => None,
            _ => return None,
        };
        let mut standing = Self {
            author: line.from.member.clone(),
            text,
            edits: 0,
            reactions: BTreeMap::new(),
            pinned: false,
        };
        about
            .into_iter()
            .filter(|entry| entry.body.about() == Some(line.seq))
            .for_each(|entry| standing.take(entry));
        Some(standing)
    }

    /// One more entry about it.
    pub fn take(&mut self, entry: &Entry) {
        match &entry.body {
            Body::Edited { text, .. } => {
                self.edits += 1;
                if let Some(now) = &mut self.text {
                    now.clone_from(text);
                }
            }
            Body::Removed { .. } => {
                self.text = None;
                self.reactions.clear();
                self.pinned = false;
            }
            Body::Reacted { emoji, on: true, .. } => {
                self.reactions.entry(emoji.clone()).or_default().insert(entry.from.member.clone());
            }
            Body::Reacted { emoji, on: false, .. } => {
                if let Some(by) = self.reactions.get_mut(emoji) {
                    by.remove(&entry.from.member);
                    if by.is_empty() {
                        self.reactions.remove(emoji);
                    }
                }
            }
            Body::Pinned { on, .. } => self.pinned = *on,
            _ => {}
        }
    }
}

/// Of entries about lines, oldest first, those that still count: not a reaction that was taken back, nor anything about a line that
/// was taken away but that. What is not known is left as it is.
pub fn standing(about: Vec<Arc<Entry>>) -> Vec<Arc<Entry>> {
    let mut removed = BTreeSet::new();
    let mut last: BTreeMap<(Seq, Option<Emoji>, Option<MemberId>), Seq> = BTreeMap::new();
    for entry in &about {
        let Some(line) = entry.body.about() else { continue };
        match &entry.body {
            Body::Removed { .. } => drop(removed.insert(line)),
            Body::Reacted { emoji, .. } => {
                last.insert((line, Some(emoji.clone()), Some(entry.from.member.clone())), entry.seq);
            }
            Body::Pinned { .. } => drop(last.insert((line, None, None), entry.seq)),
            _ => {}
        }
    }
    let newest: BTreeSet<Seq> = last.into_values().collect();
    let counts = |entry: &Arc<Entry>| match &entry.body {
        Body::Removed { .. } => true,
        _ if entry.body.about().is_some_and(|line| removed.contains(&line)) => false,
        Body::Reacted { on, .. } | Body::Pinned { on, .. } => *on && newest.contains(&entry.seq),
        _ => true,
    };
    about.into_iter().filter(counts).collect()
}

/// The lines that are pinned, by all entries that put one up or took one down or away, oldest first.
pub fn pinned<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Seq> {
    let mut pinned: Vec<Seq> = Vec::new();
    for entry in entries {
        match entry.body {
            Body::Pinned { about, on: true } if !pinned.contains(&about) => pinned.push(about),
            Body::Pinned { about, on: false } | Body::Removed { about } => {
                pinned.retain(|line| *line != about);
            }
            _ => {}
        }
    }
    pinned
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Mentions;
    use crate::entry::Author;
    use crate::nickname::Nickname;

    const LINE: u64 = 1;

    fn entry(seq: u64, who: usize, body: Body) -> Entry {
        let from = Author {
            member: MemberId::new(&format!("m-{who}")).expect("an id"),
            nickname: Nickname::new("n").expect("a nickname"),
        };
        let seq = Seq::try_from(seq).expect("a place");
        Entry { seq, prev: Seq::ZERO, at: jiff::Timestamp::UNIX_EPOCH, from, id: None, body }
    }

    fn line() -> Entry {
        entry(LINE, 0, Body::Message { text: "first".to_owned(), time: None })
    }

    fn said() -> impl Strategy<Value = Vec<Entry>> {
        let about = line().seq;
        let emoji =
            prop_oneof![Just("👍"), Just("🔥")].prop_map(|sign: &str| Emoji::new(sign).expect("an emoji"));
        let body = prop_oneof![
            4 => (emoji, any::<bool>()).prop_map(move |(emoji, on)| Body::Reacted { about, emoji, on }),
            2 => "[a-c]".prop_map(move |text| Body::Edited { about, text, mentions: Mentions::default() }),
            2 => any::<bool>().prop_map(move |on| Body::Pinned { about, on }),
            1 => Just(Body::Removed { about }),
        ];
        let numbered = |bodies: Vec<(usize, Body)>| {
            bodies.into_iter().zip(LINE + 1..).map(|((who, body), seq)| entry(seq, who, body)).collect()
        };
        prop::collection::vec((0..3_usize, body), 0..12).prop_map(numbered)
    }

    proptest! {
        /// Whoever is told what stands knows as much as whoever was there.
        #[test]
        fn what_stands_says_all(said in said()) {
            let stands = standing(said.iter().cloned().map(Arc::new).collect());
            let known = Standing::of(&line(), &said).expect("a line");
            let mut told = Standing::of(&line(), stands.iter().map(|entry| &**entry)).expect("a line");
            if known.text.is_none() {
                // How often it was changed before says nothing any more, and what is said afterwards is refused by the room.
                prop_assert!(told.text.is_none() && told.reactions.is_empty() && !told.pinned);
            } else {
                told.edits = known.edits;
                prop_assert_eq!(&told, &known);
            }
            // And it stands when it is told again.
            prop_assert_eq!(standing(stands.clone()), stands);
        }
    }
}
