//! The firewall: what a computer's own packet filter does with somebody who comes to the room's port. Pure: rules in, a
//! verdict out, and where the rules say more than is understood here, that.

mod iptables;
mod nft;
mod system;

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub(crate) use system::read;

/// Jumps into one another deeper than any filter goes (the kernel allows 16).
const DEPTH: usize = 16;

/// What the computer's own firewall does with newcomers at the room's port.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum Firewall {
    /// It lets them in, or there is none.
    Open,
    /// It turns them away.
    Closed {
        /// Where: a table and a chain.
        rule: String,
    },
    /// Its rules say more than is understood: who comes in may depend on where they come from.
    Unclear,
    /// Its rules cannot be read without the administrator's rights.
    #[default]
    Unreadable,
    /// The system's firewall asks its owner when the program starts, and can be looked at by them alone.
    AsksOwner,
}

/// The rules that stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Each filter that newcomers pass, in this order.
    Read(Vec<Filter>),
    Unreadable,
    /// Windows and macOS.
    AsksOwner,
}

/// One filter: where newcomers come in, and the chains that it may send them to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    table: String,
    entry: String,
    drops: bool,
    chains: Vec<Chain>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Chain {
    name: String,
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    conditions: Vec<Condition>,
    action: Action,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Action {
    Accept,
    Drop,
    Jump(String),
    Goto(String),
    Return,
    /// It counts, logs or marks.
    Nothing,
    /// Something that is not understood.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    /// The port is one of these, or with `false` none of them.
    Port(Vec<RangeInclusive<u16>>, bool),
    /// It came by the interface of this name, or with `false` by another. A `*` at the end stands for anything.
    Interface(String, bool),
    /// It is IPv6, or with `false` IPv4.
    IsV6(bool),
    /// What holds for everybody who is new and comes by TCP, or for none of them.
    Always(bool),
    /// It depends on where they come from.
    Source,
    Unknown,
}

/// Somebody who is new, and comes by TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Newcomer<'a> {
    pub(crate) port: u16,
    /// By which interface, if that is known.
    pub(crate) interface: Option<&'a str>,
    pub(crate) v6: bool,
}

impl Rules {
    /// What they come to for this newcomer.
    pub(crate) fn verdict(&self, newcomer: Newcomer<'_>) -> Firewall {
        let filters = match self {
            Self::Read(filters) => filters,
            Self::Unreadable => return Firewall::Unreadable,
            Self::AsksOwner => return Firewall::AsksOwner,
        };
        let mut verdict = Firewall::Open;
        for filter in filters {
            match filter.verdict(newcomer) {
                Firewall::Open => {}
                // Who is turned away once does not come in.
                closed @ Firewall::Closed { .. } => return closed,
                other => verdict = other,
            }
        }
        verdict
    }
}

/// Three answers: yes, no, or it depends.
type Holds = Option<bool>;

impl Condition {
    fn holds(&self, newcomer: Newcomer<'_>) -> Holds {
        match self {
            Self::Port(ports, positive) => {
                Some(ports.iter().any(|ports| ports.contains(&newcomer.port)) == *positive)
            }
            // Nobody who comes from elsewhere comes by loopback.
            Self::Interface(name, positive) if name == "lo" => Some(!positive),
            Self::Interface(name, positive) => {
                let of = |interface: &str| match name.strip_suffix('*') {
                    Some(start) => interface.starts_with(start),
                    None => interface == name,
                };
                newcomer.interface.map(|interface| of(interface) == *positive)
            }
            Self::IsV6(v6) => Some(newcomer.v6 == *v6),
            Self::Always(holds) => Some(*holds),
            Self::Source | Self::Unknown => None,
        }
    }
}

/// What has been decided on the way.
#[derive(Debug, Default)]
struct Walk {
    may_accept: bool,
    may_drop: bool,
}

/// How a chain ends.
enum End {
    Accepted,
    /// By the chain of this name.
    Dropped(String),
    /// Whoever sent it here goes on.
    Back,
}

impl Filter {
    fn verdict(&self, newcomer: Newcomer<'_>) -> Firewall {
        let mut walk = Walk::default();
        let (accepted, chain) = match self.walk(&self.entry, newcomer, true, 0, &mut walk) {
            End::Accepted => (true, String::new()),
            End::Dropped(chain) => (false, chain),
            End::Back => (!self.drops, self.entry.clone()),
        };
        match accepted {
            true if walk.may_drop => Firewall::Unclear,
            true => Firewall::Open,
            false if walk.may_accept => Firewall::Unclear,
            false => Firewall::Closed { rule: format!("{} {chain}", self.table) },
        }
    }

    /// Goes through a chain. `surely`: whether everybody comes here, or only somebody.
    fn walk(&self, chain: &str, newcomer: Newcomer<'_>, surely: bool, depth: usize, walk: &mut Walk) -> End {
        let Some(chain) = self.chains.iter().find(|known| known.name == chain).filter(|_| depth < DEPTH)
        else {
            (walk.may_accept, walk.may_drop) = (true, true);
            return End::Back;
        };
        for rule in &chain.rules {
            let holds: Vec<Holds> =
                rule.conditions.iter().map(|condition| condition.holds(newcomer)).collect();
            if holds.contains(&Some(false)) {
                continue;
            }
            let surely = surely && !holds.contains(&None);
            match &rule.action {
                Action::Accept if surely => return End::Accepted,
                Action::Accept => walk.may_accept = true,
                Action::Drop if surely => return End::Dropped(chain.name.clone()),
                // Some addresses that are kept out do not close the door.
                Action::Drop if rule.conditions.contains(&Condition::Source) => {}
                Action::Drop => walk.may_drop = true,
                Action::Jump(to) => match self.walk(to, newcomer, surely, depth + 1, walk) {
                    End::Back => {}
                    end if surely => return end,
                    _ => {}
                },
                Action::Goto(to) => match self.walk(to, newcomer, surely, depth + 1, walk) {
                    _ if !surely => {}
                    end => return end,
                },
                Action::Return if surely => return End::Back,
                Action::Return | Action::Unknown => (walk.may_accept, walk.may_drop) = (true, true),
                Action::Nothing => {}
            }
        }
        End::Back
    }
}

/// Of what `nft` prints.
#[cfg(test)]
pub(crate) fn of_nft(json: &str) -> Vec<Filter> {
    nft::parse(json).expect("rules")
}

#[cfg(test)]
mod tests;
