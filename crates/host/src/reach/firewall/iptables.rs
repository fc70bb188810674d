//! The parser of what `iptables -S` prints (iptables(8)): the rules of `ufw` stand there too.

use std::ops::RangeInclusive;

use super::{Action, Chain, Condition, Filter, Rule};

/// The filter that newcomers pass; `None` when this is not what `iptables` prints.
pub(super) fn parse(listing: &str, v6: bool) -> Option<Filter> {
    let mut filter = Filter { table: "iptables".to_owned(), entry: "INPUT".to_owned(), ..Filter::default() };
    for line in listing.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["-P", name, policy] => {
                filter.chains.push(Chain { name: (*name).to_owned(), rules: Vec::new() });
                if *name == "INPUT" {
                    filter.drops = *policy == "DROP";
                }
            }
            ["-N", name] => filter.chains.push(Chain { name: (*name).to_owned(), rules: Vec::new() }),
            ["-A", name, rest @ ..] => {
                let chain = filter.chains.iter_mut().find(|chain| chain.name == *name)?;
                let mut rule = rule(rest);
                rule.conditions.push(Condition::IsV6(v6));
                chain.rules.push(rule);
            }
            _ => {}
        }
    }
    filter.chains.iter().any(|chain| chain.name == "INPUT").then_some(filter)
}

fn rule(words: &[&str]) -> Rule {
    let mut conditions = Vec::new();
    let mut action = Action::Nothing;
    let mut words = words.iter().copied();
    let mut positive = true;
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_default();
        match word {
            "!" => {
                positive = false;
                continue;
            }
            "-p" => conditions.push(Condition::Always(matches!(value(), "tcp" | "all") == positive)),
            "-i" => conditions.push(Condition::Interface(value().replace('+', "*"), positive)),
            "-s" => {
                value();
                conditions.push(Condition::Source);
            }
            "--dport" | "--dports" => {
                let ports = ports(value());
                conditions.push(ports.map_or(Condition::Unknown, |ports| Condition::Port(ports, positive)));
            }
            "--ctstate" | "--state" => {
                conditions.push(Condition::Always(value().split(',').any(|s| s == "NEW") == positive));
            }
            // Their own words follow, or tell nothing more.
            "-m" => match value() {
                "tcp" | "udp" | "multiport" | "conntrack" | "state" | "comment" | "icmp" | "icmp6" => {}
                _ => conditions.push(Condition::Unknown),
            },
            "-j" => action = target(value()),
            "-g" => action = Action::Goto(value().to_owned()),
            _ => {}
        }
        positive = true;
    }
    Rule { conditions, action }
}

fn target(name: &str) -> Action {
    match name {
        "ACCEPT" => Action::Accept,
        "DROP" | "REJECT" => Action::Drop,
        "RETURN" => Action::Return,
        "LOG" | "NFLOG" | "MARK" | "CONNMARK" | "TCPMSS" | "" => Action::Nothing,
        chain => Action::Jump(chain.to_owned()),
    }
}

fn ports(list: &str) -> Option<Vec<RangeInclusive<u16>>> {
    let range = |part: &str| {
        let (from, to) = part.split_once(':').unwrap_or((part, part));
        Some(from.parse().ok()?..=to.parse().ok()?)
    };
    list.split(',').map(range).collect()
}
