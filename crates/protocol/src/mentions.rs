//! Mentions: who a line is addressed to, as data of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::MemberId;
use crate::nickname::Nickname;

/// One line mentions so many people by name, at most; whoever means more means all.
pub const MENTIONED: usize = 50;

/// Who is mentioned in a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Mentions {
    /// Members, each under the nickname that stands in the text behind an `@`.
    #[serde(default)]
    pub members: Vec<Mention>,
    /// Everybody in the room.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub everyone: bool,
}

/// Somebody who is mentioned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Mention {
    /// Who.
    pub member: MemberId,
    /// As they are called in the text.
    pub nickname: Nickname,
}

impl Mentions {
    /// Whether nobody is mentioned.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && !self.everyone
    }

    /// The bytes that they hold on the heap.
    pub fn heap_bytes(&self) -> usize {
        let of = |mention: &Mention| mention.member.as_str().len() + mention.nickname.as_str().len();
        self.members.iter().map(of).sum()
    }

    /// Those whose names stand in the text, each once.
    #[must_use]
    pub fn checked(mut self, text: &str) -> Self {
        let mut kept: Vec<Mention> = Vec::new();
        for mention in self.members {
            let stands = text.contains(&format!("@{}", mention.nickname.as_str()));
            if stands && kept.len() < MENTIONED && !kept.contains(&mention) {
                kept.push(mention);
            }
        }
        self.members = kept;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_mentioned_who_is_not_named() {
        let mention = |name: &str| Mention {
            member: MemberId::new("m").expect("an id"),
            nickname: Nickname::new(name).expect("a nickname"),
        };
        let all = Mentions {
            members: vec![mention("小李"), mention("小李"), mention("阿明")],
            everyone: false,
        };
        assert_eq!(all.checked("@小李 来").members, [mention("小李")]);
    }
}
